"""The schema: every step can be taken, taken back and taken again, and it is the one that the tables describe."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from app.persistence.database import alembic_config


@pytest.fixture
def schema(tmp_path: Path) -> Callable[[], set[str]]:
    """The statements that make the tables and indexes of the database, apart from Alembic's own."""

    def read() -> set[str]:
        with closing(sqlite3.connect(tmp_path / "kickstand.db")) as connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return {sql for name, sql in rows if not name.startswith("alembic")}

    return read


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return alembic_config(tmp_path / "kickstand.db")


def test_the_schema_is_taken_back_whole_and_made_again_alike(config: Config, schema: Callable[[], set[str]]) -> None:
    command.upgrade(config, "head")
    first = schema()
    command.downgrade(config, "base")
    assert schema() == set()
    command.upgrade(config, "head")
    assert schema() == first
    assert len(first) > 20


def test_the_migrations_make_the_tables_that_the_code_describes(config: Config) -> None:
    command.upgrade(config, "head")
    command.check(config)
