"""Model years and vehicle identification numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.recognisers.finding import Finding, Moment

OLDEST_YEAR: Final = 1950
"""What is smaller in four digits is mostly a time of day or an order."""
_YEAR = re.compile(
    r"(?<![\w#€£$.,/@+-])(?<!\d:)(?P<year>(?:19|20)\d\d)(?!\w|[.,:@]\d|[/-]\d{1,2}[/-])"
    r"(?! ?(?:€|£|\$|%|(?:km|mi|miles|rpm|nm|eur|euro|euros|chf|usd|gbp|cc|ccm|kg|mm|mb)\b))"
    r"|(?<=[12]\d{3}[-\u2013/])(?P<end>(?:19|20)\d\d)(?![\w.,:/-])"
    r"|(?<![\w'\u2019])['\u2019\u2018](?P<short>\d\d)(?![\w:'\u2019\u2018]|[.,]\d)",
    re.IGNORECASE,
)
_LIKE_A_YEAR = re.compile(r"19\d\d|20\d\d|'\d\d|\u2019\d\d|\u2018\d\d")
"""What every year begins with: found in a fifth of the time, as it begins with one of few characters."""
_VIN = re.compile(r"(?<![\w-])[A-HJ-NPR-Z0-9]{17}(?![\w-])", re.IGNORECASE)
_VIN_CUE = re.compile(
    r"\bvin\b|frame|chassis|fahrgestell|fahrzeug-?ident|\bfin\b|bastidor|telaio|châssis|framenummer", re.IGNORECASE
)
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_FIGURES: Final = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))


class Years:
    """See `Recogniser`. The value is the year in four digits, as text; next year's models are on sale already."""

    needs_figure = True

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        first = _LIKE_A_YEAR.search(text)
        if first is None:
            return
        latest = moment.now.year + 1
        for match in _YEAR.finditer(text, first.start()):
            if match["short"]:
                year = 2000 + int(match["short"])
                year -= 100 if year > latest else 0
                yield Finding(match.start(), match.end(), "year", str(year), 0.9)
                continue
            year = int(match["year"] or match["end"])
            if OLDEST_YEAR <= year <= latest:
                yield Finding(*match.span("year" if match["year"] else "end"), "year", str(year))


class Vins:
    """See `Recogniser`. The value is in capitals, its check digit good (ISO 3779, 49 CFR 565).

    Makers in Europe are free to leave the check digit out: a number without one counts beside a word such as
    "VIN" or "frame", with the detail `check_digit` false.
    """

    needs_figure = True

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        for match in _VIN.finditer(text):
            number = match[0].upper()
            if number.isalpha() or not number.isascii():
                continue
            has_cue = _VIN_CUE.search(text) is not None
            if _checks(number) and (has_cue or not number.isdigit()):
                yield Finding(*match.span(), "vin", number, 1.0, {"check_digit": True})
            elif has_cue:
                yield Finding(*match.span(), "vin", number, 0.6, {"check_digit": False})


def _checks(number: str) -> bool:
    figures = (int(each) if each.isdigit() else int(_FIGURES[each]) for each in number)
    left = sum(figure * weight for figure, weight in zip(figures, _WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if left == 10 else str(left))
