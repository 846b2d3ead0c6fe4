"""The one writer of an SQLite file, when the file goes wrong under it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import Unavailable
from app.persistence.work import Cursor
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


async def test_a_unit_that_fails_half_way_leaves_nothing_and_the_others_of_its_commit_stay(tmp_path: Path) -> None:
    runs: dict[str, int] = {}

    def saying(text: str, *, then_fail: bool = False) -> Callable[[Cursor], str]:
        def work(cursor: Cursor) -> str:
            runs[text] = runs.get(text, 0) + 1
            cursor.execute("INSERT INTO said VALUES (?)", (text,))
            if then_fail:
                raise LookupError(text)
            return text

        return work

    async with SqliteWriter(tmp_path / "kickstand.db") as writer:
        await writer.run(lambda cursor: cursor.execute("CREATE TABLE said (text)"))
        said = await asyncio.gather(
            *(writer.run(work) for work in (saying("one"), saying("two", then_fail=True), saying("three"))),
            return_exceptions=True,
        )
        kept = await writer.run(lambda cursor: cursor.execute("SELECT text FROM said ORDER BY rowid").fetchall())

    assert [str(each) for each in said] == ["one", "two", "three"]
    assert isinstance(said[1], LookupError)
    assert kept == [("one",), ("three",)]
    assert runs == {"one": 2, "two": 2, "three": 1}  # the first two in vain, then each with a way back


async def test_a_unit_that_is_refused_before_it_writes_costs_the_others_nothing(tmp_path: Path) -> None:
    runs: list[str] = []

    def refused(cursor: Cursor) -> None:
        raise LookupError("nobody here")

    async with SqliteWriter(tmp_path / "kickstand.db") as writer:
        await writer.run(lambda cursor: cursor.execute("CREATE TABLE said (text)"))

        def work(cursor: Cursor) -> None:
            runs.append("ran")
            cursor.execute("INSERT INTO said VALUES ('hello')")

        outcomes = await asyncio.gather(writer.run(work), writer.run(refused), return_exceptions=True)
        kept = await writer.run(lambda cursor: cursor.execute("SELECT count(*) FROM said").fetchone())

    assert isinstance(outcomes[1], LookupError)
    assert runs == ["ran"]
    assert kept == (1,)
