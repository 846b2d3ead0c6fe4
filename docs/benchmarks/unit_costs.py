"""What one turn, one socket, one hint and one comparison cost, measured on this machine: the input of `scale.py`.

    python docs/benchmarks/unit_costs.py > costs.json && python docs/benchmarks/scale.py --costs costs.json

Starts a PostgreSQL and a Redis of its own from installed binaries, and a gateway. Costs are CPU time; on a machine that
does much else at the same time they come out two to four times too high.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import asyncpg
from redis.asyncio import Redis

from app.bench.load import hold_idle, talk
from app.bench.run import WARM_UP, Reading, Spawned, spawned
from app.persistence.postgres import PostgresReader, PostgresWriter, arguments, open_pool
from app.persistence.sql_journal import SqlJournal
from handoff import ConversationId
from tests.contract.servers import Postgres, RedisServer
from tests.ending import heed_termination

VISITORS, TURNS = 50, 20
SOCKETS = 400
HEADS, ROUNDS = 5_000, 20
MESSAGES, TOGETHER = 5_000, 4  # hints of ten milliseconds travel together
SETTLED = 0.05  # seconds of CPU in half a second: it has read everything
DAY = timedelta(days=1)
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(server: Postgres) -> float:
    """Seconds of CPU that PostgreSQL has used, with the connections that have ended."""
    used = 0
    for process in server.processes():
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        own, ended = map(int, fields[11:13]), map(int, fields[13:15])
        used += sum(own) + (sum(ended) if process == server.processes()[0] else 0)
    return used / TICKS


@asynccontextmanager
async def stores() -> AsyncIterator[tuple[Postgres, RedisServer]]:
    """Both servers, gone afterwards."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="kickstand-costs-", dir="/tmp"))
        postgres, redis = Postgres(_within(folder, "postgres")), RedisServer(_within(folder, "redis"))
        stack.callback(redis.stop)
        stack.callback(postgres.stop)
        await asyncio.to_thread(postgres.create)
        await asyncio.to_thread(redis.start)
        yield postgres, redis


def _within(folder: str, name: str) -> Path:
    Path(folder).chmod(0o755)  # PostgreSQL is another user's
    made = Path(folder) / name
    made.mkdir()
    return made


async def turns(postgres: Postgres, redis: RedisServer, here: Spawned, url: Any) -> dict[str, float]:
    """A talk at one gateway: what it costs there and in PostgreSQL, and what it leaves behind."""
    await talk(here.target, *WARM_UP)
    connection = await asyncpg.connect(**arguments(url))
    counted = _Hints(redis)
    listening = asyncio.create_task(counted.run())
    looks: list[dict[str, float]] = []

    async def look() -> None:
        looks.append(
            {
                "gateway": (await here.read()).cpu_s,
                "postgres": cpu_s(postgres),
                "hints": counted.hints,
                "entries": await connection.fetchval("SELECT COUNT(*) FROM entry"),
                "bytes": await connection.fetchval(
                    "SELECT pg_total_relation_size('entry') + pg_total_relation_size('turn')"
                ),
                "wal": float(await connection.fetchval("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")),
            }
        )

    await talk(here.target, VISITORS, TURNS, look)
    before, after = looks
    listening.cancel()
    await connection.close()
    done = VISITORS * TURNS
    spent = {name: after[name] - before[name] for name in before}
    return {
        "gateway_ms": spent["gateway"] / done * 1_000,
        "postgres_ms": spent["postgres"] / done * 1_000,
        "hints": spent["hints"] / done,
        "entries": spent["entries"] / done,
        "entry_bytes": after["bytes"] / after["entries"],
        "wal_bytes": spent["wal"] / done,
    }


async def hints(redis: RedisServer, here: Spawned, url: Any) -> dict[str, float]:
    """What a gateway pays for the hint of another one about a conversation that it has no socket for."""
    connection = await asyncpg.connect(**arguments(url))
    epoch = await connection.fetchval("SELECT epoch FROM store")
    await connection.close()
    hint = ["Changed", *(str(uuid4()) for _ in range(3)), 7, 9, 8, False]
    told = json.dumps(["another gateway", [hint] * TOGETHER])
    async with Redis.from_url(redis.url) as publisher:
        before = await here.read()
        for _ in range(MESSAGES):
            await publisher.publish(f"kickstand:{epoch}", told)
        while (after := await here.read()).cpu_s - (await _later(here)).cpu_s < -SETTLED:
            continue
    return {"hint_us": (after.cpu_s - before.cpu_s) / MESSAGES / TOGETHER * 1e6}


async def _later(here: Spawned) -> Reading:
    await asyncio.sleep(0.5)
    return await here.read()


class _Hints:
    """Counts what gateways tell each other."""

    def __init__(self, redis: RedisServer) -> None:
        self._redis = Redis.from_url(redis.url)
        self.hints = 0

    async def run(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.psubscribe("kickstand:*")
            async for message in channel.listen():
                if message["type"] == "pmessage":
                    self.hints += len(json.loads(message["data"])[1])


async def sockets(here: Spawned) -> dict[str, float]:
    """What opening a socket takes, and what it holds."""
    before = await here.read()
    after = await hold_idle(here.target, SOCKETS, here.read)
    return {
        "handshake_ms": (after.cpu_s - before.cpu_s) / SOCKETS * 1_000,
        "socket_kib": (after.rss - before.rss) / SOCKETS / 1_024,
    }


async def comparing(postgres: Postgres, url: Any) -> dict[str, float]:
    """What PostgreSQL pays for one head of a comparison."""
    ids = [str(uuid4()) for _ in range(HEADS)]
    connection = await asyncpg.connect(**arguments(url))
    await connection.execute(
        "INSERT INTO conversation (id, site_id, visitor_id, status, head, pos, read_by_visitor, read_by_agent,"
        " last_text, created_at, updated_at) SELECT each, (SELECT id FROM site LIMIT 1),"
        " (SELECT id FROM visitor LIMIT 1), 'closed', 0, 0, 0, 0, '', 0, 0 FROM unnest($1::text[]) each",
        ids,
    )
    await connection.execute("ANALYZE conversation")
    await connection.close()
    async with open_pool(url, connections=1) as pool:
        journal = SqlJournal(PostgresWriter(pool), PostgresReader(pool), turn_lease=DAY, reopen_within=DAY)
        asked = [ConversationId(each) for each in ids]
        await journal.heads(asked, [])
        before = cpu_s(postgres)
        for _ in range(ROUNDS):
            await journal.heads(asked, [])
        return {"compare_us": (cpu_s(postgres) - before) / ROUNDS / HEADS * 1e6}


async def measure() -> dict[str, float]:
    """All of it."""
    async with stores() as (postgres, redis):
        url = await asyncio.to_thread(postgres.empty_database)
        settings = {
            "KICKSTAND_DATABASE_URL": url.render_as_string(hide_password=False),
            "KICKSTAND_REDIS_URL": redis.url,
        }
        async with spawned("kickstand", settings) as here:
            found = await turns(postgres, redis, here, url)
            found |= await sockets(here)
            found |= await hints(redis, here, url)
        return found | await comparing(postgres, url)


if __name__ == "__main__":
    heed_termination()
    told = asyncio.run(measure())
    print(json.dumps({name: round(value, 3) for name, value in told.items()}, indent=2))
    print(f"load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", file=sys.stderr)
