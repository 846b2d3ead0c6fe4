"""Appending to a conversation's log: what the journal and the queue both do inside their transactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pydantic_core import from_json, to_json

from app.conversations import (
    AuthorKind,
    Conversation,
    Entry,
    EntryId,
    EntryKind,
    Status,
    Step,
    VisitorId,
    after,
    new_id,
)
from app.errors import NoSuchConversation
from app.persistence.journal import Change
from app.persistence.ledger import fold_entry
from app.persistence.moments import from_micros, to_micros
from app.persistence.remedies import fold_remedy
from app.persistence.work import Cursor
from handoff import AgentId, ConversationId, SiteId, Ticket

CONVERSATION = (
    "id, site_id, visitor_id, status, head, pos, agent_id, read_by_visitor, read_by_agent, updated_at, locale"
)
ENTRY = "conversation_id, pos, seq, id, kind, author_kind, author_id, client_id, data, at"
PREVIEW = 200  # characters of the last message kept on the row, for lists


def encode(data: object) -> str:
    """How `data` is written."""
    return to_json(data).decode()


def to_conversation(row: tuple[Any, ...]) -> Conversation:
    """A row selected as CONVERSATION."""
    return Conversation(
        id=ConversationId(row[0]),
        site_id=SiteId(row[1]),
        visitor_id=VisitorId(row[2]),
        status=Status(row[3]),
        head=row[4],
        pos=row[5],
        agent_id=None if row[6] is None else AgentId(row[6]),
        read_by_visitor=row[7],
        read_by_agent=row[8],
        updated_at=from_micros(row[9]),
        locale=row[10],
    )


def to_entry(row: tuple[Any, ...]) -> Entry:
    """A row selected as ENTRY."""
    return Entry(
        conversation_id=ConversationId(row[0]),
        pos=row[1],
        seq=row[2],
        id=EntryId(row[3]),
        kind=row[4],
        author_kind=row[5],
        author_id=row[6],
        client_id=row[7],
        data=from_json(row[8]),
        at=from_micros(row[9]),
    )


def find_conversation(cursor: Cursor, conversation_id: str) -> Conversation:
    """The row, which stays as it is until this unit is committed. Raises NoSuchConversation."""
    row = cursor.execute(
        f"SELECT {CONVERSATION} FROM conversation WHERE id = ?{cursor.for_update}",  # noqa: S608
        (conversation_id,),
    ).fetchone()
    if row is None:
        raise NoSuchConversation
    return to_conversation(row)


@cache
def _insertion(entries: int) -> str:
    rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * entries)
    return f"INSERT INTO entry ({ENTRY}) VALUES {rows}"  # noqa: S608


def _row(entry: Entry, at: int) -> tuple[str | int | None, ...]:
    return (
        entry.conversation_id,
        entry.pos,
        entry.seq,
        entry.id,
        entry.kind,
        entry.author_kind,
        entry.author_id,
        entry.client_id,
        encode(entry.data),
        at,
    )


class Log:
    """One conversation inside a write transaction: what is appended and the row are written together, by `close`."""

    def __init__(self, cursor: Cursor, conversation: Conversation, now: datetime) -> None:
        self.cursor = cursor
        self.now = now
        self.before = conversation
        self.status = conversation.status
        self.agent_id = conversation.agent_id
        self.about: str | None = None
        self.locale = conversation.locale
        self.ticket: Ticket | None = None
        self.entries: list[Entry] = []
        self._head = conversation.head
        self._pos = conversation.pos
        self._last_text: str | None = None

    def append(
        self,
        kind: EntryKind,
        data: Mapping[str, Any],
        *,
        author: tuple[AuthorKind, str],
        visible: bool,
        client_id: str | None = None,
    ) -> Entry:
        """The next entry; `visible` ones get the next `seq` as well."""
        self._pos += 1
        if visible:
            self._head += 1
            if author[0] != "system" and data["text"]:
                self._last_text = str(data["text"])[:PREVIEW]
        entry = Entry(
            conversation_id=self.before.id,
            pos=self._pos,
            seq=self._head if visible else None,
            id=EntryId(new_id()),
            kind=kind,
            author_kind=author[0],
            author_id=author[1],
            client_id=client_id,
            data=data,
            at=self.now,
        )
        self.entries.append(entry)
        if kind == "promise":
            fold_entry(self.cursor, self.before.site_id, data)
        elif kind == "remedy":
            fold_remedy(self.cursor, self.before.site_id, data)
        return entry

    def say(self, text: str) -> Entry:
        """A visible line of the system: who holds the conversation now."""
        return self.append("message", {"text": text}, author=("system", "desk"), visible=True)

    def move(self, step: Step, *, agent_id: AgentId | None = None, **details: Any) -> None:
        """Change the holder: the only place that does. Appends the step to the log."""
        self.status = after(self.status, step)
        self.agent_id = agent_id
        self.note_step(step, **details)

    def note_step(self, step: str, **details: Any) -> Entry:
        """An entry about the handoff that agents see and visitors do not."""
        data = {"step": step, **{key: value for key, value in details.items() if value is not None}}
        return self.append("handoff", data, author=("system", "desk"), visible=False)

    def close(self) -> Change:
        """Write the entries and the row; the change as it will be once committed."""
        at = to_micros(self.now)
        if self.entries:
            values = [value for each in self.entries for value in _row(each, at)]
            self.cursor.execute(_insertion(len(self.entries)), values)
        if self.entries or self.status is not self.before.status:
            self.cursor.execute(
                "UPDATE conversation SET head = ?, pos = ?, status = ?, agent_id = ?, updated_at = ?,"
                " last_text = COALESCE(?, last_text), about = COALESCE(?, about), locale = ? WHERE id = ?",
                (
                    self._head,
                    self._pos,
                    self.status,
                    self.agent_id,
                    at,
                    self._last_text,
                    self.about,
                    self.locale,
                    self.before.id,
                ),
            )
        row = Conversation(
            id=self.before.id,
            site_id=self.before.site_id,
            visitor_id=self.before.visitor_id,
            status=self.status,
            head=self._head,
            pos=self._pos,
            agent_id=self.agent_id,
            read_by_visitor=self.before.read_by_visitor,
            read_by_agent=self.before.read_by_agent,
            updated_at=self.now,
            locale=self.locale,
        )
        return Change(row, tuple(self.entries), self.ticket)
