"""What is known of a visitor's matter, read from what the bot's project remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.protocol import Fact

SAID = "said in chat"
LABELS: Mapping[str, str] = {
    "part": "Part",
    "order_number": "Order",
    "order_proof": "Postcode",
    "case_number": "Case",
}
"""Slots that an agent reads, by name. Projects of other shops use the same names to have them shown."""
_NO_VERSION = frozenset(("other", "unsure"))
"""What a project says of a version that has no name."""


def bike(slots: Mapping[str, Any]) -> str | None:
    """The machine of the conversation: make, model, version and year, as far as known."""
    if not slots.get("model"):
        return None
    told = dict(slots)
    if told.get("version") in _NO_VERSION:
        del told["version"]
    return " ".join(str(told[name]) for name in ("make", "model", "version", "year") if told.get(name))


def facts(slots: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The facts of the customer pane, the bike first."""
    machine = bike(slots)
    found = [Fact(label="Bike", value=machine, source=SAID)] if machine else []
    said = [(label, str(slots[name])) for name, label in LABELS.items() if slots.get(name)]
    found += [Fact(label="E-mail" if "@" in value else label, value=value, source=SAID) for label, value in said]
    return tuple(found)


def about(slots: Mapping[str, Any]) -> str | None:
    """The bike or the order that a conversation is about, in a few words for lists."""
    if slots.get("model"):
        return " ".join(str(slots[name]) for name in ("model", "year") if slots.get(name))
    return f"order {slots['order_number']}" if slots.get("order_number") else None
