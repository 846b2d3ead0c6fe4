"""Postcodes of the countries that a project names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from bot.nlu.recognisers.finding import FIGURE, Finding, Moment

_FORMS: Final = {
    "AT": r"[1-9]\d{3}",
    "AU": r"0[2-9]\d\d|[1-9]\d{3}",
    "BE": r"[1-9]\d{3}",
    "BR": r"\d{5}-\d{3}",
    "CA": r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d",
    "CH": r"[1-9]\d{3}",
    "CZ": r"[1-7]\d{2} \d{2}",
    "DE": r"(?:0[1-9]|[1-9]\d)\d{3}",
    "DK": r"[1-9]\d{3}",
    "ES": r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}",
    "FI": r"\d{5}",
    "FR": r"(?:0[1-9]|[1-8]\d|9[0-8])\d{3}",
    "GB": (
        r"GIR ?0AA|(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]"
        r"|I[GMPV]|J[E]|K[ATWY]"
        r"|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|U[B]|W[ACDFNRSV]?|Y[O]|Z[E])"
        r"(?:\d{1,2}|\d[A-HJKPSTUW]) ?\d[ABD-HJLNP-UW-Z]{2}"
    ),
    "IE": r"(?:D6W|[AC-FHKNPRTV-Y]\d\d) ?[0-9AC-FHKNPRTV-Y]{4}",
    "IT": r"\d{5}",
    "JP": r"\d{3}-\d{4}",
    "LU": r"[1-9]\d{3}",
    "NL": r"[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}",
    "NO": r"\d{4}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"[1-9]\d{3}-\d{3}",
    "SE": r"[1-9]\d{2} \d{2}",
    "US": r"\d{5}(?:-\d{4})?",
}
COUNTRIES: Final = tuple(_FORMS)
_SHORT: Final = frozenset({"AT", "AU", "BE", "CH", "DK", "LU", "NO"})
"""Four digits could be anything: these count beside a word only."""
_SHORT_LENGTH: Final = 4
_CUE = re.compile(
    r"(?:post ?(?:al ?)?codes?|zip(?: ?codes?)?|\bplz|postleitzahl|code postal|\bcap|c[óo]digo postal|\bcp|postnummer)"
    r"(?: is| ist| est| es| ?:|-)? ?$",
    re.IGNORECASE,
)
_CUE_PARTS: Final = ("post", "zip", "plz", "cap", "cp")
"""Of which every cue has one."""
_COUNTRY = re.compile(r"(?<![\w-])(?:A|AT|B|BE|CH|D|DE|DK|E|F|FR|I|IT|L|N|NO|NL|PL|S|SE)-$")
"""Before the code, as on letters from abroad."""
_WITHIN_NUMBER = re.compile(r"\w-$")
_CUE_REACH: Final = 24
_LED_BY_LETTERS: Final = frozenset({"CA", "GB", "IE"})
_LED_BY_FIGURES: Final = frozenset(_FORMS) - _LED_BY_LETTERS
_LETTERED: Final = frozenset({"CA", "GB", "IE", "NL"})
_FIRST_FIGURE_WITHIN: Final = 4
"""Characters of a code before its first figure: "GIR 0AA"."""
_WITHIN_ORDER = re.compile(r"(?:#|\border |\bnumber |€ ?|£ ?|\$ ?)$", re.IGNORECASE)


class Postcodes:
    """See `Recogniser`. The value is in capitals with its blank; the countries that have such a code are a detail."""

    needs_figure = True

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        figure = FIGURE.search(text)
        if figure is None:
            return
        for match in _any_of(moment.countries).finditer(text, max(0, figure.start() - _FIRST_FIGURE_WITHIN)):
            code = match[0].upper()
            before = text[max(0, match.start() - _CUE_REACH) : match.start()]
            has_cue = (any(map(before.lower().__contains__, _CUE_PARTS)) and _CUE.search(before) is not None) or (
                before.endswith("-") and _COUNTRY.search(before) is not None
            )
            if not has_cue and (
                len(code) == _SHORT_LENGTH or _WITHIN_ORDER.search(before) or _WITHIN_NUMBER.search(before)
            ):
                continue
            countries = [
                country
                for country in moment.countries
                if country in _FORMS and (has_cue or country not in _SHORT) and _form(country).fullmatch(code)
            ]
            if countries and (has_cue or not _is_word_after_number(match, countries)):
                value = _spaced(code, countries[0])
                # Five digits alone may be anything that is counted.
                confidence = 1.0 if has_cue else 0.5 if code.isdigit() else 0.8
                yield Finding(*match.span(), "postcode", value, confidence, {"countries": [*countries]})


def _is_word_after_number(match: re.Match[str], countries: Sequence[str]) -> bool:
    """ "1042 is" has the form of a Dutch code; without a cue its letters are capitals, or stand at the number."""
    return countries == ["NL"] and " " in match[0] and not match[0][-2:].isupper()


def _spaced(code: str, country: str) -> str:
    if country not in _LETTERED or " " in code:
        return code
    tail = {"CA": 3, "GB": 3, "IE": 4, "NL": 2}[country]
    return f"{code[:-tail]} {code[-tail:]}"


@lru_cache(maxsize=32)
def _form(country: str) -> re.Pattern[str]:
    return re.compile(_FORMS[country])


@lru_cache(maxsize=64)
def _any_of(countries: tuple[str, ...]) -> re.Pattern[str]:
    """A first look for all forms at once: what has the length and place of one."""
    lettered, figured = (
        "|".join(sorted(forms, key=len, reverse=True)) or r"(?!)"
        for forms in (
            dict.fromkeys(_FORMS[country] for country in countries if country in _LED_BY_LETTERS),
            dict.fromkeys(_FORMS[country] for country in countries if country in _LED_BY_FIGURES),
        )
    )
    return re.compile(
        rf"(?<![\w.,@/+])(?<!\d[ -])(?:(?=\d)(?:{figured})|(?!\d)(?:{lettered}))"
        r"(?![\w@/+]|[.,-]\d| ?(?:€|km\b|miles\b|rpm\b))",
        re.IGNORECASE,
    )
