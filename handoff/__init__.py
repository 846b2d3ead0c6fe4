"""Who serves whom: when a conversation needs a person, and how it gets to one."""

from handoff.desk import HEAD_STARTS, Desk
from handoff.hours import BadHours, NeverOpen, OpeningHours, Span
from handoff.memory import MemoryQueue
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
from handoff.texts import Texts
from handoff.triage import Author, BadLexicon, Context, Said, Triage, Verdict

__all__ = [
    "HEAD_STARTS",
    "Agent",
    "AgentId",
    "AlreadyAssigned",
    "AtCapacity",
    "Author",
    "BadHours",
    "BadLexicon",
    "Context",
    "ConversationId",
    "Desk",
    "Evidence",
    "HandoffError",
    "HandoffRequest",
    "Hold",
    "MemoryQueue",
    "NeverOpen",
    "NotAssigned",
    "NotWaiting",
    "OpeningHours",
    "Queue",
    "Reason",
    "Said",
    "SiteId",
    "Span",
    "Texts",
    "Ticket",
    "TicketId",
    "TicketState",
    "Triage",
    "Verdict",
]
