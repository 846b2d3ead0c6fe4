"""What a handoff is made of: reasons with their evidence, tickets, agents, holds, and what can go wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from handoff.roles import Role

ConversationId = NewType("ConversationId", str)
"""UUIDv7 in its text form, like every id here."""
SiteId = NewType("SiteId", str)
TicketId = NewType("TicketId", str)
AgentId = NewType("AgentId", str)
TeamId = NewType("TeamId", str)


class Reason(StrEnum):
    """Why a person is needed. Declared in the order of worth: the first that holds names the ticket."""

    SAFETY = "safety"
    LEGAL = "legal"
    HUMAN_REQUEST = "human_request"
    REPEAT = "repeat"
    EMOTION = "emotion"
    OTHER = "other"
    """The bot's own wish: a gap in the catalogue, a failed turn, too many guesses."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that led to the handoff, in words an agent reads: `angry words: "appalled"`.

    `start` and `end` are the character span in the visitor's message (end exclusive); both are None when
    the evidence is not in the message itself, such as two fallbacks in a row.
    """

    reason: Reason
    text: str
    start: int | None = None
    end: int | None = None


TicketState = Literal["waiting", "offered", "assigned", "closed"]
Reach = Literal["agent", "team", "owner"]
"""Who has been rung for a waiting ticket: one agent after the other, then the whole team, then the owner."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One conversation's request for a person. A conversation has at most one that is not closed."""

    id: TicketId
    conversation_id: ConversationId
    site_id: SiteId
    state: TicketState
    agent_id: AgentId | None
    """Who holds it while `assigned`, who held it last once `closed`, None while `waiting` or `offered`."""
    gen: int
    """Grows by one with each claim; together with `agent_id` it fences out a holder of the past."""
    reason: Reason
    rank_at: datetime
    """Place in the line: the earliest is served first. `requested_at` less the head start of its lane."""
    requested_at: datetime
    assigned_at: datetime | None
    first_reply_at: datetime | None
    """When an agent first wrote; set by whoever stores that message."""
    closed_at: datetime | None
    quote: str
    """The visitor's own words that led here."""
    evidence: tuple[Evidence, ...]
    team_id: TeamId | None = None
    """The team it was passed to; None: whoever serves the site."""
    last_agent_id: AgentId | None = None
    """Who held the conversation last, in this ticket or the one before: preferred when it is offered."""
    answered_at: datetime | None = None
    """When its present holder first wrote; the next holder begins anew."""
    waiting_since: datetime | None = None
    """Since when it waits this time; None unless `waiting` or `offered`."""
    offered_to: AgentId | None = None
    """Whom it rings at while `offered`; nobody else can take it until `offered_until`."""
    offered_until: datetime | None = None
    snoozed_until: datetime | None = None
    """While this is set a waiting ticket is at rest, and nobody is rung."""
    asked: tuple[AgentId, ...] = ()
    """Who let an offer pass in this round, in order."""
    reach: Reach = "agent"
    due_at: datetime | None = None
    """When `handoff.routing` is asked what happens next. None once its holder has written, and when it is closed."""


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """A person is asked for. Only the transaction that stores it may say `says` to the visitor."""

    reason: Reason
    quote: str
    evidence: tuple[Evidence, ...]
    requested_at: datetime
    rank_at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Agent:
    id: AgentId
    name: str
    """As colleagues know them, "Maya Keller"; the visitor hears the first of the names."""
    capacity: int
    """How many conversations this agent may hold at once."""
    role: Role = Role.AGENT


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where an agent passes a conversation: to one person, or to a team, with a word for whoever takes it."""

    agent: Agent | None = None
    team_id: TeamId | None = None
    note: str = ""
    """For colleagues; the visitor never sees it."""
    accept_by: datetime | None = None
    """Until when it rings at `agent` alone; needed with `agent`."""

    def __post_init__(self) -> None:
        if (self.agent is None) == (self.team_id is None):
            raise ValueError("a transfer goes to a person or to a team: name one of the two")
        if (self.agent is None) != (self.accept_by is None):
            raise ValueError("a transfer to a person says until when it rings there, one to a team does not")


@dataclass(frozen=True, slots=True)
class Hold:
    """An agent's claim to a conversation, as they believe it to be: valid while the ticket agrees."""

    conversation_id: ConversationId
    agent_id: AgentId
    gen: int


class HandoffError(Exception):
    """The desk could not do that; the conversation is as it was."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class AlreadyAssigned(HandoffError):
    """Another agent has this conversation; take the next one from the queue."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"{holder} has this conversation already; take the next one from the queue.")
        self.holder = holder


class Offered(AlreadyAssigned):
    """This conversation rings at somebody else just now."""


class NoRoom(HandoffError):
    """The colleague has no room."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} holds as many conversations as they have room for; pass it to their team instead.")


class Moved(HandoffError):
    """This ticket has changed meanwhile; look again at what it needs."""


class InThePast(HandoffError):
    """That moment has passed; choose one that lies ahead."""


class MayNot(HandoffError):
    """This is for supervisors; ask one of them, or pass on what you hold yourself."""


class NotWaiting(HandoffError):
    """Nobody is waiting in this conversation; refresh the queue."""


class AtCapacity(HandoffError):
    """You hold as many conversations as you have room for; resolve or release one first."""


class NotAssigned(HandoffError):
    """This conversation is not yours any more; open it again to see who has it."""
