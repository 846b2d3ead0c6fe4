"""Units that share a transaction on PostgreSQL: each has the effect and the result that it would have by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.errors import Unavailable
from app.persistence import postgres as store
from app.persistence.lockstep import FOR_UPDATE, Unit, carry_out, translated
from app.persistence.postgres import PostgresReader, PostgresWriter, arguments, open_pool
from app.persistence.work import Cursor, Work
from tests.contract.servers import postgres

ROWS = ("ash", "birch", "cedar", "dogwood")
TABLES = """
CREATE TABLE IF NOT EXISTS tree (id text PRIMARY KEY, rings integer NOT NULL);
CREATE TABLE IF NOT EXISTS ring (tree_id text NOT NULL REFERENCES tree, number integer NOT NULL, unit integer NOT NULL,
    PRIMARY KEY (tree_id, number));
TRUNCATE tree CASCADE;
"""
LOCKED = f"SELECT id, rings FROM tree WHERE id = ?{FOR_UPDATE}"  # noqa: S608

Wrong = Literal["nothing", "refused", "too late", "twice", "no row"]


class Refused(Exception):
    pass


@dataclass(frozen=True)
class Growth:
    """A unit that gives a tree some rings, and what goes wrong in it."""

    number: int
    tree: str
    rings: int = 1
    wrong: Wrong = "nothing"
    counted: bool = False

    def __call__(self, cursor: Cursor) -> list[int]:
        (_, before) = cursor.execute(LOCKED, (self.tree,)).fetchone()
        if self.wrong == "refused":
            raise Refused
        numbers = list(range(before + 1, before + self.rings + 1))
        for number in numbers:
            values = ("elm" if self.wrong == "no row" else self.tree, number, self.number)
            cursor.execute("INSERT INTO ring (tree_id, number, unit) VALUES (?, ?, ?)", values)
        if self.wrong == "twice":
            cursor.execute("INSERT INTO ring (tree_id, number, unit) VALUES (?, ?, ?)", (self.tree, 1, self.number))
        cursor.execute("UPDATE tree SET rings = rings + ? WHERE id = ?", (self.rings, self.tree))
        if self.counted:
            assert cursor.rowcount == 1
            assert [*cursor.execute("SELECT rings FROM tree WHERE id = ?", (self.tree,))] == [(before + self.rings,)]
        if self.wrong == "too late":
            raise Refused
        return numbers

    def is_wrong(self, outcome: object) -> bool:
        """Whether it ended as it has to when something is wrong with it."""
        match self.wrong:
            case "refused" | "too late":
                return isinstance(outcome, Refused)
            case "twice":
                return isinstance(outcome, asyncpg.UniqueViolationError)
            case "no row":
                return isinstance(outcome, asyncpg.ForeignKeyViolationError)
        return False


@asynccontextmanager
async def opened(connections: int = 1) -> AsyncIterator[Any]:
    url = (await asyncio.to_thread(postgres)).url("postgres")
    async with open_pool(url, connections=connections) as pool:
        yield pool


@asynccontextmanager
async def forest() -> AsyncIterator[tuple[PostgresWriter, PostgresWriter]]:
    """The writers of two gateways, over trees without rings."""
    async with opened(connections=12) as one, opened(connections=12) as other:
        await one.execute(TABLES)
        await one.executemany("INSERT INTO tree (id, rings) VALUES ($1, 0)", [(each,) for each in ROWS])
        yield PostgresWriter(one), PostgresWriter(other)


async def rings(writer: PostgresWriter) -> list[tuple[str, int, int]]:
    return await writer.run(
        lambda cursor: cursor.execute("SELECT tree_id, number, unit FROM ring ORDER BY 1, 2").fetchall()
    )


@st.composite
def growths(draw: st.DrawFn) -> list[Growth]:
    wrong: st.SearchStrategy[Wrong] = st.sampled_from(
        ("nothing", "nothing", "nothing", "refused", "too late", "twice", "no row")
    )
    drawn: list[tuple[str, int, Wrong, bool]] = draw(
        st.lists(st.tuples(st.sampled_from(ROWS), st.integers(1, 3), wrong, st.booleans()), min_size=2, max_size=12)
    )
    return [Growth(number, *each) for number, each in enumerate(drawn)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(units=growths(), gateways=st.integers(1, 2))
@example(units=[Growth(0, "ash", 1, "too late", counted=True), Growth(1, "birch")], gateways=1)
async def test_whoever_shares_each_unit_ends_as_it_would_alone(units: list[Growth], gateways: int) -> None:
    async with forest() as writers:
        outcomes = await asyncio.gather(
            *(writers[unit.number % gateways].share(unit) for unit in units), return_exceptions=True
        )
        stored = await rings(writers[0])
        grown = dict(await writers[0].run(lambda cursor: cursor.execute("SELECT id, rings FROM tree").fetchall()))

    told = []
    for unit, outcome in zip(units, outcomes, strict=True):
        if isinstance(outcome, list):
            assert unit.wrong == "nothing"
            told += [(unit.tree, number, unit.number) for number in outcome]
        else:
            assert unit.is_wrong(outcome), outcome
    # What was told is what is stored, and the rings of a tree are numbered as if its units had come one by one.
    assert sorted(told) == stored
    per_tree = Counter(tree for tree, _, _ in stored)
    assert {tree: [number for owner, number, _ in stored if owner == tree] for tree in ROWS} == {
        tree: list(range(1, per_tree[tree] + 1)) for tree in ROWS
    }
    assert grown == {tree: per_tree[tree] for tree in ROWS}


async def test_units_that_come_together_share_a_commit() -> None:
    async with forest() as (writer, _):
        commits: list[int] = []
        writer.on_commit = commits.append

        results = await asyncio.gather(*(writer.share(Growth(number, tree)) for number, tree in enumerate(ROWS)))

    assert results == [[1]] * 4
    assert commits == [4]


class Counted:
    """A connection whose round trips are counted."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.trips = 0

    def __getattr__(self, name: str) -> Any:
        self.trips += 1
        return getattr(self._connection, name)


@pytest.mark.parametrize("trees", [1, 4])
async def test_many_units_take_no_more_round_trips_than_one(trees: int) -> None:
    async with forest(), opened() as pool, pool.acquire() as connection, connection.transaction():
        counted = Counted(connection)
        works = [Growth(number, tree, rings=1 + number % 2) for number, tree in enumerate(ROWS[:trees])]

        assert not await carry_out(counted, [Unit(work, for_update=FOR_UPDATE) for work in works])

    assert counted.trips == 3  # the lock, all rings, all trees


async def test_of_two_units_about_the_same_row_one_is_left_out_before_it_has_done_anything() -> None:
    async with forest(), opened() as pool, pool.acquire() as connection, connection.transaction():
        units = [Unit(Growth(number, "ash"), for_update=FOR_UPDATE) for number in range(2)]

        (left_out,) = await carry_out(connection, units)
        (done,) = [unit for unit in units if unit is not left_out]
        stored = await connection.fetch("SELECT unit FROM ring")

    assert done.outcome() == [1]
    assert [unit for (unit,) in stored] == [units.index(done)]


async def test_a_unit_that_keeps_a_row_only_after_it_changed_another_spoils_nothing() -> None:
    def grafted(cursor: Cursor) -> list[int]:
        Growth(1, "ash", counted=True)(cursor)
        return Growth(2, "birch")(cursor)

    async with forest() as (writer, _):
        works: Sequence[Work[list[int]]] = [grafted, Growth(3, "birch"), Growth(4, "cedar")]
        grafts, birch, cedar = await asyncio.gather(*map(writer.share, works))
        stored = await rings(writer)

    assert sorted([grafts, birch]) == [[1], [2]]
    assert cedar == [1]
    assert [tree for tree, _, _ in stored] == ["ash", "birch", "birch", "cedar"]


async def test_a_row_that_somebody_else_keeps_holds_up_its_own_unit_and_no_other() -> None:
    async with forest() as (writer, _):
        other = await asyncpg.connect(**arguments(postgres().url("postgres")))
        busy = other.transaction()
        await busy.start()
        await other.fetch("SELECT id FROM tree WHERE id = 'ash' FOR NO KEY UPDATE")

        held_up = asyncio.create_task(writer.share(Growth(1, "ash")))
        assert await writer.share(Growth(2, "birch")) == [1]
        assert not held_up.done()
        await busy.commit()
        assert await held_up == [1]
        await other.close()


async def test_whoever_is_cancelled_hurts_none_of_the_others() -> None:
    async with forest() as (writer, _):
        tasks = [asyncio.create_task(writer.share(Growth(number, tree))) for number, tree in enumerate(ROWS)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        stored = await rings(writer)

    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert [outcome for outcome in outcomes if outcome == [1]] == [[1]] * 3
    assert {unit for _, _, unit in stored} >= {0, 2, 3}


def dying(cursor: Cursor) -> None:
    cursor.execute(LOCKED, ("cedar",))
    cursor.execute("INSERT INTO ring (tree_id, number, unit) VALUES ('cedar', 1, 9)")
    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())").fetchall()


async def test_when_the_server_ends_the_connection_nothing_is_stored_and_nobody_is_told_otherwise() -> None:
    async with forest() as (writer, _):
        works: Sequence[Work[Any]] = [Growth(1, "ash"), dying, Growth(2, "birch")]
        outcomes = await asyncio.gather(*map(writer.share, works), return_exceptions=True)

        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
        assert await rings(writer) == []
        assert await writer.share(Growth(3, "ash")) == [1]


async def test_whoever_waits_behind_a_silent_server_is_told_with_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BATCHES", 1)
    monkeypatch.setattr(store, "UNIT_TIMEOUT", timedelta(milliseconds=200))
    async with forest(), opened() as pool:
        writer = PostgresWriter(pool)
        process = await writer.share(lambda cursor: cursor.execute("SELECT pg_backend_pid()").fetchone()[0])
        os.kill(process, signal.SIGSTOP)
        try:
            first = asyncio.create_task(writer.share(Growth(1, "ash")))
            for _ in range(3):  # its transaction begins
                await asyncio.sleep(0)
            second = asyncio.create_task(writer.share(Growth(2, "birch")))
            outcomes = await asyncio.gather(first, second, return_exceptions=True)
            monkeypatch.undo()
            assert [type(outcome) for outcome in outcomes] == [Unavailable] * 2
            assert await writer.share(Growth(3, "ash")) == [1]
        finally:
            os.kill(process, signal.SIGCONT)


async def test_a_look_at_one_statement_takes_no_transaction_and_at_two_sees_one_snapshot() -> None:
    def isolation(cursor: Cursor) -> str:
        return str(cursor.execute("SELECT current_setting('transaction_isolation')").fetchone()[0])

    def twice(cursor: Cursor) -> list[tuple[str, str]]:
        moment = "SELECT CAST(now() AS text), CAST(pg_current_snapshot() AS text)"
        return [cursor.execute(moment).fetchone(), cursor.execute(moment).fetchone()]

    async with opened() as pool:
        reader = PostgresReader(pool)
        assert await reader.look(isolation) == "read committed"
        assert await reader.run(isolation) == "repeatable read"
        first, second = await reader.look(twice)

    assert first == second


async def test_a_look_that_writes_is_refused() -> None:
    async with forest() as (writer, _), opened() as pool:
        with pytest.raises(Unavailable):
            await PostgresReader(pool).look(lambda cursor: cursor.execute("DELETE FROM tree RETURNING id").fetchall())
        with pytest.raises(Unavailable):
            await PostgresReader(pool).look(lambda cursor: cursor.execute("DELETE FROM tree"))
        assert await writer.share(Growth(1, "ash")) == [1]


@pytest.mark.parametrize(
    ("written", "numbered"),
    [
        ("SELECT a FROM b WHERE c = ?", "SELECT found.*, $2::int FROM (SELECT a FROM b WHERE c = $1) found"),
        ("SELECT ?1 + ?2, ?1", "SELECT found.*, $3::int FROM (SELECT $1 + $2, $1) found"),
        ("UPDATE a SET b = ? RETURNING c", "UPDATE a SET b = $1 RETURNING c, $2::int"),
        ("WITH a AS (SELECT 1) TABLE a", "SELECT found.*, $1::int FROM (WITH a AS (SELECT 1) TABLE a) found"),
        ("WITH a AS (DELETE FROM b RETURNING c) SELECT c FROM a", None),
    ],
)
def test_a_statement_says_whose_rows_it_gives(written: str, numbered: str | None) -> None:
    assert translated(written).numbered == numbered


def test_what_changes_rows_tells_how_many_only_when_it_is_asked() -> None:
    assert not translated("UPDATE a SET b = ?").gives_rows
    assert translated("UPDATE a SET b = ?", counted=True).numbered == "UPDATE a SET b = $1 RETURNING $2::int"
