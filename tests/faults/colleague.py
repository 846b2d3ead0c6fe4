"""An agent who never gives up either: claims who waits, answers, gives back; walks off now and then, and writes on.

Every command keeps its client_id over broken links, until it is acknowledged or refused for good.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from app.gateway.auth import COOKIE
from tests.faults.rider import ANSWER, BETWEEN, BROKEN, Promise

IDLE = 0.2  # seconds that an agent with nothing to do listens before looking again
AWAY = 5.0  # seconds; longer than the server waits for an agent of these tests


@dataclass(frozen=True, slots=True)
class Claim:
    """An acknowledged claim."""

    conversation: str
    gen: int
    agent: str


@dataclass(slots=True)
class Colleague:
    """One agent. `said` are acknowledged messages by conversation, `claims` what was won."""

    base: str
    email: str
    password: str
    name: str
    chance: random.Random
    walks_off: float = 0.05
    token: str = ""
    """Of the socket, once signed in."""
    said: dict[str, list[Promise]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    refusals: int = 0
    _tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    _todo: deque[dict[str, Any]] = field(default_factory=deque)
    _holds: list[tuple[str, int]] = field(default_factory=list)
    _cookie: str = ""
    _number: int = 0

    async def work(self, stop: Callable[[], bool]) -> None:
        """Serve the line until `stop` says so."""
        while not stop():
            try:
                await self._sign_in()
                async with self._socket() as socket:
                    await self._hello(socket)
                    while not stop():
                        await self._step(socket)
            except (*BROKEN, httpx.HTTPError):
                await asyncio.sleep(BETWEEN)

    async def logs(self, conversations: list[str]) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
        """Each conversation's whole log, read afresh, and all open tickets."""
        while True:
            logs: dict[str, list[dict[str, Any]]] = {}
            try:
                await self._sign_in()
                async with self._socket() as socket:
                    await self._hello(socket)
                    for conversation in conversations:
                        logs[conversation] = await self._log(socket, conversation)
                    return logs, [each for each in self._tickets.values() if each["state"] != "closed"]
            except (*BROKEN, httpx.HTTPError):
                await asyncio.sleep(BETWEEN)

    async def _sign_in(self) -> None:
        if self.token:
            return
        async with httpx.AsyncClient(timeout=ANSWER, trust_env=False) as client:
            about = {"email": self.email, "password": self.password}
            answer = await client.post(f"{self.base}/api/agent/sign-in", json=about)
        if answer.status_code != 200:
            raise EOFError(answer.text)
        self._cookie = answer.headers["set-cookie"].split("=", 1)[1].split(";", 1)[0]
        self.token = answer.json()["socket_token"]

    def _socket(self) -> connect:
        return connect(
            self.base.replace("http", "ws", 1) + "/ws/agent",
            origin=self.base,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"{COOKIE}={self._cookie}"},
            compression=None,
            max_size=None,
            open_timeout=ANSWER,
            close_timeout=0.1,
        )

    async def _hello(self, socket: ClientConnection) -> None:
        self._tickets.clear()
        await socket.send(json.dumps({"type": "hello", "v": 1, "token": self.token}))
        await self._until(socket, lambda frame: frame["type"] == "welcome")
        await self._until(socket, lambda frame: frame["type"] == "queue.changed" and frame["reset"])

    async def _step(self, socket: ClientConnection) -> None:
        if self._todo:
            await self._carry_out(socket, self._todo[0])
            self._todo.popleft()
        elif self._holds:
            self._plan(*self._holds.pop())
        elif waiting := [each for each in self._tickets.values() if each["state"] == "waiting"]:
            await self._claim(socket, self.chance.choice(waiting)["conversation_id"])
        else:
            try:
                await self._until(socket, lambda frame: frame["type"] == "queue.changed", IDLE)
            except TimeoutError:
                return

    def _plan(self, conversation: str, gen: int) -> None:
        """What to do with a conversation that is ours now."""
        about = {"conversation_id": conversation, "gen": gen}
        for _ in range(self.chance.randint(1, 2)):
            self._number += 1
            text = f"{self.name} says number {self._number}"
            self._todo.append({"type": "message.send", "client_id": str(uuid4()), "text": text, **about})
        end = self.chance.choice(["resolve", "bot", "queue"])
        last = {"type": "ticket.resolve"} if end == "resolve" else {"type": "ticket.release", "to": end}
        self._todo.append({**last, "client_id": str(uuid4()), **about})

    async def _claim(self, socket: ClientConnection, conversation: str) -> None:
        command = {"type": "ticket.claim", "conversation_id": conversation, "client_id": str(uuid4())}
        answer = await self._answer(socket, command)
        if answer["type"] == "ack":
            self.claims.append(Claim(conversation, answer["gen"], self.name))
            self._plan(conversation, answer["gen"])
        else:
            self._tickets.pop(conversation, None)

    async def _carry_out(self, socket: ClientConnection, command: dict[str, Any]) -> None:
        if command["type"] == "message.send" and self.chance.random() < self.walks_off:
            # Gone for longer than anybody waits, and then back with what was to be written.
            await socket.close()
            await asyncio.sleep(AWAY)
            raise EOFError("back from a walk")
        answer = await self._answer(socket, command)
        if answer["type"] == "nack":
            self.refusals += 1
            if answer["retryable"]:
                await asyncio.sleep((answer.get("after_ms") or 1_000 * BETWEEN) / 1_000)
                raise EOFError(answer["code"])  # begin again; the command stays
        elif command["type"] == "message.send":
            promise = Promise(
                command["client_id"], command["text"], answer["seq"], gen=command["gen"], pos=answer["pos"]
            )
            self.said.setdefault(command["conversation_id"], []).append(promise)

    async def _answer(self, socket: ClientConnection, command: dict[str, Any]) -> dict[str, Any]:
        await socket.send(json.dumps(command))
        return await self._until(
            socket, lambda frame: frame["type"] in ("ack", "nack") and frame["client_id"] == command["client_id"]
        )

    async def _log(self, socket: ClientConnection, conversation: str) -> list[dict[str, Any]]:
        log: list[dict[str, Any]] = []
        await socket.send(json.dumps({"type": "sync", "conversation_id": conversation, "after": 0}))

        def done(frame: dict[str, Any]) -> bool:
            if frame["type"] in ("message.created", "entry.created") and frame["conversation_id"] == conversation:
                log.append(frame)
            return bool(frame["type"] == "synced" and frame["conversation_id"] == conversation)

        await self._until(socket, done)
        return log

    async def _until(
        self, socket: ClientConnection, done: Callable[[dict[str, Any]], bool], within: float = ANSWER
    ) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), within))
            if frame["type"] == "ping":
                await socket.send(json.dumps({"type": "pong"}))
            elif frame["type"] == "welcome":
                known = {(each["conversation_id"], each["gen"]) for each in self._todo}
                held = [(each["conversation_id"], each["gen"]) for each in frame["holds"]]
                self._holds = [each for each in held if each not in known]
            elif frame["type"] == "queue.changed":
                if frame["reset"]:
                    self._tickets.clear()
                for ticket in frame["tickets"]:
                    self._tickets[ticket["conversation_id"]] = ticket
            if done(frame):
                return frame
