"""Opening the store: one process a file, migrations first, then the writer, the readers and the sessions."""

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
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.conversations import new_id
from app.errors import DatabaseInUse, Unavailable
from app.persistence.writer import SqliteReader, SqliteWriter, connect

MIGRATIONS = Path(__file__).parent / "migrations"

Sessions = async_sessionmaker[AsyncSession]


@dataclass(frozen=True, slots=True)
class Database:
    """An open store. The hot path uses `writer` and `reader`; sessions serve people, sites and the shop.

    `reads` never write. `writes` begin immediately, so that they take turns with the writer instead of failing half
    way through.
    """

    writer: SqliteWriter
    reader: SqliteReader
    reads: Sessions
    writes: Sessions


@asynccontextmanager
async def open_database(path: Path, *, durability: Literal["FULL", "NORMAL"] = "FULL") -> AsyncIterator[Database]:
    """The store in `path`, migrated. Raises DatabaseInUse when another process has it open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with only_process(path):
        await asyncio.to_thread(upgrade, path)
        async with (
            _sessions(path) as (reads, writes),
            SqliteWriter(path, synchronous=durability) as writer,
            SqliteReader(path) as reader,
        ):
            yield Database(writer, reader, reads, writes)


@asynccontextmanager
async def beside_a_server(path: Path) -> AsyncIterator[tuple[Sessions, Sessions]]:
    """`reads` and `writes` for a short command, whether or not a server has the store open.

    Sessions take turns with the server's writer. The schema is brought up to date unless a server, which has done
    that, is running.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(DatabaseInUse), only_process(path):
        await asyncio.to_thread(upgrade, path)
    async with _sessions(path) as sessions:
        yield sessions


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


def alembic_config(path: Path) -> Config:
    """Alembic's configuration for the database in `path`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["path"] = path
    return config


def upgrade(path: Path) -> None:
    """Bring the schema to the newest version and name the store's lifetime if it is new."""
    command.upgrade(alembic_config(path), "head")
    connection = connect(path, synchronous="FULL")
    connection.execute("INSERT OR IGNORE INTO store (id, epoch) VALUES (1, ?)", (new_id(),))
    connection.close()


def _engine(path: Path, *, write: bool) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=1 if write else 4, max_overflow=0)

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


@asynccontextmanager
async def _sessions(path: Path) -> AsyncIterator[tuple[Sessions, Sessions]]:
    engines = _engine(path, write=False), _engine(path, write=True)
    try:
        reads, writes = (async_sessionmaker(each, class_=AsyncSession, expire_on_commit=False) for each in engines)
        yield reads, writes
    finally:
        for engine in engines:
            await engine.dispose()
