"""Opening the store: migrations first, then the writer, the readers and the sessions.

A store is a SQLite file, served by one process, or a PostgreSQL database, served by as many as there are.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.conversations import new_id
from app.errors import DatabaseInUse, StartupRefused, Unavailable
from app.persistence.address import Store, named
from app.persistence.disks import MOUNTS, shared_file_system
from app.persistence.work import Reader, Writer
from app.persistence.writer import SqliteReader, SqliteWriter

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECTIONS = 12  # to PostgreSQL for the hot path of one process
SESSIONS = 4  # and for people, sites and the shop, reading and writing each

Sessions = async_sessionmaker[AsyncSession]


@dataclass(frozen=True, slots=True)
class Database:
    """An open store. The hot path uses `writer` and `reader`; sessions serve people, sites and the shop.

    `reads` never write. `writes` begin immediately on SQLite, so that they take turns with the writer instead of
    failing half way through.
    """

    writer: Writer
    reader: Reader
    reads: Sessions
    writes: Sessions
    is_shared: bool = False
    """Whether other processes may serve the same store."""


@asynccontextmanager
async def open_database(store: Store, *, durability: Literal["FULL", "NORMAL"] = "FULL") -> AsyncIterator[Database]:
    """The store, ready to serve.

    A file is migrated; raises DatabaseInUse when another process has it open. A PostgreSQL database is migrated by
    hand, because other processes may serve it meanwhile: raises StartupRefused with the command when it is not.
    """
    if isinstance(store, URL):
        async with _open_postgres(store) as database:
            yield database
        return
    store.parent.mkdir(parents=True, exist_ok=True)
    _refuse_shared(store)
    with only_process(store):
        await asyncio.to_thread(upgrade, store)
        async with (
            _sessions(store) as (reads, writes),
            SqliteWriter(store, synchronous=durability) as writer,
            SqliteReader(store) as reader,
        ):
            yield Database(writer, reader, reads, writes)


def _refuse_shared(path: Path) -> None:
    kind = shared_file_system(path.parent, MOUNTS.read_text()) if MOUNTS.exists() else None
    if kind is not None:
        raise StartupRefused(
            f"{path} is on {kind}, which several machines can write. SQLite's locks do not hold there. Put "
            "KICKSTAND_DATA_DIR on a disk of this machine, or use PostgreSQL (KICKSTAND_DATABASE_URL)."
        )


@asynccontextmanager
async def _open_postgres(url: URL) -> AsyncIterator[Database]:
    postgres = _driver()
    try:
        async with postgres.open_pool(url, connections=CONNECTIONS) as pool, _sessions(url) as (reads, writes):
            await _refuse_pending(url, reads)
            yield Database(postgres.PostgresWriter(pool), postgres.PostgresReader(pool), reads, writes, is_shared=True)
    except postgres.REFUSED as error:
        raise StartupRefused(f"{named(url)} refused the connection: {error}") from error


async def _refuse_pending(url: URL, reads: Sessions) -> None:
    async with reads() as session:
        connection = await session.connection()
        present = await connection.run_sync(lambda each: MigrationContext.configure(each).get_current_revision())
    newest = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    if present != newest:
        raise StartupRefused(
            f"{named(url)} has {'no schema yet' if present is None else f'schema {present}'}, this Kickstand needs "
            f"{newest}. Run `kickstand db upgrade` once, then start the servers."
        )


def _driver() -> Any:
    """What PostgreSQL needs, which not everybody installs. Raises StartupRefused."""
    try:
        from app.persistence import postgres
    except ImportError as error:
        raise StartupRefused("PostgreSQL needs its driver: pip install 'kickstand[scale]'") from error
    return postgres


@asynccontextmanager
async def beside_a_server(store: Store) -> AsyncIterator[tuple[Sessions, Sessions]]:
    """`reads` and `writes` for a short command, whether or not a server has the store open.

    Sessions take turns with the server's writer. A file's schema is brought up to date unless a server, which has done
    that, is running.
    """
    if isinstance(store, URL):
        async with _sessions(store) as sessions:
            await _refuse_pending(store, sessions[0])
            yield sessions
        return
    store.parent.mkdir(parents=True, exist_ok=True)
    with suppress(DatabaseInUse), only_process(store):
        await asyncio.to_thread(upgrade, store)
    async with _sessions(store) as sessions:
        yield sessions


@asynccontextmanager
async def reading(store: Store) -> AsyncIterator[Reader]:
    """A reader for a short command, whether or not a server has the store open."""
    if isinstance(store, URL):
        postgres = _driver()
        async with postgres.open_pool(store, connections=1) as pool:
            yield postgres.PostgresReader(pool)
        return
    async with SqliteReader(store, connections=1) as reader:
        yield reader


@contextmanager
def only_process(path: Path) -> Iterator[None]:
    """Hold the lock file beside the database; the system gives it back however the process ends."""
    with path.with_suffix(".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise DatabaseInUse(
                f"{path} is served by another Kickstand process (pid {file.read().strip() or 'unknown'}). Stop that "
                "one, or start this one with another KICKSTAND_DATA_DIR. One process serves one file."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def alembic_config(store: Store) -> Config:
    """Alembic's configuration for the store."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["store"] = store
    config.attributes["epoch"] = new_id()
    return config


def upgrade(store: Store) -> None:
    """Bring the schema to the newest version and name the store's lifetime if it is new. Not inside an event loop."""
    command.upgrade(alembic_config(store), "head")


def _sqlite_engine(path: Path, *, write: bool) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}", pool_size=1 if write else 4, max_overflow=0, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # Autocommit mode of the driver: transactions are begun by `begin` below, as SQLite understands them.
        connection.isolation_level = None
        for pragma in ("busy_timeout=5000", "foreign_keys=ON", f"query_only={'OFF' if write else 'ON'}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        # Locked, full or gone: the same refusal as on the hot path, which everyone knows how to wait out.
        if isinstance(context.original_exception, sqlite3.OperationalError):
            raise Unavailable from context.original_exception

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres_engine(url: URL, *, write: bool) -> AsyncEngine:
    postgres = _driver()

    async def create() -> Any:
        return await postgres.connect(url, read_only=not write)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=create,
        pool_size=SESSIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,  # what somebody wrote is told to no log
    )

    @event.listens_for(engine.sync_engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        original = context.original_exception
        if context.is_disconnect or isinstance(original.__cause__ or original, postgres.AWAY):
            raise Unavailable from original

    return engine


@asynccontextmanager
async def _sessions(store: Store) -> AsyncIterator[tuple[Sessions, Sessions]]:
    if isinstance(store, URL):
        engines = _postgres_engine(store, write=False), _postgres_engine(store, write=True)
    else:
        engines = _sqlite_engine(store, write=False), _sqlite_engine(store, write=True)
    try:
        reads, writes = (async_sessionmaker(each, class_=AsyncSession, expire_on_commit=False) for each in engines)
        yield reads, writes
    finally:
        for engine in engines:
            await engine.dispose()
