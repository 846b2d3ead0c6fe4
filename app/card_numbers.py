"""Payment card numbers, taken out of what is written before it is stored: nobody who helps needs one."""

from __future__ import annotations

import re

_RUN = re.compile(r"(?<![\d#])\d(?:[\s\-\u2010-\u2015./]{0,3}\d){12,}")
"""13 digits and more, with at most three blanks, dashes, points or strokes between two of them."""
_GROUP = re.compile(r"\d+")
_NETWORKS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"30[0-5]|3[689]"), (14,)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),
    (re.compile(r"50|5[6-9]|6"), (13, 14, 15, 16, 17, 18, 19)),
)
"""How the numbers of card networks begin, and how many digits they have (ISO/IEC 7812-1). Other numbers that pass the
check digit by chance, those of parcels and bank accounts, mostly do neither."""
_BEGINS = frozenset("23456")
_PREFIX = 4
_MOST = 19
_SHOWN = 4
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def masked(text: str) -> str:
    """`text` with all but the last four digits of each card number covered; the same object when there is none."""
    return text if _RUN.search(text) is None else _RUN.sub(_cover, text)


def _cover(found: re.Match[str]) -> str:
    """The run with the card numbers in it covered: beside them it may have an order's number, or a month and a code."""
    run = found[0]
    places = [group.span() for group in _GROUP.finditer(run)]
    groups = ["".join(str(int(each)) for each in run[start:end]) for start, end in places]
    pieces, done, first = [], 0, 0
    while first < len(groups):
        if (last := _card(groups, first)) is None:
            first += 1
            continue
        shown = "".join(groups[first : last + 1])[-_SHOWN:]
        pieces += [run[done : places[first][0]], f"•••• {shown}"]
        done, first = places[last][1], last + 1
        if (code := _code(groups, first)) is not None:
            pieces += [run[done : places[code][0]], "•••"]
            done, first = places[code][1], code + 1
    return "".join([*pieces, run[done:]])


def _code(groups: list[str], after: int) -> int | None:
    """Which group is the card's code, behind the month and the year in which the card ends: 12/27 123."""
    match groups[after : after + 3]:
        case [month, year, code] if len(year) in (2, 4) and len(code) in (3, 4) and len(month) <= 2:
            return after + 2 if 1 <= int(month) <= 12 else None
    return None


def _card(groups: list[str], first: int) -> int | None:
    """The last group of the longest card number that begins with this one."""
    if groups[first][0] not in _BEGINS:
        return None
    digits, found, lengths = "", None, None
    for last in range(first, len(groups)):
        digits += groups[last]
        if len(digits) > _MOST:
            break
        if lengths is None and len(digits) >= _PREFIX:
            lengths = next((lengths for begins, lengths in _NETWORKS if begins.match(digits)), ())
        if lengths is not None and len(digits) in lengths and _checks(digits):
            found = last
    return found


def _checks(digits: str) -> bool:
    """The check digit after Luhn (ISO/IEC 7812-1, annex B), of digits that are not all the same."""
    back = [ord(each) - 48 for each in reversed(digits)]
    return (sum(back[::2]) + sum(map(_DOUBLED.__getitem__, back[1::2]))) % 10 == 0 and len(set(back)) > 1
