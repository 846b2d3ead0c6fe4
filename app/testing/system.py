"""One running application that stays in the process, and the people at its doors."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import anyio
import httpx
from anyio.abc import TaskGroup
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from pydantic import SecretStr

from app.conversations import new_id
from app.demo.brand import HOURS
from app.main import create_app, own_origins
from app.persistence.database import beside_a_server, open_database
from app.persistence.people import People
from app.services import Services
from app.settings import DATABASE, Settings
from app.shops.load import load_sample, put_order
from app.shops.samples import SampleOrder
from app.sites import Site
from app.testing.agent import Agent
from app.testing.clock import PATIENCE, HandClock, duration
from app.testing.rider import Rider
from app.testing.script import Script
from handoff import ConversationId

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday morning, in the shop's time half past ten."""
SITE = "shop"
_PASSWORD = "five quiet mufflers"  # noqa: S105  (of accounts that live as long as a test)
_UNLIMITED: dict[str, Any] = {
    "handshakes_per_second": 10_000,
    "anonymous_sockets_per_address": 1_000,
    "new_visitors_per_minute": 60_000,
    "sign_ins_per_minute": 60_000,
    "visitor_rate": 10_000,
    "visitor_rate_per_minute": 600_000,
    "agent_rate": 10_000,
    "durability": "NORMAL",
}
"""The clock stands while a test writes: nobody is too fast."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What systems are started from: a stocked database to copy, and a bot."""

    database: Path
    model: Path
    actions: Path


async def prepare_database(path: Path) -> None:
    """A database with one site and the sample shop, its days counted from START."""
    async with open_database(path, durability="NORMAL") as database:
        people = People(database.reads, database.writes, idle=timedelta(hours=12), absolute=timedelta(days=7))
        site = await people.put_site(
            SITE,
            name="Larkmoor",
            accent="#0E5F70",
            locale="en",
            greeting="Hi! What can we sort out?",
            starters=[],
            origins=["https://shop.example"],
            hours=HOURS,
            answer_within_s=180,
        )
        await load_sample(database.writes, site.id, now=START, zone=site.hours.tz)


class System:
    """The application with its clock. Every act returns when what it started is done and stored."""

    def __init__(self, api: FastAPI, portal: BlockingPortal, clock: HandClock, site: Site, tasks: TaskGroup) -> None:
        self.api = api
        self.clock = clock
        self._portal = portal
        self.site = site
        self.tasks = tasks
        self.origin = own_origins(self.services.settings)[0]
        self.riders: list[Rider] = []
        self.agents: dict[str, Agent] = {}
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(api, raise_app_exceptions=False), base_url=self.origin, timeout=PATIENCE
        )

    @property
    def services(self) -> Services:
        here: Services = self.api.state.services
        return here

    def run(self, act: Callable[[*Arguments], Awaitable[T]], *args: *Arguments) -> T:
        """What `act` gives, from a test's thread. An AssertionError comes with all conversations."""
        __tracebackhide__ = True
        try:
            return self._portal.call(act, *args)
        except AssertionError as error:
            failure = self.failure(str(error))
        raise failure

    def failure(self, message: str) -> AssertionError:
        """What went wrong, with everything that happened up to there."""
        for rider in self.riders:
            rider.script.missed(self.clock(), message)
        told = [f"The conversation with {rider.name}:\n{rider.script}" for rider in self.riders]
        return AssertionError("\n\n".join([message, *told]))

    async def new_rider(self, name: str) -> Rider:
        """Somebody opens the widget for the first time."""
        answer = await self.http.post("/api/visitor/session", json={"site": self.site.key})
        answer.raise_for_status()
        rider = Rider(self, name, answer.json()["token"], Script(name))
        self.riders.append(rider)
        await rider.connect()
        return rider

    async def agent(self, name: str) -> Agent:
        """The agent of this first name; who is new gets an account, signs in and is at the desk."""
        if name not in self.agents:
            email = f"{new_id()}@larkmoor.example"
            await self.services.people.add_agent(email, name, _PASSWORD, [self.site.id], now=self.clock())
            agent = Agent(self, name, email, _PASSWORD)
            self.agents[name] = agent
            await agent.come()
        return self.agents[name]

    async def put_order(self, order: SampleOrder) -> None:
        """An order in the shop; its days count from now on the clock."""
        async with self._sessions() as writes:
            await put_order(writes, self.site.id, order, now=self.clock(), zone=self.site.hours.tz)

    async def advance(self, by: str | timedelta) -> None:
        """Let time pass, and everything happen that is due meanwhile."""
        await self.clock.advance(duration(by))
        await self.settle()
        self.note(f"{by} later")

    async def settle(self) -> None:
        """Wait until every turn is stored and every open connection has been sent what was to be sent."""
        with anyio.fail_after(PATIENCE):
            while self.services.turns.running:  # noqa: ASYNC110  (counted, not signalled; turns take milliseconds)
                await anyio.sleep(0.001)
        for rider in self.riders:
            await rider.catch_up()

    async def holder(self, conversation_id: ConversationId | None) -> str | None:
        """The id of the agent who has a conversation, as the store has it."""
        found = await self.services.journal.conversation(conversation_id) if conversation_id else None
        return found.agent_id if found is not None else None

    def note(self, text: str) -> None:
        """A line in every script."""
        for rider in self.riders:
            rider.script.beside(self.clock(), text)

    @asynccontextmanager
    async def _sessions(self) -> AsyncIterator[Any]:
        async with beside_a_server(self.services.settings.store) as (_, writes):
            yield writes


@asynccontextmanager
async def system(folder: Path, ground: Ground, portal: BlockingPortal, **changes: Any) -> AsyncIterator[System]:
    """A fresh application in an empty folder, on a copy of the ground; `changes` are settings that differ.

    Open it in the event loop of `portal`; from any other thread it is used as it is.
    """
    shutil.copy(ground.database, folder / DATABASE)
    clock = HandClock(START)
    settings = Settings(
        _env_file=None,
        secret_key=SecretStr(secrets.token_urlsafe(48)),
        data_dir=folder,
        bot_project=ground.model,
        bot_actions=ground.actions,
        **{**_UNLIMITED, **changes},
    )
    api = create_app(settings, clock=clock, monotonic=clock.monotonic, sleep=clock.sleep)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(api.router.lifespan_context(api))
        tasks = await stack.enter_async_context(anyio.create_task_group())
        services: Services = api.state.services
        here = System(api, portal, clock, await services.people.site(SITE), tasks)
        await stack.enter_async_context(here.http)
        yield here
        for rider in here.riders:
            await rider.leave()
        for agent in here.agents.values():
            await agent.leave()
