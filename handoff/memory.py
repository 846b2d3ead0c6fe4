"""The queue in memory: what the SQL queue is measured against, and enough for a bot without a database."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from uuid_utils import uuid7

from handoff import moves
from handoff.models import (
    Agent,
    AgentId,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    HandoffRequest,
    Hold,
    InThePast,
    MayNot,
    Moved,
    NoRoom,
    NotAssigned,
    NotWaiting,
    Offered,
    SiteId,
    Ticket,
    TicketId,
    Transfer,
)
from handoff.roles import Role
from handoff.routing import Decision, Offer, Wake

EVIDENCE_KEPT = 20
"""Pieces a ticket carries: who goes on writing in anger makes it longer for everyone who is shown the line."""


def _uuid7() -> TicketId:
    return TicketId(str(uuid7()))


class MemoryQueue:
    """See `handoff.ports.Queue`. Atomic because nothing in a verb awaits."""

    def __init__(self, new_id: Callable[[], TicketId] = _uuid7) -> None:
        self._new_id = new_id
        self._open: dict[ConversationId, Ticket] = {}
        self._names: dict[AgentId, str] = {}
        self._last: dict[ConversationId, AgentId] = {}
        self._gens: dict[ConversationId, int] = {}
        self._said: defaultdict[ConversationId, list[str]] = defaultdict(list)

    async def request(self, conversation_id: ConversationId, site_id: SiteId, request: HandoffRequest) -> Ticket:
        ticket = self._open.get(conversation_id)
        if ticket is None:
            ticket = Ticket(
                id=self._new_id(),
                conversation_id=conversation_id,
                site_id=site_id,
                state="waiting",
                agent_id=None,
                gen=self._gens.get(conversation_id, 0),
                reason=request.reason,
                rank_at=request.rank_at,
                requested_at=request.requested_at,
                assigned_at=None,
                first_reply_at=None,
                closed_at=None,
                quote=request.quote,
                evidence=request.evidence,
                last_agent_id=self._last.get(conversation_id),
                waiting_since=request.requested_at,
                due_at=request.requested_at,
            )
            self._said[conversation_id].append(request.says)
        else:
            moves_up = request.rank_at < ticket.rank_at
            if moves_up and ticket.state == "waiting":
                self._said[conversation_id].append(request.says)
            ticket = raised(ticket, request)
        self._open[conversation_id] = ticket
        return ticket

    async def claim(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        ticket = self._open.get(conversation_id)
        if ticket is None:
            raise NotWaiting
        if ticket.agent_id == agent.id:
            return ticket
        if ticket.agent_id is not None:
            raise AlreadyAssigned(self._names[ticket.agent_id])
        if ticket.offered_to not in (None, agent.id):
            raise Offered(self._names.get(ticket.offered_to or agent.id, ""))
        if self._load(agent, beside=ticket) >= agent.capacity:
            raise AtCapacity
        self._names[agent.id] = agent.name
        return self._store(moves.taken(ticket, agent, now=now), says)

    async def take_over(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        if not agent.role.at_least(Role.SUPERVISOR):
            raise MayNot
        ticket = self._open.get(conversation_id)
        if ticket is None:
            raise NotWaiting
        if ticket.agent_id == agent.id:
            return ticket
        if self._load(agent, beside=ticket) >= agent.capacity:
            raise AtCapacity
        self._names[agent.id] = agent.name
        return self._store(moves.taken(ticket, agent, now=now), says)

    async def release(self, hold: Hold, *, to: Literal["queue", "bot"], now: datetime, says: str) -> Ticket:
        ticket = self._held(hold)
        if to == "bot":
            return self._store(moves.closed(ticket, now=now), says)
        return self._store(moves.lined_up(ticket, now=now), says)

    async def resolve(self, hold: Hold, *, now: datetime, says: str) -> Ticket:
        return self._store(moves.closed(self._held(hold), now=now), says)

    async def transfer(self, hold: Hold, transfer: Transfer, *, now: datetime, says: str) -> Ticket:
        ticket = self._held(hold)
        if transfer.agent is None or transfer.accept_by is None:
            return self._store(moves.lined_up(ticket, now=now, team_id=transfer.team_id), says)
        if transfer.accept_by <= now:
            raise InThePast
        if self._load(transfer.agent, beside=ticket) >= transfer.agent.capacity:
            raise NoRoom(transfer.agent.name)
        self._names[transfer.agent.id] = transfer.agent.name
        return self._store(moves.handed(ticket, transfer.agent, until=transfer.accept_by, now=now), says)

    async def snooze(self, hold: Hold, *, until: datetime, now: datetime, says: str) -> Ticket:
        ticket = self._held(hold)
        if until <= now:
            raise InThePast
        return self._store(moves.rested(ticket, until=until, now=now), says)

    async def decline(self, conversation_id: ConversationId, agent_id: AgentId, *, now: datetime) -> Ticket:
        ticket = self._open.get(conversation_id)
        if ticket is None or ticket.offered_to != agent_id:
            raise Moved
        return self._store(moves.passed_on(ticket, now=now))

    async def follow(self, seen: Ticket, decision: Decision, *, now: datetime, says: str | None = None) -> Ticket:
        ticket = self._open.get(seen.conversation_id)
        if ticket is None or not moves.same_step(seen, ticket):
            raise Moved
        if isinstance(decision, Offer):
            if self._load(decision.agent, beside=ticket) >= decision.agent.capacity:
                raise AtCapacity
            self._names[decision.agent.id] = decision.agent.name
        return self._store(moves.after(ticket, decision, now=now), says)

    async def waiting(self, site_id: SiteId) -> Sequence[Ticket]:
        return [
            ticket
            for ticket in await self.open_tickets(site_id)
            if ticket.state in ("waiting", "offered") and ticket.snoozed_until is None
        ]

    async def open_tickets(self, site_id: SiteId) -> Sequence[Ticket]:
        tickets = (ticket for ticket in self._open.values() if ticket.site_id == site_id)
        return sorted(tickets, key=lambda ticket: (ticket.rank_at, ticket.id))

    def said(self, conversation_id: ConversationId) -> Sequence[str]:
        """What the visitor of this conversation heard from the desk, oldest first."""
        return tuple(self._said[conversation_id])

    def _held(self, hold: Hold) -> Ticket:
        ticket = self._open.get(hold.conversation_id)
        if ticket is None or (ticket.state, ticket.agent_id, ticket.gen) != (
            "assigned",
            hold.agent_id,
            hold.gen,
        ):
            raise NotAssigned
        return ticket

    def _load(self, agent: Agent, *, beside: Ticket) -> int:
        """How many tickets other than this one the agent holds, or are ringing at them."""
        return sum(
            other.id != beside.id and agent.id in (other.agent_id, other.offered_to) for other in self._open.values()
        )

    def _store(self, ticket: Ticket, says: str | None = None) -> Ticket:
        if ticket.state == "closed":
            del self._open[ticket.conversation_id]
            self._gens[ticket.conversation_id] = ticket.gen
            if ticket.agent_id is not None:
                self._last[ticket.conversation_id] = ticket.agent_id
        else:
            self._open[ticket.conversation_id] = ticket
        if says is not None:
            self._said[ticket.conversation_id].append(says)
        return ticket


def raised(ticket: Ticket, request: HandoffRequest) -> Ticket:
    """`ticket` after another request in the same conversation: see `Queue.request`."""
    fresh = tuple(evidence for evidence in request.evidence if evidence not in ticket.evidence)
    ticket = replace(ticket, evidence=(ticket.evidence + fresh)[-EVIDENCE_KEPT:])
    if ticket.snoozed_until is not None:
        ticket = moves.after(ticket, Wake(), now=request.requested_at)
    if request.rank_at >= ticket.rank_at:
        return ticket
    return replace(ticket, rank_at=request.rank_at, reason=request.reason, quote=request.quote)
