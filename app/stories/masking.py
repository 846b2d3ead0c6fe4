"""Takes personal data out of texts. What stands in its place says what it was, and has its form.

It hides too much rather than too little: a number of four digits or more that is neither a year nor a measure may be
somebody's order, and is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.stories.addresses import streets
from bot.nlu.recognisers.finding import Moment
from bot.nlu.recognisers.postcode import Postcodes
from bot.nlu.recognisers.settings import DEFAULT_COUNTRIES

EMAIL = "someone@example.com"
NAME = "NAME"
ADDRESS = "ADDRESS"

_EMAIL = re.compile(r"[^\s@<>()\[\]{},;:\"']+@[^\s@<>()\[\]{},;:\"']+\.[^\W\d_]{2,}")
_DIGITS = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ()./\u2013-]{0,3}\d)+(?!\w)")
_CODE = re.compile(
    r"(?<![\w-])(?=[A-Za-z0-9-]{0,40}\d)(?=[A-Za-z0-9-]{0,40}[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?!\w)"
)
_VIN_LENGTH = 17
_MEASURE = re.compile(
    r"\s?(?:€|£|\$|%|(?:km|mi|miles|rpm|nm|eur|euros?|chf|usd|gbp|ccm?|cm|mm|kg|hz|w|v)\b)", re.IGNORECASE
)
_CURRENCY = re.compile(r"[€£$]\s?$")
_YEAR = re.compile(r"(?:19[3-9]\d|20[0-4]\d)(?:\s?[-/–]\s?(?:(?:19|20)?\d\d))?")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_WORD = r"[^\W\d_][\w'’-]*"
_NO_NAME = (
    r"(?i:(?:and|but|i|my|it|the|this|from|with|is|are|was|need|want|have|has|had|can|a|an|in|at|on|for|to|please|here|"
    r"und|ich|mein|meine|aus|et|je|mon|ma|y|mi|soy|e|il|la)\b)"
)
_INTRODUCED = re.compile(
    r"(?i:\b(?:my (?:full )?name(?: is|'s)|the name is|name:|i am called|ich heiße|mein name ist|"
    r"je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|best regards,?|kind regards,?|"
    r"regards,?|cheers,?|sincerely,?|mit freundlichen grüßen,?|viele grüße,?)\s+)"
    rf"(?P<name>{_WORD}(?:[ ]+(?!{_NO_NAME}){_WORD}){{0,3}})"
    r"|(?i:\b(?:i am|i'm|this is|it's|hier ist|ich bin)\s+)"
    r"(?P<capital>[^\W\d_a-z][\w'’-]+(?:[ ]+[^\W\d_a-z][\w'’-]+){1,2})"
)
_SENSITIVE: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"e?mail"),
    "code": re.compile(
        r"phone|mobile|post_?code|zip|plz|iban|^vin$|^number$|(?:^|_)order(?:_?(?:id|no|nr|number))?$|"
        r"(?:account|customer|card|tracking|invoice|case|member|frame|order)_?(?:id|no|nr|number)$"
    ),
    "name": re.compile(
        r"^(?:name|person|first_?name|last_?name|full_?name|sur_?name|per|visitor_?name|customer_?name)$"
    ),
    "address": re.compile(r"address|street"),
}
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal data, and where its parts have gone."""

    text: str
    _cuts: tuple[tuple[int, int, str], ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the span (start, end) of the original is now; it grows to whole placeholders."""
        return self._moved(start, first=True), self._moved(end, first=False)

    def _moved(self, at: int, *, first: bool) -> int:
        shift = 0
        for start, end, instead in self._cuts:
            if at >= end:
                shift += len(instead) - (end - start)
            elif at > start:
                return start + shift + (0 if first else len(instead))
        return at + shift


class Mask:
    """Masks the texts of one conversation; what was personal in one place is so in all."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def know(self, value: object, kind: str) -> None:
        """From now on `value` is masked wherever it stands. `kind`: email, code, name or address."""
        if isinstance(value, str) and len(value.strip()) > 1:
            self._known[value.strip()] = instead_of(value.strip(), kind)

    def text(self, text: str) -> Masked:
        """The text with everything personal replaced."""
        cuts = _apart([*self._found_again(text), *_found(text)])
        pieces, at = [], 0
        for start, end, instead in cuts:
            pieces += [text[at:start], instead]
            at = end
        return Masked("".join([*pieces, text[at:]]), tuple(cuts))

    def value(self, name: str, value: Any) -> Any:
        """The value of a slot or entity of this name; masked by what it says, and by what it is called."""
        kind = kind_of(name)
        if isinstance(value, str):
            return instead_of(value, kind) if kind else self.text(value).text
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return instead_of(str(value), kind) if kind else value
        if isinstance(value, Mapping):
            return {key: self.value(f"{name}.{key}" if kind else str(key), each) for key, each in value.items()}
        return [self.value(name, each) for each in value]

    def _found_again(self, text: str) -> Iterator[tuple[int, int, str]]:
        for known, instead in self._known.items():
            for match in re.finditer(rf"(?<!\w){re.escape(known)}(?!\w)", text, re.IGNORECASE):
                yield match.start(), match.end(), instead


def kind_of(name: str) -> str | None:
    """What a slot or entity of this name holds of a person; None: nothing that its name would tell."""
    return next((kind for kind, pattern in _SENSITIVE.items() if pattern.search(name.lower())), None)


def instead_of(value: str, kind: str) -> str:
    """The placeholder of a value: codes keep their form, every digit 0 and every letter X."""
    return {"email": EMAIL, "name": NAME, "address": ADDRESS}.get(kind) or _form(value)


def _form(code: str) -> str:
    return _LETTERS.sub("X", re.sub(r"\d", "0", code))


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _EMAIL.finditer(text):
        yield match.start(), match.end(), EMAIL
    for match in _INTRODUCED.finditer(text):
        part = "name" if match["name"] else "capital"
        yield match.start(part), match.end(part), NAME
    for start, end in streets(text):
        yield start, end, ADDRESS
    moment = Moment(datetime.now(UTC), UTC, DEFAULT_COUNTRIES)
    for code in Postcodes().find(text, moment):
        if _YEAR.fullmatch(text[code.start : code.end]) is None:
            yield code.start, code.end, _form(text[code.start : code.end])
    for match in _DIGITS.finditer(text):
        if _is_somebodys(text, match):
            yield match.start(), match.end(), _form(match[0])
    for match in _CODE.finditer(text):
        digits = sum(character.isdigit() for character in match[0])
        # Model names such as MT-07, CB500X or XSR900 have three digits, four at most with many letters around.
        if digits >= 5 or len(match[0]) == _VIN_LENGTH:
            yield match.start(), match.end(), _form(match[0])


def _is_somebodys(text: str, match: re.Match[str]) -> bool:
    """Whether a run of digits may be an order, a telephone or a card: not a year, a date or a measure."""
    run = match[0]
    if sum(character.isdigit() for character in run) < 4:
        return False
    is_plain = _YEAR.fullmatch(run) is not None or _DATE.fullmatch(run) is not None
    measures = _MEASURE.match(text, match.end()) is not None or _CURRENCY.search(text[: match.start()]) is not None
    return not (is_plain or (measures and len(run) < 8))


def _apart(cuts: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Cuts that do not overlap, in order: of two that do, the longer."""
    taken: list[tuple[int, int, str]] = []
    for start, end, instead in sorted(cuts, key=lambda cut: (cut[0] - cut[1], cut[0])):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, instead))
    return sorted(taken)
