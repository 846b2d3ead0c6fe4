"""Which version of a machine somebody rides, where the answer hangs on it: "ABS", another one, or they are not sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rasa_sdk.interfaces import Tracker

from .messages import entity, intent, slot, words_or

OTHER: Final = "other"
"""A version that the catalogue does not name."""
UNSURE: Final = "unsure"
"""Asked, and not known: what is made for any version is told, with a note for which."""

_LEFT_OUT: Final = re.compile(r"\b(?:no|non|not|without|isnt|neither)\b")
"""Right before a version's name, it is the one they do not ride."""
_PLAIN: Final = re.compile(r"\b(?:standard|base|basic|plain|normal|regular|ordinary|other|another|none|neither)\b")
_NOT_KNOWN: Final = re.compile(r"\b(?:not sure|unsure|no idea|no clue|dunno|do ?n'?o?t know|can'?t tell)\b")


def told_version(tracker: Tracker, versions: Sequence[str]) -> str | None:
    """The version that the latest message tells, one of `versions`, OTHER or UNSURE; None where it tells none."""
    words = words_or(tracker, "version").lower()
    if entity(tracker, "version") in (OTHER, UNSURE):
        return entity(tracker, "version")
    said = _tokens(words)
    for version in sorted(versions, key=len, reverse=True):
        at = _find(said, _tokens(version.lower()))
        if at is None:
            continue
        if not _LEFT_OUT.search(" ".join(said[max(0, at - 3) : at])):
            return version
        if len(versions) == 1:
            return OTHER
    if slot(tracker, "asked_for") != "version":
        return None
    if _PLAIN.search(words):
        return OTHER
    was_answer = intent(tracker) in {"inform_version", "year_unsure"}
    return UNSURE if was_answer or _NOT_KNOWN.search(words) else None


def named_version(tracker: Tracker) -> str | None:
    """The version of the machine that the conversation is about, where it has a name."""
    version = slot(tracker, "version")
    return None if version in (OTHER, UNSURE) else version


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", text.replace("'", ""))


def _find(said: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Where `wanted` stands in `said`."""
    for at in range(len(said) - len(wanted) + 1):
        if wanted and list(said[at : at + len(wanted)]) == list(wanted):
            return at
    return None
