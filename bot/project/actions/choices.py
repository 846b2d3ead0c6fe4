"""Chips for what is asked about a machine: its name, its year, its version."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.ports import Model, YearRange

from .messages import chip
from .versions import OTHER, UNSURE


def year_chips(ranges: Sequence[YearRange]) -> list[dict[str, str]]:
    """One chip a stretch in which the answer is the same, and one for whoever has to look it up."""
    chips = []
    for stretch in ranges:
        open_end = f"{stretch.first}+" if stretch.last is None else f"{stretch.first}-{stretch.last}"
        chips.append(
            chip(
                str(stretch),
                "inform_year",
                year=str(stretch.first) if stretch.first == stretch.last else open_end,
            )
        )
    return [*chips, chip("Not sure", "year_unsure")]


def model_chips(models: Sequence[Model]) -> list[dict[str, str]]:
    """One chip a machine, with its years where they tell the machines apart."""
    apart = all(
        (one.years.last or 9999) < (two.years.first or 0)
        for one, two in pairwise(sorted(models, key=lambda model: model.years.first or 0))
    )
    return [
        chip(
            f"{model.make} {model.name}" + (f" ({model.years})" if apart else ""),
            "inform_vehicle",
            model=f"{model.make} {model.name}",
        )
        for model in models
    ]


def version_chips(versions: Sequence[str]) -> list[dict[str, str]]:
    """One chip a version that the catalogue names, one for any other and one for whoever has to look it up."""
    chips = [chip(version, "inform_version", version=version) for version in versions]
    other = chip("Another version", "inform_version", version=OTHER)
    return [*chips, other, chip("Not sure", "inform_version", version=UNSURE)]
