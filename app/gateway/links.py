"""A visitor's socket for those whose network lets no websocket through: the same frames, by post and by asking.

A link runs the socket's own route inside this process. So who may connect, what is answered and when it ends are
decided in one place, and nothing behind it knows how the frames travelled.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from secrets import token_urlsafe
from typing import Any

import anyio
from anyio.abc import TaskGroup

from app.errors import NotAuthenticated

MOST_UNFETCHED = 64
"""Frames that wait to be fetched; then the socket's writer waits, and ends it as it ends any slow client."""
KEPT_AFTER_END = 30.0
"""Seconds that an ended link still says why."""

Serve = Callable[[Mapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
"""An ASGI application, or one route of it."""


class Link:
    """One connection. Frames are numbered from 1; the client says up to where it has them, and the rest is kept."""

    def __init__(self) -> None:
        self.token = token_urlsafe(24)
        self.refused: int | None = None
        """The HTTP status with which the handshake was refused."""
        self.closed: int | None = None
        """The close code of the server's side."""
        self._commands: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1)
        self._frames: deque[str] = deque()
        self._fetched = 0
        self._opened = asyncio.Event()
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    async def opened(self) -> None:
        """Wait until the handshake is accepted or refused."""
        await self._opened.wait()

    async def send(self, frame: str) -> None:
        """Hand a frame to the server's side; waits while that is busy with the one before, as a socket would."""
        if self.closed is None:
            await self._commands.put({"type": "websocket.receive", "text": frame})

    def leave(self) -> None:
        """The client goes. What it sent before is finished."""
        self.closed = self.closed or 1000
        while not self._commands.empty():
            self._commands.get_nowait()
        self._commands.put_nowait({"type": "websocket.disconnect", "code": 1000})
        self._room.set()
        self._news.set()

    async def fetch(self, after: int, wait: float) -> list[str]:
        """The frames beyond number `after`, waiting up to `wait` seconds for the first. Those up to `after` go."""
        while self._frames and self._fetched < after:
            self._frames.popleft()
            self._fetched += 1
        self._room.set()
        if not self._frames and self.closed is None:
            self._news.clear()
            with anyio.move_on_after(wait):
                await self._news.wait()
        return list(self._frames)

    @property
    def fetched(self) -> int:
        """The number of the last frame that the client has."""
        return self._fetched

    # What the route sees ---------------------------------------------------------------------------------------------

    async def receive(self) -> dict[str, Any]:
        """ASGI's receive."""
        if not self._opened.is_set():
            return {"type": "websocket.connect"}
        return await self._commands.get()

    async def take(self, message: MutableMapping[str, Any]) -> None:
        """ASGI's send. Raises OSError once the client is gone."""
        kind = message["type"]
        if kind == "websocket.accept":
            self._opened.set()
        elif kind == "websocket.http.response.start":
            self.refused = int(message["status"])
        elif kind == "websocket.http.response.body":
            self._opened.set()
        elif kind == "websocket.close":
            self.end(int(message.get("code") or 1000))
        elif kind == "websocket.send":
            while len(self._frames) >= MOST_UNFETCHED and self.closed is None:
                self._room.clear()
                await self._room.wait()
            if self.closed is not None:
                raise OSError("the client is gone")
            self._frames.append(message["text"])
            self._news.set()

    def end(self, code: int) -> None:
        """The server's side is done."""
        self.closed = self.closed or code
        self._opened.set()
        self._news.set()


class Links:
    """The links of this process."""

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._links: dict[str, Link] = {}

    async def open(self, serve: Serve, scope: Mapping[str, Any]) -> Link:
        """A link on which `serve` runs as for a socket with this scope; its handshake is accepted or refused."""
        link = Link()
        self._links[link.token] = link
        self._tasks.start_soon(self._run, link, serve, scope)
        await link.opened()
        return link

    def find(self, token: str) -> Link:
        """The link with this token. Raises NotAuthenticated."""
        try:
            return self._links[token]
        except KeyError:
            raise NotAuthenticated("This link has ended. Connect again.") from None

    async def _run(self, link: Link, serve: Serve, scope: Mapping[str, Any]) -> None:
        try:
            await serve(scope, link.receive, link.take)
        finally:
            link.end(1011)
            asyncio.get_running_loop().call_later(KEPT_AFTER_END, self._links.pop, link.token, None)
