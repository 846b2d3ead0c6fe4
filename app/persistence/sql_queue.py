"""The queue of tickets. A unit locks the agent who is to get one, then the conversation, before it checks anything.

On SQLite transactions take turns, so a check and the write after it cannot be split anyway.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from app.backplane import Backplane, Changed
from app.conversations import Status, Step, new_id
from app.persistence.audit import noted
from app.persistence.journal import Change
from app.persistence.moments import from_micros, to_micros
from app.persistence.resolutions import ask
from app.persistence.second_person import turned_worse
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor, Reader, Writer, lock
from handoff import (
    Agent,
    AgentId,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    Evidence,
    HandoffRequest,
    Hold,
    InThePast,
    MayNot,
    Moved,
    NoRoom,
    NotAssigned,
    NotWaiting,
    Offered,
    Reason,
    Role,
    SiteId,
    TeamId,
    Ticket,
    TicketId,
    Transfer,
    moves,
)
from handoff.memory import raised
from handoff.routing import CallOwner, Decision, Offer, PassOn, RingTeam, TakeBack, Wait, Wake
from handoff.second import worse

TICKET = (
    "id, conversation_id, site_id, state, agent_id, gen, reason, rank_at, requested_at, assigned_at,"
    " first_reply_at, closed_at, quote, evidence, team_id, last_agent_id, answered_at, waiting_since, offered_to,"
    " offered_until, snoozed_until, asked, reach, due_at"
)
_COLUMNS = TICKET.split(", ")
_SAVE = (
    f"INSERT INTO ticket ({TICKET}) VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (id) DO UPDATE SET "  # noqa: S608
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[3:])
)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


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
        team_id=None if row[14] is None else TeamId(row[14]),
        last_agent_id=None if row[15] is None else AgentId(row[15]),
        answered_at=_moment(row[16]),
        waiting_since=_moment(row[17]),
        offered_to=None if row[18] is None else AgentId(row[18]),
        offered_until=_moment(row[19]),
        snoozed_until=_moment(row[20]),
        asked=tuple(AgentId(agent_id) for agent_id in json.loads(row[21])),
        reach=row[22],
        due_at=_moment(row[23]),
    )


def save_ticket(cursor: Cursor, ticket: Ticket) -> None:
    """Insert the ticket, or update the row with its id."""
    values = (
        ticket.id,
        ticket.conversation_id,
        ticket.site_id,
        ticket.state,
        ticket.agent_id,
        ticket.gen,
        ticket.reason,
        to_micros(ticket.rank_at),
        to_micros(ticket.requested_at),
        _micros(ticket.assigned_at),
        _micros(ticket.first_reply_at),
        _micros(ticket.closed_at),
        ticket.quote,
        json.dumps([asdict(evidence) for evidence in ticket.evidence]),
        ticket.team_id,
        ticket.last_agent_id,
        _micros(ticket.answered_at),
        _micros(ticket.waiting_since),
        ticket.offered_to,
        _micros(ticket.offered_until),
        _micros(ticket.snoozed_until),
        json.dumps(ticket.asked),
        ticket.reach,
        _micros(ticket.due_at),
    )
    cursor.execute(_SAVE, values)


def open_ticket(cursor: Cursor, conversation_id: str) -> Ticket | None:
    """The conversation's ticket that is not closed."""
    row = cursor.execute(
        f"SELECT {TICKET} FROM ticket WHERE conversation_id = ? AND state <> 'closed'",  # noqa: S608
        (conversation_id,),
    ).fetchone()
    return None if row is None else to_ticket(row)


def held_ticket(cursor: Cursor, hold: Hold) -> Ticket:
    """The ticket that `hold` is about. Raises NotAssigned when holder, state or generation differ."""
    ticket = open_ticket(cursor, hold.conversation_id)
    if ticket is None or (ticket.state, ticket.agent_id, ticket.gen) != ("assigned", hold.agent_id, hold.gen):
        raise NotAssigned
    return ticket


def request_person(log: Log, request: HandoffRequest) -> Ticket:
    """Open or raise the conversation's ticket inside a transaction; see `handoff.ports.Queue.request`."""
    ticket = open_ticket(log.cursor, log.before.id)
    if ticket is None:
        last_agent_id, gen = _before(log.cursor, log.before.id)
        ticket = Ticket(
            id=TicketId(new_id()),
            conversation_id=log.before.id,
            site_id=log.before.site_id,
            state="waiting",
            agent_id=None,
            gen=gen,
            reason=request.reason,
            rank_at=request.rank_at,
            requested_at=request.requested_at,
            assigned_at=None,
            first_reply_at=None,
            closed_at=None,
            quote=request.quote,
            evidence=request.evidence,
            last_agent_id=last_agent_id,
            waiting_since=request.requested_at,
            due_at=request.requested_at,
        )
        if log.status is Status.CLOSED:  # asked for after the end, without a message: the same as writing again
            log.move(Step.REOPENED)
        log.move(Step.REQUESTED, reason=request.reason)
        log.say(request.says)
    else:
        if request.rank_at < ticket.rank_at and ticket.state == "waiting":
            log.say(request.says)
        if ticket.state == "assigned" and (reasons := worse(ticket, request)):
            turned_worse(log.cursor, ticket, reasons, request.quote, log.now)
        ticket = raised(ticket, request)
        log.note_step("raised", reason=request.reason)
    save_ticket(log.cursor, ticket)
    log.ticket = ticket
    return ticket


def wake(log: Log) -> None:
    """End the rest of the conversation's ticket, inside a transaction: its visitor has something to say."""
    ticket = open_ticket(log.cursor, log.before.id)
    if ticket is not None and ticket.snoozed_until is not None:
        log.ticket = moves.after(ticket, Wake(), now=log.now)
        log.note_step("woken")
        save_ticket(log.cursor, log.ticket)


class SqlQueue:
    """See `handoff.ports.Queue`. Each change is published after its commit."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        backplane: Backplane,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._backplane = backplane

    async def request(self, conversation_id: ConversationId, site_id: SiteId, request: HandoffRequest) -> Ticket:
        def work(cursor: Cursor) -> Change:
            log = Log(cursor, find_conversation(cursor, conversation_id), request.requested_at)
            request_person(log, request)
            return log.close()

        return await self._run(work)

    async def claim(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        def work(cursor: Cursor) -> Change:
            lock(cursor, "agent", agent.id)
            conversation = find_conversation(cursor, conversation_id)
            ticket = open_ticket(cursor, conversation_id)
            if ticket is None:
                raise NotWaiting
            if ticket.agent_id == agent.id:
                return Change(conversation, ticket=ticket)
            if ticket.agent_id is not None:
                raise AlreadyAssigned(_name(cursor, ticket.agent_id))
            if ticket.offered_to not in (None, agent.id):
                raise Offered(_name(cursor, ticket.offered_to or agent.id))
            if _load(cursor, agent, beside=ticket) >= agent.capacity:
                raise AtCapacity
            log = Log(cursor, conversation, now)
            log.ticket = moves.taken(ticket, agent, now=now)
            log.move(Step.CLAIMED, agent_id=agent.id, by=agent.name, gen=log.ticket.gen)
            return _stored(log, says)

        return await self._run(work)

    async def take_over(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        def work(cursor: Cursor) -> Change:
            lock(cursor, "agent", agent.id)
            if not _role(cursor, agent.id).at_least(Role.SUPERVISOR):
                raise MayNot
            conversation = find_conversation(cursor, conversation_id)
            ticket = open_ticket(cursor, conversation_id)
            if ticket is None:
                raise NotWaiting
            if ticket.agent_id == agent.id:
                return Change(conversation, ticket=ticket)
            if _load(cursor, agent, beside=ticket) >= agent.capacity:
                raise AtCapacity
            log = Log(cursor, conversation, now)
            log.ticket = moves.taken(ticket, agent, now=now)
            held_by = None if ticket.agent_id is None else _name(cursor, ticket.agent_id)
            step = Step.CLAIMED if ticket.agent_id is None else Step.TAKEN_OVER
            log.move(step, agent_id=agent.id, by=agent.name, gen=log.ticket.gen, held_by=held_by)
            if held_by is not None:
                noted(cursor, agent, now, "conversation.taken_over", conversation_id, before={"agent": held_by})
            return _stored(log, says)

        return await self._run(work)

    async def release(self, hold: Hold, *, to: Literal["queue", "bot"], now: datetime, says: str) -> Ticket:
        def work(cursor: Cursor) -> Change:
            lock(cursor, "conversation", hold.conversation_id)
            ticket = held_ticket(cursor, hold)
            log = Log(cursor, find_conversation(cursor, hold.conversation_id), now)
            if to == "bot":
                log.ticket = moves.closed(ticket, now=now)
                log.move(Step.RETURNED, by=_name(cursor, hold.agent_id))
            else:
                log.ticket = moves.lined_up(ticket, now=now)
                log.move(Step.REQUEUED, by=_name(cursor, hold.agent_id))
            return _stored(log, says)

        return await self._run(work)

    async def resolve(self, hold: Hold, *, now: datetime, says: str) -> Ticket:
        def work(cursor: Cursor) -> Change:
            log = Log(cursor, find_conversation(cursor, hold.conversation_id), now)
            log.ticket = moves.closed(held_ticket(cursor, hold), now=now)
            log.move(Step.RESOLVED, by=_name(cursor, hold.agent_id))
            ask(cursor, log.ticket, now)
            return _stored(log, says)

        return await self._run(work)

    async def transfer(self, hold: Hold, transfer: Transfer, *, now: datetime, says: str) -> Ticket:
        def work(cursor: Cursor) -> Change:
            if transfer.agent is not None:
                lock(cursor, "agent", transfer.agent.id)
            lock(cursor, "conversation", hold.conversation_id)
            ticket = held_ticket(cursor, hold)
            log = Log(cursor, find_conversation(cursor, hold.conversation_id), now)
            by = _name(cursor, hold.agent_id)
            if transfer.agent is None or transfer.accept_by is None:
                log.ticket = moves.lined_up(ticket, now=now, team_id=transfer.team_id)
                log.move(Step.TRANSFERRED, by=by, team=transfer.team_id, note=transfer.note or None)
                return _stored(log, says)
            if transfer.accept_by <= now:
                raise InThePast
            if _load(cursor, transfer.agent, beside=ticket) >= transfer.agent.capacity:
                raise NoRoom(transfer.agent.name)
            log.ticket = moves.handed(ticket, transfer.agent, until=transfer.accept_by, now=now)
            log.move(Step.TRANSFERRED, by=by, to=transfer.agent.name, note=transfer.note or None)
            return _stored(log, says)

        return await self._run(work)

    async def snooze(self, hold: Hold, *, until: datetime, now: datetime, says: str) -> Ticket:
        def work(cursor: Cursor) -> Change:
            lock(cursor, "conversation", hold.conversation_id)
            ticket = held_ticket(cursor, hold)
            if until <= now:
                raise InThePast
            log = Log(cursor, find_conversation(cursor, hold.conversation_id), now)
            log.ticket = moves.rested(ticket, until=until, now=now)
            log.move(Step.SNOOZED, by=_name(cursor, hold.agent_id), until=until.isoformat())
            return _stored(log, says)

        return await self._run(work)

    async def decline(self, conversation_id: ConversationId, agent_id: AgentId, *, now: datetime) -> Ticket:
        def work(cursor: Cursor) -> Change:
            lock(cursor, "conversation", conversation_id)
            ticket = open_ticket(cursor, conversation_id)
            if ticket is None or ticket.offered_to != agent_id:
                raise Moved
            log = Log(cursor, find_conversation(cursor, conversation_id), now)
            log.ticket = moves.passed_on(ticket, now=now)
            log.note_step("declined", by=_name(cursor, agent_id))
            return _stored(log)

        return await self._run(work)

    async def follow(self, seen: Ticket, decision: Decision, *, now: datetime, says: str | None = None) -> Ticket:
        def work(cursor: Cursor) -> Change:
            if isinstance(decision, Offer):
                lock(cursor, "agent", decision.agent.id)
            lock(cursor, "conversation", seen.conversation_id)
            ticket = open_ticket(cursor, seen.conversation_id)
            if ticket is None or not moves.same_step(seen, ticket):
                raise Moved
            if isinstance(decision, Offer) and (
                _load(cursor, decision.agent, beside=ticket) >= decision.agent.capacity
            ):
                raise AtCapacity
            log = Log(cursor, find_conversation(cursor, seen.conversation_id), now)
            log.ticket = moves.after(ticket, decision, now=now)
            _record(log, ticket, decision)
            return _stored(log, says)

        return await self._run(work)

    async def waiting(self, site_id: SiteId) -> Sequence[Ticket]:
        return await self._tickets("state IN ('waiting', 'offered') AND snoozed_until IS NULL", site_id)

    async def open_tickets(self, site_id: SiteId) -> Sequence[Ticket]:
        return await self._tickets("state <> 'closed'", site_id)

    async def _tickets(self, where: str, site_id: SiteId) -> Sequence[Ticket]:
        def work(cursor: Cursor) -> Sequence[Ticket]:
            rows = cursor.execute(
                f"SELECT {TICKET} FROM ticket WHERE site_id = ? AND {where} ORDER BY rank_at, id",  # noqa: S608
                (site_id,),
            )
            return [to_ticket(row) for row in rows]

        return await self._reader.run(work)

    async def _run(self, work: Callable[[Cursor], Change]) -> Ticket:
        change = await self._writer.run(work)
        if change.entries:
            await self._backplane.publish(Changed.of(change))
        if change.ticket is None:
            raise RuntimeError("a verb of the queue left no ticket")
        return change.ticket


def _role(cursor: Cursor, agent_id: AgentId) -> Role:
    """What the agent may do by now; who is out may do what everybody may, which is to be refused."""
    row = cursor.execute("SELECT role FROM agent WHERE id = ? AND disabled_at IS NULL", (agent_id,)).fetchone()
    return Role.AGENT if row is None else Role(row[0])


def _name(cursor: Cursor, agent_id: AgentId) -> str:
    row = cursor.execute("SELECT name FROM agent WHERE id = ?", (agent_id,)).fetchone()
    return "" if row is None else str(row[0])


def _before(cursor: Cursor, conversation_id: str) -> tuple[AgentId | None, int]:
    """Who held the conversation before this ticket, and the last generation of a hold: they go on from there."""
    rows = cursor.execute(
        "SELECT agent_id, gen FROM ticket WHERE conversation_id = ? AND state = 'closed'"
        " ORDER BY closed_at DESC, id DESC",
        (conversation_id,),
    ).fetchall()
    holders = (AgentId(agent_id) for agent_id, _ in rows if agent_id is not None)
    return next(holders, None), max((gen for _, gen in rows), default=0)


def _load(cursor: Cursor, agent: Agent, *, beside: Ticket) -> int:
    """How many tickets other than this one the agent holds, or are ringing at them."""
    return int(
        cursor.execute(
            "SELECT (SELECT COUNT(*) FROM ticket WHERE agent_id = ?1 AND state = 'assigned' AND id <> ?2)"
            " + (SELECT COUNT(*) FROM ticket WHERE offered_to = ?1 AND state = 'offered' AND id <> ?2)",
            (agent.id, beside.id),
        ).fetchone()[0]
    )


def _record(log: Log, ticket: Ticket, decision: Decision) -> None:
    """What agents read in the log about a step nobody took by hand; waiting is none."""
    match decision:
        case Offer(choice=choice, agent=agent):
            passed_over = [[_name(log.cursor, agent_id), because] for agent_id, because in choice.passed_over]
            log.note_step("offered", to=agent.name, because=choice.because, passed_over=passed_over)
        case PassOn(because=because):
            to = None if ticket.offered_to is None else _name(log.cursor, ticket.offered_to)
            log.note_step("passed_on", to=to, because=because)
        case RingTeam(because=because):
            log.note_step("team_rung", because=because)
        case CallOwner(because=because):
            log.note_step("owner_called", because=because)
        case TakeBack(because=because):
            by = None if ticket.agent_id is None else _name(log.cursor, ticket.agent_id)
            log.move(Step.REQUEUED, by=by, because=because)
        case Wake():
            log.note_step("woken")
        case Wait():
            pass


def _stored(log: Log, says: str | None = None) -> Change:
    """Say it, write the ticket and the row."""
    if log.ticket is None:
        raise RuntimeError("a verb of the queue left no ticket")
    if says is not None:
        log.say(says)
    save_ticket(log.cursor, log.ticket)
    return log.close()
