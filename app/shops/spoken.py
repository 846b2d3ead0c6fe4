"""A stretch of what was said that may name a machine, and what around it speaks for that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.shops.forms import Form
from app.shops.names import Token
from app.shops.years import full_year
from bot.ports import Model

_SLIP_COST = 0.08
_OTHER_YEARS_COST = 0.1
_LEAST = 0.3
_BESIDE = re.compile(r"[\s\-/]{0,2}")
_MONEY = "$€£#"
_COUNTED = frozenset(("order", "no", "number", "about", "under", "over", "than", "for"))
_AMOUNTS = frozenset(("dollars", "bucks", "eur", "euro", "euros", "usd", "gbp", "pounds", "mm", "miles", "days", "cc"))


class Heard(NamedTuple):
    """A token as names have it, from the text's token `at`."""

    key: str
    at: int
    slips: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A machine that the words may mean."""

    model: Model
    score: float
    alias: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """The text's tokens `first` to `last` (excluded), as heard, and the forms that have all of them."""

    first: int
    last: int
    heard: tuple[Heard, ...]
    forms: tuple[Form, ...]

    @property
    def keys(self) -> list[str]:
        return [each.key for each in self.heard]

    @property
    def words(self) -> list[str]:
        return [each.key for each in self.heard if each.key.isalpha()]

    @property
    def is_whole(self) -> bool:
        """All of a name was said."""
        return any(form.length == len(self.heard) for form in self.forms)

    @property
    def is_alias(self) -> bool:
        """All of another name was said."""
        return any(form.is_alias and form.length == len(self.heard) for form in self.forms)

    @property
    def has_pair(self) -> bool:
        """Two words stand side by side as in a name."""
        pairs = set(pairwise(self.keys))
        return any(form.pairs & pairs for form in self.forms)

    def ranked(self, year: int | None) -> list[Candidate]:
        """Each machine once, with its best form, in the order of the catalogue. `year` is the one told beside it.

        A code said whole wins over one of which the end was left out, unless the year is another's.
        """
        keys = self.keys
        slips = sum({each.at: each.slips for each in self.heard}.values())
        best: dict[tuple[str, str], tuple[Candidate, bool]] = {}
        for form in self.forms:
            match = form.match(keys)
            score = match.score - slips * _SLIP_COST
            if year is not None and form.years is not None and year not in form.years:
                score -= _OTHER_YEARS_COST
            model = form.model
            known = best.get((model.make, model.name))
            if known is None or score > known[0].score:
                is_market = form.market_name is not None and form.length == len(keys)
                alias = form.market_name if is_market else None
                best[model.make, model.name] = Candidate(model, max(_LEAST, score), alias), match.is_cut
        whole = [candidate for candidate, is_cut in best.values() if not is_cut]
        if year is not None and not any(year in candidate.model.years for candidate in whole):
            whole = []
        return whole or [candidate for candidate, _ in best.values()]

    def spoken_name(self, said: Sequence[Token], text: str) -> str:
        """The name as it was said, for asking which one is meant."""
        return text[said[self.first].start : said[self.last - 1].end]


def touches(text: str, one: Token, two: Token) -> bool:
    """Whether nothing but a blank or a hyphen is between two tokens."""
    return _BESIDE.fullmatch(text, one.end, two.start) is not None


def names_by_number(window: Window, said: Sequence[Token], text: str) -> bool:
    """Whether letters and digits stand side by side as in a name: "r6", "sv 650", "800 tiger", "shadow 750"."""
    if any(len(word) > 2 for word in window.words) and any(len(key) > 2 and key.isdigit() for key in window.keys):
        return True
    for one, two in pairwise(window.heard):
        letters, number = (one.key, two.key) if two.key.isdigit() else (two.key, one.key)
        if letters.isdigit() or not number.isdigit():
            continue
        is_glued = said[one.at].end == said[two.at].start or text[said[one.at].end] in "-/"
        if len(letters) < 2 and not is_glued:
            continue
        allowed = {(one.key, two.key), (two.key, one.key)} if len(letters) > 2 else {(one.key, two.key)}
        if any(allowed & form.pairs for form in window.forms):
            return True
    return False


def has_context(said: Sequence[Token], window: Window, makes: Mapping[int, tuple[str, ...]]) -> bool:
    """Whether a make or a year beside the words, or "my" before a whole name, says that they are a machine's name."""
    around = (window.first - 2, window.first - 1, window.last)
    if any(at in makes for at in around):
        return True
    for at in (window.first - 1, window.last):
        if 0 <= at < len(said) and full_year(said[at]) is not None:
            return True
    return window.is_whole and window.first > 0 and said[window.first - 1].key == "my"


def is_amount(said: Sequence[Token], window: Window, text: str) -> bool:
    """Whether a number on its own is money, an order or a measure."""
    before = said[window.first - 1].key if window.first else ""
    after = said[window.last].key if window.last < len(said) else ""
    start = said[window.first].start
    return before in _COUNTED or after in _AMOUNTS or text[max(0, start - 2) : start].strip() in tuple(_MONEY)
