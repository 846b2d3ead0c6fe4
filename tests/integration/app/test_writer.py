"""The one writer of an SQLite file, when the file goes wrong under it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import Unavailable
from app.persistence.writer import SqliteWriter


async def test_a_file_that_is_no_database_any_more_is_unavailable_and_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "kickstand.db"
    async with SqliteWriter(path) as writer:
        await writer.run(lambda cursor: cursor.execute("CREATE TABLE said (text)"))
        with closing(sqlite3.connect(path)) as other:
            other.execute("INSERT INTO said VALUES ('hello')")
            other.commit()
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path.write_bytes(b"x" * path.stat().st_size)

        async with asyncio.timeout(10):
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await writer.run(lambda cursor: cursor.execute("INSERT INTO said VALUES ('hello?')"))
