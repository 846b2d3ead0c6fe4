"""What carries a socket's frames: uvicorn, many in one write; or whatever else speaks ASGI, one after the other.

ASGI sends a frame a call. Behind each are a coroutine, a system call and a packet, and a turn sends more than three
frames. What is left of that is one write for all that leaves in one round of the event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol, cast

from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

EXTENSION = "kickstand.carrier"
"""Under which an application finds its `UvicornCarrier` in `scope["extensions"]`."""
GONE: Message = {"type": "websocket.disconnect", "code": 1006}


class Carrier(Protocol):
    """An accepted socket, seen from its connection."""

    on_free: Callable[[], None]
    """Called once the peer takes frames again."""

    @property
    def is_free(self) -> bool:
        """Whether the peer takes what is written."""

    async def receive(self) -> Mapping[str, object]:
        """The next message from the peer, as ASGI has it. After `close` and `abort` it is a disconnect."""

    def write(self, frames: Sequence[str]) -> None:
        """Send text frames, without waiting: only while it is free. Does nothing once the socket is closed."""

    async def close(self, code: int) -> None:
        """Say goodbye, once the peer takes it."""

    def abort(self) -> None:
        """Give the peer up."""


def carrier_of(socket: WebSocket) -> Carrier:
    """What carries this socket, which was accepted."""
    found = socket.scope.get("extensions", {}).get(EXTENSION)
    if found is None:
        return AsgiCarrier(socket)
    carrier: UvicornCarrier = found["carrier"]
    carrier.forget_handshake()
    return carrier


def _nobody_waits() -> None:
    """Where nobody has said what to do once the peer takes frames again."""


class Inbox:
    """What came and was not taken yet, for one reader. An empty `asyncio.Queue` takes 3 KiB, four deques."""

    def __init__(self) -> None:
        self._waiting: deque[Message] | None = None
        self._reader: asyncio.Future[Message] | None = None

    def put_nowait(self, message: Message) -> None:
        """Hand a message to the reader, at once or when it asks."""
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(message)
            return
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(message)

    async def get(self) -> Message:
        """The next message."""
        if self._waiting is not None:
            message = self._waiting.popleft()
            self._waiting = self._waiting or None
            return message
        self._reader = asyncio.get_running_loop().create_future()
        return await self._reader

    def empty(self) -> bool:
        """Whether a reader would wait."""
        return self._waiting is None


class UvicornCarrier(WebSocketsSansIOProtocol):
    """uvicorn's own socket, which the application finds in its scope. See `Carrier`."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.queue = cast(Any, Inbox())
        self.on_free: Callable[[], None] = _nobody_waits

    def handle_connect(self, event: Request) -> None:
        """uvicorn's; the application does not run before this returns."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][EXTENSION] = {"carrier": self}

    def forget_handshake(self) -> None:
        """Let go of the headers, which nobody reads once both sides have agreed: 4 KiB for as long as it is open."""
        self.request.headers.clear()
        self.response.headers.clear()

    @property
    def is_free(self) -> bool:
        return self.writable.is_set()

    def resume_writing(self) -> None:
        """uvicorn's."""
        super().resume_writing()
        self.on_free()

    def write(self, frames: Sequence[str]) -> None:
        if self.disconnected:
            return
        with suppress(InvalidState):
            for frame in frames:
                self.conn.send_text(frame.encode())
            self.transport.write(b"".join(self.conn.data_to_send()))

    async def close(self, code: int) -> None:
        if not self.close_sent:
            with suppress(OSError):
                await self.send({"type": "websocket.close", "code": code, "reason": ""})

    def abort(self) -> None:
        self.transport.abort()


class AsgiCarrier:
    """A socket of another server, or of a poll link. See `Carrier`."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._sending: asyncio.Task[None] | None = None
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_free: Callable[[], None] = _nobody_waits

    @property
    def is_free(self) -> bool:
        return self._sending is None

    async def receive(self) -> Mapping[str, object]:
        receiving = asyncio.ensure_future(self._socket.receive())
        try:
            await asyncio.wait((receiving, self._gone), return_when=asyncio.FIRST_COMPLETED)
            return GONE if self._gone.done() else receiving.result()
        finally:
            receiving.cancel()

    def write(self, frames: Sequence[str]) -> None:
        self._sending = asyncio.create_task(self._send(frames))

    async def close(self, code: int) -> None:
        if self._sending is not None:
            await asyncio.wait((self._sending,))
        if not self._gone.done():
            with suppress(WebSocketDisconnect, RuntimeError):  # the latter for a socket that is closed already
                await self._socket.close(code)
        self.abort()

    def abort(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        if not self._gone.done():
            self._gone.set_result(None)

    async def _send(self, frames: Sequence[str]) -> None:
        try:
            for frame in frames:
                await self._socket.send_text(frame)
        except (WebSocketDisconnect, RuntimeError):
            return  # the reader hears that the peer is gone
        self._sending = None
        self.on_free()
