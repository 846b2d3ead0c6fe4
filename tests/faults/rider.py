"""A visitor who never gives up: one message in flight, the same client_id on every retry, resume by seq.

Records all it was promised and all it saw, for the checker.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.bench.load import remark

ANSWER = 5.0  # seconds without a frame after which the link counts as dead
BETWEEN = 0.3  # seconds between attempts to connect, where a test names no others
PATIENT = 10.0  # seconds for an answer; after that the log tells at the end whether one was owed
ASKS = "I want to talk to a human please"
BROKEN = (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, EOFError)
"""What a link ends with."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An acknowledged message: what the server said it stored, and where.

    `answered`: whether an answer was seen; a person who has the conversation owes none. `gen` and `pos`: of an agent's.
    """

    client_id: str
    text: str
    seq: int | None
    answered: bool = True
    gen: int | None = None
    pos: int | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """What a rider does beside talking: shares of its messages."""

    twice: float = 0.0
    """Sends the frame twice in a row."""
    late: float = 0.0
    """Sends an older message once more after a newer one, as a network that reorders does."""
    forged: float = 0.0
    """Sends other words under an old client_id, which must be refused."""
    slow: float = 0.0
    """Reads nothing for a while."""
    person: float = 0.0
    """Asks for a person."""


@dataclass(slots=True)
class Rider:
    """One visitor. `seen` is the stream as it came, in the order it came; `acks` are all of them, doubles too."""

    url: str
    token: str
    name: str
    promises: list[Promise] = field(default_factory=list)
    acks: list[Promise] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """What came although nothing like it may ever come."""
    reconnects: int = 0
    nacks: int = 0
    between: float = BETWEEN
    patience: float = PATIENT
    habits: Habits = Habits()
    chance: random.Random = field(default_factory=random.Random)
    longest: float = 0.0
    """Seconds that an answer took at most, faults included."""
    status: str = "bot"
    conversation: str | None = None
    _epoch: str | None = None
    _last: int = 0
    _asked: dict[str, str] = field(default_factory=dict)
    _asked_at: dict[str, float] = field(default_factory=dict)
    _said: int = 0

    async def talk(self, messages: int, stop: Callable[[], bool] = lambda: False) -> None:
        """Send `messages` one after the other, each answered, however often the link breaks; fewer when `stop` says."""
        waiting = [(str(uuid4()), self._words(self._said + number)) for number in range(messages)]
        self._said += messages
        while True:
            try:
                async with connect(self.url, compression=None, open_timeout=ANSWER, close_timeout=0.1) as socket:
                    await self._hello(socket)
                    while waiting and not (stop() and waiting[0][0] not in self._asked):
                        await self._say(socket, *waiting[0])
                        asked_at = self._asked_at[waiting.pop(0)[0]]
                        if self.promises[-1].answered:
                            self.longest = max(self.longest, asyncio.get_running_loop().time() - asked_at)
                        await self._misbehave(socket)
                    # The last answer may have more than one message; they are stored together.
                    await self._sync(socket)
                    return
            except BROKEN:
                self.reconnects += 1
                await asyncio.sleep(self.between)

    async def catch_up(self) -> None:
        """Come back with what is known and fetch the rest."""
        await self.talk(0)

    async def read_again(self) -> list[dict[str, Any]]:
        """The whole stream, fetched afresh from 0."""
        while True:
            fresh = Rider(self.url, self.token, self.name)
            try:
                async with connect(self.url, compression=None) as socket:
                    await fresh._hello(socket)
            except BROKEN:
                await asyncio.sleep(self.between)
                continue
            self.status = fresh.status
            return fresh.seen

    def _words(self, number: int) -> str:
        return ASKS if self.chance.random() < self.habits.person else f"{remark(number)} ({self.name}, {number})"

    async def _hello(self, socket: ClientConnection) -> None:
        hello = {"type": "hello", "v": 1, "token": self.token, "after": self._last}
        if self.conversation is not None:
            hello |= {"conversation_id": self.conversation, "epoch": self._epoch}
        await socket.send(json.dumps(hello))
        await self._until(socket, lambda frame: frame["type"] == "synced")

    async def _sync(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "sync", "after": self._last}))
        await self._until(socket, lambda frame: frame["type"] == "synced")

    async def _say(self, socket: ClientConnection, client_id: str, text: str) -> None:
        until = self._asked_at.setdefault(client_id, asyncio.get_running_loop().time()) + self.patience
        self._asked[client_id] = text
        answered = any(frame.get("re") == client_id for frame in self.seen)
        acked: Promise | None = next((ack for ack in self.acks if ack.client_id == client_id), None)

        def settled(frame: dict[str, Any]) -> bool:
            nonlocal acked, answered
            if frame["type"] == "ack" and frame["client_id"] == client_id:
                acked = acked or self.acks[-1]
            answered = answered or (frame["type"] == "message.created" and frame.get("re") == client_id)
            enough = answered or self.status in ("waiting", "human") or asyncio.get_running_loop().time() > until
            return acked is not None and enough

        frame = json.dumps({"type": "message.send", "client_id": client_id, "text": text})
        if not (acked and (answered or asyncio.get_running_loop().time() > until)):
            await socket.send(frame)
            if self.chance.random() < self.habits.twice:
                await socket.send(frame)
            while True:
                refused = await self._until(socket, settled, client_id)
                if refused is None:
                    break
                await asyncio.sleep((refused.get("after_ms") or 1_000 * BETWEEN) / 1_000)
                await socket.send(frame)
        assert acked is not None
        self.promises.append(Promise(client_id, text, acked.seq, answered))

    async def _misbehave(self, socket: ClientConnection) -> None:
        if self.chance.random() < self.habits.slow:
            await asyncio.sleep(self.chance.random())
        if self.promises and self.chance.random() < self.habits.late:
            old = self.chance.choice(self.promises)
            await self._send_again(socket, old.client_id, old.text)
        if self.promises and self.chance.random() < self.habits.forged:
            await self._sync(socket)  # what was sent twice has both its acks now, so the next one is the forgery's
            await self._send_again(socket, self.chance.choice(self.promises).client_id, f"forged by {self.name}")

    async def _send_again(self, socket: ClientConnection, client_id: str, text: str) -> None:
        await socket.send(json.dumps({"type": "message.send", "client_id": client_id, "text": text}))

        def settled(frame: dict[str, Any]) -> bool:
            if frame["type"] == "ack" and frame["client_id"] == client_id and text != self._asked[client_id]:
                self.strange.append(f"P3 {self.name}: other words under a known client_id were acknowledged")
            return frame["type"] in ("ack", "nack") and frame["client_id"] == client_id

        await self._until(socket, settled)

    async def _until(
        self, socket: ClientConnection, done: Callable[[dict[str, Any]], bool], sent: str | None = None
    ) -> dict[str, Any] | None:
        """Read until `done`, or until the message `sent` is refused for now: then the refusal."""
        while True:
            frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), min(ANSWER, self.patience)))
            self._note(frame)
            if frame["type"] == "ping":
                await socket.send(json.dumps({"type": "pong"}))
            if done(frame):
                return None
            if sent is not None and frame["type"] == "nack" and frame["client_id"] == sent:
                if frame["retryable"]:
                    return frame
                self.strange.append(f"P1 {self.name}: {self._asked[sent]!r} was refused for good: {frame['code']}")

    def _note(self, frame: dict[str, Any]) -> None:
        whose = frame.get("conversation_id")
        if whose is not None:
            self.conversation = self.conversation or whose
            if whose != self.conversation:
                self.strange.append(f"P8 {self.name}: a frame of another conversation came: {frame}")
        match frame["type"]:
            case "welcome":
                self._epoch = frame["epoch"]
                self.status = frame["state"]["status"]
            case "conversation.updated":
                self.status = frame["state"]["status"]
            case "ack":
                self.acks.append(Promise(frame["client_id"], self._asked.get(frame["client_id"], ""), frame["seq"]))
            case "nack":
                self.nacks += 1
            case "message.created" if frame["seq"] > self._last:
                # A client ignores what it has: a catch-up may overlap with what came live. The checker finds holes.
                self._last = frame["seq"]
                self.seen.append(frame)
