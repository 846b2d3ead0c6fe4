"""A store as a whole: moved to another database, kept as a file, brought back. Verified by counts and checksums."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio import sleep
from pydantic_core import to_json
from sqlalchemy import Integer, Table, delete, func, insert, literal_column, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from app.conversations import new_id
from app.errors import StartupRefused
from app.persistence import alert_tables, catalogue, chores, desk_tables, people_tables, tables
from app.persistence.address import Store, named
from app.persistence.database import only_process, upgrade
from app.persistence.tables import StoreRow

assert catalogue, tables  # noqa: S101  (imported for their tables)
assert desk_tables, people_tables  # noqa: S101
assert alert_tables, chores  # noqa: S101

BATCH = 1_000  # rows
LOOKS = 20  # for servers that are connected, in two seconds
_GUARDS = {
    "sqlite": (
        "DROP TRIGGER audit_no_delete",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
    ),
    "postgresql": (
        "ALTER TABLE audit DISABLE TRIGGER audit_only_grows",
        "ALTER TABLE audit ENABLE TRIGGER audit_only_grows",
    ),
}
"""What lets go of the audit log and guards it again: a whole store is replaced, its audit log with it."""
REBUILT = frozenset({"read_for_search", "chores"})
"""Where search has read to: it reads the copy anew. Whose the chores are: nobody's, of the copy."""


class CopyRefused(StartupRefused):
    """Nothing was changed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A table on both sides. The checksum is the sum of its rows' hashes, so it knows no order."""

    table: str
    rows: int
    checksum: str


async def copy(source: Store, target: Store, *, new_epoch: bool = False, replace: bool = False) -> Sequence[Copied]:
    """Everything of `source` into `target`, in one transaction, compared row by row before it is committed.

    The target's schema is brought up to date first. Raises CopyRefused when the target holds anything and is not to be
    replaced, when it is being served, or when what arrived is not what left.
    """
    if isinstance(source, Path) and not source.is_file():
        raise CopyRefused(f"{named(source)} is not there.")
    with _to_ourselves(source), _to_ourselves(target):
        if isinstance(source, Path):
            await asyncio.to_thread(upgrade, source)
        await asyncio.to_thread(upgrade, target)
        async with connected(source) as left, connected(target) as right, right.begin():
            await _refuse_served(right, named(target))
            async with left.begin():
                await _empty(right, named(target), replace=replace)
                copied = [await _copy_table(left, right, table) for table in _copied_tables()]
            if new_epoch:
                await right.execute(update(StoreRow).values(epoch=new_id()))
            return copied


async def keep(source: Store, file: Path) -> None:
    """A backup of the store in a new SQLite file, as it is at one moment; a server may go on serving.

    Raises CopyRefused when the file is there already.
    """
    if await asyncio.to_thread(file.exists):
        raise CopyRefused(f"{file} is there already. Name another file.")
    if isinstance(source, URL):
        await copy(source, file)
        return
    if not source.is_file():
        raise CopyRefused(f"{named(source)} is not there.")

    def write() -> None:
        unfinished = file.with_name(f"{file.name}.part")
        with closing(sqlite3.connect(source)) as store, closing(sqlite3.connect(unfinished)) as kept:
            store.backup(kept, pages=1_000, sleep=0.01)
            kept.execute("PRAGMA journal_mode=DELETE")
            (verdict,) = kept.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            unfinished.unlink()
            raise CopyRefused(f"The copy of {source} is damaged: {verdict}. Check the disk.")
        unfinished.rename(file)

    await asyncio.to_thread(write)


async def bring_back(file: Path, target: Store, *, replace: bool = False) -> Sequence[Copied]:
    """The store as it was when `file` was kept, under a new epoch: clients begin anew instead of showing what is gone.

    Raises CopyRefused as `copy` does.
    """
    await asyncio.to_thread(_look_into, file)
    return await copy(file, target, new_epoch=True, replace=replace)


async def begin_anew(store: Store) -> None:
    """Give a store that the database's own means brought back another epoch, as `bring_back` does.

    Raises CopyRefused when it is being served.
    """
    if isinstance(store, Path) and not store.is_file():
        raise CopyRefused(f"{named(store)} is not there.")
    with _to_ourselves(store):
        async with connected(store) as connection, connection.begin():
            await _refuse_served(connection, named(store))
            await connection.execute(update(StoreRow).values(epoch=new_id()))


def _look_into(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as kept:
            kept.execute("SELECT epoch FROM store").fetchone()
    except sqlite3.Error as error:
        raise CopyRefused(f"{file} is no backup of Kickstand: {error}.") from error


def _copied_tables() -> list[Table]:
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in REBUILT]


def _to_ourselves(store: Store) -> AbstractContextManager[None]:
    """A file must not be served meanwhile. A PostgreSQL database is read at one moment, and asked who is connected."""
    if isinstance(store, URL):
        return nullcontext()
    store.parent.mkdir(parents=True, exist_ok=True)
    return only_process(store)


@asynccontextmanager
async def connected(store: Store) -> AsyncIterator[AsyncConnection]:
    """A connection for work on whole tables, without the limits that a server has."""
    url = store.set(drivername="postgresql+asyncpg") if isinstance(store, URL) else f"sqlite+aiosqlite:///{store}"
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if isinstance(store, URL) else {}
    engine = create_async_engine(url, poolclass=NullPool, **options)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _refuse_served(target: AsyncConnection, name: str) -> None:
    """Gateways would go on under the old epoch, and add to what is replaced. Of a file, its lock has told."""
    if target.dialect.name != "postgresql":
        return
    connected_now = text(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kickstand'"
    )
    for _ in range(LOOKS):
        if not (await target.execute(connected_now)).scalar():
            return
        await sleep(0.1)  # who has just ended is still seen for a moment
        await target.execute(text("SELECT pg_stat_clear_snapshot()"))
    raise CopyRefused(f"{name} is being served: Kickstand is connected to it. Stop all its servers first.")


async def _empty(target: AsyncConnection, name: str, *, replace: bool) -> None:
    let_go, guard = _GUARDS[target.dialect.name]
    await target.execute(text(let_go))
    for table in reversed(SQLModel.metadata.sorted_tables):
        if table.name != StoreRow.__tablename__ and not replace:
            found = await target.execute(select(literal_column("1", Integer)).select_from(table).limit(1))
            if found.first() is not None:
                raise CopyRefused(f"{name} holds data already ({table.name}). Name an empty one, or say --replace.")
        await target.execute(delete(table))
    await target.execute(text("DELETE FROM words"))
    await target.execute(text(guard))


async def _copy_table(left: AsyncConnection, right: AsyncConnection, table: Table) -> Copied:
    rows, total = 0, 0
    found = await left.stream(select(table))
    async for part in found.partitions(BATCH):
        values = [dict(row._mapping) for row in part]
        await right.execute(insert(table), values)
        rows += len(values)
        total += sum(map(_hash, values))
    arrived = await right.stream(select(table))
    there, compared = 0, 0
    async for part in arrived.partitions(BATCH):
        there += len(part)
        compared += sum(_hash(dict(row._mapping)) for row in part)
    if (rows, total) != (there, compared):
        raise CopyRefused(f"{table.name}: {rows} rows left, {there} arrived, or not as they were. Nothing was kept.")
    await _count_on(right, table)
    return Copied(table.name, rows, f"{total % 2**128:032x}")


def _hash(row: dict[str, Any]) -> int:
    return int.from_bytes(hashlib.blake2b(to_json([row[name] for name in sorted(row)]), digest_size=16).digest())


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """PostgreSQL numbers new rows from where the copied ones end."""
    (key,) = table.primary_key.columns if len(table.primary_key.columns) == 1 else (None,)
    if connection.dialect.name == "postgresql" and key is not None and isinstance(key.type, Integer):
        name = (await connection.execute(select(func.pg_get_serial_sequence(table.name, key.name)))).scalar()
        if name is not None:
            newest = select(func.max(key)).scalar_subquery()
            await connection.execute(select(func.setval(name, func.coalesce(newest, 0) + 1, False)))
