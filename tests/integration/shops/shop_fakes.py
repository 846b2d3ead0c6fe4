"""Shops that keep the rules of the real ones: who may ask, how much on a page, how often."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

SHOPIFY_ORDER: dict[str, Any] = {
    "name": "#2001",
    "createdAt": "2026-11-18T09:00:00Z",
    "cancelledAt": None,
    "email": "rider@example.com",
    "displayFulfillmentStatus": "FULFILLED",
    "displayFinancialStatus": "PAID",
    "shippingAddress": {"zip": "94804"},
    "billingAddress": {"zip": "10001"},
    "lineItems": {"nodes": [{"title": "Quill slip-on", "quantity": 1, "sku": "QX-10"}]},
    "fulfillments": [
        {
            "displayStatus": "OUT_FOR_DELIVERY",
            "estimatedDeliveryAt": "2026-11-25T18:00:00Z",
            "deliveredAt": None,
            "inTransitAt": "2026-11-20T08:00:00Z",
            "createdAt": "2026-11-19T15:00:00Z",
            "trackingInfo": [{"company": None, "number": "1Z5R89390357567127", "url": None}],
            "events": {
                "nodes": [{"status": "OUT_FOR_DELIVERY", "happenedAt": "2026-11-25T06:40:00Z", "message": "Oakland"}]
            },
        }
    ],
}
WOO_ORDER: dict[str, Any] = {
    "id": 727,
    "number": "W-88",
    "status": "completed",
    "date_created_gmt": "2026-11-18T19:28:02",
    "date_completed_gmt": "2026-11-19T10:00:00",
    "billing": {"email": "john.doe@example.com", "postcode": "94103"},
    "shipping": {"postcode": "SW1A 1AA"},
    "line_items": [{"name": "Quill slip-on", "sku": "QX-10", "quantity": 2}],
}
EASYPOST_TRACKER: dict[str, Any] = {
    "status": "in_transit",
    "carrier": "UPS",
    "est_delivery_date": "2026-11-27T00:00:00Z",
    "public_url": "https://track.easypost.com/x",
    "tracking_details": [
        {
            "message": "Arrived at facility",
            "datetime": "2026-11-22T07:00:00Z",
            "tracking_location": {"city": "RENO", "country": None},
        }
    ],
}


@dataclass
class FakeShopify:
    """Enforces the token, the page size and the cost bucket."""

    orders: list[dict[str, Any]]
    throttled: int = 0
    """Answers that say THROTTLED before it has recovered."""
    restore_rate: float = 100.0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("x-shopify-access-token") != "shpat-test":
            return httpx.Response(401, json={"errors": "[API] Invalid API key or access token"})
        variables = json.loads(request.content)["variables"]
        self.asked.append(variables)
        if self.throttled:
            self.throttled -= 1
            bucket = {"maximumAvailable": 1000.0, "currentlyAvailable": 10.0, "restoreRate": self.restore_rate}
            cost = {"requestedQueryCost": 11.0, "throttleStatus": bucket}
            return httpx.Response(
                200, json={"errors": [{"extensions": {"code": "THROTTLED"}}], "extensions": {"cost": cost}}
            )
        start, first = int(variables["after"] or 0), variables["first"]
        page = self.orders[start : start + first]
        info = {"hasNextPage": start + first < len(self.orders), "endCursor": str(start + first)}
        return httpx.Response(200, json={"data": {"orders": {"pageInfo": info, "nodes": page}}})


@dataclass
class FakeWoo:
    """Enforces the key, pages the search, and has the tracking extension under one namespace."""

    orders: list[dict[str, Any]]
    namespace: str = "wc-shipment-tracking/v3"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        pair = base64.b64encode(b"ck_1:cs_1").decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return httpx.Response(401, json={"code": "woocommerce_rest_cannot_view"})
        path = request.url.path
        if path.startswith(f"/wp-json/{self.namespace}/orders/"):
            return httpx.Response(200, json=[{"tracking_provider": "", "tracking_number": "1Z5R89390357567127"}])
        if path == "/wp-json/wc/v3/orders":
            size, page = int(request.url.params["per_page"]), int(request.url.params["page"])
            pages = max(1, -(-len(self.orders) // size))
            chosen = self.orders[(page - 1) * size : page * size]
            return httpx.Response(200, json=chosen, headers={"X-WP-TotalPages": str(pages)})
        found = [order for order in self.orders if path == f"/wp-json/wc/v3/orders/{order['id']}"]
        return httpx.Response(200, json=found[0]) if found else httpx.Response(404, json={"code": "rest_no_route"})


def transport(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(answer)
