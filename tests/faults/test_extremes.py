"""A disk without room, connections that read nothing, and very many that say nothing: everybody else goes on."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.checker import memory_violations, violations
from tests.faults.matrix import MATRIX, fleet
from tests.faults.rider import Rider

SIZE = 96  # MiB
IDLE = int(os.environ.get("KICKSTAND_IDLE", "100"))
SLOW = 20
EACH = 5  # sockets of a silent visitor, as many as one may have
OF_AN_IDLE_ONE = 64 * 1024  # bytes; what it really is, it prints (KICKSTAND_IDLE=5000 ... -s)
ALLOWED = 4 * 2**20  # bytes a connection that reads nothing: its queue, the system's and ours, and frames on their way


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of SIZE. Skips where nothing may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "none", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


async def test_on_a_full_disk_nothing_is_acknowledged_and_everything_goes_through_once_there_is_room(
    small_disk: Path,
) -> None:
    filler = small_disk / "filler"
    async with fleet(MATRIX[0], folder=small_disk) as here:
        rider = await here.new_rider("Anna")
        await rider.talk(2)
        with filler.open("wb") as file:
            while True:  # to the last byte
                try:
                    file.write(bytes(2**20))
                    file.flush()
                except OSError:
                    break
        talk = asyncio.create_task(rider.talk(3))
        while rider.nacks < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert len(rider.promises) == 2
        assert (await rider.read_again())[-1]["seq"] == rider.seen[-1]["seq"]  # reading works
        filler.unlink()
        async with asyncio.timeout(120):
            await talk
        fresh = await rider.read_again()
        assert violations(rider.name, rider.promises, rider.seen, fresh, rider.acks) == []
        assert len(rider.promises) == 5


async def test_connections_that_read_nothing_and_many_that_say_nothing_delay_nobody() -> None:
    room = IDLE + 2 * SLOW
    long = timedelta(minutes=10)
    async with fleet(MATRIX[0], heartbeat_timeout=long, sockets=room) as here, AsyncExitStack() as stack:
        rider = await here.new_rider("Anna")
        await rider.talk(12)
        (gateway,) = here.scene.gateways
        at_first = gateway.resident()
        silent = [await here.new_rider(f"Silent{number}") for number in range(-(-IDLE // EACH))]
        for number in range(IDLE):
            await stack.enter_async_context(_says_nothing(silent[number // EACH], gateway.port))
        before = gateway.resident()
        print(f"{IDLE} idle sockets of {len(silent)} visitors: {(before - at_first) / IDLE / 1024:.1f} KiB each")
        for _ in range(SLOW):
            await stack.enter_async_context(_reads_nothing(rider))
        async with asyncio.timeout(120):
            await rider.talk(5)
        assert before - at_first < ALLOWED + IDLE * OF_AN_IDLE_ONE
        assert memory_violations(gateway.resident() - before, SLOW, ALLOWED) == []
        fresh = await rider.read_again()
        assert violations(rider.name, rider.promises, rider.seen, fresh, rider.acks) == []


@asynccontextmanager
async def _says_nothing(rider: Rider, port: int | None = None) -> AsyncIterator[ClientConnection]:
    """A connection that says hello and no more; straight to a gateway, or by the lines where they may be cut."""
    url = rider.url if port is None else f"ws://127.0.0.1:{port}/ws/visitor"
    async with connect(url, compression=None, ping_interval=None, max_queue=1, close_timeout=0.1) as socket:
        await socket.send(json.dumps({"type": "hello", "v": 1, "token": rider.token, "after": 0}))
        await socket.recv()
        try:
            yield socket
        finally:
            socket.transport.abort()  # thousands of goodbyes take minutes


@asynccontextmanager
async def _reads_nothing(rider: Rider) -> AsyncIterator[None]:
    """A connection that asks for everything again and again, and takes none of it."""
    async with _says_nothing(rider) as socket:
        for _ in range(50):
            await socket.send(json.dumps({"type": "sync", "after": 0}))
        yield
