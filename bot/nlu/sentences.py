"""What a text means: one unit vector, summed from a table with a vector for each piece of a word."""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from array import array
from collections.abc import Container, Sequence
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bot.nlu.words import FIGURE, LONGEST_TEXT

Floats = NDArray[np.float32]

TABLE = Path(__file__).parent / "table"
"""Where the table that comes with Kickstand lies; its README says what it is and how it was made."""
REMEMBERED_WORDS = 10_000
_LONGEST_WORD = 100
_WORD = re.compile(r"\w+|[^\w\s]")
_LETTERS_OF_A_PIECE = 2
"""A word whose pieces are shorter on average is noise: "brmf" in three of them means nothing."""
_INSIDE = "##"
"""Before a piece that goes on inside a word."""


class SentenceTable:
    """Vectors of texts. Those of texts that mean the same have a large product, also without a word in common.

    A word that the table does not have as a whole is cut into the longest pieces it has; what is in none counts
    nothing. The rows are mapped into memory, so that all processes share them.
    """

    def __init__(self, pieces: Sequence[str], rows: NDArray[np.int8], scales: Floats, mark: str = "") -> None:
        """`rows` (pieces, size) times `scales` (pieces,) are the vectors; `mark` tells this table from others."""
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._rows = rows
        self._scales = scales
        self._remembered: dict[str, bytes] = {}
        """The numbers of the pieces of words, int32."""
        self.mark = mark

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        return int(self._rows.shape[1])

    def vector(self, text: str, usual: Container[str] = ()) -> Floats:
        """The unit vector of `text`; zeros if nothing of it is known. `usual` are words that are nobody's secret."""
        words = _WORD.findall(_plain(text))
        known = [*map(self._remembered.get, words)]
        parts = [self._looked_up(word, usual) for word in words] if None in known else cast("list[bytes]", known)
        places = np.frombuffer(b"".join(parts), dtype=np.int32)
        if not len(places):
            return np.zeros(self.size, dtype=np.float32)
        total: Floats = self._scales.take(places).dot(self._rows.take(places, axis=0))
        length = math.sqrt(total.dot(total))
        return total / np.float32(length) if length > 0 else total

    def vectors(self, texts: Sequence[str]) -> Floats:
        """`vector` of each, as rows."""
        return np.stack([self.vector(text) for text in texts]) if texts else np.zeros((0, self.size), np.float32)

    def _looked_up(self, word: str, usual: Container[str]) -> bytes:
        """The pieces of a word, which is remembered; with figures only if it is usual, or it may be somebody's."""
        known = self._remembered.get(word)
        if known is not None:
            return known
        places = array("i", self._cut(word[:_LONGEST_WORD])).tobytes()
        if word in self._numbers or word in usual or not FIGURE.search(word):
            if len(self._remembered) >= REMEMBERED_WORDS:
                self._remembered.clear()
            self._remembered[word] = places
        return places

    def _cut(self, word: str) -> list[int]:
        """The longest known piece from the start on, then from where it ends; none if that is no way to read it."""
        numbers: list[int] = []
        if len(word) > 1 and len(set(word)) == 1 and not word.isdecimal():
            return numbers  # "wwww" is a hand on the keyboard
        start = 0
        while start < len(word):
            before = _INSIDE if start else ""
            for end in range(len(word), start, -1):
                number = self._numbers.get(before + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return []
        if len(numbers) > 1 and len(word) < _LETTERS_OF_A_PIECE * len(numbers):
            return []
        return numbers


@cache
def sentence_table() -> SentenceTable | None:
    """The table that comes with Kickstand, opened once for a process; None where it is not installed."""
    try:
        rows = np.load(TABLE / "rows.npy", mmap_mode="r").view(np.ndarray)
        scales = np.load(TABLE / "scales.npy").astype(np.float32)
        listed = (TABLE / "pieces.txt").read_bytes()
    except FileNotFoundError:
        return None
    mark = f"{zlib.crc32(listed, zlib.crc32(scales.tobytes())):08x}"
    return SentenceTable(listed.decode().split("\n")[: len(rows)], rows, scales, mark)


def _plain(text: str) -> str:
    """Lower case without accents, as the table's pieces are written."""
    lowered = text[:LONGEST_TEXT].lower()
    if lowered.isascii():
        return lowered.replace("_", " ")
    apart = unicodedata.normalize("NFKD", lowered.replace("_", " "))
    return "".join(mark for mark in apart if not unicodedata.combining(mark))
