"""SQLite's one writer: a thread that runs units of work and commits those that wait together in one go.

With `synchronous=FULL` a commit waits for the disk. Sharing it among all that arrived meanwhile makes the wait cost
each of them little, and nobody hears of success before the shared commit has returned.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal, TypeVar

import structlog

from app.errors import Unavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Cursor], T]
"""A unit of work: all of it is committed, or, when it raises, none of it."""

BATCH = 128  # units of work that may share a commit; more wait for the next one
BUSY_TIMEOUT_MS = 5_000
WAL_LIMIT = 64 * 1024 * 1024

log = structlog.get_logger(__name__)


def connect(path: Path, *, synchronous: Literal["FULL", "NORMAL"], read_only: bool = False) -> sqlite3.Connection:
    """A connection with Kickstand's pragmas, in autocommit mode; transactions are begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        f"journal_size_limit={WAL_LIMIT}",
        f"query_only={'ON' if read_only else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class SqliteWriter:
    """Runs units of work in one thread. Use as an async context manager."""

    def __init__(self, path: Path, *, synchronous: Literal["FULL", "NORMAL"] = "FULL") -> None:
        self._path = path
        self._synchronous = synchronous
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    async def __aenter__(self) -> SqliteWriter:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, once it is on disk.

        What `work` raises is raised here and rolls back this unit alone. Raises Unavailable when the store does not
        take writes. Cancelling the caller does not undo the work: it may still be committed.
        """
        if self._loop is None:
            raise RuntimeError("the writer is not open")
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(work, future))
        return await future

    def _run(self) -> None:
        connection = connect(self._path, synchronous=self._synchronous)
        cursor = connection.cursor()
        stopping = False
        while not stopping:
            job = self._jobs.get()
            batch: list[_Job] = []
            while job is not None:
                batch.append(job)
                if len(batch) == BATCH or self._jobs.empty():
                    break
                job = self._jobs.get()
            stopping = job is None
            if batch:
                self._commit(cursor, batch)
        connection.close()

    def _commit(self, cursor: sqlite3.Cursor, batch: list[_Job]) -> None:
        try:
            cursor.execute("BEGIN IMMEDIATE")
            for job in batch:
                cursor.execute("SAVEPOINT unit")
                try:
                    job.result = job.work(cursor)
                except Exception as error:
                    job.error = error
                    cursor.execute("ROLLBACK TO unit")
                cursor.execute("RELEASE unit")
            cursor.execute("COMMIT")
        except sqlite3.Error as error:
            # Disk full, locked by a backup, gone: nothing of this batch happened, and nobody is told otherwise.
            log.error("the store refused a commit", error=str(error), units=len(batch))
            if cursor.connection.in_transaction:
                cursor.execute("ROLLBACK")
            for job in batch:
                job.error = Unavailable()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_settle, batch)


def _settle(batch: list[_Job]) -> None:
    for job in batch:
        if job.future.done():  # the caller was cancelled meanwhile
            continue
        if job.error is None:
            job.future.set_result(job.result)
        elif isinstance(job.error, sqlite3.OperationalError):
            job.future.set_exception(Unavailable())
        else:
            job.future.set_exception(job.error)


class SqliteReader:
    """Reads in threads of their own, so that a long history never holds back a write or the event loop."""

    def __init__(self, path: Path, *, connections: int = 4) -> None:
        self._path = path
        self._free: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._limit = asyncio.Semaphore(connections)
        self._open: list[sqlite3.Connection] = []

    async def __aenter__(self) -> SqliteReader:
        return self

    async def __aexit__(self, *_: object) -> None:
        # A read whose caller was cancelled goes on in its thread: its connection is closed once it is back.
        for _connection in self._open:
            (await asyncio.to_thread(self._free.get)).close()

    async def run(self, work: Work[T]) -> T:
        """The result of `work` on one consistent snapshot. Raises Unavailable when the store cannot be read."""

        def read() -> T:
            if self._free.empty():
                connection = connect(self._path, synchronous="FULL", read_only=True)
                self._open.append(connection)
            else:
                connection = self._free.get()
            try:
                cursor = connection.cursor()
                cursor.execute("BEGIN")
                try:
                    return work(cursor)
                finally:
                    cursor.execute("COMMIT")
            finally:
                self._free.put(connection)

        async with self._limit:
            try:
                return await asyncio.to_thread(read)
            except sqlite3.OperationalError as error:
                raise Unavailable from error
