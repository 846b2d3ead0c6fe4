"""What a turn asks of the store costs the same however long the conversation is."""

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


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (
            "SELECT pos FROM entry WHERE conversation_id IN (SELECT id FROM conversation WHERE visitor_id = ?)"
            " AND author_kind = 'visitor' AND author_id = ? AND client_id = ?",
            "entry_client_id",
        ),
        ("SELECT pos FROM entry WHERE conversation_id = ? AND seq > ? ORDER BY seq LIMIT 9", "entry_seq"),
        ("SELECT pos FROM entry WHERE conversation_id = ? AND seq < ? ORDER BY seq DESC LIMIT 9", "entry_seq"),
    ],
)
def test_entries_are_found_by_indexes_that_hold_only_those_that_can_be_asked_for(
    question: str, index: str, tmp_path: Path
) -> None:
    upgrade(tmp_path / "kickstand.db")
    with sqlite3.connect(tmp_path / "kickstand.db") as connection:
        values = ("x",) * question.count("?")
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {question}", values)]
    assert any(index in step for step in plan), plan
