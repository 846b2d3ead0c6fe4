"""A message as triage reads it: plain words, evenly spaced, each knowing where it stands in the original."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LONGEST = 4000
"""Characters that are read; what lies beyond is cut, so that a pasted log costs no more than a long message."""

_TOKEN = re.compile(r"[a-z0-9]+(?:[*@$#]+[a-z]*|![a-z]{1,3}\b)*(?:'[a-z]+)*|[.!?\n]+")
_DRAWN_OUT = re.compile(r"(?<=[a-z])([a-z])\1{2,}|([a-z])\2{2,}(?=[a-z])")
_QUOTED = re.compile(r"\"[^\"\n]{2,300}\"|^[ \t]*>.*$", re.MULTILINE)
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
    """One is made for each message, and freezing one costs more than filling it: nobody changes it, `memo` apart.

    `text` is a space, then each word followed by a space; the end of a sentence is a word `.` `!` or `?`.

    Words are lower case without accents and apostrophes ("don't" reads "dont"), misspellings and masked
    swear words are put right. So patterns need to know one spelling only.
    """

    raw: str
    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where each word stands in `raw`, end exclusive."""
    starts: tuple[int, ...]
    """Where each word stands in `text`."""
    quoted: frozenset[int]
    """Indices of words inside quotation marks or quoted mail lines: somebody else's words."""
    memo: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What others found in this text, and need not look for again."""

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
    lower = flat.lower()
    if len(lower) != len(flat):  # a few capitals have longer small forms; offsets must hold
        lower = "".join(small if len(small := c.lower()) == 1 else c for c in flat)
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    starts: list[int] = []
    at = 1
    for match in _TOKEN.finditer(lower):
        piece = match.group()
        if piece == "." and lower[(end := match.end()) : end + 1].isalnum():
            continue  # within a number or a code, as in 1.9 or order.csv
        word = plain(piece)
        words.append(word)
        spans.append(match.span())
        starts.append(at)
        at += len(word) + 1
    quoted: frozenset[int] = frozenset()
    if '"' in lower or ">" in lower:
        inside = [match.span() for match in _QUOTED.finditer(lower)]
        begins = [start for start, _ in spans]
        quoted = frozenset(
            index for first, last in inside for index in range(bisect_left(begins, first), bisect_left(begins, last))
        )
    text = f" {' '.join(words)} " if words else " "
    return Reading(raw, text, tuple(words), tuple(spans), tuple(starts), quoted)


def bare(piece: str) -> str:
    """A piece of text in small letters as a word: marks as one, no apostrophes, no letter drawn out."""
    if piece[0] in ".!?\n":
        return "?" if "?" in piece else "!" if "!" in piece else "."
    return _DRAWN_OUT.sub(r"\1\2", piece).replace("'", "")
