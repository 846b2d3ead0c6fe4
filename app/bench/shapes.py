"""Loads of other shapes: more and more visitors, a steady stream, several gateways, another engine's REST channel."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any
from uuid import uuid4

import httpx

from app.bench.load import PATIENCE, BenchFailed, Target, Times, hello, percentile_ms, remark, say, talk
from app.bench.run import WARM_UP, spawned
from app.persistence.address import store_at
from app.persistence.database import upgrade

STEPS: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200)  # visitors who talk at the same time
PER_STEP = 400  # turns of one step, at least two of each visitor
OF_ONE = 20  # turns of one visitor; who goes on asking the same gets a person
EACH_WAITS = 2.0  # seconds between two messages of one visitor of a steady load
SCALE_RATE = 100.0  # messages a second in all, so that two cores carry gateways, stores and visitors

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


async def steady(
    target: Target, rate: float, seconds: float, read: Read | None = None, beside: Sequence[Target] = ()
) -> Measured:
    """So many messages a second, whether or not earlier ones are answered: what visitors wait for at that load.

    `beside`: other gateways, which take an equal share of the visitors. Raises BenchFailed when a server falls so far
    behind that a visitor's next message finds the last unanswered.
    """
    visitors = max(1, round(rate * EACH_WAITS))
    times = Times()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE, trust_env=False))
        sockets = []
        for _, taker in zip(range(visitors), cycle((target, *beside))):
            sockets.append(await stack.enter_async_context(taker.socket("/ws/visitor")))
            await hello(sockets[-1], await taker.token(client))  # at once: who says none in time is sent away
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


async def scale(
    gateways: int, database: str, redis: str | None, visitors: int, turns: int, rate: float, seconds: float
) -> dict[str, Any]:
    """The same loads on one gateway and on `gateways`: as fast as they can, and `rate` messages a second in all.

    On one PostgreSQL that may hold anything: it gets a shop more.
    """
    await asyncio.to_thread(upgrade, store_at(database))
    settings = {"KICKSTAND_DATABASE_URL": database} | ({} if redis is None else {"KICKSTAND_REDIS_URL": redis})
    one = await _with_gateways(1, settings, visitors, turns, rate, seconds)
    several = await _with_gateways(gateways, settings, visitors, turns, rate, seconds)
    return {"cores": os.cpu_count(), "gateways": gateways, "rate": rate, **compared(one, several)}


def compared(one: tuple[Measured, Measured], several: tuple[Measured, Measured]) -> dict[str, Any]:
    """What more gateways gain and cost, from what one and several did at full speed and at a steady rate.

    Throughput grows only where there is a core for each of them, and for the database and the visitors. What a turn
    costs is compared at the steady rate: at full speed it depends on how full the cores are.
    """
    return {
        "full_speed": {
            "one": asdict(one[0]),
            "several": asdict(several[0]),
            "throughput_ratio": _ratio(several[0].turns_per_s, one[0].turns_per_s),
        },
        "steady": {
            "one": asdict(one[1]),
            "several": asdict(several[1]),
            "cpu_per_turn_ratio": _ratio(several[1].cpu_ms_per_turn, one[1].cpu_ms_per_turn),
        },
    }


def _ratio(several: float | None, one: float | None) -> float | None:
    return round(several / one, 2) if several is not None and one else None


async def _with_gateways(
    count: int, settings: Mapping[str, str], visitors: int, turns: int, rate: float, seconds: float
) -> tuple[Measured, Measured]:
    """At full speed, and at a steady rate."""
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(spawned("kickstand", settings)) for _ in range(count)]
        targets = [each.target for each in servers]

        async def read() -> float:
            return sum([(await each.read()).cpu_s for each in servers])

        share = max(1, visitors // count)
        await asyncio.gather(*(talk(each, *WARM_UP) for each in targets))
        before = await read()
        done = await asyncio.gather(*(talk(each, share, turns) for each in targets))
        cpu = await read() - before
        times = Times(replies=[each for answered, _ in done for each in answered.replies])
        full = _measured(share * count, times, max(took for _, took in done), cpu)
        return full, await steady(targets[0], rate, seconds, read, beside=targets[1:])


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
