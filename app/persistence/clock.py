"""The store's clock, for processes that share a store: leases and timers compare one clock's times with each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from app.errors import Unavailable
from app.persistence.moments import from_micros
from app.persistence.work import Cursor, Reader

log = structlog.get_logger(__name__)

SET_AGAIN = 10.0  # seconds
FAR_OFF = timedelta(seconds=5)
_NOW = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"  # of PostgreSQL


class StoreClock:
    """Tells the store's time: what it said last, and the monotonic time since. A wrong clock here harms nobody."""

    def __init__(self, reader: Reader, monotonic: Callable[[], float], own: Callable[[], datetime]) -> None:
        self._reader = reader
        self._monotonic = monotonic
        self._own = own
        self._told = own()
        self._at = monotonic()
        self._is_set = False

    def __call__(self) -> datetime:
        """Aware UTC."""
        return self._told + timedelta(seconds=self._monotonic() - self._at)

    async def set(self) -> None:
        """Ask the store. Raises Unavailable."""
        asked = self._monotonic()
        told = await self._reader.run(_now)
        answered = self._monotonic()
        # Never back: what this process wrote stays in order. Before the first answer it has written nothing.
        back = self._is_set and self._told > told
        self._told, self._at, self._is_set = self() if back else told, (asked + answered) / 2, True

    async def run(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Keep it right, for ever."""
        if abs(self() - self._own()) > FAR_OFF:
            log.warning("this machine's clock is off; the database's is used", by=str(self._own() - self()))
        while True:
            await sleep(SET_AGAIN)
            try:
                await self.set()
            except Unavailable:
                log.warning("the store's time is not known anew")
            except Exception:
                # This process goes on by the time that it was told last.
                log.exception("the store's time is not known anew")


def _now(cursor: Cursor) -> datetime:
    return from_micros(cursor.execute(_NOW).fetchone()[0])
