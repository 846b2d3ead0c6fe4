"""The queue of tickets on SQLite. Transactions take turns there, so a check and the write after it cannot be split."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal

from app.backplane import Backplane, Changed
from app.conversations import Status, Step, new_id
from app.persistence.journal import Change
from app.persistence.moments import from_micros, to_micros
from app.persistence.sqlite_log import Log, find_conversation
from app.persistence.writer import SqliteReader, SqliteWriter
from handoff import (
    Agent,
    AgentId,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    Evidence,
    HandoffRequest,
    Hold,
    NotAssigned,
    NotWaiting,
    Reason,
    SiteId,
    Ticket,
    TicketId,
)
from handoff.memory import raised

TICKET = (
    "id, conversation_id, site_id, state, agent_id, gen, reason, rank_at, requested_at, assigned_at,"
    " first_reply_at, closed_at, quote, evidence"
)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def to_ticket(row: tuple[Any, ...]) -> Ticket:
    """A row selected as TICKET."""
    return Ticket(
        id=TicketId(row[0]),
        conversation_id=ConversationId(row[1]),
        site_id=SiteId(row[2]),
        state=row[3],
        agent_id=None if row[4] is None else AgentId(row[4]),
        gen=row[5],
        reason=Reason(row[6]),
        rank_at=from_micros(row[7]),
        requested_at=from_micros(row[8]),
        assigned_at=_moment(row[9]),
        first_reply_at=_moment(row[10]),
        closed_at=_moment(row[11]),
        quote=row[12],
        evidence=tuple(Evidence(Reason(e.pop("reason")), **e) for e in json.loads(row[13])),
    )


def save_ticket(cursor: sqlite3.Cursor, ticket: Ticket) -> None:
    """Insert the ticket, or update the row with its id."""
    values = (
        ticket.id,
        ticket.conversation_id,
        ticket.site_id,
        ticket.state,
        ticket.agent_id,
        ticket.gen,
        ticket.reason,
        *(
            None if at is None else to_micros(at)
            for at in (
                ticket.rank_at,
                ticket.requested_at,
                ticket.assigned_at,
                ticket.first_reply_at,
                ticket.closed_at,
            )
        ),
        ticket.quote,
        json.dumps([asdict(evidence) for evidence in ticket.evidence]),
    )
    changed = ", ".join(f"{column} = excluded.{column}" for column in TICKET.split(", ")[3:])
    cursor.execute(
        f"INSERT INTO ticket ({TICKET}) VALUES ({', '.join('?' * 14)}) ON CONFLICT (id) DO UPDATE SET {changed}",  # noqa: S608
        values,
    )


def open_ticket(cursor: sqlite3.Cursor, conversation_id: str) -> Ticket | None:
    """The conversation's ticket that is not closed."""
    row = cursor.execute(
        f"SELECT {TICKET} FROM ticket WHERE conversation_id = ? AND state <> 'closed'",  # noqa: S608
        (conversation_id,),
    ).fetchone()
    return None if row is None else to_ticket(row)


def held_ticket(cursor: sqlite3.Cursor, hold: Hold) -> Ticket:
    """The ticket that `hold` is about. Raises NotAssigned when holder, state or generation differ."""
    ticket = open_ticket(cursor, hold.conversation_id)
    if ticket is None or (ticket.state, ticket.agent_id, ticket.gen) != ("assigned", hold.agent_id, hold.gen):
        raise NotAssigned
    return ticket


def request_person(log: Log, request: HandoffRequest) -> Ticket:
    """Open or raise the conversation's ticket inside a transaction; see `handoff.ports.Queue.request`."""
    ticket = open_ticket(log.cursor, log.before.id)
    if ticket is None:
        ticket = Ticket(
            id=TicketId(new_id()),
            conversation_id=log.before.id,
            site_id=log.before.site_id,
            state="waiting",
            agent_id=None,
            gen=0,
            reason=request.reason,
            rank_at=request.rank_at,
            requested_at=request.requested_at,
            assigned_at=None,
            first_reply_at=None,
            closed_at=None,
            quote=request.quote,
            evidence=request.evidence,
        )
        if log.status is Status.CLOSED:  # asked for after the end, without a message: the same as writing again
            log.move(Step.REOPENED)
        log.move(Step.REQUESTED, reason=request.reason)
        log.say(request.says)
    else:
        if request.rank_at < ticket.rank_at and ticket.state == "waiting":
            log.say(request.says)
        ticket = raised(ticket, request)
        log.note_step("raised", reason=request.reason)
    save_ticket(log.cursor, ticket)
    log.ticket = ticket
    return ticket


class SqliteQueue:
    """See `handoff.ports.Queue`. Each change is published after its commit."""

    def __init__(
        self,
        writer: SqliteWriter,
        reader: SqliteReader,
        backplane: Backplane,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._backplane = backplane

    async def request(self, conversation_id: ConversationId, site_id: SiteId, request: HandoffRequest) -> Ticket:
        def work(cursor: sqlite3.Cursor) -> Change:
            log = Log(cursor, find_conversation(cursor, conversation_id), request.requested_at)
            request_person(log, request)
            return log.close()

        return await self._run(work)

    async def claim(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        def work(cursor: sqlite3.Cursor) -> Change:
            conversation = find_conversation(cursor, conversation_id)
            ticket = open_ticket(cursor, conversation_id)
            if ticket is None:
                raise NotWaiting
            if ticket.agent_id == agent.id:
                return Change(conversation, ticket=ticket)
            if ticket.agent_id is not None:
                raise AlreadyAssigned(_name(cursor, ticket.agent_id))
            held = cursor.execute(
                "SELECT COUNT(*) FROM ticket WHERE agent_id = ? AND state = 'assigned'", (agent.id,)
            ).fetchone()[0]
            if held >= agent.capacity:
                raise AtCapacity
            log = Log(cursor, conversation, now)
            log.ticket = replace(ticket, state="assigned", agent_id=agent.id, gen=ticket.gen + 1, assigned_at=now)
            log.move(Step.CLAIMED, agent_id=agent.id, by=agent.name, gen=log.ticket.gen)
            log.say(says)
            save_ticket(cursor, log.ticket)
            return log.close()

        return await self._run(work)

    async def release(self, hold: Hold, *, to: Literal["queue", "bot"], now: datetime, says: str) -> Ticket:
        def work(cursor: sqlite3.Cursor) -> Change:
            ticket = held_ticket(cursor, hold)
            log = Log(cursor, find_conversation(cursor, hold.conversation_id), now)
            if to == "bot":
                log.ticket = replace(ticket, state="closed", closed_at=now)
                log.move(Step.RETURNED, by=_name(cursor, hold.agent_id))
            else:
                log.ticket = replace(ticket, state="waiting", agent_id=None, assigned_at=None)
                log.move(Step.REQUEUED, by=_name(cursor, hold.agent_id))
            log.say(says)
            save_ticket(cursor, log.ticket)
            return log.close()

        return await self._run(work)

    async def resolve(self, hold: Hold, *, now: datetime, says: str) -> Ticket:
        def work(cursor: sqlite3.Cursor) -> Change:
            log = Log(cursor, find_conversation(cursor, hold.conversation_id), now)
            log.ticket = replace(held_ticket(cursor, hold), state="closed", closed_at=now)
            log.move(Step.RESOLVED, by=_name(cursor, hold.agent_id))
            log.say(says)
            save_ticket(cursor, log.ticket)
            return log.close()

        return await self._run(work)

    async def waiting(self, site_id: SiteId) -> Sequence[Ticket]:
        def work(cursor: sqlite3.Cursor) -> Sequence[Ticket]:
            rows = cursor.execute(
                f"SELECT {TICKET} FROM ticket WHERE site_id = ? AND state = 'waiting' ORDER BY rank_at, id",  # noqa: S608
                (site_id,),
            )
            return [to_ticket(row) for row in rows]

        return await self._reader.run(work)

    async def _run(self, work: Callable[[sqlite3.Cursor], Change]) -> Ticket:
        change = await self._writer.run(work)
        if change.entries:
            await self._backplane.publish(Changed.of(change))
        if change.ticket is None:
            raise RuntimeError("a verb of the queue left no ticket")
        return change.ticket


def _name(cursor: sqlite3.Cursor, agent_id: AgentId) -> str:
    row = cursor.execute("SELECT name FROM agent WHERE id = ?", (agent_id,)).fetchone()
    return "" if row is None else str(row[0])
