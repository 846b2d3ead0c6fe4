"""Sums of money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bot.nlu.recognisers.finding import Finding, Moment

_SIGNS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "₹": "INR", "₺": "TRY"}
_CODES: Final = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "CAD",
    "AUD",
    "NZD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "JPY",
    "CNY",
    "INR",
    "TRY",
    "BRL",
    "MXN",
)
_WORDS: Final = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "dólares": "USD",
    "dollari": "USD",
    "bucks": "USD",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "pfund": "GBP",
    "libras": "GBP",
    "livres": "GBP",
    "sterline": "GBP",
    "franken": "CHF",
    "francs": "CHF",
    "fr.": "CHF",
    "kronor": "SEK",
    "zloty": "PLN",
    "yen": "JPY",
}
_DOLLARS: Final = {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD"}
_NO_CENTS: Final = frozenset({"JPY"})
_AMOUNT = (
    r"\d{1,3}(?:(?P<mark>[.,' \u2019\u00a0])\d{3}(?:(?P=mark)\d{3})*)(?:[.,](?:\d{2}|-))?(?!\d)"
    r"|\d{1,9}(?:[.,](?:\d{1,2}|-))?(?!\d)"
)
_UNIT = "|".join(re.escape(unit) for unit in [*_SIGNS, "$", *_CODES, *sorted(_WORDS, key=len, reverse=True)])
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<before>[€£$¥₹]|(?:US|C|A|NZ)\$|(?:{'|'.join(_CODES)})\b) ?(?P<first>{_AMOUNT})"
    rf"|(?P<second>{_AMOUNT.replace('mark', 'dot')})[ \u00a0]?(?P<after>(?:{_UNIT}))(?!\w))",
    re.IGNORECASE,
)


class Money:
    """See `Recogniser`. The value is `{"amount": minor units, "currency": ISO 4217}`.

    A plain "$" is the dollar of the first of the moment's countries that has one.
    """

    needs_figure = True

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        for match in _MONEY.finditer(text):
            unit = match["before"] or match["after"]
            currency = _currency(unit, moment)
            number = _number(match["first"] or match["second"])
            amount = number if currency in _NO_CENTS else number * 100
            yield Finding(*match.span(), "money", {"amount": int(amount), "currency": currency})


def _currency(unit: str, moment: Moment) -> str:
    if unit.endswith("$"):
        if len(unit) > 1:
            return {"US$": "USD", "C$": "CAD", "A$": "AUD", "NZ$": "NZD"}[unit.upper()]
        return next((_DOLLARS[country] for country in moment.countries if country in _DOLLARS), "USD")
    return _SIGNS.get(unit.lower()) or _WORDS.get(unit.lower()) or unit.upper()


def _number(written: str) -> Decimal:
    """ "1.299,50", "1,299.50", "1'299", "329.-" and "49,9": a last mark before one or two digits marks the cents."""
    cents = re.search(r"[.,](\d{1,2}|-)$", written)
    whole = re.sub(r"\D", "", written[: cents.start()] if cents else written)
    after = cents[1].strip("-") if cents else ""
    return Decimal(f"{whole or 0}.{after or 0}")
