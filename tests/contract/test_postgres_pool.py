"""What happens to a connection of the pool when the one who used it is cancelled, or the server is gone."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta

import asyncpg
import pytest

from app.errors import Unavailable
from app.persistence import postgres as store
from app.persistence.postgres import PostgresReader, PostgresWriter, open_pool, waiting_helps
from app.persistence.sql_journal import SqlJournal
from app.persistence.work import Cursor
from tests.contract.servers import postgres

ROUNDS = 5
DAY = timedelta(days=1)
PATIENTLY = timedelta(seconds=20)


def slow(cursor: Cursor) -> None:
    cursor.execute("SELECT pg_sleep(4)").fetchall()


async def test_units_that_are_cancelled_once_or_twice_leave_a_pool_that_works() -> None:
    url = (await asyncio.to_thread(postgres)).url("postgres")
    async with open_pool(url, connections=1) as pool:
        writer = PostgresWriter(pool)
        for again in range(ROUNDS):
            unit = asyncio.create_task(writer.run(slow))
            await asyncio.sleep(0.02)
            unit.cancel()
            if again % 2:
                await asyncio.sleep(0)
                unit.cancel()
            with pytest.raises(asyncio.CancelledError):
                await unit
            rows = await writer.run(lambda cursor: cursor.execute("SELECT 7").fetchall())
            assert rows == [(7,)]


async def test_a_unit_on_a_connection_that_falls_silent_is_given_up_and_the_next_one_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "UNIT_TIMEOUT", timedelta(milliseconds=200))
    url = (await asyncio.to_thread(postgres)).url("postgres")
    async with open_pool(url, connections=1) as pool:
        writer = PostgresWriter(pool)
        ((process,),) = await writer.run(lambda cursor: cursor.execute("SELECT pg_backend_pid()").fetchall())
        os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(Unavailable):
                await writer.run(lambda cursor: cursor.execute("SELECT 7").fetchall())
            monkeypatch.undo()
            assert await writer.run(lambda cursor: cursor.execute("SELECT 7").fetchall()) == [(7,)]
        finally:
            os.kill(process, signal.SIGCONT)


async def test_whether_a_frozen_server_takes_writes_is_answered_in_time_however_often_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "ROLLBACK_TIMEOUT", timedelta(milliseconds=100))
    server = await asyncio.to_thread(postgres)
    url = await asyncio.to_thread(server.empty_database)
    async with open_pool(url, connections=2) as pool:
        journal = SqlJournal(PostgresWriter(pool), PostgresReader(pool), turn_lease=DAY, reopen_within=DAY)
        assert await journal.accepts_writes(PATIENTLY)
        server.freeze()
        try:
            asked = [await journal.accepts_writes(timedelta(milliseconds=50)) for _ in range(6)]
        finally:
            server.thaw()
        assert asked == [False] * 6
        assert await journal.accepts_writes(PATIENTLY)
    await asyncio.to_thread(server.drop, url)


def test_a_connection_that_the_driver_lost_track_of_is_worth_waiting_for() -> None:
    with pytest.raises(Unavailable), waiting_helps():
        raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
