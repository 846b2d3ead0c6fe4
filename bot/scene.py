"""One turn while it is being played: the tracker as it grows, and what is worth telling about it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.events import Event
from bot.tracker import Tracker
from bot.turn import ActionFailure, BotMessage, Button, Message, Promised, Step, Wish

_log = logging.getLogger(__name__)


class Scene:
    """The working state of one turn. Only the dialogue writes to it."""

    def __init__(self, tracker: Tracker, message: Message) -> None:
        self.tracker = tracker.fork()
        self.message = message
        self.said_at = message.sent_at.timestamp()
        self.events: list[Event] = []
        """What this turn adds to the tracker."""
        self.steps: list[Step] = []
        self.failures: list[ActionFailure] = []
        self.wish: Wish | None = None
        self.promises: list[Promised] = []

    def append(self, new: Sequence[Event]) -> None:
        """Add events to the turn and to its tracker."""
        if not new:
            return
        stamped = [event if event.get("timestamp") else {**event, "timestamp": self.said_at} for event in new]
        self.events += stamped
        self.tracker.extend(stamped)

    def want_person(self, reason: str, detail: str) -> None:
        """The first reason of a turn counts."""
        if self.wish is None:
            self.wish = Wish(reason, detail)

    def messages(self) -> tuple[BotMessage, ...]:
        """What the visitor sees of the turn; wishes and promises found in custom payloads are noted."""
        found = []
        self.promises.clear()
        for event in self.events:
            if event["event"] == "bot":
                message = self._message(event)
                if message.text or message.buttons or message.card is not None or message.image:
                    found.append(message)
        return tuple(found)

    def _message(self, event: Event) -> BotMessage:
        data = event.get("data") or {}
        custom = data.get("custom") or {}
        card = None
        for key, value in custom.items() if isinstance(custom, dict) else ():
            if key == "card" and isinstance(value, dict):
                card = value
            elif key == "handoff" and isinstance(value, dict):
                self.want_person(str(value.get("reason") or "human_request"), str(value.get("detail") or ""))
            elif key == "promise" and isinstance(value, dict):
                self._note_promise(value)
            else:
                _log.info("the custom payload %r of the bot is not known here and is left out", key)
        choices = [*(data.get("buttons") or ()), *(data.get("quick_replies") or ())]
        return BotMessage(
            text=event.get("text") or "",
            buttons=tuple(
                [
                    Button(str(choice["title"]), str(choice.get("payload") or ""))
                    for choice in choices
                    if isinstance(choice, dict) and choice.get("title") is not None
                ]
            ),
            card=card,
            image=data.get("image") or None,
        )

    def _note_promise(self, given: Mapping[str, Any]) -> None:
        """A promise without words or without an aware time is none; whoever wrote the action reads so in the log."""
        what = str(given.get("what") or "")
        try:
            due_at = datetime.fromisoformat(str(given.get("due_at")))
        except ValueError:
            due_at = None
        if not what or due_at is None or due_at.tzinfo is None:
            _log.warning("a promise needs `what` and `due_at`, a time in ISO 8601 with its offset; got %r", dict(given))
            return
        self.promises.append(Promised(what, due_at))
