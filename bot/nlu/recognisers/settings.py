"""Reads what a project's pipeline asks of the recognisers: `Recognisers`, or Rasa's DucklingEntityExtractor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.documents import Table
from bot.nlu.recognisers.postcode import COUNTRIES
from bot.problems import Findings

NAME: Final = "Recognisers"
DUCKLING: Final = "DucklingEntityExtractor"
DIMENSIONS: Final = (
    "tracking_number",
    "vin",
    "order_number",
    "email",
    "phone",
    "money",
    "date",
    "year",
    "postcode",
)
"""What can be recognised. Of two equally long readings of the same words the one that stands first here wins."""
DUCKLING_DIMENSIONS: Final = {"time": "date", "amount-of-money": "money", "email": "email", "phone-number": "phone"}
"""Duckling's name, which is the entity's name as well, and ours."""
DEFAULT_COUNTRIES: Final = tuple(
    "DE GB US FR IT ES NL CA AT CH PT PL SE CZ BE IE".split()  # noqa: SIM905 - a list of quotes says less
)


@dataclass(frozen=True, slots=True)
class RecogniserSettings:
    """One component of a pipeline."""

    extractor: str = NAME
    entities: Mapping[str, str] | None = None
    """Name of the entity by dimension; None: the dimension's own for each."""
    countries: tuple[str, ...] = DEFAULT_COUNTRIES
    timezone: str | None = None
    """IANA name; None: the site's."""
    order_number: str | None = None
    """A regular expression: the shape of the shop's order numbers."""
    stands_beside: bool = False
    """Whether its findings stay where others overlap them, as in Rasa."""


def read_recognisers(entry: Table, findings: Findings) -> RecogniserSettings:
    """The settings of one component; what is wrong with them is told to `findings`."""
    is_duckling = entry["name"].rpartition(".")[2] == DUCKLING
    timezone = entry.get("timezone")
    if timezone is not None and not _is_zone(timezone):
        findings.error(entry.file, entry.line_of("timezone"), f"{timezone!r} is no time zone; try Europe/Berlin")
        timezone = None
    if is_duckling:
        wanted = _names(entry, DUCKLING_DIMENSIONS, findings, warn=True)
        entities = {DUCKLING_DIMENSIONS[name]: name for name in wanted}
        return RecogniserSettings(DUCKLING, entities, timezone=timezone, stands_beside=True)
    shape = entry.get("order_number")
    if shape is not None and not _compiles(shape):
        findings.error(entry.file, entry.line_of("order_number"), f"the pattern {shape!r} does not compile")
        shape = None
    return RecogniserSettings(
        entities=_names(entry, dict.fromkeys(DIMENSIONS), findings),
        countries=_countries(entry, findings),
        timezone=timezone,
        order_number=shape,
    )


def _names(entry: Table, known: Mapping[str, Any], findings: Findings, *, warn: bool = False) -> dict[str, str]:
    """The entity of each wanted dimension: `dimensions` is a list, or a map to the entities' names."""
    wanted = entry.get("dimensions")
    if wanted is None:
        return {name: name for name in known}
    pairs = wanted if isinstance(wanted, Mapping) else {name: name for name in wanted if isinstance(wanted, list)}
    found = {}
    for name, entity in pairs.items():
        if name in known:
            found[str(name)] = str(entity)
        else:
            tell = findings.warning if warn else findings.error
            choices = ", ".join(known)
            tell(entry.file, entry.line_of("dimensions"), f"{name!r} is not recognised here; there are {choices}")
    return found


def _countries(entry: Table, findings: Findings) -> tuple[str, ...]:
    given = entry.get("countries")
    if given is None:
        return DEFAULT_COUNTRIES
    countries = tuple(str(code).upper() for code in given) if isinstance(given, list) else ()
    if not countries or not all(re.fullmatch("[A-Z]{2}", code) for code in countries):
        told = f"`countries` is a list of two-letter codes; postcodes are known for {', '.join(COUNTRIES)}"
        findings.error(entry.file, entry.line_of("countries"), told)
        return DEFAULT_COUNTRIES
    return countries


def _is_zone(name: Any) -> bool:
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _compiles(pattern: Any) -> bool:
    try:
        re.compile(str(pattern))
    except re.error:
        return False
    return isinstance(pattern, str)
