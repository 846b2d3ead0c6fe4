"""A form card that the visitor filled in: its answer is what its fields say, and its intent needs no guessing.

The card comes in a response's or an action's `custom` part, beside the intent that a filled one stands for:
`{"card": {"kind": "form", "fields": [{"name": ..., "label": ...}, ...]}, "answers": "inform_order_number"}`. The chat
sends one "label: value" a line. A field whose `name` is an entity gives what is recognised as that entity in its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.events import Event
from bot.tracker import Tracker

ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form: the intent that it stands for, and where in the message each field's line is."""

    intent: str
    lines: Mapping[str, tuple[int, int]]

    def read(self, parse: Event) -> Event:
        """`parse`, the understanding of the same message, as that of a filled form."""
        intent = {"name": self.intent, "confidence": 1.0}
        entities = [each for each in parse["entities"] if self._holds(each)]
        return {**parse, "intent": intent, "intent_ranking": [intent], "entities": entities}

    def _holds(self, entity: Mapping[str, Any]) -> bool:
        start, end = self.lines.get(str(entity["entity"]), (0, 0))
        return bool(start <= entity["start"] < end)


def filled(tracker: Tracker, text: str) -> Filled | None:
    """The form that `text` fills in; None where it is no answer to one that was asked since the visitor wrote last.

    Whoever writes anything else is free to: that is read as every message is.
    """
    if ": " not in text:
        return None
    asked = _asked(tracker)
    if asked is None:
        return None
    labels = {f"{field['label']}: ": str(field["name"]) for field in asked["card"]["fields"]}
    lines: dict[str, tuple[int, int]] = {}
    start = 0
    for line in text.splitlines(keepends=True):
        label = next((each for each in labels if line.startswith(each)), None)
        if label is None:
            return None
        lines[labels[label]] = (start + len(label), start + len(line))
        start += len(line)
    return Filled(str(asked[ANSWERS]), lines)


def _asked(tracker: Tracker) -> Mapping[str, Any] | None:
    """The `custom` part of the last form since the visitor wrote, where it says what a filled one stands for."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return None
        custom = (event.get("data") or {}).get("custom") if event["event"] == "bot" else None
        if isinstance(custom, Mapping) and custom.get(ANSWERS) and _is_form(custom.get("card")):
            return custom
    return None


def _is_form(card: object) -> bool:
    if not isinstance(card, Mapping) or card.get("kind") != "form" or not isinstance(card.get("fields"), list):
        return False
    return all(isinstance(field, Mapping) and {"name", "label"} <= field.keys() for field in card["fields"])
