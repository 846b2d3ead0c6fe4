"""The recognisers that one component of a pipeline runs, and how their findings become entities."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from bot.nlu.recognisers.contact import Emails, Phones
from bot.nlu.recognisers.dates import Dates
from bot.nlu.recognisers.finding import FIGURE, Finding, Moment, Recogniser
from bot.nlu.recognisers.money import Money
from bot.nlu.recognisers.orders import OrderNumbers
from bot.nlu.recognisers.postcode import Postcodes
from bot.nlu.recognisers.settings import DIMENSIONS, RecogniserSettings
from bot.nlu.recognisers.tracking import TrackingNumbers
from bot.nlu.recognisers.vehicle import Vins, Years

_MAKERS: Final[Mapping[str, Callable[[RecogniserSettings], Recogniser]]] = {
    "tracking_number": lambda settings: TrackingNumbers(),
    "vin": lambda settings: Vins(),
    "order_number": lambda settings: OrderNumbers(settings.order_number),
    "email": lambda settings: Emails(),
    "phone": lambda settings: Phones(),
    "money": lambda settings: Money(),
    "date": lambda settings: Dates(),
    "year": lambda settings: Years(),
    "postcode": lambda settings: Postcodes(),
}


class Recognisers:
    """Finds what the settings ask for, as far as the domain has an entity for it."""

    def __init__(self, settings: RecogniserSettings, entities: Container[str], timezone: tzinfo) -> None:
        """`entities` are the domain's; `timezone` counts where the settings name none."""
        self.settings = settings
        self._timezone = ZoneInfo(settings.timezone) if settings.timezone else timezone
        names = settings.entities if settings.entities is not None else {name: name for name in DIMENSIONS}
        self._running = [
            (rank, names[dimension], _MAKERS[dimension](settings))
            for rank, dimension in enumerate(DIMENSIONS)
            if names.get(dimension, "") in entities
        ]
        self._without_figures = [each for each in self._running if not each[2].needs_figure]

    @property
    def entities(self) -> frozenset[str]:
        """The entities that are looked for."""
        return frozenset(entity for _, entity, _ in self._running)

    def find(self, text: str, now: datetime) -> list[tuple[int, str, Finding]]:
        """(rank, entity, finding); of equally long ones that overlap, the smaller rank is right."""
        moment = Moment(now, self._timezone, self.settings.countries)
        return [
            (rank, entity, finding)
            for rank, entity, recogniser in (self._running if FIGURE.search(text) else self._without_figures)
            for finding in recogniser.find(text, moment)
        ]

    def value(self, finding: Finding) -> JsonValue:
        """What a slot holds afterwards; in Duckling's shape for who asked for Duckling."""
        if self.settings.stands_beside and isinstance(finding.value, dict):
            return float(str(finding.value["amount"])) / (1 if finding.value["currency"] == "JPY" else 100)
        return finding.value

    def details(self, finding: Finding) -> Mapping[str, JsonValue]:
        """What else is known of a finding."""
        if self.settings.stands_beside and isinstance(finding.value, dict):
            return {"unit": finding.value["currency"], **finding.details}
        return finding.details
