"""Payloads of buttons, `/intent{"entity": "value"}`: an intent that needs no guessing."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from typing import Any

from bot.events import Event

_PAYLOAD = re.compile(r"/(?P<intent>[^{@]+)(?:@(?P<confidence>[0-9]+(?:\.[0-9]+)?))?(?P<entities>\{.*\})?", re.DOTALL)
LONGEST_PAYLOAD = 4_000


def parse_payload(payload: str, intents: Container[str], entities: Container[str]) -> Event | None:
    """The parse of a payload, or None if it is none or names an intent that the domain lacks.

    Braces that hold no JSON object give no entities; entities that the domain lacks are left out; a list gives
    one entity per item.
    """
    stripped = payload.strip()
    match = _PAYLOAD.match(stripped) if len(stripped) <= LONGEST_PAYLOAD else None
    if match is None:
        return None
    name = match["intent"].strip()
    if name not in intents:
        return None
    intent = {"name": name, "confidence": min(float(match["confidence"] or 1.0), 1.0)}
    return {
        "text": payload,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": _entities(match, entities),
    }


def _entities(match: re.Match[str], known: Container[str]) -> list[dict[str, Any]]:
    if match["entities"] is None:
        return []
    try:
        values = json.loads(match["entities"])
    except (ValueError, RecursionError):
        return []
    if not isinstance(values, dict):
        return []
    start, end = match.span("entities")
    return [
        {"entity": name, "start": start, "end": end, "value": value}
        for name, given in values.items()
        if name in known
        for value in (given if isinstance(given, list) else [given])
    ]
