"""Reads the files of a sample shop: `parts.json`, `models.csv`, `fitments.csv`, `orders.json`.

Days are written relative to today, so that a demonstration never ages: an event "-3 10:12" happened three days ago at
10:12, `promised_in_days` 2 is the day after tomorrow. All mistakes are reported at once, each with file and place.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.ports import OrderStatus, YearRange

_MOMENT = re.compile(r"-(\d+) (\d\d):(\d\d)")
_YEARS = re.compile(r"(\d{4})(?:(\+)|-(\d{4}))?")


class BadSample(Exception):
    """The sample shop could not be read. Each line names the file, the place and what to change."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _years(text: object) -> object:
    """ "2014-2016|2018+" as ranges; more than one where there is a gap."""
    ranges = []
    for piece in str(text).split("|"):
        match = _YEARS.fullmatch(piece.strip())
        if match is None:
            raise ValueError(f'"{piece}" is no year range; write 2014, 2014-2017 or 2018+')
        first, is_open, last = int(match[1]), bool(match[2]), match[3]
        ranges.append(YearRange(first, None if is_open else int(last) if last else first))
    return ranges


def _words(text: object) -> object:
    return [word.strip() for word in text.split("|") if word.strip()] if isinstance(text, str) else text


Years = Annotated[list[YearRange], BeforeValidator(_years)]
Words = Annotated[list[str], BeforeValidator(_words)]


class _Sample(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SamplePart(_Sample):
    sku: str
    name: str
    line: str
    family: str
    price: int = Field(ge=0, description="Minor units.")
    currency: str = Field(min_length=3, max_length=3)
    stock: int = Field(ge=0)
    page: str | None = None
    picture: str | None = None
    spoken: list[str] = []
    in_box: list[str] = []
    facts: dict[str, str] = {}
    restock_in_days: int | None = None


class SampleModel(_Sample):
    make: str
    name: str
    years: Years
    market_names: Words = []
    nicknames: Words = []


class SampleFitment(_Sample):
    sku: str
    make: str
    model: str
    years: Years
    position: str | None = None
    quantity: int = Field(default=1, ge=1)
    notes: Words = []
    needs: Words = []
    checked_days_ago: int = Field(ge=0)


class SampleLine(_Sample):
    sku: str
    quantity: int = Field(ge=1)


class SampleEvent(_Sample):
    label: str
    at: str = Field(pattern=_MOMENT.pattern)
    detail: str | None = None
    scan: bool = False


class SampleOrder(_Sample):
    number: str
    email: str
    postcode: str
    status: OrderStatus
    placed: str = Field(pattern=_MOMENT.pattern)
    promised_in_days: int | None = None
    expected_in_days: int | None = None
    window: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    lines: list[SampleLine] = Field(min_length=1)
    events: list[SampleEvent] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample shop as it stands in its files; every sku and model that is referred to exists."""

    parts: list[SamplePart] = field(default_factory=list)
    models: list[SampleModel] = field(default_factory=list)
    fitments: list[SampleFitment] = field(default_factory=list)
    orders: list[SampleOrder] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns the days of the files into days and times, counted from `now`."""

    now: datetime
    zone: tzinfo

    def moment(self, text: str) -> datetime:
        """ "-3 10:12" in the shop's time zone; never after now, so that today's events have happened."""
        match = _MOMENT.fullmatch(text)
        if match is None:
            raise ValueError(f'"{text}" is no moment; write "-3 10:12"')
        local = datetime.combine(
            self.day(-int(match[1]), deliveries=False), time(int(match[2]), int(match[3])), self.zone
        )
        return min(local, self.now)

    def day(self, offset: int, *, deliveries: bool = True) -> date:
        """The day `offset` days from today; carriers rest on Sundays to come."""
        day = self.now.astimezone(self.zone).date() + timedelta(days=offset)
        return day + timedelta(days=1) if deliveries and offset > 0 and day.isoweekday() == 7 else day


Row = TypeVar("Row", bound=_Sample)


def read_sample(folder: Path) -> Sample:
    """Read and check the four files in `folder`. Raises BadSample."""
    problems: list[str] = []
    sample = Sample(
        parts=list(_rows(SamplePart, _json(folder / "parts.json", problems), problems)),
        models=list(_rows(SampleModel, _csv(folder / "models.csv", problems), problems)),
        fitments=list(_rows(SampleFitment, _csv(folder / "fitments.csv", problems), problems)),
        orders=list(_rows(SampleOrder, _json(folder / "orders.json", problems), problems)),
    )
    if not problems:
        problems += _dangling(sample)
    if problems:
        raise BadSample(problems)
    return sample


def _rows(kind: type[Row], rows: list[tuple[str, object]], problems: list[str]) -> Iterator[Row]:
    for place, values in rows:
        try:
            yield kind.model_validate(values)
        except ValidationError as error:
            for each in error.errors():
                where = ".".join(str(step) for step in each["loc"])
                problems.append(f"{place}: {where}: {each['msg']}")


def _json(path: Path, problems: list[str]) -> list[tuple[str, object]]:
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        problems.append(f"{path.name}: {error}")
        return []
    if not isinstance(values, list):
        problems.append(f"{path.name}: a list of objects is needed")
        return []
    return [(f"{path.name}, entry {place}", value) for place, value in enumerate(values, 1)]


def _csv(path: Path, problems: list[str]) -> list[tuple[str, object]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            return [(f"{path.name}:{reader.line_num}", _filled(row)) for row in reader]
    except (OSError, ValueError) as error:
        problems.append(f"{path.name}: {error}")
        return []


def _filled(row: Mapping[str | None, object]) -> dict[str, object]:
    """Cells with something in them; cells beyond the header keep a name that is refused."""
    return {name or "beyond the header": value for name, value in row.items() if value not in ("", None)}


def _dangling(sample: Sample) -> Iterator[str]:
    skus = {part.sku for part in sample.parts}
    models = {(model.make, model.name) for model in sample.models}
    for fitment in sample.fitments:
        for sku in (fitment.sku, *fitment.needs):
            if sku not in skus:
                yield f'fitments.csv: "{sku}" is not in parts.json'
        if (fitment.make, fitment.model) not in models:
            yield f'fitments.csv: "{fitment.make} {fitment.model}" is not in models.csv'
    for order in sample.orders:
        for line in order.lines:
            if line.sku not in skus:
                yield f'orders.json: order {order.number}: "{line.sku}" is not in parts.json'
