"""Shopify's GraphQL Admin API. Verified against recordings and a fake that keeps its documented rules; not live.

Without the scope `read_all_orders` Shopify shows the last 60 days alone: an older order is not found.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import anyio
from pydantic import AwareDatetime, Field, SecretStr

from app.outgoing import Busy, Garbled, Outgoing
from app.shops.connectors.source import FoundOrder, Shape, read
from app.shops.order_form import EventTold, LineTold, OrderTold
from bot.ports import OrderStatus

API_VERSION = "2026-07"
_PATIENCE = timedelta(seconds=3)
_PAGE = 10
_MOST_PAGES = 3
_QUERY = """
query($search: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $search) {
    pageInfo { hasNextPage endCursor }
    nodes {
      name createdAt cancelledAt email displayFulfillmentStatus displayFinancialStatus
      shippingAddress { zip } billingAddress { zip }
      lineItems(first: 50) { nodes { title quantity sku } }
      fulfillments(first: 5) {
        displayStatus estimatedDeliveryAt deliveredAt inTransitAt createdAt
        trackingInfo { company number url }
        events(first: 50) { nodes { status happenedAt message } }
      }
    }
  }
}
"""
_STATUSES = {
    "CONFIRMED": OrderStatus.RECEIVED,
    "SUBMITTED": OrderStatus.RECEIVED,
    "LABEL_PURCHASED": OrderStatus.PACKED,
    "LABEL_PRINTED": OrderStatus.PACKED,
    "LABEL_VOIDED": OrderStatus.PACKED,
    "MARKED_AS_FULFILLED": OrderStatus.PACKED,
    "FULFILLED": OrderStatus.IN_TRANSIT,
    "CARRIER_PICKED_UP": OrderStatus.IN_TRANSIT,
    "IN_TRANSIT": OrderStatus.IN_TRANSIT,
    "DELAYED": OrderStatus.IN_TRANSIT,
    "OUT_FOR_DELIVERY": OrderStatus.OUT_FOR_DELIVERY,
    "ATTEMPTED_DELIVERY": OrderStatus.EXCEPTION,
    "READY_FOR_PICKUP": OrderStatus.PICKUP_READY,
    "PICKED_UP": OrderStatus.DELIVERED,
    "DELIVERED": OrderStatus.DELIVERED,
    "NOT_DELIVERED": OrderStatus.EXCEPTION,
    "FAILURE": OrderStatus.EXCEPTION,
    "CANCELED": OrderStatus.CANCELLED,
}


class _Zip(Shape):
    zip: str | None = None


class _Item(Shape):
    title: str
    quantity: int
    sku: str | None = None


class _Items(Shape):
    nodes: tuple[_Item, ...] = ()


class _Tracking(Shape):
    company: str | None = None
    number: str | None = None
    url: str | None = None


class _Event(Shape):
    status: str
    happened_at: AwareDatetime = Field(alias="happenedAt")
    message: str | None = None


class _Events(Shape):
    nodes: tuple[_Event, ...] = ()


class _Fulfillment(Shape):
    status: str | None = Field(None, alias="displayStatus")
    estimated_at: AwareDatetime | None = Field(None, alias="estimatedDeliveryAt")
    delivered_at: AwareDatetime | None = Field(None, alias="deliveredAt")
    created_at: AwareDatetime = Field(alias="createdAt")
    tracking: tuple[_Tracking, ...] = Field((), alias="trackingInfo")
    events: _Events = _Events()


class _Order(Shape):
    name: str
    created_at: AwareDatetime = Field(alias="createdAt")
    cancelled_at: AwareDatetime | None = Field(None, alias="cancelledAt")
    email: str | None = None
    shipping: _Zip | None = Field(None, alias="shippingAddress")
    billing: _Zip | None = Field(None, alias="billingAddress")
    items: _Items = Field(alias="lineItems")
    fulfillments: tuple[_Fulfillment, ...] = ()


class _Page(Shape):
    has_next: bool = Field(False, alias="hasNextPage")
    cursor: str | None = Field(None, alias="endCursor")


class _Orders(Shape):
    page: _Page = Field(_Page(), alias="pageInfo")
    nodes: tuple[_Order, ...]


class _Data(Shape):
    orders: _Orders


class Shopify:
    """The orders of a Shopify shop. See `OrderSource`."""

    def __init__(self, outgoing: Outgoing, shop: str, token: SecretStr, version: str = API_VERSION) -> None:
        """`shop` is the address of the shop: https://brand.myshopify.com."""
        self._outgoing = outgoing
        self._url = f"{shop.rstrip('/')}/admin/api/{version}/graphql.json"
        self._token = token

    async def find(self, number: str, proof: str) -> FoundOrder | None:
        plain = re.sub(r"[^A-Z0-9_-]", "", number)  # what is left cannot widen the search
        if not plain:
            return None
        after: str | None = None
        for _ in range(_MOST_PAGES):
            variables = {"search": f'name:"#{plain}"', "first": _PAGE, "after": after}
            page = read(_Data, await self._query(variables), "Shopify").orders
            for order in page.nodes:
                if order.name.lstrip("#").upper() == plain:
                    return _found(order)
            if not page.page.has_next:
                return None
            after = page.page.cursor
        return None

    async def _query(self, variables: dict[str, Any]) -> Any:
        """The answer's data. A query that costs more than is left waits for the bucket, once and not long."""
        headers = {"X-Shopify-Access-Token": self._token.get_secret_value()}
        for attempt in (1, 2):
            answer, _ = await self._outgoing.json(
                "POST", self._url, headers=headers, body={"query": _QUERY, "variables": variables}
            )
            if not isinstance(answer, dict):
                raise Garbled("Shopify answered with something else than an object")
            errors = answer.get("errors")
            if not errors:
                return answer.get("data")
            if "THROTTLED" not in str(errors):
                raise Garbled(f"Shopify refused the question: {str(errors)[:200]}")
            pause = _pause(answer)
            if attempt == 2 or pause > _PATIENCE:
                raise Busy("Shopify asks for patience", pause)
            await anyio.sleep(pause.total_seconds())
        return None


def _pause(answer: dict[str, Any]) -> timedelta:
    """How long the bucket takes to hold what the query costs."""
    try:
        cost = answer["extensions"]["cost"]
        bucket = cost["throttleStatus"]
        lacking = float(cost["requestedQueryCost"]) - float(bucket["currentlyAvailable"])
        return timedelta(seconds=max(0.0, lacking / float(bucket["restoreRate"])))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return timedelta(minutes=1)


def _found(order: _Order) -> FoundOrder:
    sent = [each for each in order.fulfillments if each.status not in {"CANCELED", "LABEL_VOIDED"}]
    newest = max(sent, key=lambda each: each.created_at, default=None)
    tracking = next(iter(newest.tracking), None) if newest else None
    status = _STATUSES.get(newest.status or "FULFILLED", OrderStatus.IN_TRANSIT) if newest else OrderStatus.RECEIVED
    events = [EventTold(label="Order placed", at=order.created_at)]
    if newest is not None:
        events.append(EventTold(label="Sent", at=newest.created_at))
        events += [
            EventTold(
                label=_words(each.status), at=each.happened_at, detail=(each.message or "")[:200] or None, scan=True
            )
            for each in newest.events.nodes
        ]
        if newest.delivered_at is not None:
            events.append(EventTold(label="Delivered", at=newest.delivered_at, scan=True))
    if order.cancelled_at is not None:
        status = OrderStatus.CANCELLED
        events.append(EventTold(label="Cancelled", at=order.cancelled_at))
    postcodes = [each.zip for each in (order.shipping, order.billing) if each is not None and each.zip]
    told = OrderTold(
        number=order.name.lstrip("#"),
        email=order.email or "",
        postcode=postcodes[0] if postcodes else "",
        status=status,
        placed_at=order.created_at,
        expected_for=newest.estimated_at.date() if newest and newest.estimated_at else None,
        carrier=tracking.company if tracking else None,
        tracking_number=tracking.number if tracking else None,
        tracking_url=tracking.url if tracking and (tracking.url or "").startswith(("http://", "https://")) else None,
        lines=tuple(
            LineTold(sku=each.sku or "-", name=each.title, quantity=each.quantity)
            for each in order.items.nodes
            if each.quantity > 0
        ),
        events=tuple(events),
    )
    return FoundOrder(told, [told.email], postcodes)


def _words(status: str) -> str:
    """ "OUT_FOR_DELIVERY" as a buyer reads it."""
    return status.replace("_", " ").capitalize()
