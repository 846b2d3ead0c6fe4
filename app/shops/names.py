"""Finds the names of machines and parts in what riders type: "2019 mt07", "cb 500 f", "'19 fz-07", "wee strom"."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from app.shops.slips import MOST_SLIPS, SHORTEST_SLIP, Slips

Named = TypeVar("Named")

_TOKEN = re.compile(r"[a-z]+|\d+")
_LONGEST_NAME = 6
"""Tokens; "V-Strom 650 XT ABS" has five."""
_MANY = 99
"""More slips than are ever forgiven."""


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters or of digits. `key` is what is compared: lower case, no accents, no leading zeros."""

    key: str
    start: int
    end: int
    opens: bool
    """Nothing but blanks, hyphens and the like stand before it."""
    closes: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class Found(Generic[Named]):
    """A name found in a text: the tokens `first` to `last` (excluded), and what it may stand for."""

    first: int
    last: int
    named: tuple[Named, ...]
    name: str
    """The name as the catalogue writes it."""


@lru_cache(maxsize=2_048)  # one turn looks at the same words several times
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of `text`. Accents are dropped: "Ténéré" and "tenere" are one."""
    lower = text.lower()
    flat = lower if lower.isascii() else "".join(_plain(letter) for letter in lower)
    found = []
    for match in _TOKEN.finditer(flat):
        start, end = match.span()
        key = match.group()
        found.append(
            Token(
                key=(key.lstrip("0") or "0") if key.isdigit() else key,
                start=start,
                end=end,
                opens=start == 0 or not flat[start - 1].isalnum(),
                closes=end == len(flat) or not flat[end].isalnum(),
                is_number=key.isdigit(),
            )
        )
    return tuple(found)


def _plain(letter: str) -> str:
    """One character for one, so that positions stay."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() else letter


class Names(Generic[Named]):
    """An index of names. Immutable once built; a name may stand for several things."""

    def __init__(self, entries: Iterable[tuple[str, Named]]) -> None:
        self._exact: dict[str, tuple[str, tuple[Named, ...]]] = {}
        self._keys: dict[tuple[tuple[str, ...], str], str] = {}
        self._beginnings: set[str] = set()
        for name, named in entries:
            parts = tokens(name)
            if not parts:
                continue
            key = "".join(token.key for token in parts)
            known_name, known = self._exact.get(key, (name, ()))
            if named not in known:
                self._exact[key] = (known_name, (*known, named))
            self._beginnings.update(key[:end] for end in range(1, len(key) + 1))
            self._keys.setdefault((_numbers(parts), _letters(parts)), key)
        letters_by_numbers: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for numbers, letters in self._keys:
            letters_by_numbers[numbers].append(letters)
        self._slips = {numbers: Slips(letters) for numbers, letters in letters_by_numbers.items()}
        self._first_numbers = {numbers[:end] for numbers in self._slips for end in range(len(numbers) + 1)}
        self._longest = max((len(letters) for _, letters in self._keys), default=0)
        self._latest: tuple[Sequence[Token], list[Found[Named]]] = ((), [])

    def find(self, said: Sequence[Token]) -> list[Found[Named]]:
        """What `said` names, from left to right, the longest name first; a misspelt one only where nothing else is."""
        latest = self._latest
        if said is not latest[0]:  # one turn asks for the same words several times
            latest = self._latest = said, self.spelt(said) or self._misspelt(said)
        return latest[1]

    def spelt(self, said: Sequence[Token]) -> list[Found[Named]]:
        """As `find`, without the misspelt ones."""
        found: list[Found[Named]] = []
        after = 0
        for at, token in enumerate(said):
            if at >= after and token.opens and token.key in self._beginnings:
                match = self._at(said, at)
                if match is not None:
                    found.append(match)
                    after = match.last
        return found

    def _at(self, said: Sequence[Token], first: int) -> Found[Named] | None:
        """The longest name that begins with token `first`."""
        longest: Found[Named] | None = None
        key = ""
        for last, token in enumerate(said[first : first + _LONGEST_NAME], first + 1):
            key += token.key
            if key not in self._beginnings:
                break
            if token.closes and (entry := self._exact.get(key)) is not None:
                longest = Found(first, last, entry[1], entry[0])
        return longest

    def _misspelt(self, said: Sequence[Token]) -> list[Found[Named]]:
        """The best name whose letters nearly agree. Its digits must agree wholly: CBR600 is no CBR1000."""
        best: Found[Named] | None = None
        fewest = _MANY
        for first in range(len(said)):
            if not said[first].opens:
                continue
            letters, numbers = "", tuple[str, ...]()
            for last, token in enumerate(said[first : first + _LONGEST_NAME], first + 1):
                if token.is_number:
                    numbers = (*numbers, token.key)
                    if numbers not in self._first_numbers:
                        break
                else:
                    letters += token.key
                if len(letters) > self._longest + MOST_SLIPS:
                    break
                if len(letters) < SHORTEST_SLIP or not token.closes:
                    continue
                slips = self._slips.get(numbers)
                near = slips.nearest(letters) if slips is not None else None
                if near is not None and 0 < near[1] < fewest:
                    key = self._keys[numbers, near[0]]
                    name, named = self._exact[key]
                    best, fewest = Found(first, last, named, name), near[1]
        return [best] if best is not None else []


def _numbers(window: Sequence[Token]) -> tuple[str, ...]:
    return tuple([token.key for token in window if token.is_number])


def _letters(window: Sequence[Token]) -> str:
    return "".join(token.key for token in window if not token.is_number)
