"""EasyPost's tracker, for carriers of all kinds. Verified against a recording."""

from __future__ import annotations

import base64

from pydantic import AwareDatetime, Field, SecretStr

from app.outgoing import Outgoing, Refused
from app.shops.connectors.source import Shape, Tracked, read
from app.shops.order_form import EventTold
from bot.ports import OrderStatus

_URL = "https://api.easypost.com/v2/trackers"
_STATUSES = {
    "pre_transit": OrderStatus.PACKED,
    "in_transit": OrderStatus.IN_TRANSIT,
    "out_for_delivery": OrderStatus.OUT_FOR_DELIVERY,
    "delivered": OrderStatus.DELIVERED,
    "available_for_pickup": OrderStatus.PICKUP_READY,
    "return_to_sender": OrderStatus.RETURNED,
    "failure": OrderStatus.EXCEPTION,
    "error": OrderStatus.EXCEPTION,
    "cancelled": OrderStatus.CANCELLED,
}


class _Place(Shape):
    city: str | None = None
    country: str | None = None


class _Detail(Shape):
    message: str = ""
    at: AwareDatetime = Field(alias="datetime")
    place: _Place | None = Field(None, alias="tracking_location")


class _Tracker(Shape):
    status: str
    carrier: str | None = None
    expected_at: AwareDatetime | None = Field(None, alias="est_delivery_date")
    url: str | None = Field(None, alias="public_url")
    details: tuple[_Detail, ...] = Field((), alias="tracking_details")


class EasyPost:
    """Follows parcels by EasyPost. See `Tracker`."""

    def __init__(self, outgoing: Outgoing, key: SecretStr, url: str = _URL) -> None:
        self._outgoing = outgoing
        self._url = url
        pair = base64.b64encode(f"{key.get_secret_value()}:".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"}

    async def track(self, number: str, carrier: str | None) -> Tracked | None:
        wanted = {"tracking_code": number, **({"carrier": carrier} if carrier else {})}
        try:
            answer, _ = await self._outgoing.json("POST", self._url, headers=self._headers, body={"tracker": wanted})
        except Refused as error:
            if error.status in {404, 422}:
                return None
            raise
        tracker = read(_Tracker, answer, "EasyPost")
        return Tracked(
            status=_STATUSES.get(tracker.status),
            expected_for=tracker.expected_at.date() if tracker.expected_at else None,
            carrier=tracker.carrier,
            url=tracker.url if (tracker.url or "").startswith("https://") else None,
            events=tuple(
                EventTold(label=each.message[:200], at=each.at, detail=_where(each.place), scan=True)
                for each in tracker.details
                if each.message.strip()
            ),
        )


def _where(place: _Place | None) -> str | None:
    names = [name.title() for name in (place.city, place.country) if name] if place else []
    return ", ".join(names) or None
