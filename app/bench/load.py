"""The load: visitors on real sockets, each with one message in flight; bounded in count and time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence, Set
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 30.0  # seconds that one answer may take before the run is given up
TALK: Sequence[str] = (
    "hi there",
    "does the fell 2 fit my {year} mt07?",
    "is it in stock",
    "how loud is it with the db killer in",
    "what comes in the box of the fell r",
    "how long does shipping to france take",
    "and does the fell r go on a {year} mt07",
    "what is your return policy",
    "is the fell 1 road legal",
    "which slip on do you have for a {year} mt07",
    "are you a bot",
    "how much does the fell 1 cost",
    "what about the fell 1 on a {year} fz-07",
    "thanks a lot",
)
"""One rider's questions, from the greeting on; with another year each time round."""
YEARS = range(2014, 2024)
PAUSE = 10.0  # seconds between two messages of a visitor who is in no hurry
UPSET = "this is the third time I am writing and it is still leaking, I am furious!!"


def remark(number: int) -> str:
    """What a visitor says as message `number`. Who repeats gets a person: after the first round only years change."""
    rounds, at = divmod(number, len(TALK))
    asked = TALK if rounds == 0 else [line for line in TALK if "{year}" in line]
    return asked[at % len(asked)].format(year=YEARS[(number // 4) % len(YEARS)])


class BenchFailed(Exception):
    """The run could not be completed; the message says at what."""


@dataclass(slots=True)
class Times:
    """Seconds from send to ack, and from send to the bot's first message."""

    acks: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)


def percentile_ms(seconds: Sequence[float], share: float) -> float | None:
    """The value that `share` of the measurements do not exceed, in milliseconds."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000, 3)


class Target:
    """A server under test, by its base URL (http) and a site's key."""

    def __init__(self, base_url: str, site: str) -> None:
        self.base_url = base_url
        self.site = site

    def socket(self, path: str) -> connect:
        """A socket that takes any number of frames."""
        url = self.base_url.replace("http", "ws", 1) + path
        return connect(url, compression=None, ping_interval=None, max_size=None, open_timeout=PATIENCE)

    async def token(self, client: httpx.AsyncClient) -> str:
        """A new visitor's token."""
        answer = await client.post(f"{self.base_url}/api/visitor/session", json={"site": self.site})
        if answer.status_code != 200:
            raise BenchFailed(f"no visitor token: {answer.text}")
        return str(answer.json()["token"])


async def _next(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of this type; a refusal ends the run."""
    while True:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
        if frame["type"] == kind:
            return frame
        if frame["type"] == "nack":
            raise BenchFailed(f"the server refused a frame: {frame['code']}: {frame['message']}")


async def hello(socket: ClientConnection, token: str) -> None:
    """Introduce a visitor."""
    await socket.send(json.dumps({"type": "hello", "v": 1, "token": token, "after": 0}))
    await _next(socket, "synced")


async def say(socket: ClientConnection, text: str, times: Times) -> None:
    """Send a message and wait for its ack and the bot's first answer."""
    client_id = str(uuid4())
    sent = time.perf_counter()
    await socket.send(json.dumps({"type": "message.send", "client_id": client_id, "text": text}))
    acknowledged = False
    while True:
        frame = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
        if frame["type"] == "ack" and not acknowledged:
            acknowledged = True
            times.acks.append(time.perf_counter() - sent)
        elif frame["type"] == "message.created" and frame.get("re") == client_id:
            times.replies.append(time.perf_counter() - sent)
            return
        elif frame["type"] == "conversation.updated" and frame["state"]["status"] != "bot":
            raise BenchFailed(f"the bot gave {text!r} to a person")
        elif frame["type"] == "nack":
            raise BenchFailed(f"the server refused a message: {frame['code']}: {frame['message']}")


Look = Callable[[], Awaitable[None]]
"""Called when everybody is connected, and again before anybody leaves: what lies between is the talk alone."""


async def talk(target: Target, visitors: int, turns: int, look: Look | None = None) -> tuple[Times, float]:
    """`visitors` say `turns` messages each, one after the other's answer; times, and seconds for all of it."""
    times = Times()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE, trust_env=False))
        sockets = [await stack.enter_async_context(target.socket("/ws/visitor")) for _ in range(visitors)]
        for socket in sockets:
            await hello(socket, await target.token(client))

        async def one(socket: ClientConnection) -> None:
            for turn in range(turns):
                await say(socket, remark(turn), times)

        if look is not None:
            await look()
        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for socket in sockets:
                tasks.create_task(one(socket))
        seconds = time.perf_counter() - began
        if look is not None:
            await look()
        return times, seconds


async def repeat(target: Target, sockets: int, messages: int) -> float:
    """`messages` echoes on each of `sockets`; seconds for all of it."""
    frame = json.dumps({"type": "message.send", "client_id": str(uuid4()), "text": remark(1)})
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(target.socket("/ws/echo")) for _ in range(sockets)]

        async def one(socket: ClientConnection) -> None:
            for _ in range(messages):
                await socket.send(frame)
                await asyncio.wait_for(socket.recv(), PATIENCE)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for socket in opened:
                tasks.create_task(one(socket))
        return time.perf_counter() - began


async def upset(target: Target, email: str, password: str, visitors: int, online: int) -> list[float]:
    """Seconds from an upset message to its ticket on a console's socket, where it rings, one visitor after the other.

    Meanwhile `online` others are connected and talk to the bot, each once in ten seconds or so.
    """
    seconds: list[float] = []
    rung: set[str] = set()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE, trust_env=False))
        others = [await stack.enter_async_context(target.socket("/ws/visitor")) for _ in range(online)]
        for other in others:
            await hello(other, await target.token(client))
        signed_in = await client.post(
            f"{target.base_url}/api/agent/sign-in", json={"email": email, "password": password}
        )
        console = await stack.enter_async_context(target.socket("/ws/agent"))
        await console.send(json.dumps({"type": "hello", "v": 1, "token": signed_in.json()["socket_token"]}))
        await _next(console, "queue.changed")
        async with asyncio.TaskGroup() as tasks:
            talk = [tasks.create_task(_chat(other, number)) for number, other in enumerate(others)]
            for _ in range(visitors):
                socket = await stack.enter_async_context(target.socket("/ws/visitor"))
                await hello(socket, await target.token(client))
                sent = time.perf_counter()
                await socket.send(json.dumps({"type": "message.send", "client_id": str(uuid4()), "text": UPSET}))
                rung.add(await _rings(console, rung))
                seconds.append(time.perf_counter() - sent)
            for each in talk:
                each.cancel()
    return seconds


async def _rings(console: ClientConnection, rung: Set[str]) -> str:
    """The conversation of the next ticket that waits and did not before."""
    while True:
        frame = await _next(console, "queue.changed")
        for ticket in frame["tickets"]:
            if ticket["state"] == "waiting" and ticket["conversation_id"] not in rung:
                return str(ticket["conversation_id"])


async def _chat(socket: ClientConnection, number: int) -> None:
    """One rider who is in no hurry; the moments of all are spread over the pause by their numbers."""
    times = Times()
    await asyncio.sleep(PAUSE * (number % 100) / 100)
    for line in range(len(TALK)):
        await say(socket, remark(line), times)
        await asyncio.sleep(PAUSE)
    await asyncio.sleep(PATIENCE * 100)  # stays connected until the run is over


async def hold_idle(target: Target, sockets: int, measure: Any) -> Any:
    """What `measure` gives while `sockets` more visitors are connected and silent."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE, trust_env=False))
        token = await target.token(client)
        for _ in range(sockets):
            await hello(await stack.enter_async_context(target.socket("/ws/visitor")), token)
        return await measure()
