"""A websocket to an application in this process, as a widget or a console has one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from uuid import uuid4

import anyio
from anyio.abc import TaskGroup
from starlette.types import ASGIApp

from app.testing.clock import PATIENCE

Frame = dict[str, Any]
SOON = 2.0
"""Real seconds that an expectation which fails waits for what follows a stored change."""
_HERE = ("127.0.0.1", 50_000)


class Refused(Exception):
    """The server said no; the message is what the person would read, `code` what a client switches on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Socket:
    """One connection. Every frame that came is in `frames`; `hear` is called with each as it comes."""

    def __init__(self, api: ASGIApp, path: str, headers: Mapping[str, str], hear: Callable[[Frame], None]) -> None:
        self._api = api
        self._scope = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": _HERE,
            "server": ("127.0.0.1", 80),
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        self._hear = hear
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._gone = False
        self._left = asyncio.Event()
        self.frames: list[Frame] = []
        self.closed: int | None = None
        """The close code or the HTTP status with which the server ended it; None: it is open, or we ended it."""
        self.is_frozen = False

    @property
    def is_open(self) -> bool:
        return self.closed is None and not self._gone

    def open(self, tasks: TaskGroup) -> None:
        """Connect; the server's side runs in `tasks`."""
        self._to_server.put_nowait({"type": "websocket.connect"})
        tasks.start_soon(self._serve)

    def send(self, type: str, **fields: Any) -> None:
        self._to_server.put_nowait({"type": "websocket.receive", "text": json.dumps({"type": type, **fields})})

    async def command(self, type: str, **fields: Any) -> Frame:
        """Send what is acknowledged; the ack. Raises Refused."""
        client_id = str(uuid4())
        self.send(type, client_id=client_id, **fields)
        answer = await self.wait_for(
            lambda frame: frame["type"] in ("ack", "nack") and frame.get("client_id") == client_id,
            f"an answer to {type}",
        )
        if answer["type"] == "nack":
            raise Refused(answer["code"], answer["message"])
        return answer

    async def wait_for(
        self, wanted: Callable[[Frame], bool], what: str, *, after: int = 0, limit: float = PATIENCE
    ) -> Frame:
        """The first frame from number `after` on that is wanted. Raises AssertionError when none comes."""
        seen = after
        while True:
            for frame in self.frames[seen:]:
                if wanted(frame):
                    return frame
            seen = len(self.frames)
            if not self.is_open:
                raise AssertionError(f"the connection was closed ({self.closed}) before {what}")
            self._changed.clear()
            try:
                with anyio.fail_after(limit):
                    await self._changed.wait()
            except TimeoutError:
                raise AssertionError(f"{what} did not come") from None

    async def asked(self, type: str, answer: str, **fields: Any) -> Frame:
        """Send what is answered by a frame of its own; that frame. All that was sent before has come by then."""
        start = len(self.frames)
        self.send(type, **fields)
        return await self.wait_for(lambda frame: frame["type"] == answer, f"{answer} to {type}", after=start)

    def drop(self) -> None:
        """The link breaks: nobody says goodbye."""
        if self.is_open:
            self._gone = True
            self._to_server.put_nowait({"type": "websocket.disconnect", "code": 1006})
            self._changed.set()

    async def left(self) -> None:
        """Wait until the server has noticed that we are gone."""
        with anyio.fail_after(PATIENCE):
            await self._left.wait()

    async def _serve(self) -> None:
        try:
            await self._api(self._scope, self._to_server.get, self._take)
        finally:
            self._gone = True
            self._left.set()
            self._changed.set()

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        if self._gone:
            raise OSError("the peer is gone")
        kind = message["type"]
        if kind == "websocket.send" and not self.is_frozen:
            frame: Frame = json.loads(message["text"])
            if frame["type"] == "ping":
                self.send("pong")
            self.frames.append(frame)
            self._hear(frame)
        elif kind == "websocket.close":
            self.closed = int(message.get("code", 1000))
            self._to_server.put_nowait({"type": "websocket.disconnect", "code": self.closed})
        elif kind == "websocket.http.response.start":
            self.closed = int(message["status"])
        self._changed.set()
