"""The matters of one message: "where's order 1042, and do you have the fell r in stock?" are two."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.documents import Rows, Table
from bot.events import Event
from bot.problems import Findings

NAME: Final = "ClauseSplitter"
_MOST_LETTERS: Final = 600
"""Of longer messages only the whole is understood: they tell one story."""
_MOST: Final = 2
"""Matters that are answered in one turn."""
_FEWEST_WORDS: Final = 3
_BOUND: Final = re.compile(
    r"(?<=[?!.;])\s+|\n+"
    r"|,?\s+(?:and also|and while you['’]?re at it|also|plus|btw|by the way|oh and|(?:another|one more) thing:?)[, ]\s*"
    r"|,?\s+and (?=(?:can|could|do|does|did|is|are|will|would|how|what|where|when|which|who|i want|i need|i['’]?d)\b)",
    re.IGNORECASE,
)
_MARK: Final = re.compile(r"[?!.;]\s|\n")
_BINDING: Final = frozenset({"and", "also", "plus", "btw", "way", "thing"})
"""Without such a mark and without one of these words nothing is bound; most messages have neither."""
_LETTERS: Final = re.compile("[a-z]+")
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ClauseSettings:
    """Which intents may share a message, and how sure each has to be."""

    together: tuple[frozenset[str], ...]
    """Groups of intents that are one matter where they meet; only matters of different groups are told apart."""
    least_confidence: float = 0.6


def clauses(text: str) -> Sequence[str]:
    """The parts of a message that could be matters of their own; the whole where there is only one."""
    if len(text) > _MOST_LETTERS:
        return (text,)
    parts = [part.strip() for part in _BOUND.split(text) if part]
    return [part for part in parts if len(_WORD.findall(part)) >= _FEWEST_WORDS]


def matters(text: str, settings: ClauseSettings, parse: Callable[[str], Event]) -> Sequence[Event]:
    """The parses of a message's matters, in order; () unless there are two of different groups, both clear."""
    # Letters beyond ASCII may stand for one within it where case is ignored, as the long s does.
    if text.isascii() and not _MARK.search(text) and _BINDING.isdisjoint(_LETTERS.findall(text.lower())):
        return ()
    parts = clauses(text)
    if len(parts) < _MOST:
        return ()
    found: dict[int, Event] = {}
    for part in parts:
        parsed = parse(part)
        group = _group(parsed["intent"], settings)
        if group is not None:
            found.setdefault(group, parsed)
    return tuple(found.values())[:_MOST] if len(found) >= _MOST else ()


def _group(intent: Mapping[str, object], settings: ClauseSettings) -> int | None:
    """The number of the group of a clear intent; None for others and for those of no group."""
    if float(str(intent.get("confidence") or 0.0)) < settings.least_confidence:
        return None
    for number, group in enumerate(settings.together):
        if intent.get("name") in group:
            return number
    return None


def read_clauses(entry: Table, findings: Findings) -> ClauseSettings | None:
    """The settings of a `ClauseSplitter` component; what is wrong with them is told to `findings`."""
    given = entry.get("matters")
    if not isinstance(given, Rows) or not all(isinstance(group, list) for group in given) or len(given) < _MOST:
        findings.error(
            entry.file, entry.line_of("matters"), "`matters`: two lists of intents or more, such as [[faq], [order]]"
        )
        return None
    least = entry.get("threshold", 0.6)
    if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 1:
        findings.error(entry.file, entry.line_of("threshold"), "`threshold` is a number from 0 to 1")
        return None
    return ClauseSettings(tuple(frozenset(str(intent) for intent in group) for group in given), float(least))
