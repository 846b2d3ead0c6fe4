"""What every order book and every tracker gives, whatever system is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.outgoing import Garbled
from app.shops.order_form import EventTold, OrderTold
from bot.ports import OrderStatus


class Shape(BaseModel):
    """What we read of another system's answer; what else it says is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Answer = TypeVar("Answer", bound=Shape)


def read(shape: type[Answer], answer: Any, system: str) -> Answer:
    """The answer as the shape that was asked for. Raises Garbled when it is none."""
    try:
        return shape.model_validate(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Garbled(f"{system} answered in another shape: {where}: {first['msg']}") from error


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order with everything its owner may prove it by."""

    order: OrderTold
    emails: Sequence[str] = ()
    postcodes: Sequence[str] = ()


class OrderSource(Protocol):
    """The orders of a shop."""

    async def find(self, number: str, proof: str) -> FoundOrder | None:
        """The order with that number, as stored (`app.shops.proof.order_number`); None where there is none.

        Who asks is checked by the caller; `proof` is for systems that check it themselves.
        Raises `app.outgoing.OutgoingError` when the system does not answer, or answers with something else.
        """


@dataclass(frozen=True, slots=True)
class Tracked:
    """What the carrier says of a parcel."""

    status: OrderStatus | None
    """None where the carrier knows nothing yet."""
    expected_for: date | None
    carrier: str | None
    url: str | None
    events: Sequence[EventTold] = ()


class Tracker(Protocol):
    """Follows parcels."""

    async def track(self, number: str, carrier: str | None) -> Tracked | None:
        """The parcel's way; None for a number that the tracker does not know. Raises `app.outgoing.OutgoingError`."""
