"""What a recogniser finds, and what it may know of the moment in which something was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from pydantic import JsonValue

FIGURE: Final = re.compile(r"\d")
"""Most messages have none, and then nothing that is made of figures has to be looked for; else not before the first."""


class Finding(NamedTuple):
    """A part of a text whose form says what it is. `start` and `end` count characters."""

    start: int
    end: int
    dimension: str
    value: JsonValue
    confidence: float = 1.0
    details: Mapping[str, JsonValue] = MappingProxyType({})
    """What else its form says: a parcel's carrier, a sum's currency."""


class Moment(NamedTuple):
    """When and where a text was written."""

    now: datetime
    """Aware."""
    timezone: tzinfo
    """Days and hours are meant in it."""
    countries: tuple[str, ...]
    """ISO 3166 codes of the countries whose phone numbers and postcodes are written without the country."""


class Recogniser(Protocol):
    """Finds one kind of thing by its form."""

    needs_figure: bool
    """Whether there is nothing to be found in a text without a figure."""

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        """What there is, in any order. Takes time in proportion to the length of `text`, and never raises."""
