"""Reading the visitor's message and writing answers, as all actions do it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

PERSON: dict[str, str] = {"title": "Talk to a person", "payload": "/human_request"}
"""The chip that stands beside everything a person might do better."""


def said(tracker: Tracker) -> str:
    """The words of the latest message; "" when a chip was tapped, whose facts are entities."""
    text = str(tracker.latest_message.get("text") or "")
    return "" if text.startswith("/") else text


def entity(tracker: Tracker, name: str) -> str | None:
    """The last value of an entity in the latest message."""
    values = [found["value"] for found in tracker.latest_message.get("entities") or () if found["entity"] == name]
    return str(values[-1]) if values else None


def words_or(tracker: Tracker, name: str) -> str:
    """The words of the latest message, which the catalogue reads best; on a tapped chip, the entity it carries."""
    return said(tracker) or entity(tracker, name) or ""


def intent(tracker: Tracker) -> str | None:
    """What the latest message was understood as."""
    name = (tracker.latest_message.get("intent") or {}).get("name")
    return str(name) if name else None


def turn_key(tracker: Tracker) -> str:
    """The key of this turn: the same one when the turn is repeated."""
    return str(tracker.latest_message["message_id"])


def visitor(tracker: Tracker) -> str:
    """Who is writing; a conversation without a known visitor stands for itself."""
    return str((tracker.latest_message.get("metadata") or {}).get("visitor_id") or tracker.sender_id)


def slot(tracker: Tracker, name: str) -> str | None:
    """A text slot's value."""
    value = tracker.get_slot(name)
    return None if value is None else str(value)


def turn_to(tracker: Tracker, topic: str) -> list[EventType]:
    """Make `topic` what the conversation is about: an unfinished form and an open offer are left behind."""
    events: list[EventType] = [SlotSet("topic", topic)]
    if (tracker.active_loop or {}).get("name"):
        events += [ActiveLoop(None), SlotSet("requested_slot", None)]
    if tracker.get_slot("person_offered"):
        events.append(SlotSet("person_offered", None))
    return events


def changes(tracker: Tracker, found: Iterable[EventType]) -> list[EventType]:
    """Without slots that are set to what they hold: a conversation keeps its events, and is read again by each."""
    held = dict(tracker.slots)
    kept = []
    for event in found:
        if event["event"] == "slot":
            name, value = event["name"], event["value"]
            if name in held and held[name] == value:
                continue
            held[name] = value
        kept.append(event)
    return kept


def chip(title: str, intent_name: str, **entities: str) -> dict[str, str]:
    """A button that says an intent with its facts."""
    facts = json.dumps(entities, ensure_ascii=False) if entities else ""
    return {"title": title, "payload": f"/{intent_name}{facts}"}


def show(
    dispatcher: CollectingDispatcher,
    card: Mapping[str, Any],
    *,
    text: str | None = None,
    buttons: Sequence[dict[str, str]] = (),
) -> None:
    """Send a card, with a line before it."""
    dispatcher.utter_message(text=text, json_message={"card": dict(card)}, buttons=list(buttons))


def call_person(dispatcher: CollectingDispatcher, reason: str, detail: str) -> None:
    """Ask for a person. The visitor hears of it from the handoff, and from nobody else."""
    dispatcher.utter_message(json_message={"handoff": {"reason": reason, "detail": detail}})


def promise(
    dispatcher: CollectingDispatcher,
    *,
    text: str,
    what: str,
    due_at: datetime,
    card: Mapping[str, Any] | None = None,
    buttons: Sequence[dict[str, str]] = (),
) -> None:
    """Say something that names a time, and put it on record: what the team does by `due_at`, which is aware.

    It stands on `card`, or on one of its own.
    The one way in which this bot promises. Whatever names a time elsewhere is refused by `kickstand check`.
    """
    own = {"kind": "promise", "what": what, "by": "Our team", "due": due_at.isoformat(), "state": "on_track"}
    payload = {"promise": {"what": what, "due_at": due_at.isoformat()}, "card": own if card is None else dict(card)}
    dispatcher.utter_message(text=text, json_message=payload, buttons=list(buttons))
