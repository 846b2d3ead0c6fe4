"""Who serves whom: when a conversation needs a person, and how it gets to one."""

from handoff.models import (
    Agent,
    AgentId,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    Evidence,
    HandoffError,
    HandoffRequest,
    Hold,
    NotAssigned,
    NotWaiting,
    Reason,
    SiteId,
    Ticket,
    TicketId,
    TicketState,
)
from handoff.ports import Queue
from handoff.triage.verdict import Author, Context, Said, Verdict

__all__ = [
    "Agent",
    "AgentId",
    "AlreadyAssigned",
    "AtCapacity",
    "Author",
    "Context",
    "ConversationId",
    "Evidence",
    "HandoffError",
    "HandoffRequest",
    "Hold",
    "NotAssigned",
    "NotWaiting",
    "Queue",
    "Reason",
    "Said",
    "SiteId",
    "Ticket",
    "TicketId",
    "TicketState",
    "Verdict",
]
