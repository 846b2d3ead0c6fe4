"""Visitors without a browser, where a test is about the agent's screen: real sockets of the same server."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Origin

from app.demo.brand import SITE_KEY
from tests.e2e.demo import Demo
from tests.wire import PATIENCE, VisitorClient


class Callers:
    """Lets visitors of the demonstration call for a person; all of them leave at the end."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def call(self, words: str) -> VisitorClient:
        """A new visitor whose words have brought them into the line. Name in `words` what sends one there."""
        origin = self._demo.console.removesuffix("/console/")
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
            answer = await http.post(f"{origin}/api/visitor/session", json={"site": SITE_KEY})
        assert answer.status_code == 200, answer.text
        socket = origin.replace("http", "ws", 1)
        connection = await self._open.enter_async_context(
            connect(f"{socket}/ws/visitor", origin=Origin(origin), compression=None, close_timeout=1, proxy=None)
        )
        visitor = VisitorClient(connection, answer.json()["token"])
        await visitor.hello()
        await visitor.say(words)
        await visitor.state(status="waiting")
        return visitor
