"""Reads model years as riders write them: "2019", "'19", "19" beside a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.shops.names import Token

_OLDEST = 1950
_APOSTROPHES = "'’‘`"  # noqa: RUF001 - phones turn the first into the others
_FOUR = re.compile(r"(?:19[5-9]|20[0-4])\d")


def full_year(token: Token) -> int | None:
    """The year that four digits of their own write, else None: "2019", but not the 2000 of "gsx2000r"."""
    if token.is_number and token.opens and token.closes and _FOUR.fullmatch(token.key):
        return int(token.key)
    return None


def short_year(token: Token, text: str) -> int | None:
    """The year that two digits write ("19", "'06", "'98"), else None. Only sound beside a model."""
    digits = text[token.start : token.end]
    if not (token.opens and token.closes and len(digits) == 2 and digits.isdigit()):
        return None
    return _century(int(digits))


def has_apostrophe(token: Token, text: str) -> bool:
    """Whether a mark before the digits says that they are a year: "'19"."""
    return token.start > 0 and text[token.start - 1] in _APOSTROPHES


def _century(digits: int) -> int:
    return 2000 + digits if digits < _OLDEST % 100 else 1900 + digits


def year_beside(said: Sequence[Token], text: str, first: int, last: int) -> int | None:
    """The year beside the name that spans tokens `first` to `last` (excluded), else None.

    The token right before wins over the one right after; then an apostrophe year or four digits with only
    small words between ("2019 yamaha mt07", "mt07 from 2019").
    """
    neighbours = [index for index in (first - 1, last) if 0 <= index < len(said)]
    for index in neighbours:
        year = full_year(said[index]) or short_year(said[index], text)
        if year is not None:
            return year
    for distance in (2, 3):
        for index in (first - distance, last + distance - 1):
            if 0 <= index < len(said):
                token = said[index]
                year = full_year(token) or (short_year(token, text) if has_apostrophe(token, text) else None)
                if year is not None:
                    return year
    return None


_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_LETTER_YEARS = {"k": 2000, "l": 2010}
"""Suzuki's letters for model years: K5 is 2005, L1 is 2011."""


def generation_beside(said: Sequence[Token], first: int, last: int) -> int | None:
    """The generation told within three tokens of a name: "gen 3", "gen3", "3rd gen", "second generation"."""
    near = range(max(0, first - 3), min(len(said), last + 3))
    for at in near:
        if said[at].key not in {"gen", "generation", "mk", "mark"}:
            continue
        if at + 1 in near and said[at + 1].is_number and len(said[at + 1].key) == 1:
            return int(said[at + 1].key)
        if at - 1 in near and (number := _ORDINALS.get(said[at - 1].key)) is not None:
            return number
        if at - 2 in near and (number := _ORDINALS.get(said[at - 2].key + said[at - 1].key)) is not None:
            return number
    return None


def letter_year_beside(said: Sequence[Token], first: int, last: int) -> int | None:
    """The model year that Suzuki's letter tells within two tokens of a name: "gsxr 750 k5"."""
    for at in range(max(0, first - 2), min(len(said) - 1, last + 1)):
        letter, number = said[at], said[at + 1]
        if first <= at < last or letter.closes or not letter.opens or not number.closes:
            continue
        if letter.key in _LETTER_YEARS and number.is_number and len(number.key) == 1:
            return _LETTER_YEARS[letter.key] + int(number.key)
    return None
