"""Running the application under uvicorn, with a drain of our own.

Plain uvicorn closes every socket at once on SIGTERM and only then waits for handlers, whose replies can no longer be
sent. So the drain runs first: refuse new sockets, let running turns commit, say goodbye with a random delay, and only
then let uvicorn stop. A second signal exits at once.
"""

from __future__ import annotations

import asyncio
import gc
import random
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import anyio
import structlog
import uvicorn
from fastapi import FastAPI

from app.errors import CloseCode
from app.gateway.carrier import UvicornCarrier
from app.gateway.sockets import PastTheFramework
from app.protocol import FRAME_LIMIT
from app.services import Services
from app.settings import Settings

log = structlog.get_logger(__name__)

YOUNG = (1_000, 5)
"""Objects after which the youngest are collected, and how often until those that stayed are: 2 ms at a time. With ten
and twenty times as many, it was 90 ms."""
NEVER = 1_000_000_000
"""Full collections by the collector itself; see `Server._collect`."""
MANY = 100  # collections of what stayed; half a million objects since the last full one
LOOK, LATEST = timedelta(seconds=30), timedelta(minutes=10)
GOODBYE = 3.0  # seconds that closing all sockets may take together
COME_BACK_WITHIN = 5_000  # milliseconds over which clients spread their return


class Server(uvicorn.Server):
    """uvicorn with a drain before its own shutdown."""

    def __init__(self, config: uvicorn.Config, api: FastAPI, settings: Settings) -> None:
        super().__init__(config)
        self._api = api
        self._settings = settings
        self._draining: asyncio.Task[None] | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, serve and stop. Raises what keeps the application from starting or ends it, where uvicorn only logs.

        The application's own tasks live around uvicorn: should one of them die, so does the process, visibly.
        """
        async with self._api.router.lifespan_context(self._api):
            # What stands by now stays: without this, each full collection walks bot and libraries again, for a
            # fifth of a second in which nobody is answered.
            gc.collect()
            gc.freeze()
            gc.set_threshold(*YOUNG, NEVER)
            collecting = asyncio.create_task(self._collect())
            try:
                await super().serve(sockets)
            finally:
                collecting.cancel()

    async def _collect(self) -> None:
        """Collect all garbage when there may be much and nobody waits for an answer, at the latest after a while.

        By itself the collector would stop in the middle of a rush, for as long as it takes to walk all conversations.
        """
        put_off = timedelta(0)
        while True:
            await anyio.sleep(LOOK.total_seconds())
            if gc.get_count()[2] < MANY:
                continue
            services: Services | None = getattr(self._api.state, "services", None)
            if services is not None and services.turns.running and put_off < LATEST:
                put_off += LOOK
                continue
            put_off = timedelta(0)
            gc.collect()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals over from uvicorn."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """uvicorn's handler; ours is `stop`."""
        self.stop()

    def stop(self) -> None:
        """Drain and stop; asked twice, stop at once."""
        if self._draining is not None:
            self.should_exit = self.force_exit = True
        else:
            self._draining = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        services: Services | None = getattr(self._api.state, "services", None)
        if services is not None:
            services.turns.draining = True
            await _until(lambda: not services.turns.running, self._settings.drain.total_seconds())
            for connection in tuple(services.hub.connections):
                connection.leave(CloseCode.DRAINING, after_ms=random.randint(0, COME_BACK_WITHIN))  # noqa: S311
            await _until(lambda: not services.hub.connections, GOODBYE)
        self.should_exit = True


async def _until(done: Callable[[], bool], seconds: float) -> None:
    """Wait for `done`, at most so long: a half-open peer never answers a close and must not hold the exit."""
    with anyio.move_on_after(seconds):
        while not done():  # noqa: ASYNC110  (a shutdown looks twice a tenth; an event in the hot path would cost more)
            await anyio.sleep(0.05)


def server(api: FastAPI, settings: Settings) -> Server:
    """The server for `api`, not yet running."""
    config = uvicorn.Config(
        PastTheFramework(api),
        host=settings.host,
        port=settings.port,
        lifespan="off",  # `Server.serve` opens it
        ws=UvicornCarrier,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,  # memory a socket, and decompression bombs
        ws_ping_interval=None,  # `ping` frames of our own: browsers cannot see the protocol's
        server_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=5,
        backlog=2_048,
    )
    return Server(config, api, settings)


def free_port(host: str, wanted: int) -> int:
    """`wanted` if nothing listens there, else a port that is free right now."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port on {host}")
