"""The hot path's port: the few verbs that write a conversation, each one transaction.

`sql_journal.py` implements it for SQLite and PostgreSQL. The docstrings are the contract. Every verb raises
`app.errors.Unavailable` when the store does not take writes; nothing of it has happened then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, NewType, Protocol

from app.conversations import BotSaid, Conversation, Entry, Said, VisitorId
from handoff import AgentId, ConversationId, HandoffRequest, SiteId, Ticket

TurnId = NewType("TurnId", str)


# What is made several times a turn is a named tuple: as fixed as a frozen dataclass, and made in half the time.
class Change(NamedTuple):
    """What a transaction did to one conversation: the row after it, the new entries in order, the ticket if touched."""

    conversation: Conversation
    entries: tuple[Entry, ...] = ()
    ticket: Ticket | None = None


class Lease(NamedTuple):
    """The right to answer one visitor message, until the store's clock passes the lease.

    `attempt` counts from 1. The id is also the idempotency key of everything the turn does outside.
    """

    turn_id: TurnId
    token: str
    attempt: int
    message: Entry


class Heard(NamedTuple):
    """A visitor's message is stored (or was, long ago: `duplicate`). `lease` is None while another turn is open."""

    message: Entry
    duplicate: bool
    change: Change
    lease: Lease | None


class Spoken(NamedTuple):
    """An agent's message or note is stored, or was (`duplicate`)."""

    message: Entry
    duplicate: bool
    change: Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one turn wants to store. Nothing of it, or all that the holder of the conversation allows.

    `said` and `events` are the bot's and stored only while it may speak: it holds the conversation, or waits with the
    visitor while nobody is on duty (`helps_while_waiting`). `verdict` is triage's, stored always. `request` asks for
    a person. `about`: what the conversation is about in a few words, for lists. `failed`: the turn gave up.
    `remind_at`: when the first of the reminders is due that `events` set. `promises`: what the bot promised in it, as
    entries of the ledger (`handoff.promises.to_data`).
    """

    said: tuple[BotSaid, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    verdict: Mapping[str, Any] | None = None
    request: HandoffRequest | None = None
    helps_while_waiting: bool = False
    about: str | None = None
    failed: bool = False
    remind_at: datetime | None = None
    promises: tuple[Mapping[str, Any], ...] = ()


class Finished(NamedTuple):
    """The turn is stored. `change` is None when another worker owned it; `next` is the conversation's next turn."""

    change: Change | None
    next: Lease | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order; `more`: there are others beyond this page."""

    entries: tuple[Entry, ...] = field(default=())
    more: bool = False


class Journal(Protocol):
    """Conversations as append-only logs. Everything is settled inside one transaction a verb."""

    async def epoch(self) -> str:
        """The name of the store's lifetime."""

    async def hear(self, visitor_id: VisitorId, site_id: SiteId, said: Said, *, now: datetime) -> Heard:
        """Store a visitor's message and the turn it is owed.

        Finds the visitor's open conversation, reopens one closed within `reopen_within`, or starts one. The same
        `client_id` with the same content gives the first message again. Raises ClientIdConflict for other content and
        PayloadNotOffered for a payload that no bot message of this conversation offered, unless a service sent it.
        """

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
        """Store an agent's message, or a note that only agents see.

        Raises NoSuchConversation unless the agent works for its site, NotAssigned unless the agent holds it in
        generation `gen` (notes need no hold), ClientIdConflict as `hear` does.
        """

    async def take_turns(self, *, now: datetime, all_running: bool = False, limit: int = 64) -> Sequence[Lease]:
        """Lease queued turns of conversations that have none running, oldest first.

        Turns whose lease has run out are queued again first; with `all_running` (at start) those too that a process of
        this one's name had leased: it is no more.
        """

    async def finish_turn(self, lease: Lease, outcome: Outcome, *, now: datetime) -> Finished:
        """Store a turn's outcome under its lease and take the conversation's next turn, if one is queued."""

    async def give_back(self, lease: Lease) -> None:
        """Queue a leased turn again at once, as if it had not been taken: this process stops."""

    async def renew(self, lease: Lease, *, now: datetime) -> bool:
        """Let the lease run from now on; False when another worker has the turn by now."""

    async def to_be_reminded(self, *, now: datetime, limit: int = 64) -> Sequence[ConversationId]:
        """Conversations without an open turn whose reminders are to be looked at by now, the longest due first."""

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
        """Append the events after which due reminders are `settled`, and owe a turn for the one that is `played`.

        Looks again at `next_at`. Does nothing when the conversation has moved on from `pos` or has a turn open: it
        is to be looked at again then.
        """

    async def append_events(
        self, conversation_id: ConversationId, events: Sequence[Mapping[str, Any]], *, now: datetime
    ) -> Change | None:
        """Append events in Rasa's form that did not happen in a turn; None while a turn is open, which would not
        know of them. Raises NoSuchConversation.
        """

    async def mark_read(self, conversation_id: ConversationId, by: str, seq: int) -> Conversation | None:
        """Move the mark of `by` ("visitor" or "agent") up to `seq`; None when it is there already."""

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        """The row as it is now."""

    async def locale(self, conversation_id: ConversationId) -> str | None:
        """BCP 47, what its visitor reads, as far as they said."""

    async def current(self, visitor_id: VisitorId, *, now: datetime) -> Conversation | None:
        """The visitor's open conversation, else the last closed one that a message would reopen."""

    async def owned(self, conversation_id: ConversationId, visitor_id: VisitorId) -> Conversation | None:
        """The conversation if it is this visitor's; "not yours" and "not there" are the same answer."""

    async def entries(self, conversation_id: ConversationId, *, after: int, limit: int) -> Page:
        """Entries with `pos > after`, in order."""

    async def visible(self, conversation_id: ConversationId, *, after: int, limit: int) -> Page:
        """Entries with `seq > after`, in order."""

    async def visible_before(self, conversation_id: ConversationId, *, before: int, limit: int) -> Page:
        """The last `limit` entries with `seq < before`, in order."""

    async def heads(
        self, conversation_ids: Sequence[ConversationId], visitor_ids: Sequence[VisitorId]
    ) -> Sequence[Conversation]:
        """The rows of these conversations, and of the open ones of these visitors, as they are now."""

    async def accepts_writes(self, within: timedelta) -> bool:
        """Whether a write goes through within that time."""
