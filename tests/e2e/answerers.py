"""An agent without a browser, where a test is about the visitor's screen: a real socket of the same server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.e2e.demo import Demo
from tests.wire import PATIENCE, AgentClient, Frame


class Answerer:
    """An agent who holds one conversation."""

    def __init__(self, client: AgentClient, conversation: str, gen: int) -> None:
        self._client = client
        self._conversation = conversation
        self._gen = gen

    @classmethod
    @asynccontextmanager
    async def of(cls, demo: Demo, login: tuple[str, str], words: str) -> AsyncIterator["Answerer"]:
        """Signs in and takes the conversation that waits with these words."""
        origin = demo.console.removesuffix("/console/")
        email, password = login
        async with httpx.AsyncClient(base_url=origin, timeout=PATIENCE, trust_env=False) as http:
            answer = await http.post("/api/agent/sign-in", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].split(";", 1)[0]
        async with connect(
            f"{origin.replace('http', 'ws', 1)}/ws/agent",
            origin=Origin(origin),
            additional_headers={"Cookie": cookie},
            close_timeout=1,
            proxy=None,
        ) as connection:
            client = AgentClient(connection, answer.json()["socket_token"])
            await client.hello()
            ticket = await _waiting(client, words)
            claimed = await client.claim(ticket["conversation_id"])
            assert claimed["type"] == "ack", claimed
            yield cls(client, ticket["conversation_id"], claimed["gen"])

    async def read(self) -> None:
        """All that the visitor wrote so far."""
        log = await self._client.follow(self._conversation)
        newest = max(frame["seq"] for frame in log if frame["type"] == "message.created")
        await self._client.send("read", conversation_id=self._conversation, seq=newest)

    async def type(self, *, on: bool) -> None:
        await self._client.send("typing", conversation_id=self._conversation, on=on)

    async def say(self, text: str) -> None:
        said = await self._client.reply(self._conversation, text, self._gen)
        assert said["type"] == "ack", said

    async def resolve(self) -> None:
        done = await self._client.command("ticket.resolve", conversation_id=self._conversation, gen=self._gen)
        assert done["type"] == "ack", done


async def _waiting(client: AgentClient, words: str) -> Frame:
    tickets = client.tickets
    while True:
        for ticket in tickets:
            if ticket["state"] in ("waiting", "offered") and words in ticket["quote"]:
                return ticket
        tickets = (await client.expect("queue.changed"))["tickets"]
