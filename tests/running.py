"""A real server on a free port of this machine, in the test's own event loop, with clients for it."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect

from app.conversations import new_id
from app.gateway.auth import COOKIE
from app.main import create_app
from app.persistence.tables import AgentRow, AgentSiteRow
from app.server import Server, server
from app.services import Services
from app.settings import Settings
from app.sites import Site
from handoff import Role
from tests.clock import ManualClock
from tests.wire import PATIENCE, AgentClient, VisitorClient, Wire

SECRET = "q7Zt1mX0_cVb9-Lw3Ks8Rf5Hd2Gj6Ny4Pa"  # pragma: allowlist secret
PASSWORD = "seven quiet exhausts"
PROJECT = Path(__file__).parent / "integration" / "app" / "project"
SHOP = "https://shop.example"
ALWAYS_OPEN = {
    "tz": "UTC",
    "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
UNLIMITED: dict[str, Any] = {
    "handshakes_per_second": 10_000,
    "anonymous_sockets_per_address": 1_000,
    "new_visitors_per_minute": 60_000,
    "sign_ins_per_minute": 60_000,
    "visitor_rate": 10_000,
    "visitor_rate_per_minute": 600_000,
    "agent_rate": 10_000,
    "hello_timeout": timedelta(minutes=5),
    "durability": "NORMAL",  # a test never cuts the power
}


def settings_for_tests(data_dir: Path, **changes: Any) -> Settings:
    """Settings with limits that no test meets by accident."""
    values = {"secret_key": SecretStr(SECRET), "data_dir": data_dir, "bot_project": PROJECT, **UNLIMITED, **changes}
    return Settings(_env_file=None, **values)


@dataclass(frozen=True, slots=True)
class SignedInAgent:
    """An account that signed in."""

    id: str
    name: str
    email: str
    cookie: str
    csrf: str
    socket_token: str

    @property
    def headers(self) -> dict[str, str]:
        """What the console's browser sends; httpx would keep a Secure cookie from plain http."""
        return {"Cookie": f"{COOKIE}={self.cookie}"}


class Running:
    """A server that runs, and whatever a test wants from it."""

    def __init__(self, settings: Settings, api: FastAPI, chat: Server, clock: ManualClock) -> None:
        self.settings = settings
        self.chat = chat
        self.clock = clock
        self.origin = f"http://127.0.0.1:{settings.port}"
        self.http = httpx.AsyncClient(base_url=self.origin, timeout=PATIENCE, trust_env=False)
        self.task: asyncio.Task[None] | None = None
        self._api = api

    @property
    def services(self) -> Services:
        here: Services = self._api.state.services
        return here

    # Who there is ------------------------------------------------------------------------------------------------

    async def new_site(self, **fields: Any) -> Site:
        """A site of its own for a test: no other test's agents or tickets are seen there."""
        values: dict[str, Any] = {
            "name": "Larkmoor",
            "accent": "#0E5F70",
            "greeting": "Hi! What can we sort out?",
            "starters": ["Where's my order?"],
            "origins": [SHOP],
            "hours": ALWAYS_OPEN,
        }
        return await self.services.people.put_site(f"site-{new_id()}", **{**values, **fields})

    async def new_agent(
        self, *sites: Site, name: str = "Maya Keller", capacity: int = 6, role: Role = Role.AGENT
    ) -> str:
        """An account; its e-mail. The hash is a cheap one, which is what a test of anything else needs."""
        agent_id = new_id()
        email = f"{agent_id}@larkmoor.example"

        async with self.services.writes() as session, session.begin():
            row = AgentRow(id=agent_id, email=email, name=name, capacity=capacity, password_hash=cheap_hash())
            row.role = role
            session.add(row)
            await session.flush()
            session.add_all([AgentSiteRow(agent_id=agent_id, site_id=site.id) for site in sites])
        return email

    async def sign_in(self, email: str, password: str = PASSWORD) -> SignedInAgent:
        answer = await self.http.post("/api/agent/sign-in", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.http.cookies.clear()
        return SignedInAgent(
            id=body["agent"]["id"],
            name=body["agent"]["name"],
            email=email,
            cookie=answer.headers["set-cookie"].split("=", 1)[1].split(";", 1)[0],
            csrf=body["csrf"],
            socket_token=body["socket_token"],
        )

    async def new_token(self, site: Site) -> str:
        answer = await self.http.post("/api/visitor/session", json={"site": site.key})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def history(self, token: str, before: int = 2**53) -> list[dict[str, Any]]:
        """The visitor's stream as the store has it, in order."""
        pages: list[list[dict[str, Any]]] = []
        more = True
        while more:
            answer = await self.http.get(
                "/api/visitor/messages", params={"before": before}, headers={"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code == 200, answer.text
            page = answer.json()
            more = page["more"]
            pages.insert(0, page["messages"])
            before = page["messages"][0]["seq"] if more else 0
        return [message for page_ in pages for message in page_]

    # Sockets -----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def connect(
        self, path: str, *, origin: str | None = "own", headers: dict[str, str] | None = None, **options: Any
    ) -> AsyncIterator[ClientConnection]:
        """A bare socket. `origin`: "own" is the server's own page, None sends none."""
        async with connect(
            f"ws://127.0.0.1:{self.settings.port}{path}",
            origin=self.origin if origin == "own" else origin,  # type: ignore[arg-type]
            additional_headers=headers,
            compression=None,
            max_size=None,
            ping_interval=None,
            close_timeout=1,
            open_timeout=PATIENCE,
            proxy=None,
            **options,
        ) as connection:
            yield connection

    @asynccontextmanager
    async def wire(self, path: str, *, origin: str | None = "own", **options: Any) -> AsyncIterator[Wire]:
        """A socket that has not said hello."""
        async with self.connect(path, origin=origin, **options) as connection:
            yield Wire(connection)

    @asynccontextmanager
    async def visitor(
        self, who: Site | str, *, after: int = 0, conversation_id: str | None = None, epoch: str | None = None
    ) -> AsyncIterator[VisitorClient]:
        """A widget that was welcomed: of a new visitor of a site, or of the one with this token."""
        token = who if isinstance(who, str) else await self.new_token(who)
        async with self.connect("/ws/visitor") as connection:
            client = VisitorClient(connection, token)
            await client.hello(after=after, conversation_id=conversation_id, epoch=epoch)
            yield client

    @asynccontextmanager
    async def back(self, visitor: VisitorClient, *, after: int) -> AsyncIterator[VisitorClient]:
        """The same visitor again, who has everything up to `after`."""
        async with self.visitor(
            visitor.token, after=after, conversation_id=visitor.conversation_id, epoch=visitor.welcome["epoch"]
        ) as client:
            yield client

    @asynccontextmanager
    async def agent(
        self, who: Site | SignedInAgent, *, name: str = "Maya Keller", capacity: int = 6, role: Role = Role.AGENT
    ) -> AsyncIterator[AgentClient]:
        """A console that was welcomed: of a new agent of a site, or of one who is signed in."""
        if isinstance(who, Site):
            who = await self.sign_in(await self.new_agent(who, name=name, capacity=capacity, role=role))
        async with self.connect("/ws/agent", headers=who.headers) as connection:
            client = AgentClient(connection, who.socket_token)
            await client.hello()
            yield client


@cache
def cheap_hash() -> str:
    """PASSWORD, hashed with almost no work; the work is written in the hash, so signing in is as quick."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@asynccontextmanager
async def running(
    data_dir: Path,
    *,
    empty: Path | None = None,
    clock: Callable[[], datetime] | None = None,
    send_buffer: int | None = None,
    **changes: Any,
) -> AsyncIterator[Running]:
    """A server on `data_dir`. `empty`: a migrated database to start from; `changes`: settings that differ.

    `send_buffer`: bytes that the system holds for one socket, small where a test wants to see one run full.
    """
    await asyncio.to_thread(_prepare, data_dir, empty)
    used = clock if isinstance(clock, ManualClock) else ManualClock()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        if send_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        settings = settings_for_tests(data_dir, port=listener.getsockname()[1], **changes)
        api = create_app(settings, clock=clock or used)
        here = Running(settings, api, server(api, settings), used)
        here.task = asyncio.create_task(here.chat.serve(sockets=[listener]))
        try:
            # The listener takes the request already; it is answered once the server has started.
            first = asyncio.create_task(here.http.get("/healthz"))
            await asyncio.wait({first, here.task}, return_when=asyncio.FIRST_COMPLETED)
            if here.task.done():
                first.cancel()
                here.task.result()
                raise AssertionError("the server did not start; see the log")
            first.result().raise_for_status()
            yield here
        finally:
            here.chat.should_exit = True
            await here.task
            await here.http.aclose()


def _prepare(data_dir: Path, empty: Path | None) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    if empty is not None and not (data_dir / empty.name).exists():
        shutil.copy(empty, data_dir / empty.name)
