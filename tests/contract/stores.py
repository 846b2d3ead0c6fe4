"""Stores for contract tests: each backend opened empty, with the sites, people and visitors that it wants to know."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.backplane.memory import MemoryBackplane
from app.conversations import VisitorId
from app.persistence.database import upgrade
from app.persistence.sqlite_queue import SqliteQueue
from app.persistence.writer import SqliteReader, SqliteWriter
from handoff import Agent, SiteId
from tests.factories import A_SITE


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """An open SQLite file of a test."""

    path: Path
    writer: SqliteWriter
    reader: SqliteReader
    backplane: MemoryBackplane
    queue: SqliteQueue

    async def add_site(self, site: SiteId = A_SITE) -> None:
        await self.run(
            "INSERT OR IGNORE INTO site (id, key, name, accent, locale, greeting, starters, origins, hours,"
            " answer_within_s) VALUES (?, ?, 'Larkmoor', '#0E5F70', 'en', 'Hi!', '[]', '[]', '{}', 180)",
            (site, site),
        )

    async def add_visitor(self, visitor: VisitorId, site: SiteId = A_SITE) -> None:
        await self.run(
            "INSERT OR IGNORE INTO visitor (id, site_id, token_hash, created_at) VALUES (?, ?, ?, 0)",
            (visitor, site, visitor),
        )

    async def add_agents(self, agents: Sequence[Agent], site: SiteId = A_SITE) -> None:
        for agent in agents:
            await self.run(
                "INSERT OR IGNORE INTO agent (id, email, name, password_hash, capacity, available, is_admin)"
                " VALUES (?, ?, ?, '', ?, 1, 0)",
                (agent.id, f"{agent.id}@larkmoor.example", agent.name, agent.capacity),
            )
            await self.run(
                "INSERT OR IGNORE INTO agent_site (agent_id, site_id) VALUES (?, ?)",
                (agent.id, site),
            )

    async def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """One statement, committed."""

        def work(cursor: sqlite3.Cursor) -> list[tuple[object, ...]]:
            return cursor.execute(statement, values).fetchall()

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
async def sqlite_store() -> AsyncIterator[SqliteStore]:
    """A new file; NORMAL durability, because these tests never cut the power."""
    with TemporaryDirectory(dir=_folder.name) as folder:
        path = Path(folder) / "kickstand.db"
        shutil.copy(empty_file(), path)
        async with SqliteWriter(path, synchronous="NORMAL") as writer, SqliteReader(path, connections=1) as reader:
            backplane = MemoryBackplane()
            store = SqliteStore(path, writer, reader, backplane, SqliteQueue(writer, reader, backplane))
            await store.add_site()
            yield store
