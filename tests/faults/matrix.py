"""Riders and agents at work on gateways that are killed under them; then every stream is read again and checked."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from app.main import now
from app.persistence.database import open_database
from app.persistence.people import People
from app.server import free_port
from tests.contract.servers import Postgres, RedisServer
from tests.ending import to_its_end
from tests.faults.balancer import balancing, free
from tests.faults.checker import desk_violations, violations
from tests.faults.colleague import Colleague
from tests.faults.gateway import Gateway
from tests.faults.lines import Lines
from tests.faults.mishaps import ANYWHERE, KILLS, WITH_ALL, WITH_POSTGRES, Mishap, Scene
from tests.faults.rider import Habits, Promise, Rider
from tests.running import ALWAYS_OPEN, PASSWORD, SECRET, settings_for_tests

METRICS = "m8Qx2Lr5_Tn7Vb4Zk9Wd1Hs6Fj3Gp0Yc"  # pragma: allowlist secret
EPISODE = 300.0  # seconds that one episode may take before something is stuck
HABITS = Habits(twice=0.1, late=0.05, forged=0.03, slow=0.03, person=0.05)
LOOKS = 6
BETWEEN_MISHAPS = 20  # acknowledged messages at most, so that a slow machine is hit as deep in its work as a fast one


@dataclass(frozen=True, slots=True)
class Stores:
    """What is under test."""

    name: str
    gateways: int
    mishaps: Mapping[Mishap, int]
    has_postgres: bool = False
    has_redis: bool = False


MATRIX = (
    Stores("SQLite, 1 gateway", 1, ANYWHERE),
    Stores("PostgreSQL, 1 gateway", 1, WITH_POSTGRES, has_postgres=True),
    Stores("PostgreSQL and Redis, 3 gateways", 3, WITH_ALL, has_postgres=True, has_redis=True),
)


@dataclass(slots=True)
class Episode:
    """What happened in one run of some mishaps, and what was found."""

    stores: str
    seed: int
    mishaps: list[str] = field(default_factory=list)
    pace: list[str] = field(default_factory=list)
    """What it did when, in seconds from its beginning."""
    seconds: float = 0.0
    kills: int = 0
    messages: int = 0
    reconnects: int = 0
    claims: int = 0
    longest: float = 0.0
    """Seconds that a visitor waited for an answer at most, faults included."""
    violations: list[str] = field(default_factory=list)
    _begun: float = field(default_factory=time.monotonic)

    def goes_on(self, to: str) -> None:
        """Note where it is."""
        self.seconds = time.monotonic() - self._begun
        self.pace.append(f"{self.seconds:.0f} s: {to}")


@dataclass(slots=True)
class Fleet:
    """Gateways that run, what is behind them and the lines in front."""

    stores: Stores
    scene: Scene
    site: str
    agents: dict[str, str]
    """Names by e-mail."""
    base: str
    """Where clients come in."""

    async def episode(
        self, seed: int, mishaps: int, riders: int, *, plan: Sequence[Mishap] = (), habits: Habits = HABITS
    ) -> Episode:
        """`mishaps` one after the other under `riders` and all agents; then everything is mended, read and checked.

        `plan`: these instead of what chance gives.
        """
        chance = random.Random(seed)  # noqa: S311
        scene = self.scene
        scene.chance.seed(seed)
        told = Episode(self.stores.name, seed)
        people = [await self._rider(f"Rider{number}", chance, habits) for number in range(riders)]
        kinds = self.stores.mishaps
        chosen = plan or chance.choices(list(kinds), list(kinds.values()), k=mishaps)
        colleagues = [
            Colleague(self.base, email, PASSWORD, name, random.Random(chance.random()))  # noqa: S311
            for email, name in self.agents.items()
        ]
        hurt, left = asyncio.Event(), asyncio.Event()
        talking = [asyncio.create_task(_talk(each, hurt)) for each in people]
        working = [asyncio.create_task(each.work(left.is_set)) for each in colleagues]
        try:
            async with asyncio.timeout(EPISODE):
                await self._harm(told, chosen, people, chance)
                hurt.set()
                told.goes_on("everybody finishes")
                await asyncio.gather(*talking)
                left.set()
                told.goes_on("agents leave")
                await asyncio.gather(*working)
                told.goes_on("nothing is owed")
                await self._owes_nothing()
                told.goes_on("all is read again")
                conversations = {each.conversation: each for each in people if each.conversation is not None}
                shown: dict[str, str] = {}
                for _ in range(LOOKS):  # agents who left lose what they held: until nothing moves between two looks
                    logs, tickets = await colleagues[0].logs(list(conversations))
                    before = shown
                    fresh = {each.name: await each.read_again() for each in people}
                    shown = {conversation: each.status for conversation, each in conversations.items()}
                    await asyncio.gather(*(each.catch_up() for each in people))
                    if shown == before and all(len(each.seen) == len(fresh[each.name]) for each in people):
                        break
        except TimeoutError:
            said = "\n".join(gateway.said() for gateway in scene.gateways)
            busy = [each.name for each, done in zip(people, talking, strict=True) if not done.done()]
            told.violations.append(f"stuck after {EPISODE} s; still talking: {busy}; {'; '.join(told.pace)}\n{said}")
            return told
        finally:
            for task in (*talking, *working):
                task.cancel()
        for each in people:
            told.violations += each.strange
            told.violations += violations(each.name, each.promises, each.seen, fresh[each.name], each.acks)
        told.violations += desk_violations(
            [claim for each in colleagues for claim in each.claims if claim.conversation in conversations],
            said_by_conversation(colleagues),
            logs,
            [ticket for ticket in tickets if ticket["conversation_id"] in conversations],
            shown,
        )
        told.messages = sum(len(each.promises) for each in people)
        told.reconnects = sum(each.reconnects for each in people)
        told.claims = sum(len(each.claims) for each in colleagues)
        told.longest = max(each.longest for each in people)
        told.goes_on("it is checked")
        return told

    async def _harm(self, told: Episode, chosen: Sequence[Mishap], people: list[Rider], chance: random.Random) -> None:
        for mishap in chosen:
            target = sum(len(each.promises) for each in people) + chance.randint(1, BETWEEN_MISHAPS)
            while sum(len(each.promises) for each in people) < target:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            told.mishaps.append(mishap.__name__)
            told.goes_on(mishap.__name__)
            told.kills += len(self.scene.gateways) if mishap.__name__ == "kill_all_gateways" else mishap in KILLS
            await mishap(self.scene)
            told.goes_on("mended")
        for gateway in self.scene.gateways:
            gateway.set_wrong(0.0)

    async def new_rider(self, name: str) -> Rider:
        """A visitor with good manners."""
        return await self._rider(name, self.scene.chance, Habits())

    async def _rider(self, name: str, chance: random.Random, habits: Habits) -> Rider:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            while True:  # what was mended last may need a moment more
                try:
                    answer = await client.post(f"{self.base}/api/visitor/session", json={"site": self.site})
                except httpx.TransportError:
                    continue
                if answer.status_code == httpx.codes.OK:
                    break
                await asyncio.sleep(0.1)
        url = self.base.replace("http", "ws", 1) + "/ws/visitor"
        own = random.Random(chance.random())  # noqa: S311
        return Rider(url, answer.json()["token"], name, habits=habits, chance=own)

    async def _owes_nothing(self) -> None:
        """Wait until every message has had its turn."""
        url = f"http://127.0.0.1:{self.scene.gateways[0].port}/metrics"
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            while True:
                answer = await client.get(url, headers={"Authorization": f"Bearer {METRICS}"})
                owed = [line for line in answer.text.splitlines() if line.startswith("kickstand_outbox_turns{")]
                if owed and all(float(line.rpartition(" ")[2]) == 0 for line in owed):
                    return
                await asyncio.sleep(0.1)


async def _talk(rider: Rider, hurt: asyncio.Event) -> None:
    while not hurt.is_set():
        await rider.talk(3, hurt.is_set)
    await rider.talk(1)  # and once more, with everything mended


def said_by_conversation(colleagues: list[Colleague]) -> dict[str, list[tuple[str, Promise]]]:
    said: dict[str, list[tuple[str, Promise]]] = {}
    for each in colleagues:
        for conversation, promises in each.said.items():
            said.setdefault(conversation, []).extend((each.name, promise) for promise in promises)
    return said


@asynccontextmanager
async def fleet(
    stores: Stores, *, folder: Path | None = None, with_haproxy: bool = False, **changes: Any
) -> AsyncIterator[Fleet]:
    """Gateways, stores and lines of their own, gone afterwards. `folder`: where a SQLite file lies.

    `with_haproxy`: clients come in by the balancer that is shipped.
    """
    async with AsyncExitStack() as stack:
        kept = stack.enter_context(TemporaryDirectory(prefix="kickstand-faults-", dir="/tmp"))
        folder = folder or Path(kept) / "gateway"
        folder.mkdir(exist_ok=True)
        chance = random.Random()  # noqa: S311
        ports = [free_port("127.0.0.1", 0) for _ in range(stores.gateways)]
        lines = await stack.enter_async_context(Lines(ports, chance).open())
        port = free() if with_haproxy else lines.port
        base = f"http://127.0.0.1:{port}"
        given: dict[str, Any] = {
            "secret_key": SecretStr(SECRET),
            "metrics_token": SecretStr(METRICS),
            "public_url": base,
            "sweep_interval": timedelta(seconds=1),
            "turn_timeout": timedelta(seconds=2),
            "lease": timedelta(seconds=3),
            "absent_before_reply": timedelta(seconds=3),
            "absent_after_reply": timedelta(seconds=4),
            "heartbeat_timeout": timedelta(seconds=60),
            "sockets_per_visitor": 1_000,
            "sockets_per_agent": 1_000,
            **changes,
        }
        postgres = redis = None
        if stores.has_postgres:
            postgres = Postgres(_a_folder(Path(kept), "postgres"))
            stack.push_async_callback(asyncio.to_thread, postgres.stop)
            await to_its_end(postgres.create)
            url = await to_its_end(postgres.empty_database)
            given["database_url"] = SecretStr(url.render_as_string(hide_password=False))
        if stores.has_redis:
            redis = RedisServer(_a_folder(Path(kept), "redis"))
            stack.callback(redis.stop)
            await to_its_end(redis.start)
            given["redis_url"] = SecretStr(redis.url)
        site, agents = await _people(folder, given)
        gateways = [Gateway(folder, port, given) for port in ports]
        for gateway in gateways:
            stack.push_async_callback(gateway.kill)
            await gateway.start()
        if with_haproxy:
            await stack.enter_async_context(balancing(Path(kept), port, ports))
        yield Fleet(stores, Scene(gateways, lines, postgres, redis, chance), site, agents, base)


def _a_folder(parent: Path, name: str) -> Path:
    parent.chmod(0o755)  # PostgreSQL is another user's
    folder = parent / name
    folder.mkdir()
    return folder


async def _people(folder: Path, given: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """A site and its two agents, made before any gateway starts: its key, and their names."""
    settings = settings_for_tests(folder, **given)
    names = {f"{name.lower()}-{uuid4().hex}@larkmoor.example": name for name in ("Maya", "Dana")}
    async with open_database(settings.store) as database:
        people = People(database.reads, database.writes, idle=settings.session_idle, absolute=settings.session_absolute)
        site = await people.put_site(
            "faults",
            name="Larkmoor",
            accent="#0E5F70",
            greeting="Hi! What can we sort out?",
            starters=[],
            origins=[],
            hours=ALWAYS_OPEN,
        )
        for email, name in names.items():
            await people.add_agent(email, name, PASSWORD, [site.id], now=now())
    return site.key, names


def summary(episodes: list[Episode]) -> str:
    """The whole run, in lines."""
    lines = []
    for stores in dict.fromkeys(each.stores for each in episodes):
        those = [each for each in episodes if each.stores == stores]
        kinds = Counter(name for each in those for name in each.mishaps)
        lines += [
            f"{stores}: {sum(each.kills for each in those)} kill points in {kinds.total()} mishaps, "
            f"{sum(each.seconds for each in those) / 60:.1f} minutes",
            f"  {sum(each.messages for each in those):,} messages, {sum(each.reconnects for each in those):,} "
            f"reconnects, {sum(each.claims for each in those):,} claims, longest answer "
            f"{max(each.longest for each in those):.1f} s",
            f"  seeds {', '.join(str(each.seed) for each in those)}",
            f"  {', '.join(f'{name} {count}' for name, count in sorted(kinds.items()))}",
        ]
    found = [line for each in episodes for line in each.violations]
    lines.append(f"{sum(each.kills for each in episodes)} kill points, {len(found)} violations")
    return "\n".join(lines + found)
