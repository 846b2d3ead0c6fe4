"""A store is moved, kept and brought back whole, or not at all."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner

from app.cli import app
from app.errors import DatabaseInUse
from app.persistence import copying
from app.persistence.copying import REBUILT, CopyRefused, begin_anew, bring_back, copy, keep
from app.persistence.database import only_process
from app.persistence.postgres import PostgresReader, open_pool
from tests.contract.servers import postgres
from tests.running import SECRET, running


@pytest.fixture
async def served(tmp_path: Path, empty_database: Path) -> Path:
    """A file in which a shop has chatted."""
    async with running(tmp_path / "shop", empty=empty_database) as server:
        site = await server.new_site()
        await server.new_agent(site)
        async with server.visitor(site) as anna:
            await anna.ask("hello")
            await anna.need_a_person()
        return server.settings.database


def rows(file: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(statement).fetchall()


async def new_database() -> URL:
    server = await asyncio.to_thread(postgres)
    return await asyncio.to_thread(server.new_database)


async def test_a_shop_moves_to_postgresql_and_back_without_a_difference(served: Path, tmp_path: Path) -> None:
    url = await new_database()
    there = await copy(served, url)
    back = await copy(url, tmp_path / "back.db")

    assert there == back
    assert {each.table: each.rows for each in there}["conversation"] == 1
    for table in ("entry", "turn", "ticket", "store"):
        assert rows(served, f"SELECT * FROM {table} ORDER BY 1, 2") == rows(  # noqa: S608
            tmp_path / "back.db",
            f"SELECT * FROM {table} ORDER BY 1, 2",  # noqa: S608
        )


async def test_a_target_that_holds_anything_is_left_alone_unless_it_is_to_be_replaced(served: Path) -> None:
    url = await new_database()
    await copy(served, url)
    with pytest.raises(CopyRefused, match="--replace"):
        await copy(served, url)

    assert [each.rows for each in await copy(served, url, replace=True)] == [
        each.rows for each in await copy(url, served.with_name("again.db"))
    ]


async def test_a_file_that_is_served_is_not_copied_but_can_be_kept(served: Path, tmp_path: Path) -> None:
    with only_process(served):
        with pytest.raises(DatabaseInUse):
            await copy(served, tmp_path / "copy.db")
        await keep(served, tmp_path / "kept.db")

    assert rows(tmp_path / "kept.db", "SELECT COUNT(*) FROM entry") == rows(served, "SELECT COUNT(*) FROM entry")


async def test_what_is_brought_back_has_another_epoch_and_nothing_that_came_later(served: Path, tmp_path: Path) -> None:
    await keep(served, tmp_path / "kept.db")
    kept = rows(tmp_path / "kept.db", "SELECT epoch FROM store")
    with closing(sqlite3.connect(served)) as database, database:
        database.execute("UPDATE conversation SET about = 'later'")
    await bring_back(tmp_path / "kept.db", served, replace=True)

    assert rows(served, "SELECT COUNT(*) FROM conversation WHERE about = 'later'") == [(0,)]
    assert rows(served, "SELECT epoch FROM store") != kept


async def test_a_database_that_is_served_is_neither_replaced_nor_given_another_epoch(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LOOKS", 2)
    url = await asyncio.to_thread((await asyncio.to_thread(postgres)).empty_database)
    async with open_pool(url, connections=1) as pool:
        reader = PostgresReader(pool)
        before = await reader.run(lambda cursor: cursor.execute("SELECT epoch FROM store").fetchall())
        with pytest.raises(CopyRefused, match="Stop all its servers"):
            await bring_back(served, url, replace=True)
        with pytest.raises(CopyRefused, match="Stop all its servers"):
            await begin_anew(url)
        assert await reader.run(lambda cursor: cursor.execute("SELECT epoch FROM store").fetchall()) == before
    monkeypatch.undo()
    await begin_anew(url)
    async with open_pool(url, connections=1) as pool:
        after = await PostgresReader(pool).run(lambda cursor: cursor.execute("SELECT epoch FROM store").fetchall())

    assert after != before


async def test_every_table_is_copied_or_known_to_be_made_anew(served: Path, tmp_path: Path) -> None:
    copied = {each.table for each in await copy(served, tmp_path / "copy.db")}
    there = {str(name) for (name,) in rows(served, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    of_the_database = {name for name in there if name.split("_")[0] in ("sqlite", "alembic", "words")}

    assert there - of_the_database == copied | REBUILT


async def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(served: Path, tmp_path: Path) -> None:
    before = rows(served, "SELECT * FROM entry")
    for number, content in enumerate((b"", b"no database", b"SQLite format 3\x00" + b"x" * 4_000)):
        broken = tmp_path / f"broken-{number}.db"
        broken.write_bytes(content)
        with pytest.raises(CopyRefused, match="no backup"):
            await bring_back(broken, served, replace=True)

    assert rows(served, "SELECT * FROM entry") == before


def test_the_commands_tell_what_they_did_and_end_with_2_when_refused(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(
            app, ["db", *words], env={"KICKSTAND_SECRET_KEY": SECRET, "KICKSTAND_DATA_DIR": str(tmp_path)}
        )
        return done.exit_code, done.output

    assert run("upgrade") == (0, f"{tmp_path / 'kickstand.db'} has the newest schema.\n")
    assert run("backup", str(tmp_path / "kept.db"))[0] == 0
    assert run("new-epoch")[0] == 0
    assert rows(tmp_path / "kept.db", "SELECT epoch FROM store") != rows(
        tmp_path / "kickstand.db", "SELECT epoch FROM store"
    )
    assert run("backup", str(tmp_path / "kept.db"))[0] == 2
    code, told = run("restore", str(tmp_path / "kept.db"), "--json")
    assert code == 0
    assert {each["table"]: each["rows"] for each in json.loads(told)["tables"]}["store"] == 1
    code, told = run("copy", "--from", "mysql://nowhere/x", "--to", "sqlite:///y")
    assert (code, "postgresql://" in told) == (2, True)
