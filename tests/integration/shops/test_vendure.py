"""The Vendure connector against a real Vendure server.

`python hatch_build.py npm tests/integration/shops/vendure` installs its packages; without them the tests here are
skipped, and say so; with KICKSTAND_REQUIRE_VENDURE=1 (CI) they are installed, or the tests fail. Vendure is GPL-3
software: it runs as a process of the test and nothing of it is kept.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from pydantic import SecretStr

import hatch_build
from app.outgoing import Inside, Outgoing, guarded_transport
from app.shops.connectors import Vendure
from app.shops.connectors.vendure_refunds import VendureRefunds
from app.shops.refunds import CannotRefund
from app.shops.remote import RemoteShop
from bot.ports import OrderStatus, ShopSilent
from handoff.money import Money
from tests.shops import now, services_of, sessions_on

_FILES = Path(__file__).parent / "vendure"
_TRACKING = "1Z5R89390357567127"


class Admin:
    """The Admin API as the shop's owner uses it, to fill the shop."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self('mutation { login(username: "superadmin", password: "superadmin") { __typename } }')

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self._client.post("/admin-api", json={"query": query, "variables": variables})
        if token := answer.headers.get("vendure-auth-token"):
            self._client.headers["authorization"] = f"Bearer {token}"
        body: dict[str, Any] = answer.json()
        assert not body.get("errors"), body
        data: dict[str, Any] = body["data"]
        return data

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not (_FILES / "node_modules").exists() and os.environ.get("KICKSTAND_REQUIRE_VENDURE") != "1":
        pytest.skip("Vendure is not installed: python hatch_build.py npm tests/integration/shops/vendure")
    hatch_build.npm(_FILES)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with hatch_build.node_on_path() as (node, environment):
        environment |= {"VENDURE_PORT": str(port), "VENDURE_DISABLE_TELEMETRY": "true"}
        command = [node[0], "server.js"]
        with subprocess.Popen(command, cwd=_FILES, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                assert any(line.strip() == "UP" for line in process.stdout), "Vendure ended before it was up"
                yield f"http://127.0.0.1:{port}"
            finally:
                process.kill()


@pytest.fixture(scope="module")
def admin(server: str) -> Iterator[Admin]:
    owner = Admin(server)
    yield owner
    owner.close()


@pytest.fixture(scope="module")
def code(admin: Admin) -> str:
    """A shop with one order, which was sent."""
    return _sent_order(admin)


def _sent_order(admin: Admin) -> str:
    channel = admin("{ activeChannel { id } }")["activeChannel"]["id"]
    zone = admin('mutation { createZone(input: {name: "US"}) { id } }')["createZone"]["id"]
    country = admin(
        "mutation($i: CreateCountryInput!) { createCountry(input: $i) { id } }",
        i={"code": "US", "enabled": True, "translations": [{"languageCode": "en", "name": "United States"}]},
    )["createCountry"]["id"]
    admin("mutation($z: ID!, $m: [ID!]!) { addMembersToZone(zoneId: $z, memberIds: $m) { id } }", z=zone, m=[country])
    tax = admin('mutation { createTaxCategory(input: {name: "std"}) { id } }')["createTaxCategory"]["id"]
    rate = {"name": "std", "enabled": True, "value": 0, "categoryId": tax, "zoneId": zone}
    admin("mutation($i: CreateTaxRateInput!) { createTaxRate(input: $i) { id } }", i=rate)
    zones = {"id": channel, "defaultTaxZoneId": zone, "defaultShippingZoneId": zone}
    admin("mutation($i: UpdateChannelInput!) { updateChannel(input: $i) { __typename } }", i=zones)
    words = {"languageCode": "en", "name": "Quill slip-on", "slug": "quill", "description": ""}
    product = admin(
        "mutation($i: CreateProductInput!) { createProduct(input: $i) { id } }",
        i={"enabled": True, "translations": [words]},
    )["createProduct"]["id"]
    kind = {
        "productId": product,
        "sku": "QX-10",
        "price": 39900,
        "stockOnHand": 10,
        "taxCategoryId": tax,
        "translations": [{"languageCode": "en", "name": "Quill slip-on"}],
    }
    variants = "mutation($i: [CreateProductVariantInput!]!) { createProductVariants(input: $i) { id } }"
    variant = admin(variants, i=[kind])["createProductVariants"][0]["id"]
    method = {
        "code": "std",
        "fulfillmentHandler": "manual-fulfillment",
        "checker": {
            "code": "default-shipping-eligibility-checker",
            "arguments": [{"name": "orderMinimum", "value": "0"}],
        },
        "calculator": {
            "code": "default-shipping-calculator",
            "arguments": [
                {"name": "rate", "value": "500"},
                {"name": "includesTax", "value": "auto"},
                {"name": "taxRate", "value": "0"},
            ],
        },
        "translations": [{"languageCode": "en", "name": "Standard", "description": ""}],
    }
    admin("mutation($i: CreateShippingMethodInput!) { createShippingMethod(input: $i) { id } }", i=method)
    return _placed_and_sent(admin, variant)


def _placed_and_sent(admin: Admin, variant: str) -> str:
    draft = admin("mutation { createDraftOrder { id code } }")["createDraftOrder"]
    order = draft["id"]
    admin(
        "mutation($o: ID!, $i: AddItemToDraftOrderInput!) { addItemToDraftOrder(orderId: $o, input: $i)"
        " { __typename } }",
        o=order,
        i={"productVariantId": variant, "quantity": 2},
    )
    admin(
        "mutation($o: ID!, $i: CreateCustomerInput!) { setCustomerForDraftOrder(orderId: $o, input: $i)"
        " { __typename } }",
        o=order,
        i={"firstName": "Ri", "lastName": "Der", "emailAddress": "rider@example.com"},
    )
    admin(
        "mutation($o: ID!, $i: CreateAddressInput!) { setDraftOrderShippingAddress(orderId: $o, input: $i) { id } }",
        o=order,
        i={"streetLine1": "1 Main", "city": "Richmond", "postalCode": "94804", "countryCode": "US"},
    )
    eligible = "query($o: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $o) { id } }"
    shipping = admin(eligible, o=order)["eligibleShippingMethodsForDraftOrder"][0]["id"]
    admin(
        "mutation($o: ID!, $m: ID!) { setDraftOrderShippingMethod(orderId: $o, shippingMethodId: $m) { __typename } }",
        o=order,
        m=shipping,
    )
    admin('mutation($o: ID!) { transitionOrderToState(id: $o, state: "ArrangingPayment") { __typename } }', o=order)
    admin(
        "mutation($i: ManualPaymentInput!) { addManualPaymentToOrder(input: $i) { __typename } }",
        i={"orderId": order, "method": "manual", "transactionId": "t1", "metadata": {}},
    )
    lines = admin("query($o: ID!) { order(id: $o) { lines { id quantity } } }", o=order)["order"]["lines"]
    handler = {
        "code": "manual-fulfillment",
        "arguments": [{"name": "method", "value": "UPS"}, {"name": "trackingCode", "value": _TRACKING}],
    }
    fulfil = "mutation($i: FulfillOrderInput!) { addFulfillmentToOrder(input: $i) { ... on Fulfillment { id } } }"
    taken = [{"orderLineId": line["id"], "quantity": line["quantity"]} for line in lines]
    parcel = admin(fulfil, i={"lines": taken, "handler": handler})["addFulfillmentToOrder"]["id"]
    admin('mutation($i: ID!) { transitionFulfillmentToState(id: $i, state: "Shipped") { __typename } }', i=parcel)
    return str(draft["code"])


def remote(server: str, password: str = "superadmin") -> tuple[RemoteShop, Outgoing]:  # noqa: S107
    way = Outgoing(guarded_transport(Inside.parse("127.0.0.1")), anyio.current_time)
    vendure = Vendure(way, f"{server}/admin-api", "superadmin", SecretStr(password))
    return RemoteShop(services_of(sessions_on(Path("never-opened.db")), "s").shop, vendure, now), way


async def test_a_sent_order_is_told_with_its_parcel_and_to_its_owner_alone(server: str, code: str) -> None:
    shop, way = remote(server)
    for proof in ("rider@example.com", "94804"):
        order = await shop.order(code.lower(), proof)
        assert order is not None
        assert (order.number, order.status) == (code, OrderStatus.IN_TRANSIT)
        assert (order.carrier, order.tracking_number) == ("UPS", _TRACKING)
        assert [(line.sku, line.quantity) for line in order.lines] == [("QX-10", 2)]
    assert await shop.order(code, "94805") is None
    assert await shop.order("NOSUCHORDER", "94804") is None
    await way.aclose()


async def test_a_parcel_that_arrived_is_told_as_delivered(server: str, admin: Admin, code: str) -> None:
    found = admin("{ orders { items { code fulfillments { id } } } }")["orders"]["items"]
    (parcel,) = next(order["fulfillments"] for order in found if order["code"] == code)
    moved = 'mutation($i: ID!) { transitionFulfillmentToState(id: $i, state: "Delivered") { __typename } }'
    assert admin(moved, i=parcel["id"])["transitionFulfillmentToState"]["__typename"] == "Fulfillment"
    shop, way = remote(server)
    order = await shop.order(code, "94804")
    assert order is not None
    assert order.status is OrderStatus.DELIVERED
    await way.aclose()


async def test_money_goes_back_once_and_only_what_was_paid(server: str, admin: Admin, code: str) -> None:
    way = Outgoing(guarded_transport(Inside.parse("127.0.0.1")), anyio.current_time)
    refunds = VendureRefunds(Vendure(way, f"{server}/admin-api", "superadmin", SecretStr("superadmin")))
    currency = admin("{ activeChannel { defaultCurrencyCode } }")["activeChannel"]["defaultCurrencyCode"]

    first = await refunds.refund(code, Money(2_400, currency), key="remedy-1:0", reason="The gasket leaked.")
    again = await refunds.refund(code, Money(2_400, currency), key="remedy-1:0", reason="The gasket leaked.")
    second = await refunds.refund(code, Money(100, currency), key="remedy-1:1", reason="")
    found = admin("{ orders { items { code payments { refunds { id total reason } } } } }")["orders"]["items"]
    paid = next(order["payments"] for order in found if order["code"] == code)

    assert (first == again, first == second) == (True, False)
    assert sorted(each["total"] for payment in paid for each in payment["refunds"]) == [100, 2_400]
    for number, amount, why in (
        (code, Money(10_000_000, currency), "is more than the"),
        (code, Money(100, "JPY"), "was paid in"),
        ("NOSUCHORDER", Money(100, currency), "the shop has no order"),
    ):
        with pytest.raises(CannotRefund, match=why):
            await refunds.refund(number, amount, key="remedy-2:0", reason="")
    await way.aclose()


async def test_a_wrong_password_is_silence(server: str) -> None:
    shop, way = remote(server, "another")
    with pytest.raises(ShopSilent):
        await shop.order("X", "94804")
    await way.aclose()
