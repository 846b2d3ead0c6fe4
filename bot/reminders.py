"""Reminders that actions have set: what is still due, told by the conversation's events alone.

Whoever keeps the clock asks `pending` after each turn whose events hold a `reminder` or `cancel_reminder`, and calls
`Assistant.remind` when one is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.events import Event

EXTERNAL = "EXTERNAL: "
"""What the text of a message begins with that no visitor wrote."""


@dataclass(frozen=True, slots=True)
class Reminder:
    name: str
    intent: str
    """What is played when it is due, as if the visitor had said it."""
    entities: tuple[Mapping[str, Any], ...]
    due: datetime
    """Aware; an action that names no zone means UTC."""
    ends_with_message: bool
    """Forgotten once the visitor writes."""

    def parse(self) -> Event:
        """What is understood when it is due."""
        intent = {"name": self.intent, "confidence": 1.0}
        return {
            "text": EXTERNAL + self.intent,
            "intent": intent,
            "intent_ranking": [intent],
            "entities": [dict(entity) for entity in self.entities],
        }

    def event(self) -> Event:
        """The event that sets it; `read_reminder` gives it back."""
        return {
            "event": "reminder",
            "name": self.name,
            "intent": self.intent,
            "entities": [dict(entity) for entity in self.entities],
            "date_time": self.due.isoformat(),
            "kill_on_user_msg": self.ends_with_message,
        }

    def cancellation(self) -> Event:
        """The event after which it is not pending any more."""
        return {**self.event(), "event": "cancel_reminder"}

    @property
    def metadata(self) -> dict[str, Any]:
        """Of the message that it plays; tells `pending` that it is done."""
        return {"is_external": True, "reminder": self.name}


def pending(events: Iterable[Event]) -> tuple[Reminder, ...]:
    """The reminders that are set and neither played, cancelled, replaced nor outlived; the earliest first.

    A new session or a restart ends all of them; one that names no readable time is left out.
    """
    found: dict[tuple[str, str, str], Reminder] = {}
    for event in events:
        kind = event.get("event")
        if kind == "reminder":
            reminder = read_reminder(event)
            if reminder is not None:
                found[_key(reminder)] = reminder
        elif kind == "cancel_reminder":
            found = {key: each for key, each in found.items() if not _cancels(event, each)}
        elif kind in ("restart", "session_started"):
            found = {}
        elif kind == "user":
            played = (event.get("metadata") or {}).get("reminder")
            found = {key: each for key, each in found.items() if not (each.ends_with_message or each.name == played)}
    return tuple(sorted(found.values(), key=lambda each: each.due))


def _key(reminder: Reminder) -> tuple[str, str, str]:
    return reminder.name, reminder.intent, repr(reminder.entities)


def first_due(events: Iterable[Event]) -> datetime | None:
    """The earliest moment that one of these events sets a reminder for."""
    set_now = [read_reminder(event) for event in events if event.get("event") == "reminder"]
    return min((reminder.due for reminder in set_now if reminder is not None), default=None)


def read_reminder(event: Event) -> Reminder | None:
    """The reminder that an event sets; None where it names no readable time."""
    try:
        due = datetime.fromisoformat(event["date_time"])
    except (KeyError, TypeError, ValueError):
        return None
    return Reminder(
        name=str(event.get("name")),
        intent=str(event.get("intent")),
        entities=_entities(event.get("entities")),
        due=due if due.tzinfo is not None else due.replace(tzinfo=UTC),
        ends_with_message=event.get("kill_on_user_msg") is not False,
    )


def _entities(given: Any) -> tuple[Mapping[str, Any], ...]:
    """rasa_sdk lets actions give them as a list of entities or as a dict of values."""
    if isinstance(given, Mapping):
        return tuple({"entity": name, "value": value} for name, value in given.items())
    return tuple(entity for entity in given or () if isinstance(entity, Mapping))


def _cancels(event: Event, reminder: Reminder) -> bool:
    """What a cancellation names must be equal; one that names nothing cancels all."""
    name, intent, entities = (event.get(part) for part in ("name", "intent", "entities"))
    return (
        (not name or name == reminder.name)
        and (not intent or intent == reminder.intent)
        and (not entities or _entities(entities) == reminder.entities)
    )
