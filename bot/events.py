"""Rasa's tracker events as the plain dicts that are stored, one function for each kind the engine makes."""

from __future__ import annotations

from typing import Any, TypeAlias

from pydantic_core import from_json, to_json

Event: TypeAlias = dict[str, Any]
"""A JSON-ready dict with at least `event`, its kind."""


def action(name: str, policy: str | None = None, confidence: float | None = None, **more: Any) -> Event:
    return {"event": "action", "name": name, "policy": policy, "confidence": confidence, **more}


def slot(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value}


def active_loop(name: str | None) -> Event:
    return {"event": "active_loop", "name": name}


def loop_interrupted(interrupted: bool) -> Event:
    return {"event": "loop_interrupted", "is_loop_interrupted": interrupted}


def rejected(name: str) -> Event:
    return {"event": "action_execution_rejected", "name": name, "policy": None, "confidence": None}


def user(text: str, parse: Event, **more: Any) -> Event:
    return {"event": "user", "text": text, "parse_data": parse, **more}


def featurization(uses_text: bool) -> Event:
    return {"event": "user_featurization", "use_text_for_featurization": uses_text}


def bot(text: str | None, data: Event, metadata: Event) -> Event:
    return {"event": "bot", "text": text, "data": data, "metadata": metadata}


def session_started() -> Event:
    return {"event": "session_started"}


def restart() -> Event:
    return {"event": "restart"}


def rewind() -> Event:
    return {"event": "rewind"}


def followup(name: str) -> Event:
    return {"event": "followup", "name": name}


def copied(value: Any) -> Any:
    """A deep copy of JSON data, several times faster than `copy.deepcopy`."""
    return from_json(to_json(value, inf_nan_mode="constants"))


def fault(event: Any) -> str | None:
    """What is wrong with an event that somebody else made, or None if a tracker can take it."""
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        return "an event is a dict with `event`, as the helpers of rasa_sdk.events make them"
    kind = event["event"]
    if kind in ("slot", "followup", "action", "action_execution_rejected"):
        return None if isinstance(event.get("name"), str) else f"the event {kind!r} needs a `name`"
    if kind == "active_loop" and not isinstance(event.get("name"), str | None):
        return "the event 'active_loop' needs a `name` or null"
    if kind == "user":
        parse = event.get("parse_data") or {}
        intent = parse.get("intent") or {} if isinstance(parse, dict) else None
        entities = parse.get("entities") or [] if isinstance(parse, dict) else None
        if not isinstance(intent, dict) or not isinstance(entities, list):
            return "the event 'user' needs `parse_data` with an intent and entities"
        if not all(isinstance(entity, dict) for entity in entities):
            return "an entity of the event 'user' is a dict"
    if kind == "bot" and not isinstance(event.get("metadata") or {}, dict):
        return "the metadata of the event 'bot' is a dict"
    return None
