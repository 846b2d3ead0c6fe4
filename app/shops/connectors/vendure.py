"""Vendure's Admin API (GraphQL). Run against a real server in the integration tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, Field, SecretStr

from app.outgoing import Garbled, Outgoing, Refused
from app.shops.connectors.source import FoundOrder, Shape, read
from app.shops.order_form import EventTold, LineTold, OrderTold
from bot.ports import OrderStatus

_LOGIN = "mutation($u: String!, $p: String!) { login(username: $u, password: $p) { __typename } }"
_ORDER = """
query($code: String!) {
  orders(options: {filter: {code: {eq: $code}}, take: 1}) {
    items {
      code state orderPlacedAt createdAt
      customer { emailAddress }
      shippingAddress { postalCode }
      billingAddress { postalCode }
      lines { quantity productVariant { sku name } }
      fulfillments { state method trackingCode createdAt updatedAt }
    }
  }
}
"""
_STATES = {
    "PartiallyShipped": OrderStatus.IN_TRANSIT,
    "Shipped": OrderStatus.IN_TRANSIT,
    "PartiallyDelivered": OrderStatus.IN_TRANSIT,
    "Delivered": OrderStatus.DELIVERED,
    "Cancelled": OrderStatus.CANCELLED,
}
_UNPLACED = {"Draft", "AddingItems", "ArrangingPayment"}
"""Baskets, which are no orders yet."""


class _Customer(Shape):
    email: str = Field("", alias="emailAddress")


class _Address(Shape):
    postcode: str | None = Field(None, alias="postalCode")


class _Variant(Shape):
    sku: str
    name: str


class _Line(Shape):
    quantity: int
    variant: _Variant = Field(alias="productVariant")


class _Fulfillment(Shape):
    state: str
    method: str = ""
    tracking_code: str | None = Field(None, alias="trackingCode")
    updated_at: AwareDatetime = Field(alias="updatedAt")


class _Order(Shape):
    code: str
    state: str
    placed_at: AwareDatetime | None = Field(None, alias="orderPlacedAt")
    customer: _Customer | None = None
    shipping: _Address | None = Field(None, alias="shippingAddress")
    billing: _Address | None = Field(None, alias="billingAddress")
    lines: tuple[_Line, ...] = ()
    fulfillments: tuple[_Fulfillment, ...] | None = None


class _Orders(Shape):
    items: tuple[_Order, ...]


class _Data(Shape):
    orders: _Orders


class Vendure:
    """The orders of a Vendure server. See `OrderSource`."""

    def __init__(self, outgoing: Outgoing, url: str, username: str, password: SecretStr) -> None:
        """`url` is the Admin API's: https://shop.example/admin-api."""
        self._outgoing = outgoing
        self._url = url
        self._username = username
        self._password = password
        self._token: str | None = None

    async def find(self, number: str, proof: str) -> FoundOrder | None:
        data = await self.query(_ORDER, {"code": number})
        items = [order for order in read(_Data, data, "Vendure").orders.items if order.state not in _UNPLACED]
        return _found(items[0]) if items and items[0].placed_at is not None else None

    async def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        """The answer's data; a session that has ended is begun anew, once. Raises `app.outgoing.OutgoingError`."""
        for attempt in (1, 2):
            if self._token is None:
                await self._sign_in()
            headers = {"Authorization": f"Bearer {self._token}"}
            answer, _ = await self._outgoing.json(
                "POST", self._url, headers=headers, body={"query": query, "variables": variables}
            )
            errors = answer.get("errors") if isinstance(answer, dict) else None
            if not errors:
                return answer.get("data") if isinstance(answer, dict) else None
            is_signed_out = any("FORBIDDEN" in str(error) for error in errors)
            if not is_signed_out or attempt == 2:
                raise Garbled(f"Vendure refused the question: {str(errors)[:200]}")
            self._token = None
        return None

    async def _sign_in(self) -> None:
        variables = {"u": self._username, "p": self._password.get_secret_value()}
        answer, headers = await self._outgoing.json("POST", self._url, body={"query": _LOGIN, "variables": variables})
        token = headers.get("vendure-auth-token")
        if not token or "CurrentUser" not in str(answer):
            raise Refused("Vendure refused the name or password in the shop's settings", 401)
        self._token = token


def _found(order: _Order) -> FoundOrder:
    sent = [each for each in order.fulfillments or () if each.state != "Cancelled"]
    number = next((each.tracking_code for each in sent if each.tracking_code), None)
    events = [EventTold(label="Order placed", at=order.placed_at)] if order.placed_at else []
    for each in sent:
        if each.state in {"Shipped", "Delivered"}:
            events.append(EventTold(label=each.state, at=each.updated_at, detail=each.method or None))
    postcodes = [each.postcode for each in (order.shipping, order.billing) if each is not None and each.postcode]
    assert order.placed_at is not None  # noqa: S101 - the caller has looked
    told = OrderTold(
        number=order.code,
        email=order.customer.email if order.customer else "",
        postcode=postcodes[0] if postcodes else "",
        status=_STATES.get(order.state, OrderStatus.RECEIVED),
        placed_at=order.placed_at,
        tracking_number=number,
        lines=tuple(
            LineTold(sku=line.variant.sku, name=line.variant.name, quantity=line.quantity) for line in order.lines
        ),
        events=tuple(events),
    )
    return FoundOrder(told, [told.email], postcodes)
