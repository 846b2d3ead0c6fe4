"""The catalogue of one site in memory: what is sold and what it fits. Immutable; loaded anew when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from app.shops.names import Found, Names, Token, tokens
from app.shops.years import full_year, year_beside
from bot.ports import Fit, Mention, Model, Part, Vehicle, Verdict, YearRange

_MAKES = {
    "BMW": ("beemer", "bimmer", "motorrad"),
    "Ducati": ("duc",),
    "Honda": (),
    "Husqvarna": ("husky",),
    "Kawasaki": ("kawi", "kwak"),
    "KTM": (),
    "Royal Enfield": ("enfield",),
    "Suzuki": ("suzi", "zook"),
    "Triumph": ("trumpet",),
    "Yamaha": ("yam", "yammy"),
}
"""Makes as riders call them, to tell machines of one name apart."""

_MAIN_FAMILY = "slip-on"
"""Listed before the small parts."""

_LAST_YEAR = 2035
"""Stands for "still sold" while years are counted."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a model; `is_market_name` when the maker itself uses it elsewhere."""

    name: str
    model: Model
    is_market_name: bool = False


@dataclass(frozen=True, slots=True)
class Fitment:
    """`part` is made for `model` in `years`."""

    part: Part
    model: Model
    years: YearRange
    notes: tuple[str, ...]
    needs: tuple[Part, ...]
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name of a machine stands for."""

    model: Model
    alias: str | None


_Key: TypeAlias = tuple[str, str]


class Catalogue:
    """Answers the catalogue's questions of `bot.ports.Shop`, in microseconds."""

    def __init__(
        self,
        parts: Sequence[Part],
        models: Sequence[Model],
        aliases: Iterable[Alias],
        fitments: Iterable[Fitment],
        spoken: Mapping[str, Sequence[str]],
    ) -> None:
        """`spoken` gives, by sku, other words for the part's line."""
        self._order = {part.sku: place for place, part in enumerate(parts)}
        self._models = {(model.make, model.name): model for model in models}
        self._by_model: dict[_Key, list[Fitment]] = {}
        for fitment in fitments:
            self._by_model.setdefault((fitment.model.make, fitment.model.name), []).append(fitment)
        self._parts = {part.sku: part for part in parts}
        named_parts = [(part.sku, part) for part in parts] + [(part.line, part) for part in parts]
        named_parts += [(word, self._parts[sku]) for sku, words in spoken.items() for word in words]
        self._part_names: Names[Part] = Names(named_parts)
        named_models = [(model.name, _Name(model, None)) for model in models]
        named_models += [
            (alias.name, _Name(alias.model, alias.name if alias.is_market_name else None)) for alias in aliases
        ]
        self._model_names: Names[_Name] = Names(named_models)
        self._makes: Names[str] = Names(
            [(word, make) for make, words in _MAKES.items() for word in (make, *words)]
            + [(model.make, model.make) for model in models]
        )

    def find_parts(self, text: str) -> Sequence[Part]:
        """See `bot.ports.Shop`. The first part named wins; a sku wins over a line."""
        found = self._part_names.find(tokens(text))
        if not found:
            return ()
        return min(found, key=lambda match: len(match.named)).named

    def find_vehicles(self, text: str) -> Sequence[Mention]:
        """See `bot.ports.Shop`."""
        text = text.lower()  # first, as it may change its length: positions are those of this text
        said = tokens(text)
        parts = self._part_names.spelt(said)
        found = [
            match
            for match in self._model_names.find(said)
            if not any(match.first < part.last and part.first < match.last for part in parts)
            and not _is_denied(said, match.first)
        ]
        makes = {make for match in self._makes.spelt(said) for make in match.named}
        lone_year = next((year for token in said if (year := full_year(token)) is not None), None)
        mentions: list[Mention] = []
        for match in found:
            year = year_beside(said, text, match.first, match.last)
            if year is None and len(found) == 1:
                year = lone_year
            mention = _mention(match, makes, year)
            if not any(other.models == mention.models and mention.year is None for other in mentions):
                mentions.append(mention)
        return mentions

    def year_ranges(self, skus: Sequence[str], model: Model) -> Sequence[YearRange]:
        """See `bot.ports.Shop`; without skus, the stretches between which the list of `parts_for` differs."""
        known = self._models.get((model.make, model.name))
        rows = self._by_model.get((model.make, model.name))
        if known is None or not rows:
            return ()
        first = known.years.first or min(row.years.first or _LAST_YEAR for row in rows)
        last = known.years.last or _LAST_YEAR
        edges = {first, last + 1}
        for row in rows:
            edges.add(max(first, row.years.first or first))
            edges.add(min(last, row.years.last or last) + 1)
        stretches: list[tuple[object, YearRange]] = []
        ordered = sorted(edge for edge in edges if first <= edge <= last + 1)
        for start, end in pairwise(ordered):
            answer = self._signature(skus, Vehicle(model.make, model.name, start))
            stretch = YearRange(start, None if end > last and known.years.last is None else end - 1)
            if stretches and stretches[-1][0] == answer:
                stretch = YearRange(stretches.pop()[1].first, stretch.last)
            stretches.append((answer, stretch))
        return tuple(stretch for _, stretch in stretches)

    def fits(self, skus: Sequence[str], vehicle: Vehicle) -> Fit:
        """See `bot.ports.Shop`."""
        asked = [self._parts[sku] for sku in skus if sku in self._parts]
        unknown = Fit(Verdict.UNKNOWN, vehicle, asked[0] if asked else None)
        model = self._models.get((vehicle.make, vehicle.model))
        if model is None or not asked:
            return unknown
        if vehicle.year is None:
            ranges = self.year_ranges(skus, model)
            if len(ranges) != 1 or ranges[0].first is None:
                return unknown
            return replace(self.fits(skus, replace(vehicle, year=ranges[0].first)), vehicle=vehicle)
        if vehicle.year not in model.years:
            return unknown
        rows = self._by_model.get((model.make, model.name), [])
        wanted = {part.sku for part in asked}
        for row in rows:
            if row.part.sku in wanted and vehicle.year in row.years:
                return _fit(row, vehicle)
        family = asked[0].family
        suited = [row for row in rows if row.part.family == family and vehicle.year in row.years]
        if not suited:
            return unknown
        best = min(suited, key=self._nearest_to(asked[0]))
        years = tuple(row.years for row in rows if row.part.sku in wanted)
        answer = _fit(best, vehicle)
        return replace(answer, verdict=Verdict.OTHER_SUITS, part=asked[0], alternative=best.part, asked_years=years)

    def parts_for(self, vehicle: Vehicle, family: str | None = None) -> Sequence[Fit]:
        """See `bot.ports.Shop`."""
        model = self._models.get((vehicle.make, vehicle.model))
        if model is None:
            return ()
        rows = [
            row
            for row in self._by_model.get((model.make, model.name), [])
            if (family is None or row.part.family == family)
            and (row.years == model.years if vehicle.year is None else vehicle.year in row.years)
        ]
        rows.sort(key=lambda row: (row.part.family != _MAIN_FAMILY, self._order[row.part.sku]))
        return tuple(_fit(row, vehicle) for row in rows)

    def _signature(self, skus: Sequence[str], vehicle: Vehicle) -> object:
        """What an answer says, to tell whether two years have the same."""
        if not skus:
            return tuple((fit.part, fit.notes, fit.needs) for fit in self.parts_for(vehicle))
        fit = self.fits(skus, vehicle)
        return fit.verdict, fit.part, fit.alternative, fit.notes, fit.needs

    def _nearest_to(self, asked: Part) -> Callable[[Fitment], tuple[bool, int, int]]:
        """Sorts alternatives: what can leave today first, then the nearest price, then catalogue order."""

        def key(row: Fitment) -> tuple[bool, int, int]:
            return (
                row.part.stock == 0,
                abs(row.part.price.amount - asked.price.amount) if row.part.price and asked.price else 0,
                self._order[row.part.sku],
            )

        return key


def _is_denied(said: Sequence[Token], first: int) -> bool:
    """Whether the name from token `first` is named to be left out: "not the r6s"."""
    before = [token.key for token in said[max(0, first - 2) : first]]
    return before[-1:] == ["not"] or (before[:1] == ["not"] and before[-1] in {"the", "a", "an", "my"})


def _fit(row: Fitment, vehicle: Vehicle) -> Fit:
    verdict = Verdict.FITS_WITH_NOTES if row.notes or row.needs else Verdict.FITS
    return Fit(verdict, vehicle, row.part, row.notes, row.needs, checked_at=row.checked_at)


def _mention(match: Found[_Name], makes: set[str], year: int | None) -> Mention:
    """Makes and years break ties between machines of one name; where they leave none, they are not heeded."""
    names: Sequence[_Name] = match.named
    for kept in (
        [name for name in names if name.model.make in makes],
        [name for name in names if year is not None and year in name.model.years],
    ):
        if kept and len(names) > 1:
            names = [name for name in names if name in kept] or names
    alias = names[0].alias if len(names) == 1 else None
    return Mention(tuple(name.model for name in names), year, name=match.name, alias=alias)
