"""Prometheus' door. Off until the operator sets a token: how many wait at which site is nobody else's business."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from app.errors import NotAuthenticated
from app.metrics import CONTENT_TYPE
from app.services import services

router = APIRouter()
WITHIN = timedelta(seconds=2)


@router.get("/metrics")
async def metrics(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
    """Everything that is counted here, and how much is owed in the store; docs/operations.md explains each name."""
    here = services(request)
    token = here.settings.metrics_token
    scheme, _, given = (authorization or "").partition(" ")
    ours = b"" if token is None else token.get_secret_value().encode()
    if token is None or scheme.lower() != "bearer" or not hmac.compare_digest(ours, given.encode()):
        raise NotAuthenticated
    told = await here.metrics.told(
        here.depths,
        here.clock(),
        {
            "sockets": lambda: len(here.hub.connections),
            "turns_running": lambda: here.turns.running,
            "backplane_up": lambda: here.backplane.is_up,
        },
        writable=await here.journal.accepts_writes(WITHIN),
    )
    return Response(told, media_type=CONTENT_TYPE)
