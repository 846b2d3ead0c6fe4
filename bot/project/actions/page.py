"""The page of the shop that the visitor looks at: what it is about. It is what the page says, and proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk.interfaces import Tracker

from .messages import said

_THIS = re.compile(r"\b(?:this|these)\b(?! (?:bike|motorbike|motorcycle|machine|order|parcel)\b)", re.IGNORECASE)
_DIGITS = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True)
class Page:
    """Each as the shop's page wrote it, or None: a sku, a machine in words ("Yamaha MT-07 2019"), an order's number."""

    sku: str | None = None
    vehicle: str | None = None
    order: str | None = None


def page(tracker: Tracker) -> Page:
    """What the page under the latest message is about."""
    told: dict[str, Any] = (tracker.latest_message.get("metadata") or {}).get("page") or {}
    order = _DIGITS.search(str(told.get("order") or ""))
    return Page(told.get("sku") or None, told.get("vehicle") or None, order.group() if order else None)


def points_at_page(tracker: Tracker) -> bool:
    """Whether the words mean what is in front of the visitor: "does this fit?"."""
    return bool(_THIS.search(said(tracker)))
