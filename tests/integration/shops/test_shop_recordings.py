"""The connectors against recorded answers of the real systems, where KICKSTAND_SHOP_RECORDINGS names their folder.

Shopify's recordings are of its older REST API: the fields that both have are put under their GraphQL names.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.outgoing import Outgoing
from app.shops.connectors import EasyPost, OrderSource, Shopify, Vendure, WooCommerce
from app.shops.remote import RemoteShop
from bot.ports import Order, OrderStatus
from tests.integration.shops.shop_fakes import SHOPIFY_ORDER, WOO_ORDER, FakeShopify, FakeWoo, transport
from tests.shops import now, services_of, sessions_on

RECORDINGS = Path(os.environ.get("KICKSTAND_SHOP_RECORDINGS", "/nonexistent"))

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="KICKSTAND_SHOP_RECORDINGS names no folder with recordings"
)


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))


async def told(source: OrderSource, number: str, proof: str, tracker: EasyPost | None = None) -> Order | None:
    return await RemoteShop(services_of(sessions_on(Path("never-opened.db")), "s").shop, source, now, tracker).order(
        number, proof
    )


def shopify_of(order: dict[str, Any]) -> dict[str, Any]:
    """A recorded order of the REST API, as GraphQL names it."""
    return {
        "name": order["name"],
        "createdAt": order["created_at"],
        "cancelledAt": order["cancelled_at"],
        "email": order["email"],
        "displayFulfillmentStatus": (order["fulfillment_status"] or "unfulfilled").upper(),
        "displayFinancialStatus": order["financial_status"].upper(),
        "shippingAddress": {"zip": order["shipping_address"]["zip"]},
        "billingAddress": {"zip": order["billing_address"]["zip"]},
        "lineItems": {
            "nodes": [{name: line[name] for name in ("title", "quantity", "sku")} for line in order["line_items"]]
        },
        "fulfillments": [
            {
                "displayStatus": each["status"].upper(),
                "estimatedDeliveryAt": None,
                "deliveredAt": None,
                "inTransitAt": None,
                "createdAt": each["created_at"],
                "trackingInfo": [
                    {
                        "company": each["tracking_company"],
                        "number": each["tracking_number"],
                        "url": each["tracking_url"],
                    }
                ],
                "events": {"nodes": []},
            }
            for each in order["fulfillments"]
        ],
    }


async def test_shopifys_order_is_told_with_its_lines_its_fault_and_its_parcel() -> None:
    answer = shopify_of(recorded("shopify_rest_order")["order"])
    assert answer.keys() == SHOPIFY_ORDER.keys()  # what the tests without recordings answer with
    assert answer["fulfillments"][0].keys() == SHOPIFY_ORDER["fulfillments"][0].keys()
    source = Shopify(
        Outgoing(transport(FakeShopify([answer])), lambda: 0.0), "https://b.example", SecretStr("shpat-test")
    )
    for proof in ("bob.norman@hostmail.com", "40202"):
        order = await told(source, "#1001", proof)
        assert order is not None
        assert [line.sku for line in order.lines] == ["IPOD2008GREEN", "IPOD2008RED", "IPOD2008BLACK"]
        assert (order.status, order.tracking_number) == (OrderStatus.EXCEPTION, "1Z2345")
    assert await told(source, "1001", "bob@hostmail.com") is None


async def test_woocommerces_order_is_told_as_it_was_recorded() -> None:
    answer = recorded("woocommerce_v3_order")
    assert WOO_ORDER.keys() <= answer.keys()
    assert WOO_ORDER["line_items"][0].keys() <= answer["line_items"][0].keys()
    fake = Outgoing(transport(FakeWoo([answer])), lambda: 0.0)
    source = WooCommerce(fake, "https://b.example", "ck_1", SecretStr("cs_1"))
    order = await told(source, "727", "john.doe@example.com")
    assert order is not None
    assert order.status is OrderStatus.RECEIVED
    assert order.lines[1].name == "Ship Your Idea \u2013 Color: Black, Size: M Test"
    assert [(line.sku, line.quantity) for line in order.lines] == [("-", 2), ("Bar3", 1)]
    assert await told(source, "727", "94104") is None


async def test_vendures_order_is_told_as_it_was_recorded() -> None:
    data = recorded("vendure_admin_order")

    def answer(request: httpx.Request) -> httpx.Response:
        if b"login(" in request.content:
            signed_in = {"data": {"login": {"__typename": "CurrentUser"}}}
            return httpx.Response(200, json=signed_in, headers={"vendure-auth-token": "t"})
        return httpx.Response(200, json={"data": data})

    source = Vendure(Outgoing(transport(answer), lambda: 0.0), "https://b.example/admin-api", "u", SecretStr("p"))
    order = await told(source, data["orders"]["items"][0]["code"], "94804")
    assert order is not None
    assert (order.status, order.carrier) == (OrderStatus.IN_TRANSIT, "UPS")
    assert [line.sku for line in order.lines] == ["15211E"]


async def test_easyposts_scans_are_told_with_their_places() -> None:
    answer = recorded("easypost_tracker")
    way = Outgoing(transport(lambda request: httpx.Response(201, json=answer)), lambda: 0.0)
    parcel = await EasyPost(way, SecretStr("k")).track(answer["tracking_code"], None)
    assert parcel is not None
    assert (parcel.status, parcel.carrier) == (OrderStatus.PACKED, "USPS")
    assert [(event.label, event.detail) for event in parcel.events] == [
        ("Pre-Shipment Info Sent to USPS", None),
        ("Shipping Label Created", "Houston"),
    ]
    assert parcel.url is not None
