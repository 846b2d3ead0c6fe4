"""Looking for the next turn costs the same however many turns a conversation has had."""

import sqlite3
from pathlib import Path

import pytest

from app.persistence.database import upgrade
from app.persistence.sql_journal import QUEUED


@pytest.mark.parametrize(
    "question",
    [
        f"SELECT id FROM turn WHERE conversation_id = 'c' AND {QUEUED} ORDER BY pos LIMIT 1",  # noqa: S608
        f"SELECT conversation_id FROM turn WHERE {QUEUED} GROUP BY conversation_id ORDER BY MIN(id)",  # noqa: S608
    ],
)
def test_queued_turns_are_found_by_the_index_of_open_ones(question: str, tmp_path: Path) -> None:
    upgrade(tmp_path / "kickstand.db")
    with sqlite3.connect(tmp_path / "kickstand.db") as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
    assert "open_turn" in plan[0][3]
