"""The catalogue of one site: parts and machines in memory, what fits in rows of one machine at a time. Immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from app.shops.fitments.staging import same
from app.shops.names import Names, tokens
from app.shops.vehicles import Alias, Machines
from bot.ports import Fit, Mention, Model, Part, Vehicle, Verdict, YearRange

_MAIN_FAMILY = "slip-on"
"""Listed before the small parts."""

_LAST_YEAR = 2035
"""Stands for "still sold" while years are counted."""


@dataclass(frozen=True, slots=True)
class Fitment:
    """`part` is made for `model` in `years`, in the version `submodel` or, where that is None, in all of them."""

    part: Part
    model: Model
    years: YearRange
    notes: tuple[str, ...]
    needs: tuple[Part, ...]
    checked_at: datetime
    legality: Mapping[str, str] = field(default_factory=dict, hash=False)
    submodel: str | None = None

    def is_for(self, vehicle: Vehicle) -> bool:
        """Whether the row speaks of this machine of its model; one whose version is not known may be any."""
        if vehicle.year is not None and vehicle.year not in self.years:
            return False
        return self.submodel is None or vehicle.submodel is None or same(self.submodel) == same(vehicle.submodel)


Rows: TypeAlias = Sequence[Fitment]
ModelKey: TypeAlias = tuple[str, str]
"""Make and name of a model."""


class Catalogue:
    """Answers the catalogue's questions of `bot.ports.Shop`, in microseconds."""

    def __init__(
        self,
        parts: Sequence[Part],
        models: Sequence[Model],
        aliases: Iterable[Alias] = (),
        spoken: Mapping[str, Sequence[str]] | None = None,
        generations: Mapping[ModelKey, Mapping[int, YearRange]] | None = None,
    ) -> None:
        """`spoken` gives, by sku, other words for the part's line; `generations` years, as `Machines` has them."""
        self._order = {part.sku: place for place, part in enumerate(parts)}
        self._models = {(model.make, model.name): model for model in models}
        self._parts = {part.sku: part for part in parts}
        named_parts = [(part.sku, part) for part in parts] + [(part.line, part) for part in parts]
        named_parts += [(word, self._parts[sku]) for sku, words in (spoken or {}).items() for word in words]
        self._part_names: Names[Part] = Names(named_parts)
        self._machines = Machines(models, aliases, generations)
        self._by_full_name: dict[str, Sequence[Mention] | None] = {f"{m.make} {m.name}": None for m in models}
        """What is found in a model's own name, once it was looked for."""

    def find_parts(self, text: str) -> Sequence[Part]:
        """See `bot.ports.Shop`. The first part named wins; a sku wins over a line."""
        found = self._part_names.find(tokens(text))
        if not found:
            return ()
        return min(found, key=lambda match: len(match.named)).named

    def find_vehicles(self, text: str) -> Sequence[Mention]:
        """See `bot.ports.Shop`."""
        if text not in self._by_full_name:
            return self._find_vehicles(text)
        # The bike a conversation is about is asked for by its own name with each question.
        found = self._by_full_name[text]
        if found is None:
            found = self._by_full_name[text] = self._find_vehicles(text)
        return found

    def _find_vehicles(self, text: str) -> Sequence[Mention]:
        text = text.lower()  # first, as it may change its length: positions are those of this text
        said = tokens(text)
        parts = self._part_names.spelt(said)
        return self._machines.find(said, text, frozenset(at for part in parts for at in range(part.first, part.last)))

    def part(self, sku: str) -> Part | None:
        """The part with that number."""
        return self._parts.get(sku)

    def year_ranges(self, rows: Rows, skus: Sequence[str], model: Model) -> Sequence[YearRange]:
        """See `bot.ports.Shop`; `rows` are the model's. Without skus: where the list of `parts_for` differs."""
        known = self._models.get((model.make, model.name))
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
            answer = self._signature(rows, skus, Vehicle(model.make, model.name, start))
            stretch = YearRange(start, None if end > last and known.years.last is None else end - 1)
            if stretches and stretches[-1][0] == answer:
                stretch = YearRange(stretches.pop()[1].first, stretch.last)
            stretches.append((answer, stretch))
        return tuple(stretch for _, stretch in stretches)

    def fits(self, rows: Rows, skus: Sequence[str], vehicle: Vehicle) -> Fit:
        """See `bot.ports.Shop`; `rows` are those of the vehicle's model."""
        asked = [self._parts[sku] for sku in skus if sku in self._parts]
        unknown = Fit(Verdict.UNKNOWN, vehicle, asked[0] if asked else None)
        model = self._models.get((vehicle.make, vehicle.model))
        if model is None or not asked:
            return unknown
        if vehicle.year is None:
            ranges = self.year_ranges(rows, skus, model)
            if len(ranges) != 1 or ranges[0].first is None:
                return unknown
            return replace(self.fits(rows, skus, replace(vehicle, year=ranges[0].first)), vehicle=vehicle)
        if vehicle.year not in model.years:
            return unknown
        wanted = {part.sku for part in asked}
        made = [row for row in rows if row.part.sku in wanted and row.is_for(vehicle)]
        if made:
            return _fit([row for row in made if row.part.sku == made[0].part.sku], vehicle)
        family = asked[0].family
        suited = [row for row in rows if row.part.family == family and row.is_for(vehicle)]
        if not suited:
            return unknown
        best = min(suited, key=self._nearest_to(asked[0]))
        years = tuple(row.years for row in rows if row.part.sku in wanted)
        answer = _fit([row for row in suited if row.part.sku == best.part.sku], vehicle)
        return replace(answer, verdict=Verdict.OTHER_SUITS, part=asked[0], alternative=best.part, asked_years=years)

    def versions(self, rows: Rows, skus: Sequence[str], vehicle: Vehicle) -> Sequence[str]:
        """See `bot.ports.Shop`; `rows` are those of the vehicle's model."""
        named = {same(row.submodel): row.submodel for row in reversed(rows) if row.submodel and row.is_for(vehicle)}
        if not named:
            return ()
        if vehicle.year is None:
            model = self._models.get((vehicle.make, vehicle.model))
            ranges = self.year_ranges(rows, skus, model) if model is not None else ()
            vehicle = replace(vehicle, year=ranges[0].first if ranges else None)
        other = self._signature(rows, skus, replace(vehicle, submodel=""))
        return tuple(
            version
            for version in sorted(named.values())
            if self._signature(rows, skus, replace(vehicle, submodel=version)) != other
        )

    def parts_for(self, rows: Rows, vehicle: Vehicle, family: str | None = None) -> Sequence[Fit]:
        """See `bot.ports.Shop`; `rows` are those of the vehicle's model."""
        model = self._models.get((vehicle.make, vehicle.model))
        if model is None:
            return ()
        by_part: dict[str, list[Fitment]] = {}
        for row in rows:
            if (family is None or row.part.family == family) and (
                row.years == model.years if vehicle.year is None else row.is_for(vehicle)
            ):
                by_part.setdefault(row.part.sku, []).append(row)
        ordered = sorted(
            by_part.values(), key=lambda same: (same[0].part.family != _MAIN_FAMILY, self._order[same[0].part.sku])
        )
        return tuple(_fit(same, vehicle) for same in ordered)

    def _signature(self, rows: Rows, skus: Sequence[str], vehicle: Vehicle) -> object:
        """What an answer says, to tell whether two years have the same."""
        if not skus:
            return tuple((fit.part, fit.notes, fit.needs) for fit in self.parts_for(rows, vehicle))
        fit = self.fits(rows, skus, vehicle)
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


def _notes(row: Fitment, vehicle: Vehicle) -> tuple[str, ...]:
    """What to heed; for which version it is where the machine's own is not known."""
    if row.submodel and vehicle.submodel is None:
        return (f"Made for the {row.submodel} version.", *row.notes)
    return row.notes


def _fit(rows: Rows, vehicle: Vehicle) -> Fit:
    """The answer of all rows on one part and machine: what each says to heed is said."""
    notes = tuple(dict.fromkeys(note for row in rows for note in _notes(row, vehicle)))
    needs = tuple(dict.fromkeys(need for row in rows for need in row.needs))
    verdict = Verdict.FITS_WITH_NOTES if notes or needs else Verdict.FITS
    legality = {key: value for row in reversed(rows) for key, value in row.legality.items()}
    checked_at = min((row.checked_at for row in rows), default=None)
    return Fit(verdict, vehicle, rows[0].part, notes, needs, checked_at=checked_at, legality=legality)
