"""The visitor's socket over plain HTTP: the same frames, nothing lost between two askings, and the same refusals."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from app.errors import CloseCode
from app.sites import Site
from tests.running import Running
from tests.wire import PATIENCE

POLL = "/api/visitor/poll"


class Poller:
    """A widget behind a proxy that knows no websockets."""

    def __init__(self, server: Running, link: str) -> None:
        self._http = server.http
        self._bearer = {"Authorization": f"Bearer {link}"}
        self.frames: list[dict[str, Any]] = []
        self.closed: int | None = None

    @classmethod
    async def open(cls, server: Running, hello: dict[str, Any]) -> Poller:
        answer = await server.http.post(POLL, content=json.dumps(hello))
        assert answer.status_code == 200, answer.text
        return cls(server, answer.json()["link"])

    @classmethod
    async def welcome(cls, server: Running, token: str, after: int = 0, **more: Any) -> Poller:
        poller = await cls.open(server, {"type": "hello", "v": 1, "token": token, "after": after, **more})
        await poller.until("synced")
        return poller

    async def send(self, type: str, **fields: Any) -> int:
        answer = await self._http.post(
            f"{POLL}/frames", headers=self._bearer, content=json.dumps({"type": type, **fields})
        )
        return answer.status_code

    async def ask(self, after: int | None = None) -> dict[str, Any]:
        """One `GET`, which does not count what it brings as fetched."""
        answer = await self._http.get(
            f"{POLL}/frames", params={"after": len(self.frames) if after is None else after}, headers=self._bearer
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def until(self, type: str, **fields: Any) -> dict[str, Any]:
        """The first frame of this type with these values among all that came."""
        seen = 0
        async with asyncio.timeout(PATIENCE):
            while True:
                for frame in self.frames[seen:]:
                    if frame["type"] == type and all(frame.get(name) == value for name, value in fields.items()):
                        return frame
                seen = len(self.frames)
                assert self.closed is None, f"closed with {self.closed} before {type}"
                body = await self.ask()
                assert body["first"] == len(self.frames) + 1
                self.frames += map(json.loads, body["frames"])
                self.closed = body["closed"]

    async def end(self) -> int:
        return (await self._http.delete(POLL, headers=self._bearer)).status_code


async def test_a_conversation_goes_on_over_plain_http(server: Running, site: Site) -> None:
    token = await server.new_token(site)
    poller = await Poller.welcome(server, token)
    client_id = str(uuid4())
    assert await poller.send("message.send", client_id=client_id, text="hello") == 204
    ack = await poller.until("ack", client_id=client_id)
    answer = await poller.until("message.created", re=client_id)
    assert [m["seq"] for m in await server.history(token)][:2] == [ack["seq"], answer["seq"]]


async def test_what_one_asking_brought_and_lost_the_next_brings_again(server: Running, site: Site) -> None:
    poller = await Poller.welcome(server, await server.new_token(site))
    head = len(poller.frames)
    await poller.send("message.send", client_id=str(uuid4()), text="hello")
    lost = await poller.ask()
    again = await poller.ask()
    assert again["first"] == lost["first"] == head + 1
    assert again["frames"][: len(lost["frames"])] == lost["frames"]


async def test_a_link_resumes_where_a_socket_was(server: Running, site: Site) -> None:
    async with server.visitor(site) as socket:
        await socket.ask("hello")
        conversation, epoch, token = socket.conversation_id, socket.welcome["epoch"], socket.token
    poller = await Poller.welcome(server, token, after=1, conversation_id=conversation, epoch=epoch)
    assert next(frame["seq"] for frame in poller.frames if frame["type"] == "message.created") == 2


async def test_an_agents_answer_comes_to_who_is_asking_already(server: Running, site: Site) -> None:
    poller = await Poller.welcome(server, await server.new_token(site))
    await poller.send("message.send", client_id=str(uuid4()), text="a person please", payload="/human_request")
    await poller.until("conversation.updated")
    async with server.agent(site) as agent:
        asking = asyncio.create_task(poller.until("message.created", text="Maya here."))
        conversation = agent.tickets[0]["conversation_id"]
        gen = (await agent.claim(conversation))["gen"]
        await agent.reply(conversation, "Maya here.", gen)
        assert (await asking)["author"] == {"kind": "agent", "name": "Maya"}


async def test_an_unknown_token_ends_the_link_as_it_ends_a_socket(server: Running) -> None:
    poller = await Poller.open(server, {"type": "hello", "v": 1, "token": "nobody's"})
    body = await poller.ask()
    while body["closed"] is None:
        body = await poller.ask()
    assert body["closed"] == CloseCode.NOT_AUTHENTICATED
    assert json.loads(body["frames"][0])["code"] == "not_authenticated"


async def test_a_link_is_its_owners_alone_and_ends_when_it_says_so(server: Running, site: Site) -> None:
    poller = await Poller.welcome(server, await server.new_token(site))
    for bearer in ({}, {"Authorization": "Bearer somebody-else"}, {"Authorization": "Basic x"}):
        assert (await server.http.get(f"{POLL}/frames", params={"after": 0}, headers=bearer)).status_code == 401
        assert (await server.http.post(f"{POLL}/frames", content="{}", headers=bearer)).status_code == 401
        assert (await server.http.delete(POLL, headers=bearer)).status_code == 401
    assert await poller.end() == 204
    assert (await poller.ask())["closed"] == 1000


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"", b"[]", b'{"type": "message.send"}', b"{" * 70_000])
async def test_junk_in_place_of_hello_opens_nothing(server: Running, junk: bytes) -> None:
    answer = await server.http.post(POLL, content=junk)
    if answer.status_code == 200:
        poller = Poller(server, answer.json()["link"])
        body = await poller.ask()
        while body["closed"] is None:
            body = await poller.ask()
        assert body["closed"] in (CloseCode.BAD_PROTOCOL, CloseCode.NOT_AUTHENTICATED)
    else:
        assert answer.status_code in (400, 413)


async def test_a_page_of_another_origin_is_refused(server: Running, site: Site) -> None:
    hello = {"type": "hello", "v": 1, "token": await server.new_token(site)}
    answer = await server.http.post(POLL, content=json.dumps(hello), headers={"Origin": "https://evil.example"})
    poller = Poller(server, answer.json()["link"])
    body = await poller.ask()
    while body["closed"] is None:
        body = await poller.ask()
    assert body["closed"] == CloseCode.ORIGIN_REFUSED
