"""One statement of a source: this part goes on that machine, or it does so no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.ports import Money, YearRange

LEGALITY = ("street_legal", "carb_eo", "e_marked", "keeps_catalyst", "needs_remap")
"""What a source may say about the law and the engine, told on as it says it."""

LONGEST = 500
"""Characters of one cell; more is a slip of the quotes, not a note."""

Told: TypeAlias = Callable[[int], None]
"""Hears how many bytes of the file have been read."""


class BadFile(Exception):
    """The file cannot be read as what it should be; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken, with its line in the file (from 1) and what to change."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet, or one `App` of an ACES file. Without make and model it is about a part alone."""

    line: int
    sku: str
    action: Literal["A", "D"] = "A"
    """Add, or take out what is stored for the part, machine, submodel, position and years."""
    make: str = ""
    model: str = ""
    submodel: str = ""
    """"" stands for all versions."""
    years: tuple[YearRange, ...] = ()
    position: str = ""
    quantity: int = 1
    notes: tuple[str, ...] = ()
    """Word for word."""
    needs: tuple[str, ...] = ()
    """Skus of what has to be bought with it."""
    legality: Mapping[str, str] = field(default_factory=dict, hash=False)
    title: str = ""
    line_name: str = ""
    """What riders call it: "Fell 2"."""
    family: str = ""
    price: Money | None = None
    stock: int | None = None
    url: str = ""
    image: str = ""
