"""What every request and answer has to keep to.

A request carries little: everything sent to us here is a short form; files are another matter. An answer of the API is
for whoever asked, now: nobody keeps it, and no browser guesses what it is.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 64 * 1024  # bytes
LARGER = frozenset({"/api/visitor/photos", "/v1/orders"})
"""Paths whose routes count for themselves, and take more."""


class Manners:
    """Refuses a body with 413 once more than BODY_LIMIT of it has arrived, and marks the API's answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > BODY_LIMIT and scope["path"] not in LARGER:
                raise HTTPException(413, "This request is larger than 64 KiB. Send less at a time.")
            return message

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith("/api/"):
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, counted, marked)
