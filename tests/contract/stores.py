"""Stores for contract tests: each backend opened empty, with the sites, people and visitors that it wants to know."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL
from sqlmodel import SQLModel

from app.backplane.memory import MemoryBackplane
from app.conversations import VisitorId
from app.persistence.database import upgrade
from app.persistence.postgres import PostgresReader, PostgresWriter, open_pool
from app.persistence.sql_queue import SqlQueue
from app.persistence.work import Cursor, Reader, Writer
from app.persistence.writer import SqliteReader, SqliteWriter
from handoff import Agent, SiteId
from tests.contract.servers import postgres
from tests.factories import A_SITE


@dataclass(frozen=True, slots=True)
class Store:
    """An open store of a test."""

    writer: Writer
    reader: Reader
    backplane: MemoryBackplane
    queue: SqlQueue

    async def add_site(self, site: SiteId = A_SITE) -> None:
        await self.run(
            "INSERT INTO site (id, key, name, accent, locale, greeting, starters, origins, hours,"
            " answer_within_s) VALUES (?, ?, 'Larkmoor', '#0E5F70', 'en', 'Hi!', '[]', '[]', '{}', 180)"
            " ON CONFLICT DO NOTHING",
            (site, site),
        )

    async def add_visitor(self, visitor: VisitorId, site: SiteId = A_SITE) -> None:
        await self.run(
            "INSERT INTO visitor (id, site_id, token_hash, created_at) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING",
            (visitor, site, visitor),
        )

    async def add_agents(self, agents: Sequence[Agent], site: SiteId = A_SITE) -> None:
        for agent in agents:
            await self.run(
                "INSERT INTO agent (id, email, name, password_hash, capacity, available, role)"
                " VALUES (?, ?, ?, '', ?, TRUE, ?) ON CONFLICT DO NOTHING",
                (agent.id, f"{agent.id}@larkmoor.example", agent.name, agent.capacity, agent.role),
            )
            await self.run(
                "INSERT INTO agent_site (agent_id, site_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (agent.id, site),
            )

    async def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """One statement, committed."""

        def work(cursor: Cursor) -> list[tuple[object, ...]]:
            return list(cursor.execute(statement, values))

        return await self.writer.run(work)


_empty: list[Path] = []
_folder = TemporaryDirectory(prefix="kickstand-contract-")


def empty_file() -> Path:
    """A file with the newest schema, made once."""
    if not _empty:
        path = Path(_folder.name) / "empty.db"
        upgrade(path)
        _empty.append(path)
    return _empty[0]


@asynccontextmanager
async def sqlite_store() -> AsyncIterator[Store]:
    """A new file; NORMAL durability, because these tests never cut the power."""
    with TemporaryDirectory(dir=_folder.name) as folder:
        path = Path(folder) / "kickstand.db"
        shutil.copy(empty_file(), path)
        async with SqliteWriter(path, synchronous="NORMAL") as writer, SqliteReader(path, connections=1) as reader:
            yield await _with_a_site(writer, reader)


@cache
def database_of_stores() -> URL:
    """The one that `postgres_store` opens."""
    return postgres().empty_database()


@asynccontextmanager
async def postgres_store() -> AsyncIterator[Store]:
    """One database on the test run's own server, emptied each time: making one takes longer than most tests."""
    url = await asyncio.to_thread(database_of_stores)
    tables = ", ".join(name for name in SQLModel.metadata.tables if name != "store")
    async with open_pool(url, connections=8) as pool:
        store = await _with_a_site(PostgresWriter(pool), PostgresReader(pool), f"TRUNCATE {tables} CASCADE")
        yield store


async def _with_a_site(writer: Writer, reader: Reader, *first: str) -> Store:
    backplane = MemoryBackplane()
    store = Store(writer, reader, backplane, SqlQueue(writer, reader, backplane))
    for statement in first:
        await store.run(statement)
    await store.add_site()
    return store


StoreOpener = Callable[[], AbstractAsyncContextManager[Store]]
STORES: dict[str, StoreOpener] = {"sqlite": sqlite_store, "postgres": postgres_store}
