"""Loads of other shapes: more and more visitors, a steady stream, several gateways, another engine's REST channel."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from app.bench.load import PATIENCE, BenchFailed, Target, Times, hello, percentile_ms, remark, say, talk
from app.bench.run import WARM_UP, Spawned, spawned
from app.persistence.address import store_at
from app.persistence.database import upgrade

STEPS: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200)  # visitors who talk at the same time
PER_STEP = 400  # turns of one step, at least two of each visitor
OF_ONE = 20  # turns of one visitor; who goes on asking the same gets a person
EACH_WAITS = 2.0  # seconds between two messages of one visitor of a steady load

Read = Callable[[], Awaitable[float]]
"""CPU seconds that the servers have used so far."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One load, carried out."""

    visitors: int
    turns: int
    turns_per_s: float
    p50_ms: float | None
    p99_ms: float | None
    cpu_ms_per_turn: float | None


async def ramp(target: Target, read: Read | None = None) -> list[Measured]:
    """More and more visitors, each with one message in flight: where throughput ends and waiting begins."""
    return [await _step(target, visitors, read) for visitors in STEPS]


async def _step(target: Target, visitors: int, read: Read | None) -> Measured:
    turns = min(OF_ONE, max(2, PER_STEP // visitors))
    all_times = Times()
    seconds = cpu = 0.0
    used: list[float] = []

    async def look() -> None:
        used.append(await read() if read is not None else 0.0)

    for _ in range(max(1, PER_STEP // (visitors * turns))):  # others each time
        times, took = await talk(target, visitors, turns, look)
        all_times.replies += times.replies
        seconds += took
        cpu += used[-1] - used[-2]
    return _measured(visitors, all_times, seconds, None if read is None else cpu)


def _measured(visitors: int, times: Times, seconds: float, cpu: float | None) -> Measured:
    turns = len(times.replies)
    return Measured(
        visitors,
        turns,
        round(turns / seconds, 1),
        percentile_ms(times.replies, 0.50),
        percentile_ms(times.replies, 0.99),
        None if cpu is None else round(cpu / turns * 1_000, 3),
    )


async def steady(target: Target, rate: float, seconds: float, read: Read | None = None) -> Measured:
    """So many messages a second, whether or not earlier ones are answered: what visitors wait for at that load.

    Raises BenchFailed when the server falls so far behind that a visitor's next message finds the last unanswered.
    """
    visitors = max(1, round(rate * EACH_WAITS))
    times = Times()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE, trust_env=False))
        sockets = []
        for _ in range(visitors):  # who says no hello in time is sent away
            sockets.append(await stack.enter_async_context(target.socket("/ws/visitor")))
            await hello(sockets[-1], await target.token(client))
        before = await read() if read is not None else 0.0
        begun = time.perf_counter()

        async def one(number: int) -> None:
            for turn in range(max(1, int(seconds / EACH_WAITS))):
                due = begun + (number / visitors + turn) * EACH_WAITS
                late = time.perf_counter() - due
                if late > EACH_WAITS:
                    raise BenchFailed(f"{rate} messages a second are too many: the server is {late:.1f} s behind")
                await asyncio.sleep(max(0.0, -late))
                await say(sockets[number], remark(turn), times)

        async with asyncio.TaskGroup() as tasks:
            for number in range(visitors):
                tasks.create_task(one(number))
        took = time.perf_counter() - begun
        cpu = None if read is None else await read() - before
    return _measured(visitors, times, took, cpu)


async def scale(gateways: int, database: str, redis: str | None, visitors: int, turns: int) -> dict[str, Any]:
    """The same load on one gateway and on `gateways`, on one PostgreSQL that may hold anything: it gets a shop more."""
    await asyncio.to_thread(upgrade, store_at(database))
    one = await _with_gateways(1, database, redis, visitors, turns)
    several = await _with_gateways(gateways, database, redis, visitors, turns)
    return {
        "cores": os.cpu_count(),
        "gateways": gateways,
        "one": one,
        "several": several,
        "throughput_ratio": round(several["turns_per_s"] / one["turns_per_s"], 2),
        "cpu_per_turn_ratio": round(several["cpu_ms_per_turn"] / one["cpu_ms_per_turn"], 2),
    }


async def _with_gateways(count: int, database: str, redis: str | None, visitors: int, turns: int) -> dict[str, Any]:
    settings = {"KICKSTAND_DATABASE_URL": database} | ({} if redis is None else {"KICKSTAND_REDIS_URL": redis})
    async with AsyncExitStack() as stack:
        servers: list[Spawned] = [await stack.enter_async_context(spawned("kickstand", settings)) for _ in range(count)]
        share = max(1, visitors // count)
        await asyncio.gather(*(talk(each.target, *WARM_UP) for each in servers))
        before = [await each.read() for each in servers]
        done = await asyncio.gather(*(talk(each.target, share, turns) for each in servers))
        after = [await each.read() for each in servers]
    times = Times()
    for each, _ in done:
        times.replies += each.replies
    seconds = max(each for _, each in done)
    cpu = sum(b.cpu_s - a.cpu_s for a, b in zip(before, after, strict=True))
    measured = _measured(share * count, times, seconds, cpu)
    return {
        "turns_per_s": measured.turns_per_s,
        "p50_ms": measured.p50_ms,
        "p99_ms": measured.p99_ms,
        "cpu_ms_per_turn": measured.cpu_ms_per_turn,
    }


async def against_rasa(url: str, token: str | None, visitors: int, turns: int) -> dict[str, Any]:
    """The same talk by the REST channel of a Rasa server, or of whatever speaks it: one request a turn."""
    times = Times()
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False, headers=headers) as client:

        async def one() -> None:
            sender = str(uuid4())
            for turn in range(turns):
                begun = time.perf_counter()
                answer = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": remark(turn)})
                if answer.status_code != httpx.codes.OK:
                    raise BenchFailed(f"{url} answered {answer.status_code}: {answer.text[:200]}")
                times.replies.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(visitors):
                tasks.create_task(one())
        seconds = time.perf_counter() - begun
    measured = _measured(visitors, times, seconds, None)
    return {
        "turns": measured.turns,
        "turns_per_s": measured.turns_per_s,
        "p50_ms": measured.p50_ms,
        "p99_ms": measured.p99_ms,
    }
