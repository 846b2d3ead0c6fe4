"""WooCommerce's REST API, version 3. Verified against a recording and a fake, not a live shop.

Tracking is an extension's; its namespace is a setting (`wc-shipment-tracking/v3`, `wc-ast/v3`).
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from html import unescape

from pydantic import Field, SecretStr

from app.outgoing import Garbled, Outgoing, Refused
from app.shops.connectors.source import FoundOrder, Shape, read
from app.shops.order_form import EventTold, LineTold, OrderTold
from app.shops.proof import order_number
from bot.ports import OrderStatus

_PER_PAGE = 20
_MOST_PAGES = 5
_STATUSES = {
    "pending": OrderStatus.RECEIVED,
    "processing": OrderStatus.RECEIVED,
    "on-hold": OrderStatus.RECEIVED,
    "completed": OrderStatus.IN_TRANSIT,
    "cancelled": OrderStatus.CANCELLED,
    "refunded": OrderStatus.RETURNED,
    "failed": OrderStatus.CANCELLED,
}
"""A completed order has left the shop; whether it has arrived only a tracker knows."""


class _Person(Shape):
    email: str = ""
    postcode: str = ""


class _Item(Shape):
    name: str
    sku: str | None = None
    quantity: int


class _Order(Shape):
    id: int
    number: str
    status: str
    created: datetime = Field(alias="date_created_gmt")
    completed: datetime | None = Field(None, alias="date_completed_gmt")
    billing: _Person = _Person()
    shipping: _Person = _Person()
    items: tuple[_Item, ...] = Field((), alias="line_items")


class _Shipment(Shape):
    provider: str | None = Field(None, alias="tracking_provider")
    number: str = Field("", alias="tracking_number")
    link: str | None = Field(None, alias="tracking_link")


class WooCommerce:
    """The orders of a WooCommerce shop. See `OrderSource`."""

    def __init__(
        self, outgoing: Outgoing, shop: str, key: str, secret: SecretStr, tracking: str = "wc-shipment-tracking/v3"
    ) -> None:
        """`shop` is its address, over https as the key goes with each call; `tracking` the extension's namespace."""
        if not shop.startswith("https://") and not shop.startswith("http://127.0.0.1"):
            raise ValueError(f"{shop}: the shop's address begins with https://, as the key goes along")
        self._outgoing = outgoing
        self._api = f"{shop.rstrip('/')}/wp-json"
        self._tracking = tracking.strip("/")
        pair = base64.b64encode(f"{key}:{secret.get_secret_value()}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"}

    async def find(self, number: str, proof: str) -> FoundOrder | None:
        order = await self._by_id(number) if number.isdigit() else None
        if order is None or order_number(order.number) != number:
            order = await self._by_search(number)
        return (
            await self._found(order) if order is not None and order.status not in {"trash", "checkout-draft"} else None
        )

    async def _by_id(self, number: str) -> _Order | None:
        try:
            answer, _ = await self._outgoing.json("GET", f"{self._api}/wc/v3/orders/{number}", headers=self._headers)
        except Refused as error:
            if error.status == 404:
                return None
            raise
        return read(_Order, answer, "WooCommerce")

    async def _by_search(self, number: str) -> _Order | None:
        """Numbering plugins give numbers that are no ids: search, then compare."""
        for page in range(1, _MOST_PAGES + 1):
            params = {"search": number, "per_page": str(_PER_PAGE), "page": str(page)}
            answer, headers = await self._outgoing.json(
                "GET", f"{self._api}/wc/v3/orders", headers=self._headers, params=params
            )
            if not isinstance(answer, list):
                raise Garbled("WooCommerce answered with something else than a list")
            for each in answer:
                order = read(_Order, each, "WooCommerce")
                if order_number(order.number) == number:
                    return order
            pages = headers.get("x-wp-totalpages", "1")
            if not pages.isdigit() or page >= int(pages):
                break
        return None

    async def _found(self, order: _Order) -> FoundOrder:
        shipment = await self._shipment(order.id)
        placed = order.created.replace(tzinfo=UTC)
        events = [EventTold(label="Order placed", at=placed)]
        if order.completed is not None:
            events.append(EventTold(label="Sent", at=order.completed.replace(tzinfo=UTC)))
        emails = [order.billing.email]
        postcodes = [each for each in (order.shipping.postcode, order.billing.postcode) if each]
        link = shipment.link if shipment and (shipment.link or "").startswith(("http://", "https://")) else None
        told = OrderTold(
            number=order.number,
            email=order.billing.email,
            postcode=postcodes[0] if postcodes else "",
            status=_STATUSES.get(order.status, OrderStatus.RECEIVED),
            placed_at=placed,
            carrier=shipment.provider or None if shipment else None,
            tracking_number=shipment.number or None if shipment else None,
            tracking_url=link,
            lines=tuple(
                LineTold(sku=item.sku or "-", name=unescape(item.name), quantity=item.quantity)
                for item in order.items
                if item.quantity > 0
            ),
            events=tuple(events),
        )
        return FoundOrder(told, emails, postcodes)

    async def _shipment(self, order_id: int) -> _Shipment | None:
        """The newest parcel, where the shop has the extension."""
        url = f"{self._api}/{self._tracking}/orders/{order_id}/shipment-trackings"
        try:
            answer, _ = await self._outgoing.json("GET", url, headers=self._headers)
        except Refused as error:
            if error.status in {404, 403}:
                return None
            raise
        return read(_Shipment, answer[-1], "WooCommerce") if isinstance(answer, list) and answer else None
