"""The journal, written once for SQLite and PostgreSQL: plain SQL, each verb one unit of work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.card_numbers import masked
from app.conversations import (
    Conversation,
    Entry,
    Said,
    Status,
    Step,
    VisitorId,
    new_id,
)
from app.errors import ClientIdConflict, NoSuchConversation, PayloadNotOffered, Unavailable
from app.persistence.journal import Change, Finished, Heard, Lease, Outcome, Page, Spoken, TurnId
from app.persistence.moments import to_micros
from app.persistence.sent_photos import send_photos
from app.persistence.sql_log import CONVERSATION, ENTRY, Log, encode, find_conversation, to_conversation, to_entry
from app.persistence.sql_queue import held_ticket, request_person, save_ticket, wake
from app.persistence.work import Cursor, Reader, Writer, lock, nobody_elses
from app.protocol import TALK_TO_A_PERSON
from handoff import AgentId, ConversationId, Hold, SiteId

AT_ONCE = 100  # conversations asked for in one statement
LAST = 2**31 - 1  # the highest number a counter can have
CONVERSATION_OF_TURN = ", ".join(f"c.{column}" for column in CONVERSATION.split(", "))
QUEUED = "state IN ('queued', 'running') AND state = 'queued'"
"""Queued turns. SQLite finds the index of open turns only by its own condition, word for word."""


class SqlJournal:
    """See `app.persistence.journal.Journal`.

    `owner` begins the tokens of this process's leases, where others may serve the same store.
    """

    def __init__(
        self, writer: Writer, reader: Reader, *, turn_lease: timedelta, reopen_within: timedelta, owner: str = ""
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._turn_lease = turn_lease
        self._reopen_within = reopen_within
        self._owner = owner
        self._asking: asyncio.Future[bool] | None = None
        """Whether the store takes writes, while somebody asks it."""

    async def epoch(self) -> str:
        return await self._reader.look(lambda cursor: str(cursor.execute("SELECT epoch FROM store").fetchone()[0]))

    async def hear(self, visitor_id: VisitorId, site_id: SiteId, said: Said, *, now: datetime) -> Heard:
        def work(cursor: Cursor) -> Heard:
            lock(cursor, "visitor", visitor_id)
            conversation = self._current(cursor, visitor_id, now)
            first = _first_heard(cursor, visitor_id, str(said.client_id))
            if first is not None:
                _same_content(first, said)
                return Heard(first, True, Change(find_conversation(cursor, first.conversation_id)), None)
            if conversation is None:
                conversation = _create(cursor, visitor_id, site_id, now)
            if said.payload not in (None, TALK_TO_A_PERSON) and not said.of_a_service:
                _offered(cursor, conversation, str(said.payload))
            busy = _is_busy(cursor, conversation.id)
            log = Log(cursor, conversation, now)
            log.locale = said.locale or log.locale
            if log.status is Status.CLOSED:
                log.move(Step.REOPENED)
            elif log.status is Status.WAITING:
                wake(log)
            data: dict[str, Any] = {"text": said.text}
            if said.payload is not None:
                data["payload"] = said.payload
            if said.page:
                data["page"] = dict(said.page)
            if said.unproved:
                data["unproved"] = True
            if said.attachments:
                data["attachments"] = send_photos(cursor, said.attachments, visitor_id, conversation.id)
            message = log.append(
                "message", data, author=("visitor", visitor_id), visible=True, client_id=str(said.client_id)
            )
            lease = self._owe_turn(cursor, message, now, busy=busy)
            return Heard(message, False, log.close(), lease)

        return await self._writer.share(work)

    async def speak(
        self,
        agent_id: AgentId,
        name: str,
        conversation_id: ConversationId,
        said: Said,
        *,
        gen: int | None,
        note: bool,
        now: datetime,
    ) -> Spoken:
        def work(cursor: Cursor) -> Spoken:
            conversation = _for_agent(cursor, conversation_id, agent_id)
            first = _first_spoken(cursor, agent_id, str(said.client_id), conversation)
            if first is not None:
                _same_content(first, said, kind="note" if note else "message")
                return Spoken(first, True, Change(conversation))
            log = Log(cursor, conversation, now)
            if not note:
                ticket = held_ticket(cursor, Hold(conversation_id, agent_id, -1 if gen is None else gen))
                if ticket.answered_at is None:
                    log.ticket = replace(
                        ticket, first_reply_at=ticket.first_reply_at or now, answered_at=now, due_at=None
                    )
                    save_ticket(cursor, log.ticket)
            message = log.append(
                "note" if note else "message",
                {"text": masked(said.text), "name": name},
                author=("agent", agent_id),
                visible=not note,
                client_id=str(said.client_id),
            )
            return Spoken(message, False, log.close())

        return await self._writer.run(work)

    async def take_turns(self, *, now: datetime, all_running: bool = False, limit: int = 64) -> Sequence[Lease]:
        def work(cursor: Cursor) -> list[Lease]:
            mine = f"{self._owner}%" if all_running else ""  # of the process that had this one's name before it ended
            cursor.execute(
                "UPDATE turn SET state = 'queued', lease_token = NULL WHERE state = 'running'"
                " AND (lease_until < ? OR lease_token LIKE ?)",
                (to_micros(now), mine),
            )
            free = cursor.execute(
                f"SELECT conversation_id FROM turn WHERE {QUEUED} AND conversation_id NOT IN"  # noqa: S608
                " (SELECT conversation_id FROM turn WHERE state = 'running') GROUP BY conversation_id"
                " ORDER BY MIN(id) LIMIT ?",
                (limit,),
            ).fetchall()
            # Gateways that look at the same moment share the work: what one is at, the others pass over.
            mine_now = nobody_elses(cursor, "conversation", [owner for (owner,) in free])
            return [
                lease
                for each in mine_now
                if not _is_thinking(cursor, each) and (lease := self._take_next(cursor, each, now)) is not None
            ]

        return await self._writer.run(work)

    async def finish_turn(self, lease: Lease, outcome: Outcome, *, now: datetime) -> Finished:
        def work(cursor: Cursor) -> Finished:
            conversation = _of_running(cursor, lease)
            if conversation is None:  # another worker owns the turn: this result is discarded
                return Finished(None)
            cursor.execute(
                "UPDATE turn SET state = ?, lease_token = NULL WHERE id = ?",
                ("failed" if outcome.failed else "done", lease.turn_id),
            )
            log = Log(cursor, conversation, now)
            _store_outcome(log, outcome, lease.message)
            if outcome.remind_at is not None:
                _remind(cursor, lease.message.conversation_id, outcome.remind_at)
            return Finished(log.close(), self._take_next(cursor, lease.message.conversation_id, now))

        return await self._writer.share(work)

    async def give_back(self, lease: Lease) -> None:
        def work(cursor: Cursor) -> None:
            cursor.execute(
                "UPDATE turn SET state = 'queued', lease_token = NULL, attempts = attempts - 1"
                " WHERE id = ? AND lease_token = ?",
                (lease.turn_id, lease.token),
            )

        await self._writer.run(work)

    async def renew(self, lease: Lease, *, now: datetime) -> bool:
        def work(cursor: Cursor) -> bool:
            cursor.execute(
                "UPDATE turn SET lease_until = ? WHERE id = ? AND lease_token = ? AND state = 'running'",
                (to_micros(now + self._turn_lease), lease.turn_id, lease.token),
            )
            return cursor.rowcount == 1

        return await self._writer.run(work)

    async def to_be_reminded(self, *, now: datetime, limit: int = 64) -> Sequence[ConversationId]:
        def work(cursor: Cursor) -> list[ConversationId]:
            rows = cursor.execute(
                "SELECT id FROM conversation WHERE remind_at <= ? AND id NOT IN"
                " (SELECT conversation_id FROM turn WHERE state IN ('queued', 'running')) ORDER BY remind_at LIMIT ?",
                (to_micros(now), limit),
            )
            return [ConversationId(each) for (each,) in rows]

        return await self._reader.run(work)

    async def settle_reminders(
        self,
        conversation_id: ConversationId,
        *,
        settled: Sequence[Mapping[str, Any]],
        played: Mapping[str, Any] | None,
        pos: int,
        next_at: datetime | None,
        now: datetime,
    ) -> tuple[Change | None, Lease | None]:
        def work(cursor: Cursor) -> tuple[Change | None, Lease | None]:
            conversation = find_conversation(cursor, conversation_id)
            if conversation.pos != pos or _is_busy(cursor, conversation_id):
                return None, None
            cursor.execute(
                "UPDATE conversation SET remind_at = ? WHERE id = ?",
                (None if next_at is None else to_micros(next_at), conversation_id),
            )
            if not settled:
                return None, None
            log = Log(cursor, conversation, now)
            data: dict[str, object] = {"events": list(settled), "re": None}
            if played is not None:
                data["reminder"] = dict(played)
            entry = log.append("tracker", data, author=("bot", "bot"), visible=False)
            lease = None if played is None else self._owe_turn(cursor, entry, now, busy=False)
            return log.close(), lease

        return await self._writer.run(work)

    async def append_events(
        self, conversation_id: ConversationId, events: Sequence[Mapping[str, Any]], *, now: datetime
    ) -> Change | None:
        def work(cursor: Cursor) -> Change | None:
            conversation = find_conversation(cursor, conversation_id)
            if _is_busy(cursor, conversation_id):
                return None
            log = Log(cursor, conversation, now)
            log.append("tracker", {"events": list(events), "re": None}, author=("bot", "bot"), visible=False)
            return log.close()

        return await self._writer.run(work)

    async def mark_read(self, conversation_id: ConversationId, by: str, seq: int) -> Conversation | None:
        column = {"visitor": "read_by_visitor", "agent": "read_by_agent"}[by]

        def work(cursor: Cursor) -> Conversation | None:
            cursor.execute(
                f"UPDATE conversation SET {column} = CASE WHEN ? < head THEN ? ELSE head END"  # noqa: S608
                f" WHERE id = ? AND {column} < ? AND {column} < head",
                (seq, seq, conversation_id, seq),
            )
            return find_conversation(cursor, conversation_id) if cursor.rowcount else None

        return await self._writer.run(work)

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        def work(cursor: Cursor) -> Conversation | None:
            try:
                return find_conversation(cursor, conversation_id)
            except NoSuchConversation:
                return None

        return await self._reader.look(work)

    async def locale(self, conversation_id: ConversationId) -> str | None:
        conversation = await self.conversation(conversation_id)
        return None if conversation is None else conversation.locale

    async def current(self, visitor_id: VisitorId, *, now: datetime) -> Conversation | None:
        return await self._reader.look(lambda cursor: self._current(cursor, visitor_id, now))

    async def owned(self, conversation_id: ConversationId, visitor_id: VisitorId) -> Conversation | None:
        def work(cursor: Cursor) -> Conversation | None:
            row = cursor.execute(
                f"SELECT {CONVERSATION} FROM conversation WHERE id = ? AND visitor_id = ?",  # noqa: S608
                (conversation_id, visitor_id),
            ).fetchone()
            return None if row is None else to_conversation(row)

        return await self._reader.look(work)

    async def entries(self, conversation_id: ConversationId, *, after: int, limit: int) -> Page:
        return await self._page("pos", conversation_id, after, limit)

    async def visible(self, conversation_id: ConversationId, *, after: int, limit: int) -> Page:
        return await self._page("seq", conversation_id, after, limit)

    async def visible_before(self, conversation_id: ConversationId, *, before: int, limit: int) -> Page:
        def work(cursor: Cursor) -> Page:
            rows = cursor.execute(
                f"SELECT {ENTRY} FROM entry WHERE conversation_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",  # noqa: S608
                (conversation_id, min(before, LAST), limit + 1),
            ).fetchall()
            return Page(tuple(to_entry(row) for row in reversed(rows[:limit])), len(rows) > limit)

        return await self._reader.run(work)

    async def heads(
        self, conversation_ids: Sequence[ConversationId], visitor_ids: Sequence[VisitorId]
    ) -> Sequence[Conversation]:
        def work(cursor: Cursor) -> list[Conversation]:
            found = []
            asked = (("id IN", list(conversation_ids)), ("status <> 'closed' AND visitor_id IN", list(visitor_ids)))
            for where, ids in asked:
                for start in range(0, len(ids), AT_ONCE):
                    some = ids[start : start + AT_ONCE]
                    # Always as many values, so that the database knows the statement again.
                    values = (*some, *(some[:1] * (AT_ONCE - len(some))))
                    marks = ", ".join("?" * AT_ONCE)
                    found += cursor.execute(
                        f"SELECT {CONVERSATION} FROM conversation WHERE {where} ({marks})",  # noqa: S608
                        values,
                    ).fetchall()
            return [to_conversation(row) for row in found]

        return await self._reader.run(work)

    async def accepts_writes(self, within: timedelta) -> bool:
        # Who asks has their answer in time; the question itself goes on, and whoever asks meanwhile waits for the same.
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._takes_a_write())
        done, _ = await asyncio.wait({self._asking}, timeout=within.total_seconds())
        return bool(done) and self._asking.result()

    async def _takes_a_write(self) -> bool:
        try:
            await self._writer.run(lambda cursor: cursor.execute("UPDATE store SET id = id"))
        except Unavailable:
            return False
        return True

    async def _page(self, counter: str, conversation_id: ConversationId, after: int, limit: int) -> Page:
        def work(cursor: Cursor) -> Page:
            rows = cursor.execute(
                f"SELECT {ENTRY} FROM entry WHERE conversation_id = ? AND {counter} > ? ORDER BY {counter} LIMIT ?",  # noqa: S608
                (conversation_id, min(after, LAST), limit + 1),
            ).fetchall()
            return Page(tuple(to_entry(row) for row in rows[:limit]), len(rows) > limit)

        return await self._reader.run(work)

    def _current(self, cursor: Cursor, visitor_id: VisitorId, now: datetime) -> Conversation | None:
        row = cursor.execute(
            f"SELECT {CONVERSATION} FROM conversation WHERE visitor_id = ?"  # noqa: S608
            " AND (status <> 'closed' OR updated_at > ?)"
            f" ORDER BY status = 'closed', updated_at DESC LIMIT 1{cursor.for_update}",
            (visitor_id, to_micros(now - self._reopen_within)),
        ).fetchone()
        return None if row is None else to_conversation(row)

    def _owe_turn(self, cursor: Cursor, message: Entry, now: datetime, *, busy: bool) -> Lease | None:
        """The turn row of a new message: leased at once unless the conversation is `busy` with another."""
        turn_id, token = TurnId(new_id()), self._owner + new_id()
        cursor.execute(
            "INSERT INTO turn (id, conversation_id, pos, state, lease_token, lease_until, attempts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                turn_id,
                message.conversation_id,
                message.pos,
                "queued" if busy else "running",
                None if busy else token,
                None if busy else to_micros(now + self._turn_lease),
                0 if busy else 1,
            ),
        )
        return None if busy else Lease(turn_id, token, 1, message)

    def _take_next(self, cursor: Cursor, conversation_id: str, now: datetime) -> Lease | None:
        """Lease the conversation's oldest queued turn."""
        token = self._owner + new_id()
        row = cursor.execute(
            "UPDATE turn SET state = 'running', lease_token = ?, lease_until = ?, attempts = attempts + 1 WHERE id ="  # noqa: S608
            f" (SELECT id FROM turn WHERE conversation_id = ? AND {QUEUED} ORDER BY pos LIMIT 1{cursor.for_update})"
            " RETURNING id, pos, attempts",
            (token, to_micros(now + self._turn_lease), conversation_id),
        ).fetchone()
        if row is None:
            return None
        message = cursor.execute(
            f"SELECT {ENTRY} FROM entry WHERE conversation_id = ? AND pos = ?",  # noqa: S608
            (conversation_id, row[1]),
        ).fetchone()
        return Lease(TurnId(row[0]), token, row[2], to_entry(message))


def _create(cursor: Cursor, visitor_id: VisitorId, site_id: SiteId, now: datetime) -> Conversation:
    conversation = Conversation(
        id=ConversationId(new_id()),
        site_id=site_id,
        visitor_id=visitor_id,
        status=Status.BOT,
        head=0,
        pos=0,
        agent_id=None,
        read_by_visitor=0,
        read_by_agent=0,
        updated_at=now,
    )
    at = to_micros(now)
    cursor.execute(
        "INSERT INTO conversation (id, site_id, visitor_id, status, head, pos, read_by_visitor, read_by_agent,"
        " last_text, created_at, updated_at) VALUES (?, ?, ?, ?, 0, 0, 0, 0, '', ?, ?)",
        (conversation.id, site_id, visitor_id, conversation.status, at, at),
    )
    return conversation


def _is_busy(cursor: Cursor, conversation_id: str) -> bool:
    """Whether the conversation has an open turn."""
    row = cursor.execute(
        "SELECT 1 FROM turn WHERE conversation_id = ? AND state IN ('queued', 'running')", (conversation_id,)
    ).fetchone()
    return row is not None


def _of_running(cursor: Cursor, lease: Lease) -> Conversation | None:
    """The conversation whose turn is held by this lease; both stay as they are until this unit is committed."""
    row = cursor.execute(
        f"SELECT {CONVERSATION_OF_TURN} FROM conversation c JOIN turn t ON t.conversation_id = c.id"  # noqa: S608
        f" WHERE c.id = ? AND t.id = ? AND t.lease_token = ? AND t.state = 'running'{cursor.for_update}",
        (lease.message.conversation_id, lease.turn_id, lease.token),
    ).fetchone()
    return None if row is None else to_conversation(row)


def _is_thinking(cursor: Cursor, conversation_id: str) -> bool:
    """Whether somebody has the conversation's turn by now."""
    row = cursor.execute("SELECT 1 FROM turn WHERE conversation_id = ? AND state = 'running'", (conversation_id,))
    return row.fetchone() is not None


def _remind(cursor: Cursor, conversation_id: str, at: datetime) -> None:
    """Look at the conversation's reminders at that moment, unless that is planned for earlier already."""
    cursor.execute(
        "UPDATE conversation SET remind_at = ? WHERE id = ? AND (remind_at IS NULL OR remind_at > ?)",
        (to_micros(at), conversation_id, to_micros(at)),
    )


def _for_agent(cursor: Cursor, conversation_id: str, agent_id: str) -> Conversation:
    """The conversation, if it is of a site the agent works for. Raises NoSuchConversation."""
    row = cursor.execute(
        f"SELECT {CONVERSATION} FROM conversation WHERE id = ?"  # noqa: S608
        f" AND site_id IN (SELECT site_id FROM agent_site WHERE agent_id = ?){cursor.for_update}",
        (conversation_id, agent_id),
    ).fetchone()
    if row is None:
        raise NoSuchConversation
    return to_conversation(row)


def _first_heard(cursor: Cursor, visitor_id: str, client_id: str) -> Entry | None:
    """What this visitor sent under this client_id before, in whichever of their conversations: it never expires."""
    row = cursor.execute(
        f"SELECT {ENTRY} FROM entry"  # noqa: S608
        " WHERE conversation_id IN (SELECT id FROM conversation WHERE visitor_id = ?)"
        " AND author_kind = 'visitor' AND author_id = ? AND client_id = ?",
        (visitor_id, visitor_id, client_id),
    ).fetchone()
    return None if row is None else to_entry(row)


def _first_spoken(cursor: Cursor, agent_id: str, client_id: str, conversation: Conversation) -> Entry | None:
    """What this agent sent to the conversation under this client_id before."""
    row = cursor.execute(
        f"SELECT {ENTRY} FROM entry"  # noqa: S608
        " WHERE conversation_id = ? AND author_kind = 'agent' AND author_id = ? AND client_id = ?",
        (conversation.id, agent_id, client_id),
    ).fetchone()
    return None if row is None else to_entry(row)


def _same_content(first: Entry, said: Said, *, kind: str = "message") -> None:
    photos = [photo["id"] for photo in first.data.get("attachments", ())]
    content = (kind, said.text, said.payload, list(dict.fromkeys(map(str, said.attachments))))
    if (first.kind, first.data["text"], first.data.get("payload"), photos) != content:
        raise ClientIdConflict


def _offered(cursor: Cursor, conversation: Conversation, payload: str) -> None:
    """Raises PayloadNotOffered unless a message of the bot in this conversation had a button with `payload`."""
    # The text search keeps this from reading a long conversation entry by entry for a made-up payload. Both databases
    # replace exactly, while the one's `instr` is the other's `strpos`.
    rows = cursor.execute(
        "SELECT data FROM entry WHERE conversation_id = ? AND author_kind = 'bot' AND kind = 'message'"
        " AND replace(data, ?, '') <> data ORDER BY pos DESC",
        (conversation.id, encode(payload)),
    )
    for (data,) in rows:
        if any(button["payload"] == payload for button in json.loads(data).get("buttons", ())):
            return
    raise PayloadNotOffered


def _store_outcome(log: Log, outcome: Outcome, message: Entry) -> None:
    re = message.client_id
    if outcome.verdict is not None:
        log.append(
            "triage", {**outcome.verdict, "re": re, "pos": message.pos}, author=("system", "triage"), visible=False
        )
    may_speak = log.status is Status.BOT or (log.status is Status.WAITING and outcome.helps_while_waiting)
    if may_speak:
        log.about = outcome.about
        if outcome.events:
            log.append("tracker", {"events": list(outcome.events), "re": re}, author=("bot", "bot"), visible=False)
        for said in outcome.said:
            data: dict[str, object] = {"text": said.text, "re": re}
            if said.buttons:
                data["buttons"] = list(said.buttons)
            if said.card is not None:
                data["card"] = said.card
            if said.lang is not None:
                data["lang"] = said.lang
            log.append("message", data, author=("bot", "bot"), visible=True)
        for promise in outcome.promises:
            log.append("promise", {**promise, "re": re}, author=("bot", "bot"), visible=False)
    if outcome.request is not None and (may_speak or outcome.verdict is not None):
        request_person(log, outcome.request)
