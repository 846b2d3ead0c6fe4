"""kill -9 in the middle of everything: every acknowledged message is there exactly once and in order."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path
from typing import Any

import httpx

from app.server import free_port
from tests.faults.checker import violations
from tests.faults.rider import Rider

RIDERS = 20
MESSAGES = 12
KILLS = 5
SEED = 20261122


class Killable:
    """A server process on a fixed port and a folder that outlives it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port("127.0.0.1", 0)
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> dict[str, Any]:
        """Start, and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.bench.target",
            str(self._folder),
            "kickstand",
            str(self.port),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        about: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return about

    async def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing said."""
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()


async def test_twenty_riders_and_five_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311
    server = Killable(tmp_path)
    about = await server.start()
    base = f"127.0.0.1:{server.port}"
    async with httpx.AsyncClient(trust_env=False) as client:
        riders = []
        for number in range(RIDERS):
            session = await client.post(f"http://{base}/api/visitor/session", json={"site": about["site"]})
            riders.append(Rider(f"ws://{base}/ws/visitor", session.json()["token"], f"Rider{number}"))
    stored = RIDERS * MESSAGES
    async with asyncio.timeout(120), asyncio.TaskGroup() as tasks:
        for rider in riders:
            tasks.create_task(rider.talk(MESSAGES))
        for kill in range(KILLS):
            # At a random point of the traffic, not of the clock: a slow machine is killed as deep in it as a fast one.
            target = stored * (kill + chance.random()) / (KILLS + 1)
            while sum(len(rider.promises) for rider in riders) < target:  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            await server.kill()
            await server.start()
    found = [
        broken
        for rider in riders
        for broken in violations(rider.name, rider.promises, rider.seen, await rider.read_again())
    ]
    assert found == []
    assert all(len(rider.promises) == MESSAGES for rider in riders)
    assert sum(rider.reconnects for rider in riders) >= KILLS
    await server.kill()
