"""One run of the bench, from servers started to figures."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.bench.load import BenchFailed, Look, Target, hold_idle, percentile_ms, repeat, talk, upset

IDLE_SOCKETS = 500
UPSET_VISITORS, ONLINE = 150, 200
"""Measured one after the other, while so many others are connected and talk."""
WARM_UP = (4, 8)  # visitors, turns: caches filled and code imported before anything counts
ECHOES = 200  # a socket


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds used so far and resident bytes, of a spawned server.

    `language_s`: what of them understanding (intents, entities) and triage took.
    """

    cpu_s: float
    language_s: float
    rss: int


class Spawned:
    """A server in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, about: dict[str, Any]) -> None:
        self._process = process
        self.about = about
        self.target = Target(f"http://127.0.0.1:{about['port']}", str(about.get("site", "")))

    async def read(self) -> Reading:
        """Ask the server what it has used."""
        assert self._process.stdin is not None  # noqa: S101  (started with pipes)
        self._process.stdin.write(b"\n")
        return Reading(**await _line(self._process))


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101  (started with pipes)
    line = await process.stdout.readline()
    if not line:
        raise BenchFailed("the server ended before its time; what it said is above")
    parsed: dict[str, Any] = json.loads(line)
    return parsed


@asynccontextmanager
async def spawned(kind: str, settings: Mapping[str, str] | None = None) -> AsyncIterator[Spawned]:
    """A server of this kind (`kickstand` or `echo`) on loopback, with data of its own, gone afterwards.

    `settings`: of its environment, beside those that are there.
    """
    with tempfile.TemporaryDirectory(prefix="kickstand-bench-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.bench.target",
            folder,
            kind,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **(settings or {})},
        )
        try:
            yield Spawned(process, await _line(process))
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def is_loopback(url: str) -> bool:
    """Whether a load may be sent there without asking."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def http_url(url: str) -> str:
    """The base of a server that is named by its socket's address or by its page's."""
    return (url.replace("ws", "http", 1) if url.startswith("ws") else url).rstrip("/")


async def bench_url(url: str, site: str, visitors: int, turns: int, look: Look | None = None) -> dict[str, Any]:
    """Figures of a server that runs already; what only its own process knows is null."""
    target = Target(http_url(url), site)
    times, seconds = await talk(target, visitors, turns, look)
    return {
        "turns": len(times.replies),
        "turns_per_s": round(len(times.replies) / seconds, 1),
        "p50_ms": percentile_ms(times.replies, 0.50),
        "p95_ms": percentile_ms(times.replies, 0.95),
        "p99_ms": percentile_ms(times.replies, 0.99),
        "ack_p99_ms": percentile_ms(times.acks, 0.99),
        "cpu_ms_per_turn": None,
        "language_ms_per_turn": None,
        "rss_mib": None,
        "idle_kib_per_socket": None,
        "upset_to_console_p50_ms": None,
        "upset_to_console_p99_ms": None,
        "echo": None,
    }


async def bench_spawned(visitors: int, turns: int, idle: int = IDLE_SOCKETS) -> dict[str, Any]:
    """Figures of a server of our own, and of a bare echo served by the same stack, in one run."""
    async with spawned("kickstand") as ours:
        await talk(ours.target, *WARM_UP)
        readings: list[Reading] = []

        async def look() -> None:
            readings.append(await ours.read())

        figures = await bench_url(ours.target.base_url, ours.target.site, visitors, turns, look)
        before, after = readings
        figures["cpu_ms_per_turn"] = round((after.cpu_s - before.cpu_s) / figures["turns"] * 1_000, 3)
        figures["language_ms_per_turn"] = round((after.language_s - before.language_s) / figures["turns"] * 1_000, 3)
        figures["rss_mib"] = round(after.rss / 2**20, 1)
        loaded = await hold_idle(ours.target, idle, ours.read)
        figures["idle_kib_per_socket"] = round((loaded.rss - after.rss) / idle / 1_024, 1)
        waits = await upset(ours.target, ours.about["agent"], ours.about["password"], UPSET_VISITORS, ONLINE)
        figures["upset_to_console_p50_ms"] = percentile_ms(waits, 0.50)
        figures["upset_to_console_p99_ms"] = percentile_ms(waits, 0.99)
    figures["echo"] = await bench_echo(visitors)
    figures["turn_to_echo"] = round(figures["cpu_ms_per_turn"] / figures["echo"]["cpu_ms_per_message"], 1)
    return figures


async def bench_echo(visitors: int) -> dict[str, Any]:
    """Figures of a bare echo, served by the same stack."""
    async with spawned("echo") as bare:
        await repeat(bare.target, visitors, 5)
        before = await bare.read()
        seconds = await repeat(bare.target, visitors, ECHOES)
        after = await bare.read()
    messages = visitors * ECHOES
    return {
        "cpu_ms_per_message": round((after.cpu_s - before.cpu_s) / messages * 1_000, 4),
        "messages_per_s": round(messages / seconds, 1),
    }
