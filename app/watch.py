"""Watches the store of a running server: sockets are not left open over one that takes nothing, nor a disk filled."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import structlog

from app.errors import CloseCode
from app.gateway.hub import Hub
from app.persistence.journal import Journal
from app.turns import Turns

log = structlog.get_logger(__name__)

EVERY = 5.0  # seconds
WITHIN = timedelta(seconds=2)
GIVEN_UP = 15.0  # seconds without a write after which clients are sent away, to come back when they can
AT_ONCE = 200  # sockets closed before the others get their turn
ROOM_TO_SEND = 64 * 1024 * 1024  # bytes that stay free on the disk


class StoreWatch:
    """One periodic task."""

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        turns: Turns,
        disk: Path | None,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._journal = journal
        self._hub = hub
        self._turns = turns
        self._disk = disk
        self._monotonic = monotonic
        self._sleep = sleep
        self._refused_since: float | None = None

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._sleep(EVERY)
            try:
                await self.look()
            except Exception:
                # Whatever the store or its disk meets must not end the process, which serves everybody meanwhile.
                log.exception("the store could not be looked at")

    async def look(self) -> None:
        """Ask the store for a write; close all sockets when it has refused for too long."""
        self._turns.full = self._is_full()
        asked = self._monotonic()
        if await self._journal.accepts_writes(WITHIN):
            self._refused_since = None
            return
        self._refused_since = asked if self._refused_since is None else self._refused_since
        if self._monotonic() - self._refused_since >= GIVEN_UP and self._hub.connections:
            log.error("the store takes no writes: sockets are closed", sockets=len(self._hub.connections))
            for number, connection in enumerate(tuple(self._hub.connections)):
                connection.leave(CloseCode.STORE_UNAVAILABLE)
                if number % AT_ONCE == AT_ONCE - 1:
                    await self._sleep(0)

    def _is_full(self) -> bool:
        """Whether the disk of a file has less room left than its log may need."""
        if self._disk is None:
            return False
        free = shutil.disk_usage(self._disk).free
        if free < ROOM_TO_SEND and not self._turns.full:
            log.error("the disk is nearly full: messages are refused until there is room", free_bytes=free)
        return free < ROOM_TO_SEND
