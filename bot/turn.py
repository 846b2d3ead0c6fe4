"""What goes into the assistant and what comes out: a visitor's message and the bot's turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from bot.events import Event
from bot.tracker import Tracker
from bot.translations import language_of


@dataclass(frozen=True, slots=True)
class Message:
    """One visitor message."""

    key: str
    """The turn's key. Actions pass it on, so that a turn that is thought twice does nothing twice."""
    text: str
    sent_at: datetime
    """Aware."""
    payload: str | None = None
    """Rasa payload `/intent{"entity": "value"}`, checked by the caller. A `text` that starts with "/" is text."""
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    """conversation_id, visitor_id, locale, page; actions see it as tracker.latest_message["metadata"]."""
    channel: str = "kickstand"
    """Responses may have wordings for one channel."""

    @property
    def language(self) -> str | None:
        """ISO 639-1, what the visitor reads, as `locale` in `metadata` says it."""
        return language_of(self.metadata.get("locale"))


@dataclass(frozen=True, slots=True)
class Button:
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class BotMessage:
    text: str = ""
    buttons: tuple[Button, ...] = ()
    card: Mapping[str, JsonValue] | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """The bot wants a person to take over."""

    reason: str
    """A short machine word: "catalogue_gap", "bot_gave_up"; for `action_handoff` the intent it answers."""
    detail: str = ""
    """Words for the agent."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A time that an action named to the visitor, in a payload `{"promise": {"what": ..., "due_at": ...}}`."""

    what: str
    """What will be done, in words that a person reads."""
    due_at: datetime
    """Aware."""


@dataclass(frozen=True, slots=True)
class ActionFailure:
    """An action that did not do its work; the dialogue went on without it."""

    action: str
    kind: Literal["raised", "timed_out"]
    detail: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a turn."""

    action: str
    policy: str
    """Who chose it; "action" for a follow-up that another action asked for, "" for the session start."""
    confidence: float


@dataclass(frozen=True, slots=True)
class Trace:
    """Why the bot said what it said."""

    intent: str | None
    confidence: float
    entities: tuple[Event, ...]
    steps: tuple[Step, ...]
    language: str | None = None
    """ISO 639-1, where the project asks for it and the message tells it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """All that the bot does in answer to one message; nothing of it has happened yet."""

    messages: tuple[BotMessage, ...]
    events: tuple[Event, ...]
    """Rasa event dicts, JSON-ready, in order, to append to the tracker."""
    wish: Wish | None
    failures: tuple[ActionFailure, ...]
    trace: Trace
    promises: tuple[Promised, ...]
    """What was promised in this turn, for the ledger."""
    tracker: Tracker = field(compare=False)
    """The conversation as it is once `events` are appended; for callers that keep trackers, it saves folding."""


@dataclass(frozen=True, slots=True)
class Limits:
    action: timedelta = timedelta(seconds=10)
    """Longest a custom action may take."""
    text_length: int = 4_000
    """Characters of a message that are read; what is beyond is cut off."""
    predictions: int = 10
    """Actions in one turn; a story that goes in circles stops here."""
