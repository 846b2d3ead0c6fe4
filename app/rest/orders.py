"""Orders as shops push them: signed by Standard Webhooks, so that nobody else can."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from app.errors import BadFrame, NotAuthenticated, TooLong
from app.services import services
from app.shops.order_form import OrderTold
from app.shops.orders import keep_orders

router = APIRouter(prefix="/v1")
_MOST_BYTES = 1024 * 1024


class _Orders(BaseModel):
    """What is pushed: one order or several."""

    model_config = ConfigDict(extra="forbid")
    orders: Annotated[list[OrderTold], Field(min_length=1, max_length=500)]


class Kept(BaseModel):
    """How many orders are in the book now."""

    kept: int


@router.post("/orders")
async def put_orders(request: Request, site: Annotated[str, Query(max_length=100)] = "") -> Kept:
    """Keep orders of `site`; the same order again replaces itself. All of them or none."""
    here = services(request)
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > _MOST_BYTES:
            raise TooLong(f"One push holds {_MOST_BYTES // 1024} KiB at most; send the orders in pieces.")
    connection = here.shops.get(site)
    if connection is None or connection.webhook_secret is None:
        raise NotAuthenticated("This site takes no orders, or the signature is another's.")
    try:
        secret = connection.webhook_secret.get_secret_value()
        Webhook(secret).verify(bytes(raw), dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError) as error:
        raise NotAuthenticated("This site takes no orders, or the signature is another's.") from error
    try:
        told = json.loads(raw)
        orders = _Orders.model_validate(told if isinstance(told, dict) and "orders" in told else {"orders": [told]})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadFrame(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        raise BadFrame("The body is no JSON.") from error
    owner = await here.people.site(site)
    return Kept(kept=await keep_orders(here.writes, owner.id, orders.orders))
