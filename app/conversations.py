"""What a conversation is made of: entries, who holds it, and the one table of how that changes.

A conversation is an append-only log. Every entry has its position `pos`; entries that the visitor may see also have
the next contiguous `seq`. Everything else (status row, ticket, tracker, lists) is folded from entries in the
transaction that stores them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, NewType
from uuid import UUID

from uuid_utils import uuid7

from handoff import AgentId, ConversationId, SiteId

VisitorId = NewType("VisitorId", str)
EntryId = NewType("EntryId", str)


def new_id() -> str:
    """A UUIDv7 in its text form: unique, and sorted by the time it was made."""
    return str(uuid7())


class Status(StrEnum):
    """Who holds the conversation."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


class Step(StrEnum):
    """What can happen to the holder of a conversation."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    REQUEUED = "requeued"
    TRANSFERRED = "transferred"
    SNOOZED = "snoozed"
    RETURNED = "returned"
    TAKEN_OVER = "taken_over"
    """From the agent who had it, by somebody who may."""
    RESOLVED = "resolved"
    REOPENED = "reopened"
    JOINED = "joined"
    """Its visitor turned out to have another open conversation, which goes on instead."""


TRANSITIONS: Mapping[tuple[Status, Step], Status] = {
    (Status.BOT, Step.REQUESTED): Status.WAITING,
    (Status.WAITING, Step.CLAIMED): Status.HUMAN,
    (Status.HUMAN, Step.REQUEUED): Status.WAITING,
    (Status.HUMAN, Step.TRANSFERRED): Status.WAITING,
    (Status.HUMAN, Step.SNOOZED): Status.WAITING,
    (Status.HUMAN, Step.RETURNED): Status.BOT,
    (Status.HUMAN, Step.TAKEN_OVER): Status.HUMAN,
    (Status.HUMAN, Step.RESOLVED): Status.CLOSED,
    (Status.CLOSED, Step.REOPENED): Status.BOT,
    (Status.BOT, Step.JOINED): Status.CLOSED,
}
"""Every move there is. A request while waiting or with an agent raises the ticket and moves nothing."""


class ImpossibleStep(Exception):
    """A step that the table of transitions does not have: a bug, not a refusal."""


def after(status: Status, step: Step) -> Status:
    """The status that `step` leads to. Raises ImpossibleStep when `status` does not allow it."""
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise ImpossibleStep(f"{step} is impossible while {status}") from None


AuthorKind = Literal["visitor", "bot", "agent", "system"]
EntryKind = Literal["message", "note", "tracker", "triage", "handoff", "promise", "remedy", "tag", "mark"]


# What is made several times a turn is a named tuple: as fixed as a frozen dataclass, and made in half the time.
class Entry(NamedTuple):
    """One line of the log.

    `data` by `kind`: message and note {text, name?, attachments?, buttons?, card?, page?, lang?, re?}; tracker {events,
    re, reminder?} with events in Rasa's form, `reminder` the one that set what is played now; triage {needs_person,
    reason, score, evidence, also, re, pos}; handoff {step, reason?, by?, gen?}; promise as `handoff.promises.to_data`
    writes it, and re; remedy as `handoff.remedies.to_data` writes it; tag {tag, on, by}; mark {pos, label?, by}. `re`
    is the client_id of the visitor's message it answers, `pos` that message's position.
    """

    conversation_id: ConversationId
    pos: int
    seq: int | None
    id: EntryId
    kind: EntryKind
    author_kind: AuthorKind
    author_id: str
    client_id: str | None
    data: Mapping[str, Any]
    at: datetime


class Conversation(NamedTuple):
    """The row folded from a conversation's entries. `head`: last `seq`; `pos`: last position."""

    id: ConversationId
    site_id: SiteId
    visitor_id: VisitorId
    status: Status
    head: int
    pos: int
    agent_id: AgentId | None
    read_by_visitor: int
    read_by_agent: int
    updated_at: datetime
    locale: str | None = None
    """BCP 47, of what the visitor read when they wrote last."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message on its way in, checked and normalised."""

    client_id: UUID
    text: str
    payload: str | None = None
    attachments: tuple[UUID, ...] = ()
    """Photos that the visitor has uploaded."""
    of_a_service: bool = False
    """Sent by a program that the operator trusts: its payloads need not have been on offer."""
    unproved: bool = False
    """Its author is somebody whom the shop knows, and came by a mail: the bot tells nothing that needs an identity."""
    page: Mapping[str, str] | None = None
    """What the shop's page is about: `sku`, `vehicle`, `order`, of those what it says."""
    locale: str | None = None
    """BCP 47, of what its author reads; None keeps what is known of them."""


@dataclass(frozen=True, slots=True)
class BotSaid:
    """A message of the bot on its way in; `buttons` and `card` as on the wire."""

    text: str
    buttons: tuple[Mapping[str, str], ...] = ()
    card: Mapping[str, Any] | None = None
    lang: str | None = None
    """BCP 47, where it is another language than the one that the visitor reads."""
