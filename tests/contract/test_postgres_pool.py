"""What happens to a connection of the pool when the one who used it is cancelled, or the server is gone."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from uuid import uuid4

import anyio
import asyncpg
import pytest

from app.conversations import Said, VisitorId
from app.errors import Unavailable
from app.persistence import postgres as store
from app.persistence.postgres import PostgresReader, PostgresWriter, arguments, open_pool, waiting_helps
from app.persistence.search import Search
from app.persistence.sql_journal import SqlJournal
from app.persistence.work import Cursor
from tests.contract.servers import postgres
from tests.contract.stores import database_of_stores, postgres_store
from tests.factories import A_SITE, MONDAY_MORNING

ROUNDS = 5
ANNA = VisitorId("anna")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
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


async def test_gateways_that_look_for_turns_at_the_same_moment_share_them_and_wait_for_nobody() -> None:
    async with postgres_store() as opened:
        journal = SqlJournal(opened.writer, opened.reader, turn_lease=HOUR, reopen_within=DAY)
        owed = []
        for number in range(5):
            visitor = VisitorId(str(number))
            await opened.add_visitor(visitor)
            owed.append(await journal.hear(visitor, A_SITE, Said(uuid4(), "hi"), now=MONDAY_MORNING))
        busy = owed[0].change.conversation.id
        at_it, done = asyncio.Event(), asyncio.Event()
        other = asyncio.create_task(_is_at(busy, at_it, done))
        await at_it.wait()

        found = await asyncio.gather(*(journal.take_turns(now=MONDAY_MORNING + DAY) for _ in range(4)))
        taken = [lease.message.conversation_id for leases in found for lease in leases]
        done.set()
        await other
        (left,) = await journal.take_turns(now=MONDAY_MORNING + DAY)

        assert sorted(taken) == sorted(each.change.conversation.id for each in owed[1:])
        assert left.message.conversation_id == busy


async def test_search_reads_a_conversation_in_which_somebody_writes_and_keeps_nobody_from_writing() -> None:
    async with postgres_store() as opened:
        journal = SqlJournal(opened.writer, opened.reader, turn_lease=HOUR, reopen_within=DAY)
        search = Search(opened.writer, opened.reader, anyio.sleep)
        await opened.add_visitor(ANNA)
        heard = await journal.hear(ANNA, A_SITE, Said(uuid4(), "a tailpiece"), now=MONDAY_MORNING)
        at_it, done = asyncio.Event(), asyncio.Event()
        other = asyncio.create_task(_is_at(heard.change.conversation.id, at_it, done))
        await at_it.wait()

        (hit,) = await asyncio.wait_for(search.find("tailpiece", [A_SITE]), 20)
        done.set()
        await other

        assert hit.conversation_id == heard.change.conversation.id


async def _is_at(conversation_id: str, at_it: asyncio.Event, done: asyncio.Event) -> None:
    """Somebody else's unit on a conversation, until `done`."""
    connection = await asyncpg.connect(**arguments(await asyncio.to_thread(database_of_stores)))
    async with connection.transaction():
        await connection.execute("SELECT id FROM conversation WHERE id = $1 FOR NO KEY UPDATE", conversation_id)
        at_it.set()
        await done.wait()
    await connection.close()


def test_a_connection_that_the_driver_lost_track_of_is_worth_waiting_for() -> None:
    with pytest.raises(Unavailable), waiting_helps():
        raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
