"""Orders out of other systems: one shape, one vocabulary, the same silence for strangers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.outgoing import Outgoing
from app.shops.connectors import EasyPost, Lookup, OrderSource, Shopify, Vendure, WooCommerce
from app.shops.remote import RemoteShop
from bot.ports import Order, OrderStatus, ShopSilent
from tests.integration.shops.shop_fakes import (
    EASYPOST_TRACKER,
    SHOPIFY_ORDER,
    WOO_ORDER,
    FakeShopify,
    FakeWoo,
    transport,
)
from tests.shops import NOON, now, services_of, sessions_on

Answer = Callable[[httpx.Request], httpx.Response]
VENDURE_ORDER: dict[str, Any] = {
    "code": "FF8G6S8Q5T7MGXCW",
    "state": "Shipped",
    "orderPlacedAt": "2026-11-21T22:57:35.076Z",
    "customer": {"emailAddress": "rider@example.com"},
    "shippingAddress": {"postalCode": "94804"},
    "billingAddress": {"postalCode": None},
    "lines": [{"quantity": 1, "productVariant": {"sku": "15211E", "name": "LV-10 slip-on"}}],
    "fulfillments": [
        {
            "state": "Shipped",
            "method": "UPS",
            "trackingCode": "1Z5R89390357567127",
            "createdAt": "2026-11-21T22:57:35.000Z",
            "updatedAt": "2026-11-21T22:57:35.000Z",
        }
    ],
}


def outgoing(answer: Answer) -> Outgoing:
    return Outgoing(transport(answer), lambda: 0.0)


def shop(source: OrderSource, tracker: EasyPost | None = None) -> RemoteShop:
    return RemoteShop(services_of(sessions_on(Path("never-opened.db")), "s").shop, source, now, tracker)


async def told(source: OrderSource, number: str, proof: str, tracker: EasyPost | None = None) -> Order:
    order = await shop(source, tracker).order(number, proof)
    assert order is not None
    return order


def shopify(fake: Answer, token: str = "shpat-test") -> Shopify:  # noqa: S107
    return Shopify(outgoing(fake), "https://brand.example", SecretStr(token))


def woo(fake: Answer, secret: str = "cs_1", tracking: str = "wc-shipment-tracking/v3") -> WooCommerce:  # noqa: S107
    return WooCommerce(outgoing(fake), "https://brand.example", "ck_1", SecretStr(secret), tracking)


async def test_shopify_tells_status_day_scans_and_the_carrier_by_the_number() -> None:
    order = await told(shopify(FakeShopify([SHOPIFY_ORDER])), "# 2001", "94 804")
    assert (order.status, order.expected_for) == (OrderStatus.OUT_FOR_DELIVERY, date(2026, 11, 25))
    assert (order.carrier, order.tracking_number) == ("UPS", "1Z5R89390357567127")
    assert [step.state for step in order.steps] == ["done", "done", "now", "to_come"]
    assert order.quiet_days(NOON) == 0


async def test_shopify_looks_on_the_next_pages_and_takes_no_neighbour() -> None:
    others = [{**SHOPIFY_ORDER, "name": f"#2001{place}"} for place in range(15)]
    fake = FakeShopify([*others, SHOPIFY_ORDER])
    assert (await told(shopify(fake), "2001", "rider@example.com")).number == "2001"
    assert [asked["after"] for asked in fake.asked] == [None, "10"]
    assert await shop(shopify(FakeShopify(others))).order("2001", "94804") is None


async def test_shopify_waits_for_the_bucket_once_and_not_for_long() -> None:
    assert await told(shopify(FakeShopify([SHOPIFY_ORDER], throttled=1)), "2001", "94804")
    with pytest.raises(ShopSilent):
        await shop(shopify(FakeShopify([SHOPIFY_ORDER], throttled=1, restore_rate=0.01))).order("2001", "94804")


async def test_a_search_cannot_be_widened_by_what_is_typed() -> None:
    fake = FakeShopify([SHOPIFY_ORDER])
    assert await shop(shopify(fake)).order('x" OR email:*', "94804") is None
    assert fake.asked[0]["search"] == 'name:"#XOREMAIL"'


async def test_woocommerce_finds_a_number_that_is_no_id_and_the_parcel() -> None:
    many = [{**WOO_ORDER, "id": place, "number": f"W-{place}"} for place in range(25)]
    order = await told(woo(FakeWoo([*many, WOO_ORDER])), "w-88", "sw1a1aa")
    assert (order.status, order.carrier) == (OrderStatus.IN_TRANSIT, "UPS")
    assert [(line.sku, line.quantity) for line in order.lines] == [("QX-10", 2)]


async def test_woocommerce_without_the_tracking_extension_still_tells_the_order() -> None:
    order = await told(woo(FakeWoo([WOO_ORDER]), tracking="wc-ast/v3"), "W-88", "john.doe@example.com")
    assert order.tracking_number is None


async def test_vendure_signs_in_again_when_its_session_has_ended() -> None:
    tokens = iter(("first", "second"))
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if b"login(" in request.content:
            user = {"data": {"login": {"__typename": "CurrentUser"}}}
            return httpx.Response(200, json=user, headers={"vendure-auth-token": next(tokens)})
        asked.append(request.headers.get("authorization"))
        if asked[-1] == "Bearer first":
            return httpx.Response(200, json={"errors": [{"extensions": {"code": "FORBIDDEN"}}], "data": None})
        return httpx.Response(200, json={"data": {"orders": {"items": [VENDURE_ORDER]}}})

    vendure = Vendure(outgoing(answer), "https://brand.example/admin-api", "support", SecretStr("x"))
    order = await told(vendure, "ff8g6s8q5t7mgxcw", "94804")
    assert asked == ["Bearer first", "Bearer second"]
    assert (order.status, order.carrier) == (OrderStatus.IN_TRANSIT, "UPS")


async def test_a_lookup_of_the_shops_own_answers_in_our_shape() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != "Bearer t":
            return httpx.Response(401)
        if b'"7"' not in request.content:
            return httpx.Response(404)
        body = {"number": "7", "email": "a@b.example", "status": "packed", "placed_at": "2026-11-20T10:00:00Z"}
        return httpx.Response(200, json=body)

    lookup = Lookup(outgoing(answer), "https://brand.example/orders", SecretStr("t"))
    assert (await told(lookup, "7", "A@B.example")).status is OrderStatus.PACKED
    assert await shop(lookup).order("8", "a@b.example") is None


async def test_the_carriers_tracker_knows_better_and_its_silence_changes_nothing() -> None:
    easypost = EasyPost(outgoing(lambda request: httpx.Response(201, json=EASYPOST_TRACKER)), SecretStr("k"))
    order = await told(shopify(FakeShopify([SHOPIFY_ORDER])), "2001", "94804", easypost)
    assert (order.status, order.expected_for) == (OrderStatus.IN_TRANSIT, date(2026, 11, 27))
    assert order.quiet_days(NOON) == 3
    silent = EasyPost(outgoing(lambda request: httpx.Response(500)), SecretStr("k"))
    assert (await told(shopify(FakeShopify([SHOPIFY_ORDER])), "2001", "94804", silent)).number == "2001"


@pytest.mark.parametrize(("number", "proof"), [("2001", "10002"), ("9999", "94804"), ("2001", ""), ("", "94804")])
async def test_an_unknown_number_and_another_proof_are_the_same_silence(number: str, proof: str) -> None:
    assert await shop(shopify(FakeShopify([SHOPIFY_ORDER]))).order(number, proof) is None


GARBAGE = [
    httpx.Response(200, text="<html>Wartung</html>"),
    httpx.Response(200, json=[]),
    httpx.Response(200, json={"data": None}),
    httpx.Response(200, json={"data": {"orders": {"nodes": [{"name": 7}], "items": [{"code": 7}]}}}),
    httpx.Response(200, json={"errors": [{"message": "boom"}]}),
    httpx.Response(200, json="x" * 2_000_000),
    httpx.Response(500, text="oops"),
    httpx.Response(401, text="who?"),
    httpx.Response(429, headers={"retry-after": "60"}),
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("kind", ["shopify", "vendure", "lookup", "woo"])
async def test_a_shop_that_answers_garbage_is_silent_and_nothing_else(kind: str, garbage: httpx.Response) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(garbage.status_code, headers=garbage.headers, content=garbage.content)

    secret = SecretStr("x")
    sources: dict[str, OrderSource] = {
        "shopify": shopify(answer),
        "vendure": Vendure(outgoing(answer), "https://brand.example/admin-api", "u", secret),
        "lookup": Lookup(outgoing(answer), "https://brand.example/l", secret),
        "woo": woo(answer),
    }
    try:
        assert await shop(sources[kind]).order("W-88", "94804") is None
        assert (kind, garbage.content) == ("woo", b"[]")  # an empty list is an answer: there is no such order
    except ShopSilent:
        pass
