"""A visitor who never gives up: one message in flight, the same client_id on every retry, resume by seq.

Records all it was promised and all it saw, for the checker.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.bench.load import remark

ANSWER = 5.0  # seconds without a frame after which the link counts as dead
BETWEEN = 0.3  # seconds between attempts to connect, where a test names no others


@dataclass(slots=True)
class Promise:
    """An acknowledged message: what the server said it stored, and where."""

    client_id: str
    text: str
    seq: int


@dataclass(slots=True)
class Rider:
    """One visitor. `seen` is the stream as it came, in the order it came."""

    url: str
    token: str
    name: str
    promises: list[Promise] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    reconnects: int = 0
    between: float = BETWEEN
    _conversation: str | None = None
    _epoch: str | None = None
    _last: int = 0

    async def talk(self, messages: int) -> None:
        """Send `messages` one after the other, each answered, however often the link breaks."""
        waiting = [(str(uuid4()), remark(number)) for number in range(messages)]
        while True:
            try:
                async with connect(self.url, compression=None, open_timeout=ANSWER, close_timeout=0.1) as socket:
                    await self._hello(socket)
                    while waiting:
                        await self._say(socket, *waiting[0])
                        waiting.pop(0)
                    # The last answer may have more than one message; they are stored together.
                    await socket.send(json.dumps({"type": "sync", "after": self._last}))
                    await self._until(socket, lambda frame: frame["type"] == "synced")
                    return
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, EOFError):
                self.reconnects += 1
                await asyncio.sleep(self.between)

    async def read_again(self) -> list[dict[str, Any]]:
        """The whole stream, fetched afresh from 0."""
        fresh = Rider(self.url, self.token, self.name)
        async with connect(self.url, compression=None) as socket:
            await fresh._hello(socket)
        return fresh.seen

    async def _hello(self, socket: Any) -> None:
        hello = {"type": "hello", "v": 1, "token": self.token, "after": self._last}
        if self._conversation is not None:
            hello |= {"conversation_id": self._conversation, "epoch": self._epoch}
        await socket.send(json.dumps(hello))
        await self._until(socket, lambda frame: frame["type"] == "synced")

    async def _say(self, socket: Any, client_id: str, text: str) -> None:
        answered = any(frame.get("re") == client_id for frame in self.seen)
        acked = any(promise.client_id == client_id for promise in self.promises)

        def settled(frame: dict[str, Any]) -> bool:
            nonlocal acked, answered
            if frame["type"] == "ack" and frame["client_id"] == client_id:
                if not acked:
                    self.promises.append(Promise(client_id, text, frame["seq"]))
                acked = True
            answered = answered or (frame["type"] == "message.created" and frame.get("re") == client_id)
            return acked and answered

        if not (acked and answered):
            await socket.send(json.dumps({"type": "message.send", "client_id": client_id, "text": text}))
            await self._until(socket, settled)

    async def _until(self, socket: Any, done: Any) -> None:
        while True:
            frame = json.loads(await asyncio.wait_for(socket.recv(), ANSWER))
            if frame["type"] == "welcome":
                self._epoch = frame["epoch"]
                self._conversation = frame["conversation_id"] or self._conversation
            elif frame["type"] == "message.created" and frame["seq"] > self._last:
                # A client ignores what it has: a catch-up may overlap with what came live. The checker finds holes.
                self._conversation = frame["conversation_id"]
                self._last = frame["seq"]
                self.seen.append(frame)
            if done(frame):
                return
