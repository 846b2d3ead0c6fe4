"""Model years as catalogues write them: "2014", "2020-2024", "2012-2016, 2018-2023", "14-20", "2014+", "<=2016"."""

from __future__ import annotations

import re

from bot.ports import YearRange

FIRST_YEAR = 1900
YEARS_AHEAD = 2
"""Catalogues run ahead of the calendar by a model year or two."""

_DASH = r"(?:-|–|—|\bto\b|\bthru\b|\.\.)"
_PIECE = re.compile(
    rf"""(?:
        (?P<upto><=|<|to\b|up\s+to\b|until\b|till\b|{_DASH})\s*(?P<upto_year>'?\d+)
      | (?P<from>>=|>|from\b|since\b)\s*(?P<from_year>'?\d+)(?:\s*(?:\+|on\b|onwards?\b))?
      | (?P<first>'?\d+)\s*(?:
            (?P<open>\+|(?:and\s+)?(?:up|on|onwards?|newer|later)\b|{_DASH}\s*(?:present\b|current\b|now\b|on\b)?$)
          | {_DASH}\s*(?P<last>'?\d+)
        )?
    )""",
    re.VERBOSE,
)


def read_years(text: str, *, this_year: int) -> tuple[YearRange, ...]:
    """The stretches that `text` names, oldest first; () for a blank or "all". Raises ValueError with what to write."""
    plain = text.strip().lower()
    if plain in {"", "all", "any", "*"}:
        return ()
    ranges = [
        _piece(piece.strip(), this_year)
        for piece in re.split(r"[,;|/&]|\band\b(?!\s+(?:up|on|newer|later))", plain)
        if piece.strip()
    ]
    return tuple(sorted(ranges, key=lambda each: (each.first or 0, each.last or 9999)))


def _piece(text: str, this_year: int) -> YearRange:
    found = _PIECE.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" names no years; write 2014, 2014-2017, 2014+ or <=2016')
    if found["upto"]:
        last = _year(found["upto_year"], this_year)
        return YearRange(None, last - 1 if found["upto"] == "<" else last)
    if found["from"]:
        first = _year(found["from_year"], this_year)
        return YearRange(first + 1 if found["from"] == ">" else first, None)
    first = _year(found["first"], this_year)
    if found["open"]:
        return YearRange(first, None)
    last = _year(found["last"], this_year) if found["last"] else first
    if last < first:
        raise ValueError(f'"{text}" ends before it begins')
    return YearRange(first, last)


def _year(digits: str, this_year: int) -> int:
    """Two digits belong to the century that has them: 14 is 2014, 98 is 1998."""
    digits = digits.lstrip("'")
    if len(digits) == 2:
        near = 2000 + int(digits)
        return near if near <= this_year + YEARS_AHEAD else near - 100
    year = int(digits)
    if len(digits) != 4 or not FIRST_YEAR <= year <= this_year + YEARS_AHEAD:
        raise ValueError(f'"{digits}" is no model year; they run from {FIRST_YEAR} to {this_year + YEARS_AHEAD}')
    return year
