"""E-mail addresses and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.recognisers.finding import Finding, Moment

_MOST_NUMBERS = 20
"""Candidates of one text that are looked at as phone numbers."""
_EMAIL = re.compile(
    r"(?<![\w.+%-])[^\W_](?:[\w.+%'-]{0,62}[\w+%-])?@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@-])"
)
_PHONE = re.compile(r"(?<![\w.,#@/+-])(?:\+ ?|\(\+?)?\d(?:[ ()./\u2013-]{0,3}\d){6,16}(?![\w@])")


class Emails:
    """See `Recogniser`. The value is the address as it was written."""

    needs_figure = False

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        if "@" not in text:
            return
        for match in _EMAIL.finditer(text):
            if ".." not in match[0]:
                yield Finding(*match.span(), "email", match[0])


class Phones:
    """See `Recogniser`. The value is in E.164, "+491705550123"; the country is a detail.

    Without a country code a number counts where one of the moment's countries has such numbers, and where it is
    written in full: with the 0 before the area code in countries that have it.
    """

    needs_figure = True

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        for count, match in enumerate(_PHONE.finditer(text)):
            if count == _MOST_NUMBERS:
                return
            known = _phone(match[0], moment.countries)
            if known is not None:
                number, country = known
                sure = match[0].lstrip("( ").startswith(("+", "00"))
                yield Finding(*match.span(), "phone", number, 1.0 if sure else 0.8, {"country": country})


def _phone(written: str, countries: tuple[str, ...]) -> tuple[str, str] | None:
    """(number in E.164, ISO code of its country) of a valid number."""
    # Here and not above, as the numbering plans of the world take 7 MB: only projects that look for phones pay.
    import phonenumbers

    if written.lstrip("( ").startswith("00"):
        written = "+" + written.lstrip("( ")[2:]
    digits = re.sub(r"\D", "", written)
    regions = (None,) if "+" in written else countries
    for region in regions:
        if region is not None and not _is_in_full(digits, region):
            continue
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        country = phonenumbers.region_code_for_number(number)
        if phonenumbers.is_valid_number(number) and (region is None or country == region):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), country or ""
    return None


def _is_in_full(digits: str, region: str) -> bool:
    import phonenumbers

    trunk = phonenumbers.ndd_prefix_for_region(region, True)
    return digits.startswith("0") if trunk == "0" else len(digits) >= 9
