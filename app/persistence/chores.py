"""What one of several processes does for all: a lease in the store says which one.

Whoever does it a second time does no harm, but mails would go out twice, and everything would be looked at as often as
there are processes. A process that dies or hangs loses the lease by itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import structlog
from sqlmodel import Field, SQLModel

from app.errors import Unavailable
from app.persistence.moments import Moment, to_micros
from app.persistence.work import Cursor, Writer

log = structlog.get_logger(__name__)

Job = Callable[[], Coroutine[Any, Any, None]]
"""Runs for ever, and may be cancelled anywhere."""
RENEWALS = 3  # in the time of a lease


class ChoresRow(SQLModel, table=True):
    """One row: who does the chores, and until when nobody else does."""

    __tablename__ = "chores"
    id: int = Field(primary_key=True)
    owner: str
    until: datetime = Field(sa_type=Moment)


class Chores:
    """Runs jobs while this process is the one that does them. `owner` names it; no other process has that name."""

    def __init__(
        self,
        writer: Writer,
        owner: str,
        lease: timedelta,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._writer = writer
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._sleep = sleep
        self._until = datetime.min.replace(tzinfo=UTC)

    @property
    def are_mine(self) -> bool:
        """Whether this process does them now."""
        return self._clock() < self._until

    async def run(self, *jobs: Job) -> None:
        """Run `jobs` whenever they are this process's, for ever; let go of them at the end."""
        between = self._lease.total_seconds() / RENEWALS
        try:
            while True:
                await self.renew()
                if self.are_mine:
                    log.info("this process does the chores of all now")
                    async with anyio.create_task_group() as tasks:
                        for job in jobs:
                            tasks.start_soon(job)
                        while self.are_mine:
                            await self._sleep(between)
                            await self.renew()
                        tasks.cancel_scope.cancel()
                await self._sleep(between)
        finally:
            with anyio.move_on_after(1, shield=True):
                await self.let_go()

    async def renew(self) -> None:
        """Take the lease, or take it anew. While the store is away, the one that there is runs out."""
        now = self._clock()

        def work(cursor: Cursor) -> bool:
            cursor.execute(
                "INSERT INTO chores (id, owner, until) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE"
                " SET owner = excluded.owner, until = excluded.until WHERE chores.owner = ?1 OR chores.until < ?3",
                (self._owner, to_micros(now + self._lease), to_micros(now)),
            )
            return cursor.rowcount > 0

        try:
            self._until = now + self._lease if await self._writer.run(work) else now
        except Unavailable:
            log.warning("whose the chores are is not known anew")
        except Exception:
            # Whatever the store meets here must not end the process, which serves everybody meanwhile.
            log.exception("whose the chores are is not known anew")

    async def let_go(self) -> None:
        """Leave them to whoever asks next."""
        self._until = datetime.min.replace(tzinfo=UTC)
        try:
            await self._writer.run(
                lambda cursor: cursor.execute("DELETE FROM chores WHERE owner = ?", (self._owner,)) and None
            )
        except Unavailable:
            return  # it runs out by itself
