"""A gateway as a process of its own that starts in a fraction of a second: forked from one that has imported it all.

Killing it is as real as killing any other: it has its own memory, sockets and connections to the stores.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import anyio

import app.main
from app.logs import configure_logs
from app.server import Server, server
from tests.ending import to_its_end
from tests.running import settings_for_tests

STARTED_WITHIN = 60.0  # seconds
ENDED_WITHIN = 40.0
PR_SET_PDEATHSIG = 1

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.faults.warm"])


class Offset(Protocol):
    """By how many seconds a gateway's wall clock is wrong; other processes see it change."""

    value: float


class Gateway:
    """One gateway on a fixed port; it can be started again and again."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, Any]) -> None:
        self.port = port
        self.starts = 0
        self._folder = folder
        self._settings = settings
        self._off: Offset = _forks.Value("d", 0.0, lock=False)
        self._process: multiprocessing.process.BaseProcess | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def log(self) -> Path:
        """What it wrote, over all its starts."""
        return self._folder / f"gateway-{self.port}.log"

    async def start(self) -> None:
        """Start, and wait until it listens."""
        ours, theirs = _forks.Pipe()
        arguments = (theirs, self._folder, self.port, dict(self._settings), self.log, self._off)
        self._process = _forks.Process(target=_serve, args=arguments, daemon=True)
        await to_its_end(self._process.start)
        theirs.close()
        listens = await asyncio.to_thread(ours.poll, STARTED_WITHIN)
        try:
            assert listens, f"it did not start; see {self.log}"
            ours.recv()
        except EOFError:
            raise AssertionError(f"it ended while it started; see {self.log}:\n{self.said()}") from None
        finally:
            ours.close()
        self.starts += 1

    async def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing said."""
        await self._end(signal.SIGKILL)

    async def drain(self) -> None:
        """SIGTERM, and wait until it has gone by itself, content."""
        code = await self._end(signal.SIGTERM)
        assert code in (0, None), f"it drained and ended with {code}; see {self.log}:\n{self.said()}"

    def freeze(self) -> None:
        """It stops where it is, with all sockets open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def set_wrong(self, seconds: float) -> None:
        """Its wall clock jumps to so many seconds off."""
        self._off.value = seconds

    def resident(self) -> int:
        """Bytes of memory it holds now."""
        assert self._process is not None
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def said(self, characters: int = 3_000) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)

    async def _end(self, number: signal.Signals) -> int | None:
        """Its exit code; None where it did not run."""
        if self._process is None:
            return None
        self._signal(number)
        await to_its_end(self._process.join, ENDED_WITHIN)
        if self._process.is_alive():
            self._process.kill()
            raise AssertionError(f"it did not end on {number.name} within {ENDED_WITHIN} s; see {self.log}")
        code, self._process = self._process.exitcode, None
        return code


def _end_with_its_parent() -> None:  # pragma: no cover  (in a process of its own)
    """Linux ends this process when the one that forked it goes, which goes with the tests however they end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(
    ready: Connection, folder: Path, port: int, given: dict[str, Any], log: Path, off: Offset
) -> None:  # pragma: no cover  (in a process of its own)
    _end_with_its_parent()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    configure_logs(readable=False)

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=off.value)

    app.main.now = now  # the machine's clock, as the gateway reads it
    app.main.TURN_MARGIN = timedelta(seconds=2)  # leases that run out within a test
    anyio.run(_run, ready, folder, port, given, backend_options={"use_uvloop": True})


async def _run(ready: Connection, folder: Path, port: int, given: dict[str, Any]) -> None:  # pragma: no cover
    settings = settings_for_tests(folder, port=port, **given)
    running: Server = server(app.main.create_app(settings, clock=app.main.now), settings)
    listener = socket.create_server(("127.0.0.1", port), backlog=2_048)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.serve, [listener])
        while not running.started and not running.should_exit:  # noqa: ASYNC110  (uvicorn offers no event for it)
            await anyio.sleep(0.01)
        ready.send("listens")
        ready.close()
