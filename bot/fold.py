"""What a sequence of tracker events adds up to, at any moment of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import names
from bot.events import Event

EMPTY_MESSAGE: Mapping[str, Any] = {"intent": {"name": None}, "entities": [], "text": None, "metadata": {}}


@dataclass(frozen=True, slots=True)
class Loop:
    """The form (or other loop) that is asking at the moment."""

    name: str
    rejected: bool = False
    """It had no use for the latest message, so other policies may answer."""
    interrupted: bool = False
    """Another answer came in between; it asks again without judging the message."""
    trigger: Mapping[str, Any] | None = None
    """The message that activated it."""


class Fold:
    """Everything a sequence of events adds up to. Values are replaced, never changed in place."""

    __slots__ = (
        "followup",
        "latest_action",
        "latest_message",
        "loop",
        "memo",
        "paused",
        "slots",
        "uses_text",
    )

    def __init__(self) -> None:
        self.slots: Mapping[str, Any] = {}
        """Slots that were set; the others have the domain's initial values."""
        self.latest_message: Mapping[str, Any] = EMPTY_MESSAGE
        self.uses_text = False
        """Whether the latest message counts by its text rather than by its intent."""
        self.latest_action: str | None = None
        self.loop: Loop | None = None
        self.followup: str | None = names.LISTEN
        self.paused = False
        self.memo: dict[object, Any] = {}
        """What others computed of this moment; a copy of the same moment shares it."""

    def copy(self) -> Fold:
        other = Fold.__new__(Fold)
        other.slots = self.slots
        other.latest_message = self.latest_message
        other.uses_text = self.uses_text
        other.latest_action = self.latest_action
        other.loop = self.loop
        other.followup = self.followup
        other.paused = self.paused
        other.memo = self.memo
        return other

    def apply(self, event: Event) -> None:
        kind = event.get("event")
        if kind == "bot" or (kind == "user_featurization" and self._reads_as(event) == self.uses_text):
            return  # nothing is another moment now, and what was computed of it holds
        self.memo = {}
        if kind == "action":
            self._apply_action(event.get("name") or event.get("action_text"))
        elif kind == "slot":
            self.slots = {**self.slots, event["name"]: event.get("value")}
        elif kind == "user":
            self.latest_message = event.get("parse_data") or EMPTY_MESSAGE
            self.uses_text = False
        elif kind == "user_featurization":
            self.uses_text = self._reads_as(event)
        elif kind == "active_loop":
            name = event.get("name")
            self.loop = Loop(name, trigger=self.latest_message) if name else None
        elif kind == "action_execution_rejected":
            if self.loop is not None and self.loop.name == event.get("name"):
                self.loop = replace(self.loop, rejected=True)
        elif kind == "loop_interrupted":
            if self.loop is not None:
                # The server and rasa_sdk have different names for it.
                interrupted = event.get("is_loop_interrupted", event.get("is_interrupted"))
                self.loop = replace(self.loop, interrupted=bool(interrupted))
        elif kind == "followup":
            self.followup = event.get("name")
        elif kind == "reset_slots":
            self.slots = {}
        elif kind in ("pause", "resume"):
            self.paused = kind == "pause"

    @staticmethod
    def _reads_as(event: Event) -> bool:
        return bool(event.get("use_text_for_featurization"))

    def _apply_action(self, name: str | None) -> None:
        self.latest_action = name
        self.followup = None
        if self.loop is not None and (self.loop.interrupted or self.loop.rejected):
            own = self.loop.name == name
            self.loop = replace(self.loop, interrupted=False, rejected=self.loop.rejected and not own)


class Cut:
    """The moment before an action: dialogue states are taken from these."""

    __slots__ = ("at", "before", "hidden", "memo")

    def __init__(self, at: int, before: Fold, hidden: bool) -> None:
        self.at = at
        """Index of the action in the applied events."""
        self.before = before
        self.hidden = hidden
        """Rules alone predicted the action, so stories do not see it."""
        self.memo: dict[object, Any] = {}
        """What others computed from this cut and all cuts before it."""
