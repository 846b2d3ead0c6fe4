"""Refunds by Vendure's Admin API. Run against a real server in the integration tests."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.shops.connectors.source import Shape, read
from app.shops.connectors.vendure import Vendure
from app.shops.refunds import CannotRefund
from handoff.money import Money

_PAYMENTS = """
query($code: String!) {
  orders(options: {filter: {code: {eq: $code}}, take: 1}) {
    items { currencyCode payments { id state amount refunds { id total state reason } } }
  }
}
"""
_REFUND = """
mutation($input: RefundOrderInput!) {
  refundOrder(input: $input) { __typename ... on Refund { id } ... on ErrorResult { message } }
}
"""
_MARK = "Kickstand "
"""Begins the last line of a refund's reason, before the key: by it a second attempt finds the first."""


class _Refund(Shape):
    id: str
    total: int
    state: str
    reason: str | None = None


class _Payment(Shape):
    id: str
    state: str
    amount: int
    refunds: tuple[_Refund, ...] = ()

    @property
    def left(self) -> int:
        """Minor units of it that were not given back yet."""
        return self.amount - sum(each.total for each in self.refunds if each.state != "Failed")


class _Order(Shape):
    currency: str = Field(alias="currencyCode")
    payments: tuple[_Payment, ...] | None = None


class _Orders(Shape):
    items: tuple[_Order, ...]


class _Data(Shape):
    orders: _Orders


class _Answer(Shape):
    kind: str = Field(alias="__typename")
    id: str | None = None
    message: str = ""


class _Refunded(Shape):
    answer: _Answer = Field(alias="refundOrder")


class VendureRefunds:
    """See `app.shops.refunds.Refunds`. One payment gives all of it back: what was paid in parts, a person sorts out."""

    def __init__(self, vendure: Vendure) -> None:
        self._vendure = vendure

    async def refund(self, number: str, amount: Money, *, key: str, reason: str) -> str:
        order = await self._order(number, amount.currency)
        mark = f"{_MARK}{key}"
        payments = [each for each in order.payments or () if each.state == "Settled"]
        for each in (refund for payment in payments for refund in payment.refunds):
            if each.state != "Failed" and (each.reason or "").endswith(mark):
                return each.id
        payment = next((each for each in payments if each.left >= amount.minor), None)
        if payment is None:
            left = Money(max((each.left for each in payments), default=0), amount.currency)
            raise CannotRefund(f"{amount} is more than the {left} that one payment of order {number} has left")
        variables: dict[str, Any] = {
            "input": {
                "paymentId": payment.id,
                "amount": amount.minor,
                "lines": [],
                "shipping": 0,
                "adjustment": 0,
                "reason": f"{reason}\n{mark}" if reason else mark,
            }
        }
        answer = read(_Refunded, await self._vendure.query(_REFUND, variables), "Vendure").answer
        if answer.kind != "Refund" or answer.id is None:
            raise CannotRefund(f"Vendure refused it: {answer.message or answer.kind}")
        return answer.id

    async def _order(self, number: str, currency: str) -> _Order:
        items = read(_Data, await self._vendure.query(_PAYMENTS, {"code": number}), "Vendure").orders.items
        if not items:
            raise CannotRefund(f"the shop has no order {number}")
        if items[0].currency != currency:
            raise CannotRefund(f"order {number} was paid in {items[0].currency}, and this is in {currency}")
        return items[0]
