"""PostgreSQL behind the persistence door: units of work on asyncpg, written as they are for SQLite.

A unit is a plain function; each of its statements leaves it for the event loop and comes back with the rows. One
transaction a unit, READ COMMITTED, on a connection of its own while it lasts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import cache
from typing import Any, Literal, TypeVar

import anyio
import asyncpg
import structlog
from sqlalchemy.engine import URL
from sqlalchemy.util import await_only, greenlet_spawn

from app.errors import Unavailable
from app.persistence.work import Work

T = TypeVar("T")
Pool = Any
"""An `asyncpg.Pool`, which is not annotated."""

ATTEMPTS = 3  # of a unit that PostgreSQL asks to be tried again
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

_MARK = re.compile(r"\?(\d*)")

log = structlog.get_logger(__name__)


@cache
def translated(statement: str) -> tuple[str, bool]:
    """The statement with PostgreSQL's marks for values, and whether it gives rows. Literals have no `?` in them."""
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"${found[1] or count}"

    gives_rows = statement.lstrip().startswith(("SELECT", "WITH")) or " RETURNING " in statement
    return _MARK.sub(mark, statement), gives_rows


class PostgresCursor:
    """See `app.persistence.work.Cursor`. Only inside a unit that runs under `greenlet_spawn`."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, connection: Any, *, for_update: str) -> None:
        self.for_update = for_update
        self.rowcount = -1
        self._connection = connection
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> PostgresCursor:
        """Run one statement and keep its rows."""
        written, gives_rows = translated(statement)
        if gives_rows:
            rows = await_only(self._connection.fetch(written, *values))
            self.rowcount = len(rows)
            self._rows = map(tuple, rows)
        else:
            told = await_only(self._connection.execute(written, *values)).rpartition(" ")[2]  # "UPDATE 1"
            self.rowcount = int(told) if told.isdigit() else -1
            self._rows = iter(())
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """The other rows."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        """The other rows, one by one."""
        return self._rows


class PostgresWriter:
    """See `app.persistence.work.Writer`. Rows that a unit reads before it changes them are locked by it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.on_commit: Callable[[int], None] = lambda _: None

    async def run(self, work: Work[T]) -> T:
        """See `app.persistence.work.Writer`. A deadlock is tried again, three times at most."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                done = await _transaction(self._pool, "BEGIN", work, for_update=" FOR NO KEY UPDATE")
                self.on_commit(1)
                return done
            except TRY_AGAIN as error:
                if attempt == ATTEMPTS:
                    if isinstance(error, asyncpg.UniqueViolationError):
                        raise
                    raise Unavailable from error
                log.info("a unit of work is tried again", error=type(error).__name__)
        raise Unavailable


class PostgresReader:
    """See `app.persistence.work.Reader`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def run(self, work: Work[T]) -> T:
        """See `app.persistence.work.Reader`."""
        return await _transaction(self._pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work, for_update="")

    async def look(self, work: Work[T]) -> T:
        """See `app.persistence.work.Reader`. Nothing of it happens in this process."""
        return await self.run(work)


async def _transaction(pool: Pool, begin: str, work: Work[T], *, for_update: str) -> T:
    with waiting_helps():
        async with pool.acquire(timeout=STATEMENT_TIMEOUT.total_seconds()) as connection:
            try:
                async with asyncio.timeout(UNIT_TIMEOUT.total_seconds()):
                    await connection.execute(begin)
                    result = await greenlet_spawn(work, PostgresCursor(connection, for_update=for_update))
                    await connection.execute("COMMIT")
            except TimeoutError:
                _give_up(connection)  # nobody answers there: another goodbye would be waited for in vain
                raise
            except BaseException:
                await _roll_back(connection)
                raise
            return result


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
            **arguments(url), min_size=1, max_size=connections, reset=as_it_is, max_inactive_connection_lifetime=0
        )
    try:
        yield pool
    finally:
        with anyio.move_on_after(CONNECT_TIMEOUT.total_seconds()) as scope:  # a server that is away holds no exit
            await pool.close()
        if scope.cancelled_caught:
            pool.terminate()
