"""PostgreSQL behind the persistence door: units of work on asyncpg, written as they are for SQLite.

A unit has a transaction of its own, READ COMMITTED, on a connection of its own while it lasts. Those of the hot path,
which touch nothing but rows that they lock, share one: what waits together goes together, in step (`lockstep`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import anyio
import asyncpg
import structlog
from sqlalchemy.engine import URL

from app.errors import Unavailable
from app.persistence.lockstep import FOR_UPDATE, NotTogether, Unit, carry_out, carry_out_reading
from app.persistence.work import Work

T = TypeVar("T")
Pool = Any
"""An `asyncpg.Pool`, which is not annotated."""

BATCH = 100  # units that may share a transaction; more wait for the next one
BATCHES = 2  # transactions that units share at once: while one waits for a lock, another goes on
TOGETHER = "BEGIN; SET LOCAL lock_timeout = 200"  # milliseconds; a unit by itself waits longer
ATTEMPTS = 3  # of a unit that PostgreSQL asks to be tried again
STATEMENTS = 400  # that a connection keeps prepared: all there are, and most of them for many units as well
STATEMENT_TIMEOUT = timedelta(seconds=5)
LOCK_TIMEOUT = timedelta(seconds=2)
CONNECT_TIMEOUT = timedelta(seconds=5)
ROLLBACK_TIMEOUT = timedelta(seconds=2)
UNIT_TIMEOUT = STATEMENT_TIMEOUT + LOCK_TIMEOUT
"""Of a whole unit, by our own clock: a server that is frozen or cut off does not end its statements itself."""
SESSION = {
    "application_name": "kickstand",
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
    "statement_timeout": str(STATEMENT_TIMEOUT // timedelta(milliseconds=1)),
    "lock_timeout": str(LOCK_TIMEOUT // timedelta(milliseconds=1)),
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",  # for queries of a millisecond, planning one costs more than it saves
}
TRY_AGAIN = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,  # somebody else wrote the same first; the next run finds it
)
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, a statement that took too long
    asyncpg.InsufficientResourcesError,  # disk full, too many connections
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
    TimeoutError,
)
"""What passes when one waits."""
REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
"""What does not: a wrong password, a database that is not there."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """A unit that may share a transaction."""

    work: Work[Any]
    context: Context
    end: asyncio.Future[Unit | Unavailable | None]
    """None: it is to be run by itself."""


class PostgresWriter:
    """See `app.persistence.work.Writer`. Rows that a unit reads before it changes them are locked by it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: deque[_Job] = deque()
        self._running: set[asyncio.Task[None] | None] = set()
        self.on_commit: Callable[[int], None] = lambda _: None

    async def run(self, work: Work[T]) -> T:
        """See `app.persistence.work.Writer`. A deadlock is tried again, three times at most."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                done = await _alone(self._pool, "BEGIN", work, for_update=FOR_UPDATE)
                self.on_commit(1)
                return done
            except TRY_AGAIN as error:
                if attempt == ATTEMPTS:
                    if isinstance(error, asyncpg.UniqueViolationError):
                        raise
                    raise Unavailable from error
                log.info("a unit of work is tried again", error=type(error).__name__)
        raise Unavailable

    async def share(self, work: Work[T]) -> T:
        """See `app.persistence.work.Writer`. Whatever goes wrong among them, each is then run by itself."""
        job = _Job(work, copy_context(), asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if len(self._running) < BATCHES:
            self._begin()
        end = await job.end
        if end is None:
            return await self.run(work)
        if isinstance(end, Unavailable):
            raise Unavailable from end
        return end.outcome()  # type: ignore[no-any-return]

    def _begin(self) -> None:
        """Whoever else shares in this round of the loop goes along."""
        # In a context of its own: what it tells the log is about no conversation.
        self._running.add(asyncio.create_task(self._carry_out_waiting(), context=Context()))

    async def _carry_out_waiting(self) -> None:
        try:
            while self._waiting:
                await self._carry_out(self._next_ones(BATCH))
        finally:
            self._running.discard(asyncio.current_task())

    def _next_ones(self, most: int) -> list[_Job]:
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    async def _carry_out(self, jobs: list[_Job]) -> None:
        ends: Sequence[Unit | Unavailable | None] = [None] * len(jobs)
        try:
            ends = await _together(self._pool, jobs)
            self.on_commit(len(jobs) - ends.count(None))
        except Unavailable as error:
            if isinstance(error.__cause__, TimeoutError):  # a server that is silent: nobody waits for it twice
                jobs += self._next_ones(len(self._waiting))
            ends = [error] * len(jobs)
        except Exception as error:
            log.info("units of work are run one by one", units=len(jobs), error=type(error).__name__)
        finally:
            for job, end in zip(jobs, ends, strict=True):
                if not job.end.done():  # else the caller was cancelled meanwhile
                    job.end.set_result(end)


class PostgresReader:
    """See `app.persistence.work.Reader`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def run(self, work: Work[T]) -> T:
        """See `app.persistence.work.Reader`."""
        return await _alone(self._pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work, for_update="")

    async def look(self, work: Work[T]) -> T:
        """See `app.persistence.work.Reader`. One statement is one snapshot; a unit that asks for more begins again."""
        unit = Unit(work, for_update="")
        with waiting_helps():
            async with _connection(self._pool) as connection:
                is_all = await carry_out_reading(connection, unit)
        if not is_all:
            return await self.run(work)
        return unit.outcome()  # type: ignore[no-any-return]


async def _together(pool: Pool, jobs: Sequence[_Job]) -> Sequence[Unit | None]:
    """The ends of the units, committed; None for those that another one of them is in the way of."""
    units = [Unit(job.work, for_update=FOR_UPDATE, context=job.context) for job in jobs]
    with waiting_helps():
        try:
            async with _connection(pool) as connection:
                await connection.execute(TOGETHER)
                left_out = await carry_out(connection, units)
                if any(unit.changed for unit in units if unit.error is not None):
                    raise NotTogether
                await connection.execute("COMMIT")
        except asyncpg.LockNotAvailableError as error:
            raise NotTogether from error
    return [None if unit in left_out else unit for unit in units]


async def _alone(pool: Pool, begin: str, work: Work[T], *, for_update: str) -> T:
    """The result of the unit, committed."""
    unit = Unit(work, for_update=for_update)
    with waiting_helps():
        async with _connection(pool) as connection:
            await connection.execute(begin)
            await carry_out(connection, [unit])
            result: T = unit.outcome()
            await connection.execute("COMMIT")
            return result


@asynccontextmanager
async def _connection(pool: Pool) -> AsyncIterator[Any]:
    """A connection for as long as a unit may take. What is not committed when somebody raises is rolled back."""
    async with asyncio.timeout(STATEMENT_TIMEOUT.total_seconds()):  # the pool's own costs a task each time
        connection = await pool.acquire()
    try:
        async with asyncio.timeout(UNIT_TIMEOUT.total_seconds()):
            yield connection
    except TimeoutError:
        _give_up(connection)  # nobody answers there: another goodbye would be waited for in vain
        raise
    except BaseException:
        await _roll_back(connection)
        raise
    finally:
        await pool.release(connection, timeout=ROLLBACK_TIMEOUT.total_seconds())


async def _roll_back(connection: Any) -> None:
    """Leave nothing of the unit behind; a connection that cannot do that is given up."""
    with anyio.CancelScope(shield=True):
        try:
            if not connection.is_closed():
                await connection.execute("ROLLBACK", timeout=ROLLBACK_TIMEOUT.total_seconds())
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
            _give_up(connection)
        except BaseException:  # cancelled once more: nobody knows what it is at
            _give_up(connection)
            raise


def _give_up(connection: Any) -> None:
    """The pool makes another one. The driver may have been quicker, and taken it back already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


@contextmanager
def waiting_helps() -> Iterator[None]:
    """Tells what passes when one waits as Unavailable, and lets everything else through."""
    try:
        yield
    except AWAY as error:
        log.error("the store is away", error=f"{type(error).__name__}: {error}")
        raise Unavailable from error
    except asyncpg.InternalClientError as error:
        # The driver lost track of a connection, as when a unit was cancelled while the server died. It is given up.
        log.error("a connection to the store is given up", error=str(error))
        raise Unavailable from error
    except asyncpg.InterfaceError as error:
        # Closed or closing, connection or pool, or given up by the driver itself; the others are mistakes in our code.
        if "clos" in str(error) or "released back to the pool" in str(error):
            raise Unavailable from error
        raise


def arguments(url: URL) -> dict[str, Any]:
    """What asyncpg is connected with. `?host=/run/postgresql` names a socket's folder, `?sslmode=` the transport."""
    query = {key: value for key, value in url.query.items() if key in ("host", "port", "sslmode", "ssl")}
    ssl = query.pop("sslmode", None) or query.pop("ssl", None)
    return {
        "host": query.get("host") or url.host,
        "port": int(str(query.get("port") or url.port or 5432)),
        "user": url.username,
        "password": url.password,
        "database": url.database,
        "ssl": ssl,
        "timeout": CONNECT_TIMEOUT.total_seconds(),
        "server_settings": SESSION,
    }


async def connect(url: URL, *, read_only: bool = False) -> Any:
    """A connection of its own. Raises Unavailable when the server does not answer."""
    with waiting_helps():
        given = arguments(url)
        given["server_settings"] = {**SESSION, "default_transaction_read_only": "on" if read_only else "off"}
        return await asyncpg.connect(**given, command_timeout=UNIT_TIMEOUT.total_seconds())


@asynccontextmanager
async def open_pool(url: URL, *, connections: int) -> AsyncIterator[Pool]:
    """Connections that are kept; at most so many at once. Raises Unavailable when the server does not answer."""

    async def as_it_is(_: Any) -> None:
        """Nothing in a session outlives its transaction, so there is nothing to reset after each."""

    with waiting_helps():
        pool = await asyncpg.create_pool(
            **arguments(url),
            min_size=1,
            max_size=connections,
            reset=as_it_is,
            max_inactive_connection_lifetime=0,
            statement_cache_size=STATEMENTS,
        )
    try:
        yield pool
    finally:
        with anyio.move_on_after(CONNECT_TIMEOUT.total_seconds()) as scope:  # a server that is away holds no exit
            await pool.close()
        if scope.cancelled_caught:
            pool.terminate()
