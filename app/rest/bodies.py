"""How much a request may carry. Everything that is sent to us here is a short form; files are another matter."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 64 * 1024  # bytes


class BodyLimit:
    """Refuses a body with 413 once more than BODY_LIMIT of it has arrived, whatever its length was said to be."""

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
            if arrived > BODY_LIMIT:
                raise HTTPException(413, "This request is larger than 64 KiB. Send less at a time.")
            return message

        await self._app(scope, counted, send)
