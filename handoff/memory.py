"""The queue in memory: what the SQL queue is measured against, and enough for a bot without a database."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from uuid_utils import uuid7

from handoff.models import (
    Agent,
    AgentId,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    HandoffRequest,
    Hold,
    NotAssigned,
    NotWaiting,
    SiteId,
    Ticket,
    TicketId,
)

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
        if ticket.state == "assigned":
            if ticket.agent_id == agent.id:
                return ticket
            holder = ticket.agent_id
            raise AlreadyAssigned(self._names[holder] if holder else "")
        if sum(other.agent_id == agent.id for other in self._open.values()) >= agent.capacity:
            raise AtCapacity
        self._names[agent.id] = agent.name
        taken = replace(ticket, state="assigned", agent_id=agent.id, gen=ticket.gen + 1, assigned_at=now)
        return self._store(taken, says)

    async def release(self, hold: Hold, *, to: Literal["queue", "bot"], now: datetime, says: str) -> Ticket:
        ticket = self._held(hold)
        if to == "bot":
            return self._store(replace(ticket, state="closed", closed_at=now), says)
        return self._store(replace(ticket, state="waiting", agent_id=None, assigned_at=None), says)

    async def resolve(self, hold: Hold, *, now: datetime, says: str) -> Ticket:
        return self._store(replace(self._held(hold), state="closed", closed_at=now), says)

    async def waiting(self, site_id: SiteId) -> Sequence[Ticket]:
        tickets = (t for t in self._open.values() if t.state == "waiting" and t.site_id == site_id)
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

    def _store(self, ticket: Ticket, says: str) -> Ticket:
        if ticket.state == "closed":
            del self._open[ticket.conversation_id]
        else:
            self._open[ticket.conversation_id] = ticket
        self._said[ticket.conversation_id].append(says)
        return ticket


def raised(ticket: Ticket, request: HandoffRequest) -> Ticket:
    """`ticket` after another request in the same conversation: see `Queue.request`."""
    fresh = tuple(evidence for evidence in request.evidence if evidence not in ticket.evidence)
    ticket = replace(ticket, evidence=(ticket.evidence + fresh)[-EVIDENCE_KEPT:])
    if request.rank_at >= ticket.rank_at:
        return ticket
    return replace(ticket, rank_at=request.rank_at, reason=request.reason, quote=request.quote)
