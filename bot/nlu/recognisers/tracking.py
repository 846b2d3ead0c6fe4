"""Tracking numbers: which carrier a parcel's number belongs to, by its form and its check digit.

The carriers' patterns are data of another project; `tracking.json` names it, `tracking.LICENSE` is its licence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from bot.nlu.recognisers.finding import Finding, Moment

LONGEST_NUMBER = 40
"""Characters of a number without its blanks."""
_FEWEST_DIGITS = 7
_MOST_TRIES = 600
"""Joined words of one text that are looked at: a message of spelled-out figures has thousands."""
_WORTH_A_LOOK = re.compile(r"\d(?:[ -]?[A-Za-z0-9]){6}")
_RUN = re.compile(r"[A-Za-z0-9]+(?:(?:  ?| ?- ?)[A-Za-z0-9]+)*")
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_CUE = re.compile(
    r"track|parcel|package|shipment|consignment|waybill|\bawb\b|carrier|delivery|courier|sendung|paket|lieferung|"
    r"colis|suivi|livraison|envío|seguimiento|paquete|spedizione|tracciamento|pacco|zending|pakket|"
    r"\bups\b|\bdhl\b|fedex|usps|ontrac|lasership|amazon|canada post|royal mail",
    re.IGNORECASE,
)
"""Words beside which a number without a telling form is taken for a parcel's."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A number as a carrier writes it."""

    number: str
    """Without blanks, in capitals."""
    carrier: str
    """A short code: "ups", "dhl", "usps", "fedex", "s10" for the post of any country."""
    carrier_name: str
    """As people say it: "UPS", for a post its country's: "Royal Mail"."""
    service: str
    url: str | None
    """Where the carrier shows the parcel, if it has such a page."""
    is_telling: bool
    """Whether the form alone makes it a tracking number; otherwise many other numbers look like it."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    form: re.Pattern[str]
    carrier: str
    carrier_name: str
    service: str
    checksum: Mapping[str, Any]
    prefix: str
    """Stands before every serial number when the check digit is reckoned, whether written or not."""
    url: str | None
    couriers: Mapping[str, str]
    """For the posts: name by country code."""

    def parcel(self, number: str) -> Parcel | None:
        match = self.form.fullmatch(number)
        if match is None:
            return None
        parts = match.groupdict()
        name = self.carrier_name
        if self.couriers:
            if parts["CountryCode"] not in self.couriers:
                return None
            name = self.couriers[parts["CountryCode"]]
        if self.checksum and not self._adds_up(parts["SerialNumber"], parts["CheckDigit"]):
            return None
        url = self.url.replace("%s", number) if self.url else None
        return Parcel(number, self.carrier, name, self.service, url, self._is_telling(number))

    def _is_telling(self, number: str) -> bool:
        prefix = len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if self.checksum:
            return prefix > 0 or len(number) >= 12
        return prefix >= 3 or number.startswith("1LS")

    def _adds_up(self, serial: str, check: str) -> bool:
        if self.prefix and not serial.startswith(self.prefix):
            serial = self.prefix + serial
        rule = self.checksum
        match rule["name"]:
            case "mod7":
                wanted = int(serial) % 7
            case "mod10":
                wanted = -_weighted(serial, rule) % int(rule["modulo"])
            case "s10":
                left = _sum(serial, rule["weightings"]) % int(rule["modulo"])
                wanted = {0: 5, 1: 0}.get(left, 11 - left)
            case _:
                wanted = _sum(serial, rule["weightings"]) % int(rule["modulo1"]) % int(rule["modulo2"])
        return wanted == int(check)


def parcels(number: str) -> Sequence[Parcel]:
    """Every reading of a number that was given as a tracking number, the most telling form first.

    Blanks, hyphens and case do not matter. Some digits are good numbers of two carriers: then there are several.
    """
    kept = re.sub(r"\s", "", number).upper()
    if not kept.isascii() or len(kept) > LONGEST_NUMBER:
        return ()
    return _readings(kept) or _readings(kept.replace("-", ""))


def _readings(number: str) -> tuple[Parcel, ...]:
    found = [parcel for pattern in _patterns() if (parcel := pattern.parcel(number)) is not None]
    return tuple(sorted(found, key=lambda parcel: not parcel.is_telling))


class TrackingNumbers:
    """See `Recogniser`. The value is the number without blanks; carrier, service and page are its details.

    A form that many other numbers share counts beside a word like "parcel" only, or alone in its message.
    """

    needs_figure = True

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        if not _WORTH_A_LOOK.search(text):
            return
        has_cue = _CUE.search(text) is not None
        tries = iter(range(_MOST_TRIES))
        for run in _RUN.finditer(text):
            if sum(map(str.isdigit, run[0])) >= _FEWEST_DIGITS:
                yield from self._in_run(text, run.span(), has_cue, tries)

    def _in_run(self, text: str, span: tuple[int, int], has_cue: bool, tries: Iterator[int]) -> Iterator[Finding]:
        tokens = list(_TOKEN.finditer(text, *span))
        first = 0
        while first < len(tokens):
            found = self._from(text, tokens[first : first + LONGEST_NUMBER], has_cue, tries)
            if found is None:
                first += 1
                continue
            yield found
            first += sum(token.start() < found.end for token in tokens[first:])

    def _from(self, text: str, tokens: Sequence[re.Match[str]], has_cue: bool, tries: Iterator[int]) -> Finding | None:
        """The longest number that starts with the first of `tokens`."""
        start = tokens[0].start()
        length, most = 0, 0
        for token in tokens:
            # A word in small letters is a word; in capitals it may be the head or tail of a number.
            length += len(token[0])
            if length > LONGEST_NUMBER or (token[0].isalpha() and not (token[0].isupper() and len(token[0]) <= 4)):
                break
            most += 1
        for last in range(most - 1, -1, -1):
            end = tokens[last].end()
            surface = text[start:end]
            if sum(map(str.isdigit, surface)) < _FEWEST_DIGITS or next(tries, None) is None:
                return None
            for parcel in parcels(surface):
                if parcel.is_telling or has_cue or text.strip(" .!?#") == surface:
                    return _finding(start, end, parcel)
        return None


def _finding(start: int, end: int, parcel: Parcel) -> Finding:
    details = {"carrier": parcel.carrier, "carrier_name": parcel.carrier_name, "service": parcel.service}
    if parcel.url:
        details["url"] = parcel.url
    return Finding(start, end, "tracking_number", parcel.number, 0.95 if parcel.is_telling else 0.7, {**details})


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    data = json.loads(resources.files(__package__).joinpath("tracking.json").read_text("utf-8"))
    return tuple(
        _Pattern(
            form=re.compile(entry["pattern"]),
            carrier=entry["carrier"],
            carrier_name=entry["carrier_name"],
            service=entry["name"],
            checksum=entry.get("checksum", {}),
            prefix=entry.get("prefix", ""),
            url=entry.get("url"),
            couriers=entry.get("couriers", {}),
        )
        for entry in data["patterns"]
    )


def _weighted(serial: str, rule: Mapping[str, Any]) -> int:
    """The sum of all characters, every second one weighing more. Letters count as their place in ASCII less 3."""
    figures = [int(each) if each.isdigit() else (ord(each) - 3) % 10 for each in serial]
    if rule["reverse"]:
        figures.reverse()
    return sum(
        figure * int(rule["odds_multiplier"] if place % 2 else rule["evens_multiplier"])
        for place, figure in enumerate(figures)
    )


def _sum(serial: str, weights: Sequence[int]) -> int:
    return sum(int(figure) * weight for figure, weight in zip(serial, weights, strict=True))
