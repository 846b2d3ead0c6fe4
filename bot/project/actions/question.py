"""What a fit question is about: the part, the machine and its year, as far as they are known by now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.interfaces import Tracker

from bot.ports import Garage, Mention, Model, Part, Shop, Vehicle, YearRange

from .messages import entity, intent, said, slot, visitor, words_or
from .page import page, points_at_page
from .versions import OTHER, UNSURE

_OWN_BIKE = re.compile(r"\b(?:my|our)\s+(?:bike|motorbike|motorcycle|machine|ride)\b|\bmine\b", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\D{0,20}?\b(\d{2})\b\D{0,20}")
_RANGE = re.compile(r"(\d{4})(?:(\+)|\s*[-–]\s*(\d{4}))?")
_SUBMODELS: Final[Mapping[str | None, str | None]] = {UNSURE: None, OTHER: ""}
"""Versions that the catalogue has under another name."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fit question. What is None or empty has yet to be asked."""

    part: str | None = None
    """The words that name it: a line or a sku."""
    parts: Sequence[Part] = ()
    models: Sequence[Model] = ()
    """What the machine may be; exactly one when it is settled."""
    years: YearRange | None = None
    """One year, or the stretch of a chip."""
    version: str | None = None
    """The version as the catalogue writes it, OTHER or UNSURE."""
    alias: str | None = None
    """Another name of the machine that was just used for the first time."""
    others: Sequence[Vehicle] = ()
    """Further machines named in the same message, with or without a year."""
    unclear_name: str | None = None
    """The name that stands for all of `models`, where there are several."""
    garage: Sequence[Vehicle] | None = None
    """What the visitor's garage holds, where it was just read."""

    @property
    def model(self) -> Model | None:
        return self.models[0] if len(self.models) == 1 else None

    @property
    def skus(self) -> list[str]:
        return [part.sku for part in self.parts]

    def vehicle(self) -> Vehicle:
        """The machine to look up: a stretch of years is judged by its first."""
        model = self.models[0]
        submodel = _SUBMODELS.get(self.version, self.version)
        return Vehicle(model.make, model.name, self.years.first if self.years else None, submodel)

    def machine(self) -> str:
        """ "2019 MT-07", or "MT-07" without a year; with its version where the catalogue names it."""
        name = self.models[0].name
        if self.version not in {None, OTHER, UNSURE}:
            name = f"{name} {self.version}"
        return f"{self.years} {name}" if self.years and self.years.first else name

    def slots(self) -> list[EventType]:
        """Everything as slots, for the next message."""
        model = self.model
        events: list[EventType] = [
            SlotSet("part", self.part),
            SlotSet("make", model.make if model else None),
            SlotSet("model", model.name if model else None),
            SlotSet("year", str(self.years) if self.years else None),
            SlotSet("version", self.version),
            SlotSet("unclear_name", self.unclear_name),
        ]
        if self.alias:
            events.append(SlotSet("alias_said", self.alias))
        if self.garage is not None:
            events.append(garage_slot(self.garage))
        return events


async def read_question(tracker: Tracker, shop: Shop, garage: Garage, now: datetime) -> Question:
    """The question as it stands after the latest message, which may add to it or correct it."""
    words = said(tracker)
    part = await _part(tracker, shop)
    parts = await shop.find_parts(part) if part else ()
    mentions = await _mentions(tracker, shop, words_or(tracker, "model"))
    year = _year(tracker)
    if mentions:
        first, *rest = mentions
        is_same = [model.name for model in first.models] == [slot(tracker, "model")]
        # With two machines in one message a year belongs to the one it stands beside.
        named = _single(first.year) or first.years or (None if rest else year)
        if not rest and first.years is None and _contradict(tracker):
            named, is_same = None, False  # "2019, or is it a 2014?": whoever is unsure is asked, with the years to tap
        return Question(
            part,
            parts,
            models=first.models,
            years=named or (parse_years(slot(tracker, "year")) if is_same else None),
            version=slot(tracker, "version") if is_same else None,
            alias=first.alias if first.alias != slot(tracker, "alias_said") else None,
            others=[
                Vehicle(other.models[0].make, other.models[0].name, other.year)
                for other in rest
                if len(other.models) == 1
            ],
            unclear_name=first.name if len(first.models) > 1 else None,
        )
    year = year or await _short_year(tracker, shop, words, now)
    make, name = slot(tracker, "make"), slot(tracker, "model")
    if make and name:
        models = await _model(shop, make, name)
        known = parse_years(slot(tracker, "year"))
        return Question(part, parts, models=models, years=year or known, version=slot(tracker, "version"))
    if (shown := await shop.find_vehicles(page(tracker).vehicle or "")) and len(shown[0].models) == 1:
        return Question(part, parts, models=shown[0].models, years=year or _single(shown[0].year) or shown[0].years)
    read: Sequence[Vehicle] | None = None
    if _means_own_bike(tracker, words):
        kept = known_garage(tracker)
        if kept is None:
            kept = read = await garage.vehicles(visitor(tracker))
        if kept:
            models = await _model(shop, kept[0].make, kept[0].model)
            version = OTHER if kept[0].submodel == "" else kept[0].submodel
            years = year or _single(kept[0].year)
            return Question(part, parts, models=models, years=years, version=version, garage=read)
    return Question(part, parts, years=year, unclear_name=slot(tracker, "unclear_name"), garage=read)


def known_garage(tracker: Tracker) -> Sequence[Vehicle] | None:
    """The visitor's garage as far as this conversation has seen it, newest first; None before it was read."""
    kept = tracker.get_slot("garage")
    return None if kept is None else [Vehicle(*each) for each in kept]


def garage_slot(kept: Sequence[Vehicle] | None) -> EventType:
    """Lets the conversation know the garage, or know that it has to be read again."""
    return SlotSet("garage", None if kept is None else [list(astuple(each)) for each in kept])


def _means_own_bike(tracker: Tracker, words: str) -> bool:
    """ "my bike" in so many words, or on a chip: "Does it fit my bike?", "What fits my bike?"."""
    return bool(_OWN_BIKE.search(words)) if words else intent(tracker) in {"fit_check", "fit_find"}


def parse_years(text: str | None) -> YearRange | None:
    """A year slot or entity: "2019", "2021+", "2014-2017", or "2014–17" as it stands on a chip."""
    match = _RANGE.match(text or "")
    if match is None:
        return None
    first = int(match[1])
    if match[2]:
        return YearRange(first, None)
    if match[3]:
        return YearRange(first, int(match[3]))
    short = re.fullmatch(r"\d{4}[-–](\d{2})", text or "")
    return YearRange(first, first // 100 * 100 + int(short[1])) if short else YearRange(first, first)


def settled(years: YearRange | None, ranges: Sequence[YearRange]) -> bool:
    """Whether the answer is the same for all of `years`, given where it changes."""
    if len(ranges) <= 1:
        return True
    if years is None or years.first is None:
        return False
    if years.first == years.last:
        return True
    return any(
        years.first in stretch and (stretch.last is None or (years.last is not None and years.last in stretch))
        for stretch in ranges
    )


def _single(year: int | None) -> YearRange | None:
    return YearRange(year, year) if year else None


def _year(tracker: Tracker) -> YearRange | None:
    """The year that the latest message names in so many digits, or by its apostrophe."""
    return parse_years(entity(tracker, "year"))


def _contradict(tracker: Tracker) -> bool:
    """Whether the latest message names more than one year."""
    found = tracker.latest_message.get("entities") or ()
    return len({each["value"] for each in found if each["entity"] == "year"}) > 1


async def _short_year(tracker: Tracker, shop: Shop, words: str, now: datetime) -> YearRange | None:
    """ "18" in a conversation about fit, in a message that names neither machine nor part."""
    found = _SHORT_YEAR.fullmatch(words) if (slot(tracker, "topic") or "").startswith("fit") else None
    if found is None or await shop.find_parts(words):
        return None
    return _single(_century(int(found[1]), now))


def _century(digits: int, now: datetime) -> int:
    return 2000 + digits if 2000 + digits <= now.year + 1 else 1900 + digits


async def _mentions(tracker: Tracker, shop: Shop, words: str) -> Sequence[Mention]:
    """The machines named. A make on its own settles a name that stood for several: "ducati" after "scrambler"."""
    if not words:
        return ()
    unclear = slot(tracker, "unclear_name")
    return await shop.find_vehicles(words) or (await shop.find_vehicles(f"{unclear} {words}") if unclear else ())


async def _part(tracker: Tracker, shop: Shop) -> str | None:
    """The part that the latest message names, else the one the conversation is about, else the one on the page.

    "Does this fit?" is about the page.
    """
    named = words_or(tracker, "part")
    parts = await shop.find_parts(named) if named else ()
    if parts:
        return parts[0].sku if len(parts) == 1 else parts[0].line
    known, shown = slot(tracker, "part"), page(tracker).sku
    if shown is not None and (known is None or points_at_page(tracker)) and await shop.find_parts(shown):
        return shown
    return known


async def _model(shop: Shop, make: str, name: str) -> Sequence[Model]:
    mentions = await shop.find_vehicles(f"{make} {name}")
    return [model for mention in mentions for model in mention.models if (model.make, model.name) == (make, name)]
