"""A site whose orders are in another system; its catalogue is ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from pydantic import ValidationError

from app.outgoing import OutgoingError
from app.shops.connectors.source import FoundOrder, OrderSource, Tracked, Tracker
from app.shops.order_form import OrderTold, steps
from app.shops.proof import is_proved, order_number
from bot.ports import Clock, Fit, Mention, Model, Order, OrderStatus, Part, Shop, ShopSilent, Vehicle, YearRange

_KEPT = timedelta(seconds=60)
"""An answer serves this long: small shops run on small machines."""
_MOST_KEPT = 500
_UNDER_WAY = {OrderStatus.PACKED, OrderStatus.IN_TRANSIT, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.EXCEPTION}

log = structlog.get_logger(__name__)


class RemoteShop:
    """Catalogue from `catalogue`, orders from `orders`, parcels from `tracker`. See `bot.ports.Shop`."""

    def __init__(self, catalogue: Shop, orders: OrderSource, clock: Clock, tracker: Tracker | None = None) -> None:
        self._catalogue = catalogue
        self._orders = orders
        self._clock = clock
        self._tracker = tracker
        self._kept: dict[tuple[str, str], tuple[datetime, FoundOrder | None]] = {}

    async def find_parts(self, text: str) -> Sequence[Part]:
        return await self._catalogue.find_parts(text)

    async def find_vehicles(self, text: str) -> Sequence[Mention]:
        return await self._catalogue.find_vehicles(text)

    async def year_ranges(self, skus: Sequence[str], model: Model) -> Sequence[YearRange]:
        return await self._catalogue.year_ranges(skus, model)

    async def versions(self, skus: Sequence[str], vehicle: Vehicle) -> Sequence[str]:
        return await self._catalogue.versions(skus, vehicle)

    async def fits(self, skus: Sequence[str], vehicle: Vehicle) -> Fit:
        return await self._catalogue.fits(skus, vehicle)

    async def parts_for(self, vehicle: Vehicle, family: str | None = None) -> Sequence[Fit]:
        return await self._catalogue.parts_for(vehicle, family)

    async def order(self, number: str, proof: str) -> Order | None:
        plain = order_number(number)
        if not plain or not proof.strip():
            return None
        try:
            found = await self._found(plain, proof)
        except (OutgoingError, ValidationError) as error:  # the latter: an order that fits no order's shape
            log.warning("order.silent", error=type(error).__name__, detail=str(error)[:300])
            raise ShopSilent from error
        if found is None or not is_proved(proof, list(found.emails), list(found.postcodes)):
            return None
        told = found.order
        carrier, url = told.carried_by()
        order = replace(told.as_order(), carrier=carrier, tracking_url=url)
        return await self._with_parcel(told, order)

    async def _found(self, number: str, proof: str) -> FoundOrder | None:
        now = self._clock()
        kept = self._kept.get((number, proof))
        if kept is not None and now - kept[0] < _KEPT:
            return kept[1]
        found = await self._orders.find(number, proof)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[number, proof] = (now, found)
        return found

    async def _with_parcel(self, told: OrderTold, order: Order) -> Order:
        """The carrier knows better where a parcel is; when its tracker is silent, the shop's word stands."""
        if self._tracker is None or order.tracking_number is None or order.status not in _UNDER_WAY:
            return order
        try:
            tracked = await self._tracker.track(order.tracking_number, order.carrier)
        except (OutgoingError, ValidationError) as error:
            log.warning("tracker.silent", error=type(error).__name__, detail=str(error)[:300])
            return order
        return _joined(told, order, tracked) if tracked is not None else order


def _joined(told: OrderTold, order: Order, tracked: Tracked) -> Order:
    status = tracked.status or order.status
    events = sorted([*(event for event in told.events if not event.scan), *tracked.events], key=lambda event: event.at)
    scans = [event.at for event in tracked.events]
    return replace(
        order,
        status=status,
        steps=steps(status, [(event.label, event.at, event.detail) for event in events]),
        expected_for=tracked.expected_for or order.expected_for,
        carrier=order.carrier or tracked.carrier,
        tracking_url=order.tracking_url or tracked.url,
        last_seen_at=max(scans, default=order.last_seen_at),
        delivered_at=max(scans, default=None) if status is OrderStatus.DELIVERED else None,
    )
