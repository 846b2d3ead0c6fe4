"""A line that breaks again and again while people talk: nothing lost, nothing doubled, the order kept.

KICKSTAND_RECONNECTS sets how often it breaks in all; CI's few keep the test quick.
"""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

from app.errors import CloseCode
from tests.faults.checker import violations
from tests.faults.rider import Rider
from tests.running import Running, running

RECONNECTS = int(os.environ.get("KICKSTAND_RECONNECTS", "60"))
RIDERS = 10
SEED = 20261122


async def test_forced_reconnects_in_a_row_with_traffic_lose_nothing(tmp_path: Path, empty_database: Path) -> None:
    async with running(tmp_path, empty=empty_database) as server:
        site = await server.new_site()
        address = f"ws://127.0.0.1:{server.settings.port}/ws/visitor"
        riders = [Rider(address, await server.new_token(site), f"Rider{n}", between=0.0) for n in range(RIDERS)]
        cut = asyncio.create_task(_cut(server, riders))
        talk = asyncio.gather(*(rider.talk(RECONNECTS * 10, cut.done) for rider in riders))
        async with asyncio.timeout(600):
            await talk
        assert await cut >= RECONNECTS
        found = [
            broken
            for rider in riders
            for broken in violations(rider.name, rider.promises, rider.seen, await rider.read_again())
        ]
    assert found == []
    assert sum(rider.reconnects for rider in riders) >= RECONNECTS - RIDERS  # who broke last has nothing more to say
    assert min(len(rider.promises) for rider in riders) >= RECONNECTS // RIDERS // 2


async def _cut(server: Running, riders: list[Rider]) -> int:
    """Breaks one link after another, each once and in the middle of what it is doing; how many."""
    chance = random.Random(SEED)  # noqa: S311
    broken: list[object] = []
    while len(broken) < RECONNECTS:
        said = sum(len(rider.promises) for rider in riders)
        if whole := [each for each in server.services.hub.connections if each not in broken]:
            broken.append(chosen := chance.choice(whole))
            chosen.leave(CloseCode.INTERNAL)
        # Traffic goes on between two breaks: on a slow machine as on a fast one.
        while sum(len(rider.promises) for rider in riders) == said:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    return len(broken)
