"""Bring your own lookup: one URL of the shop's that answers with an order in our shape. See docs/shops.md."""

from __future__ import annotations

from pydantic import SecretStr, ValidationError

from app.outgoing import Garbled, Outgoing, Refused
from app.shops.connectors.source import FoundOrder
from app.shops.order_form import OrderTold


class Lookup:
    """Orders behind a URL. See `OrderSource`."""

    def __init__(self, outgoing: Outgoing, url: str, token: SecretStr) -> None:
        self._outgoing = outgoing
        self._url = url
        self._token = token

    async def find(self, number: str, proof: str) -> FoundOrder | None:
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        try:
            answer, _ = await self._outgoing.json(
                "POST", self._url, headers=headers, body={"number": number, "proof": proof}
            )
        except Refused as error:
            if error.status == 404:
                return None
            raise
        try:
            order = OrderTold.model_validate(answer)
        except ValidationError as error:
            raise Garbled(f"the lookup answered in another shape: {error.errors()[0]['msg']}") from error
        return FoundOrder(order, [order.email], [order.postcode])
