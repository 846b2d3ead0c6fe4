"""SQLite's one writer: units of work that wait together are committed in one go.

With `synchronous=FULL` a commit waits for the disk. Sharing it among all that arrived meanwhile makes the wait cost
each of them little, and nobody hears of success before the shared commit has returned.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal, TypeVar

import structlog

from app.errors import Unavailable
from app.persistence.work import Work

T = TypeVar("T")

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


class SqliteCursor(sqlite3.Cursor):
    """See `app.persistence.work.Cursor`. Writers take turns, so no row needs a lock."""

    dialect: Literal["sqlite"] = "sqlite"
    for_update = ""


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class SqliteWriter:
    """Runs units of work one after the other. Use as an async context manager.

    Statements run on the event loop: each takes microseconds, and a thread would have to win the interpreter's lock
    back after every one of them from a loop that is busy. What waits for the disk, or for another connection's write,
    runs in a thread; meanwhile units gather for the next commit.
    """

    def __init__(self, path: Path, *, synchronous: Literal["FULL", "NORMAL"] = "FULL") -> None:
        self._connection = connect(path, synchronous=synchronous)
        self._cursor = self._connection.cursor(SqliteCursor)
        self._connection.execute("PRAGMA busy_timeout=0")  # on the loop nothing waits
        self._waiting: deque[_Job] = deque()
        self._is_busy = False
        self._undoable = False
        """Whether each unit of the next batch can be rolled back by itself."""
        self._idle = asyncio.Event()
        self._idle.set()
        self._blocking: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run_blocking, name="journal", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.on_commit: Callable[[int], None] = lambda _: None

    async def __aenter__(self) -> SqliteWriter:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._idle.wait()
        self._blocking.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    async def run(self, work: Work[T]) -> T:
        """See `app.persistence.work.Writer`."""
        if self._loop is None:
            raise RuntimeError("the writer is not open")
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append(_Job(work, future))
        if not self._is_busy:
            self._is_busy = True
            self._idle.clear()
            self._loop.call_soon(self._begin)  # whoever else writes in this round of the loop shares the commit
        return await future

    share = run
    """Units take turns here, and share commits, whoever they are."""

    def _begin(self) -> None:
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:  # another connection writes: wait for it off the loop; or worse, and that ends there
            self._blocking.put(self._begin_patiently)
        else:
            self._work()

    def _work(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        undoable, self._undoable = self._undoable, False
        try:
            if undoable:
                self._run_undoably(batch)
            elif not self._run_plainly(batch):
                self._cursor.execute("ROLLBACK")
                self._waiting.extendleft(reversed(batch))
                self._undoable = True
                self._begin()
                return
        except sqlite3.Error as error:
            self._refused(batch, error)
        else:
            self._blocking.put(partial(self._commit, batch))

    def _run_plainly(self, batch: list[_Job]) -> bool:
        """Run the units with no way back for a single one; False when one would need it.

        Units are refused before they change anything, but for a rare race. With a savepoint, SQLite copies each page
        that a unit changes to a file beside, which costs more than the unit.
        """
        for job in batch:
            changes = self._connection.total_changes
            try:
                job.result = job.work(self._cursor)
            except Exception as error:
                if isinstance(error, sqlite3.Error) or self._connection.total_changes != changes:
                    return False
                job.error = error
        return True

    def _run_undoably(self, batch: list[_Job]) -> None:
        for job in batch:
            job.error = None  # of the run that was rolled back
            self._cursor.execute("SAVEPOINT unit")
            try:
                job.result = job.work(self._cursor)
            except Exception as error:
                job.error = error
                self._cursor.execute("ROLLBACK TO unit")
            self._cursor.execute("RELEASE unit")

    def _settle(self, batch: list[_Job]) -> None:
        """Tell everyone in the batch how it went, and go on with those who came meanwhile."""
        self.on_commit(len(batch))
        for job in batch:
            _answer(job)
        if self._waiting:
            self._begin()
        else:
            self._is_busy = False
            self._idle.set()

    def _refused(self, batch: list[_Job], error: sqlite3.Error) -> None:
        """Disk full, locked for too long, gone: nothing of this batch happened, and nobody is told otherwise."""
        log.error("the store refused a commit", error=str(error), units=len(batch))
        if self._connection.in_transaction:
            self._cursor.execute("ROLLBACK")
        for job in batch:
            job.error = Unavailable()
        self._on_loop(self._settle, batch)

    # In the thread ---------------------------------------------------------------------------------------------------

    def _run_blocking(self) -> None:
        while (step := self._blocking.get()) is not None:
            step()

    def _begin_patiently(self) -> None:
        try:
            self._connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            try:
                self._cursor.execute("BEGIN IMMEDIATE")
            finally:
                self._connection.execute("PRAGMA busy_timeout=0")
        except sqlite3.Error as error:
            self._refused([self._waiting.popleft() for _ in range(len(self._waiting))], error)
        else:
            self._on_loop(self._work)  # from here on the connection is the loop's

    def _commit(self, batch: list[_Job]) -> None:
        try:
            self._cursor.execute("COMMIT")
        except sqlite3.Error as error:
            self._refused(batch, error)
        else:
            self._on_loop(self._settle, batch)

    def _on_loop(self, step: Callable[..., None], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(step, *arguments)


def _answer(job: _Job) -> None:
    if job.future.done():  # the caller was cancelled meanwhile
        return
    if job.error is None:
        job.future.set_result(job.result)
    elif isinstance(job.error, sqlite3.OperationalError):
        job.future.set_exception(Unavailable())
    else:
        job.future.set_exception(job.error)


class SqliteReader:
    """Reads in threads of their own, so that a long history never holds back a write or the event loop.

    A look at a few rows is another matter. In a thread it takes microseconds as well, but first the thread has to win
    the interpreter's lock from a busy loop, and fifty of them that begin together win it in turns of milliseconds.
    """

    def __init__(self, path: Path, *, connections: int = 4) -> None:
        self._path = path
        self._free: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._limit = asyncio.Semaphore(connections)
        self._open: list[sqlite3.Connection] = []
        self._here: sqlite3.Connection | None = None

    async def __aenter__(self) -> SqliteReader:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._here is not None:
            self._here.close()
        # A read whose caller was cancelled goes on in its thread: its connection is closed once it is back.
        for _connection in self._open:
            (await asyncio.to_thread(self._free.get)).close()

    async def run(self, work: Work[T]) -> T:
        """See `app.persistence.work.Reader`."""

        def read() -> T:
            if self._free.empty():
                connection = connect(self._path, synchronous="FULL", read_only=True)
                self._open.append(connection)
            else:
                connection = self._free.get()
            try:
                return _read(connection, work)
            finally:
                self._free.put(connection)

        async with self._limit:
            try:
                return await asyncio.to_thread(read)
            except sqlite3.OperationalError as error:
                raise Unavailable from error

    async def look(self, work: Work[T]) -> T:
        """See `app.persistence.work.Reader`."""
        if self._here is None:
            self._here = connect(self._path, synchronous="FULL", read_only=True)
            self._here.execute("PRAGMA busy_timeout=0")  # on the loop nothing waits
        try:
            return _read(self._here, work)
        except sqlite3.OperationalError:
            return await self.run(work)  # somebody holds the file for a moment; or worse, and that is told there


def _read(connection: sqlite3.Connection, work: Work[T]) -> T:
    """The result of a unit on one snapshot."""
    cursor = connection.cursor(SqliteCursor)
    cursor.execute("BEGIN")
    try:
        return work(cursor)
    finally:
        cursor.execute("COMMIT")
