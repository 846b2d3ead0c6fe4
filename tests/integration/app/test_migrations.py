"""The schema: migrations go up and down, and end where the models are."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from app.errors import DatabaseInUse
from app.persistence.database import alembic_config, only_process, open_database, upgrade
from tests.contract.servers import postgres
from tests.running import SECRET


def schema(path: Path) -> set[tuple[str, object]]:
    """What tables and indexes are, however SQLite wrote them down: a table that was copied reads otherwise."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        tables = {
            name: frozenset(
                (what, *row[1 if what == "table_info" else 2 :])
                for what in ("table_info", "foreign_key_list")
                for row in database.execute(f"PRAGMA {what}({name})").fetchall()
            )
            | {
                tuple(column for _, _, column in database.execute(f"PRAGMA index_info({index})").fetchall())
                for _, index, is_unique, *_ in database.execute(f"PRAGMA index_list({name})").fetchall()
                if is_unique
            }
            for kind, name, _ in rows
            if kind == "table"
        }
    return {(name, tables.get(name, " ".join((sql or "").split()))) for _, name, sql in rows}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kickstand.db"


def test_up_down_and_up_again_end_at_the_same_schema(path: Path) -> None:
    upgrade(path)
    first = schema(path)
    command.downgrade(alembic_config(path), "base")
    assert {name for name, _ in schema(path)} <= {"alembic_version"}
    upgrade(path)

    assert schema(path) == first


def test_each_migration_can_be_taken_back_alone(path: Path) -> None:
    config = alembic_config(path)
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    for revision in revisions:
        before = schema(path)
        command.upgrade(config, revision)
        after = schema(path)
        command.downgrade(config, "-1")
        assert {s for s in schema(path) if s[0] != "alembic_version"} == {
            s for s in before if s[0] != "alembic_version"
        }
        command.upgrade(config, revision)
        assert schema(path) == after


def test_the_newest_schema_is_that_of_the_models(path: Path) -> None:
    upgrade(path)
    command.check(alembic_config(path))


def test_upgrading_twice_keeps_data_and_the_name_of_the_store(path: Path) -> None:
    upgrade(path)
    with closing(sqlite3.connect(path)) as database:
        before = database.execute("SELECT * FROM store").fetchall()
    upgrade(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT * FROM store").fetchall() == before
        assert len(before) == 1


async def test_a_new_store_has_another_name(tmp_path: Path) -> None:
    names = []
    for folder in ("one", "two"):
        async with open_database(tmp_path / folder / "kickstand.db") as database:
            [(name,)] = await database.reader.run(lambda cursor: cursor.execute("SELECT epoch FROM store").fetchall())
            names.append(name)

    assert names[0] != names[1]


async def test_what_is_written_is_on_disk_before_it_is_acknowledged(path: Path) -> None:
    async with open_database(path) as database:
        pragmas = await database.writer.run(
            lambda cursor: [
                cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        )

    assert pragmas == ["wal", 2, 1]


async def test_reading_connections_cannot_write(path: Path) -> None:
    async with open_database(path) as database:
        with pytest.raises(Exception, match="could not store"):
            await database.reader.run(lambda cursor: cursor.execute("UPDATE store SET epoch = 'x'"))


async def test_a_second_opening_is_refused_and_told_who_has_it_until_the_first_is_closed(path: Path) -> None:
    async with open_database(path):
        with pytest.raises(DatabaseInUse, match=f"pid {os.getpid()}"):
            async with open_database(path):
                pass
    async with open_database(path):
        pass


def test_the_command_line_says_who_has_the_file_and_ends_with_2(path: Path) -> None:
    environment = {**os.environ, "KICKSTAND_SECRET_KEY": SECRET, "KICKSTAND_DATA_DIR": str(path.parent)}
    with only_process(path):
        ended = subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", "0"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert ended.returncode == 2
    assert f"pid {os.getpid()}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_postgresql_goes_up_down_and_up_again_and_ends_at_the_models() -> None:
    server = postgres()
    url = server.new_database()
    config = alembic_config(url)
    upgrade(url)
    command.downgrade(config, "base")
    upgrade(url)
    upgrade(url)

    command.check(config)
    server.drop(url)
