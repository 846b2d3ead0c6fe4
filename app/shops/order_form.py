"""An order as shops send it: by file, by signed POST, or as the answer of a lookup. One shape for all three."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.shops.proof import order_number
from bot import parcels
from bot.ports import Order, OrderLine, OrderStatus, OrderStep

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://", max_length=2_000)]

_SETTLED = {OrderStatus.CANCELLED, OrderStatus.RETURNED, OrderStatus.DELIVERED}


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineTold(_Told):
    """One position."""

    sku: Named
    name: Named
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1


class EventTold(_Told):
    """Something that happened to the order; `scan` when the carrier reported it."""

    label: Named
    at: AwareDatetime
    detail: Short | None = None
    scan: bool = False


class OrderTold(_Told):
    """An order, and what its owner proves it with: e-mail address or postcode."""

    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    email: Short = ""
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    status: OrderStatus
    placed_at: AwareDatetime
    promised_for: date | None = None
    expected_for: date | None = None
    window: Short | None = None
    carrier: Short | None = None
    tracking_number: Short | None = None
    tracking_url: Url | None = None
    lines: Annotated[tuple[LineTold, ...], Field(max_length=500)] = ()
    events: Annotated[tuple[EventTold, ...], Field(max_length=500)] = ()

    def carried_by(self) -> tuple[str | None, str | None]:
        """Carrier and page of the parcel: as told, else as the number's form and check digit say."""
        reading = next(iter(parcels(self.tracking_number)), None) if self.tracking_number else None
        if reading is None:
            return self.carrier, self.tracking_url
        return self.carrier or reading.carrier_name, self.tracking_url or reading.url

    def as_order(self) -> Order:
        """The order as its owner may see it."""
        carrier, url = self.carried_by()
        events = sorted(self.events, key=lambda event: event.at)
        scans = [event.at for event in events if event.scan]
        delivered = self.status is OrderStatus.DELIVERED and events
        return Order(
            number=order_number(self.number),
            status=self.status,
            placed_at=self.placed_at,
            lines=tuple(OrderLine(line.sku, line.name, line.quantity) for line in self.lines),
            steps=steps(self.status, [(event.label, event.at, event.detail) for event in events]),
            promised_for=self.promised_for,
            expected_for=self.expected_for,
            window=self.window,
            carrier=carrier,
            tracking_number=self.tracking_number,
            tracking_url=url,
            last_seen_at=scans[-1] if scans else None,
            delivered_at=events[-1].at if delivered else None,
        )


def steps(status: OrderStatus, events: list[tuple[str, datetime, str | None]]) -> tuple[OrderStep, ...]:
    """What happened, oldest first, and the door as what is to come while the parcel is under way."""
    done = [OrderStep(label, "done", at, detail) for label, at, detail in events]
    if status not in _SETTLED and done:
        newest = done[-1]
        done[-1] = OrderStep(newest.label, "now", newest.at, newest.detail)
        done.append(OrderStep("At your door", "to_come"))
    return tuple(done)
