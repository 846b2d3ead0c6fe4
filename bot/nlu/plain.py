"""A message as it is read: Unicode tricks undone, and every character still known by its place in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Blanks without width, marks for the direction of writing, variants of a sign: seen by nobody."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")


class PlainText(NamedTuple):
    """A text in NFKC without what nobody sees."""

    text: str
    places: Sequence[tuple[int, int]] | None = None
    """The span of the original that each character was made from; None: its own place."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a span of `text` was made from; `start` < `end`."""
        return (start, end) if self.places is None else (self.places[start][0], self.places[end - 1][1])


def plain(text: str) -> PlainText:
    """How `text` is read. Never raises: half a surrogate pair is read as the replacement character."""
    if text.isascii():
        return PlainText(text)
    has_surrogate = _LONE_SURROGATE.search(text) is not None
    if not has_surrogate and not _UNSEEN.search(text) and unicodedata.is_normalized("NFKC", text):
        return PlainText(text)
    read: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        seen = _UNSEEN.sub("", text[start:end])
        for character in unicodedata.normalize("NFKC", _LONE_SURROGATE.sub("\ufffd", seen)):
            read.append(character)
            places.append((start, end))
        start = end
    return PlainText("".join(read), places)


def spoken(text: str) -> str:
    """`text` with a word in the place of each emoji, so that 👍 counts as much as "yes" does."""
    return text if text.isascii() or not _EMOJI.search(text) else _EMOJI.sub(_word, _SKIN.sub("", text))


def _word(emoji: re.Match[str]) -> str:
    return f" {_name(emoji[0])} "


@lru_cache(maxsize=2_048)
def _name(emoji: str) -> str:
    return unicodedata.name(emoji, "sign").replace(" ", "").replace("-", "").lower()
