"""What gateways tell each other: hints that something changed, and things that need not last. No truth, no locks.

A lost, late, doubled or reordered signal is harmless: whoever follows a conversation compares positions and reads
what is missing from the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Literal, Protocol

from app.conversations import VisitorId
from app.persistence.journal import Change
from app.protocol import Author, LedgerPromise, MadeRight, SecondPerson
from handoff import ConversationId, SiteId


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation has entries up to `pos` (`head` of them visible). `change` rides along inside one process.

    `since`: it tells of all entries after this position, 0 when it comes from the store itself.
    `moved`: who holds the conversation, or the line it waits in, may be another.
    """

    conversation_id: ConversationId
    visitor_id: VisitorId
    site_id: SiteId
    head: int
    pos: int
    since: int = 0
    moved: bool = True
    change: Change | None = None

    @classmethod
    def of(cls, change: Change) -> Changed:
        """The signal of a committed change."""
        row, entries = change.conversation, change.entries
        since = entries[0].pos - 1 if entries else row.pos
        moved = change.ticket is not None or any(entry.kind == "handoff" for entry in entries)
        return cls(row.id, row.visitor_id, row.site_id, row.head, row.pos, since, moved, change)


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody read up to a new mark."""

    conversation_id: ConversationId
    site_id: SiteId


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody types; `to` is the side that is shown it."""

    conversation_id: ConversationId
    visitor_id: VisitorId
    to: Literal["visitor", "agents"]
    by: Author
    on: bool


@dataclass(frozen=True, slots=True)
class Looking:
    """Who has the conversation in front of them has changed."""

    conversation_id: ConversationId


@dataclass(frozen=True, slots=True)
class PromiseTold:
    """A promise of this site has changed, as its consoles get it."""

    site_id: SiteId
    promise: LedgerPromise


@dataclass(frozen=True, slots=True)
class RemedyTold:
    """A remedy of this site has changed, as its consoles get it."""

    site_id: SiteId
    remedy: MadeRight


@dataclass(frozen=True, slots=True)
class SecondTold:
    """A conversation of this site turned for the worse, or somebody has looked, as its consoles get it."""

    site_id: SiteId
    second: SecondPerson


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """An agent's session is over: its sockets close."""

    session_id: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Somebody came on duty or left: what visitors are told about waiting may change."""

    site_id: SiteId


@dataclass(frozen=True, slots=True)
class VisitorLeft:
    """A visitor's token has ended: its sockets close and come back with another."""

    visitor_id: VisitorId


@dataclass(frozen=True, slots=True)
class Spent:
    """What one gateway (`by`) has spent of a limit, by who spent it: the others count it too."""

    by: str
    limit: str
    keys: Mapping[str, int]


Signal = (
    VisitorLeft
    | Spent
    | RemedyTold
    | Changed
    | Seen
    | Typing
    | Looking
    | PromiseTold
    | SecondTold
    | SessionEnded
    | PresenceChanged
)


class Backplane(Protocol):
    """Signals to every gateway, this one included.

    `on_return` is called when signals get through again that did not for a while: some are lost. `concerns` is asked
    whether anybody here follows a conversation: without, another gateway's new entries in it need not be told here.
    """

    on_return: Callable[[], None]
    concerns: Callable[[ConversationId, VisitorId], bool]

    @property
    def is_up(self) -> bool:
        """Whether signals of other gateways arrive."""

    async def publish(self, signal: Signal) -> None:
        """Tell all gateways. Never raises; a signal that could not be sent is repaired by comparing positions."""

    def listen(self, handler: Callable[[Signal], None]) -> None:
        """Call `handler` with every signal from now on. It must not block."""

    async def note_online(self, here: Set[ConversationId]) -> None:
        """Say whose visitors are connected to this gateway, all of them. Never raises."""

    async def is_online(self, conversation_id: ConversationId) -> bool:
        """Whether its visitor is connected to another gateway, as far as that is known. Never raises."""
