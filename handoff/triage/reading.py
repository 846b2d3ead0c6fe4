"""A message as triage reads it: plain words, evenly spaced, each knowing where it stands in the original."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

LONGEST = 4000
"""Characters that are read; what lies beyond is cut, so that a pasted log costs no more than a long message."""

# A dot within a number or a code, as in 1.9 or order.csv, ends nothing.
_TOKEN = re.compile(r"[a-z0-9]+(?:[*@$#]+[a-z]*|![a-z]{1,3}\b)*(?:'[a-z]+)*|(?!\.[^\W_])[.!?\n]+")
_DRAWN_OUT = re.compile(r"(?<=[a-z])([a-z])\1{2,}|([a-z])\2{2,}(?=[a-z])")
_QUOTED = re.compile(r"\"[^\"\n]{2,300}\"|^[ \t]*>.*$", re.MULTILINE)
_SPANS = "spans"
_WITH_SPACE = (1).__add__
_FLAT = {
    code: base[0]
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFKD", chr(code)).lower()) and base[0].isascii()
}
_FLAT |= {ord(mark): "'" for mark in "\u2018\u2019\u00b4`"} | {
    ord(mark): '"' for mark in "\u201c\u201d\u201e\u00ab\u00bb"
}
_FLAT |= {ord("\u00df"): "s", ord("\u00a0"): " "}


@dataclass(slots=True)
class Reading:
    """`text` is a space, then each word followed by a space; the end of a sentence is a word `.` `!` or `?`.

    Words are lower case without accents and apostrophes ("don't" reads "dont"), misspellings and masked
    swear words are put right. So patterns need to know one spelling only.

    One is made for each message, and freezing it would cost more than filling it: nobody changes it, `memo` apart.
    """

    raw: str
    small: str
    """`raw` in small letters without accents, as long as it."""
    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    """Where each word stands in `text`."""
    quoted: frozenset[int]
    """Indices of words inside quotation marks or quoted mail lines: somebody else's words."""
    memo: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What others found in this text, and need not look for again."""

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands in `raw`, end exclusive. Most messages give no evidence, and nobody asks."""
        if _SPANS not in self.memo:
            self.memo[_SPANS] = [match.span() for match in _TOKEN.finditer(self.small)]
        spans: list[tuple[int, int]] = self.memo[_SPANS]
        return spans

    def word_at(self, offset: int) -> int:
        """The index of the word around `offset` in `text`."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of `raw`, in whole words, behind `text[start:end]`."""
        first = bisect_left(self.starts, start)
        last = max(first, bisect_left(self.starts, end) - 1)
        return self.spans[first][0], self.spans[last][1]


def read(raw: str, plain: Callable[[str], str]) -> Reading:
    """`plain` makes the word of a piece of text, as `bare` does, and puts it right."""
    raw = raw[:LONGEST]
    flat = raw.replace("`", "'") if raw.isascii() else raw.translate(_FLAT)
    small = flat.lower()
    if len(small) != len(flat):  # a few capitals have longer small forms; offsets must hold
        small = "".join(each if len(each := c.lower()) == 1 else c for c in flat)
    words = tuple(map(plain, _TOKEN.findall(small)))
    text = f" {' '.join(words)} " if words else " "
    *starts, _ = accumulate(map(_WITH_SPACE, map(len, words)), initial=1)
    reading = Reading(raw, small, text, words, tuple(starts), frozenset())
    if '"' in small or ">" in small:
        begins = [start for start, _ in reading.spans]
        reading.quoted = frozenset(
            index
            for inside in _QUOTED.finditer(small)
            for index in range(bisect_left(begins, inside.start()), bisect_left(begins, inside.end()))
        )
    return reading


def bare(piece: str) -> str:
    """A piece of text in small letters as a word: marks as one, no apostrophes, no letter drawn out."""
    if piece[0] in ".!?\n":
        return "?" if "?" in piece else "!" if "!" in piece else "."
    return _DRAWN_OUT.sub(r"\1\2", piece).replace("'", "")
