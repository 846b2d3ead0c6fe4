"""The bot's prepared answers: which wording, with which values in it."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot import events
from bot.domain import Domain, Variation
from bot.events import Event
from bot.tracker import Tracker

_log = logging.getLogger(__name__)
_PLACE = re.compile(r"\{\{|\}\}|\{(?P<name>[^\n{}]+)\}")
_NAMED = re.compile(r"\{[^\n{}]+\}")
"""A name in braces, whether they are literal or not."""
_CHANNEL_PARTS = ("custom", "image", "attachment", "buttons", "elements", "quick_replies")
_NOT_METADATA = frozenset(("text", "response", "template", *_CHANNEL_PARTS))


class Responses:
    """Renders the responses of one domain."""

    def __init__(self, domain: Domain, seed: int) -> None:
        self._domain = domain
        self._seed = seed

    def __contains__(self, name: object) -> bool:
        return name in self._domain.responses

    def render(
        self,
        name: str,
        tracker: Tracker,
        values: Mapping[str, Any],
        key: str,
        channel: str,
        language: str | None = None,
    ) -> Event | None:
        """The bot event of the response `name` in `language`, or None if no variation fits.

        The choice among variations depends on seed, conversation and message `key` only, and avoids the one
        heard last. `values` are all slots and what an action adds to them.
        """
        variations = self._domain.worded(name, language)
        numbers = _fitting(variations, values, channel)
        if not numbers:
            _log.warning("the response %s has no variation for channel %s and these slots", name, channel)
            return None
        last = tracker.said.get(name)
        fresh = [number for number in numbers if number != last] or numbers
        chance = zlib.crc32(f"{self._seed}|{tracker.conversation_id}|{key}|{name}".encode(errors="replace"))
        number = fresh[chance % len(fresh)]
        content = _filled(variations[number].content, values)
        metadata: Event = {"utter_action": name}
        if len(variations) > 1:
            metadata["variation"] = number
        return bot_event(content, metadata)


def bot_event(content: Mapping[str, Any], metadata: Event) -> Event:
    """What the bot says as a tracker event; keys beyond text and rich parts ride along as metadata."""
    data = {part: content.get(part) or None for part in _CHANNEL_PARTS}
    more = {key: value for key, value in content.items() if key not in _NOT_METADATA and value is not None}
    return events.bot(content.get("text"), data, {**more, **metadata})


def _fitting(variations: tuple[Variation, ...], slots: Mapping[str, Any], channel: str) -> list[int]:
    """The variations to choose among: those made for channel and condition first, plain ones last."""
    if not any(variation.channel is not None or variation.conditions for variation in variations):
        return list(range(len(variations)))
    groups: dict[tuple[bool, bool], list[int]] = {}
    for number, variation in enumerate(variations):
        if variation.channel is not None and variation.channel != channel:
            continue
        if all(_holds(slots.get(name), value) for name, value in variation.conditions):
            groups.setdefault((variation.channel is not None, bool(variation.conditions)), []).append(number)
    for group in ((True, True), (True, False), (False, True), (False, False)):
        if groups.get(group):
            return groups[group]
    return []


def _holds(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return bool(value == wanted)


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, dict):
        return {key: _filled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    return value


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with each `{name}` replaced; `{{` and `}}` are literal braces.

    A text that names anything unknown, or has both a name in literal braces and one to replace, stays as it is:
    so it does in Rasa, and a mistake shows instead of hiding.
    """
    if "{" not in text and "}" not in text:
        return text
    parts = _parts(text)
    if parts is None:
        return text
    try:
        return "".join(part if is_plain else str(values[part]) for is_plain, part in parts)
    except KeyError:
        return text


@lru_cache(maxsize=4_096)
def _parts(text: str) -> tuple[tuple[bool, str], ...] | None:
    """(True, words) and (False, name) in turn; None where the text is not to be filled."""
    parts: list[tuple[bool, str]] = []
    between: list[str] = []
    names_at = set()
    end = 0
    for match in _PLACE.finditer(text):
        between.append(text[end : match.start()])
        parts.append((True, between[-1]))
        end = match.end()
        if match["name"] is None:
            parts.append((True, match[0][0]))
        else:
            names_at.add(match.start())
            parts.append((False, match["name"]))
    between.append(text[end:])
    parts.append((True, between[-1]))
    has_stray_brace = any("{" in words or "}" in words for words in between)
    has_literal_name = any(match.start() not in names_at for match in _NAMED.finditer(text))
    return None if has_stray_brace or (has_literal_name and names_at) else tuple(parts)
