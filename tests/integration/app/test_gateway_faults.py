"""Things go wrong inside the server: the visitor gets one answer, and nobody else is disturbed."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from app.conversations import Said
from app.errors import DatabaseInUse, StartupRefused
from app.persistence.database import open_database
from app.persistence.journal import Heard
from app.persistence.people import People
from app.persistence.sql_journal import SqlJournal
from tests.clock import ManualClock
from tests.conftest import Start
from tests.integration.app.gates import gate_of
from tests.running import PROJECT
from tests.wire import VisitorClient

PERSON = {"title": "Talk to a person", "payload": "/human_request"}


@pytest.mark.parametrize("text", ["explode please", "hang for ever"])
async def test_an_action_that_raises_or_hangs_ends_in_an_apology_and_the_offer_of_a_person(
    start: Start, text: str
) -> None:
    async with start(action_timeout=timedelta(milliseconds=100)) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.visitor(site) as ben:
            failing = asyncio.create_task(anna.ask(text))
            assert (await ben.ask("hello"))["text"] == "Hello there."
            apology = await failing

            assert apology["buttons"] == [PERSON]
            assert "gearbox" not in str(anna.received)
            await anna.say(PERSON["title"], payload=PERSON["payload"])
            assert await anna.state(status="waiting")


async def test_a_turn_that_takes_too_long_ends_in_an_apology(start: Start) -> None:
    quick = {"turn_timeout": timedelta(milliseconds=100)}
    async with start(**quick) as server, server.visitor(await server.new_site()) as anna:
        assert (await anna.ask("hang for ever"))["buttons"] == [PERSON]


async def test_what_is_written_while_the_bot_thinks_is_answered_next(start: Start) -> None:
    async with start() as server, server.visitor(await server.new_site()) as anna:
        first = await anna.say("wait for me")
        gate = gate_of(anna.conversation_id)
        await gate.reached.wait()
        second = await anna.say("hello")
        gate.opened.set()
        await anna.expect("message.created", re=second["client_id"])

        said = [(m["seq"], m["re"]) for m in await anna.settled()]
        assert said == [(1, None), (2, None), (3, first["client_id"]), (4, second["client_id"])]


async def test_when_a_person_takes_over_meanwhile_the_bot_keeps_its_thought_to_itself(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.visitor(site) as anna:
            await anna.need_a_person()
            await anna.say("wait for me")
            gate = gate_of(anna.conversation_id)
            await gate.reached.wait()
            async with server.agent(site) as maya:
                await maya.claim(anna.conversation_id)
                await maya.follow(anna.conversation_id)
                gate.opened.set()
                await anna.say("let me talk to a human please")
                await maya.expect("entry.created", kind="triage")  # the second turn is over, so the first is

        assert not [m for m in anna.messages if m["author"]["kind"] == "bot"]


async def test_a_socket_that_goes_away_does_not_take_its_turn_with_it(start: Start) -> None:
    async with start() as server:
        async with server.visitor(await server.new_site()) as anna:
            await anna.say("wait for me")
            gate = gate_of(anna.conversation_id)
            await gate.reached.wait()
            anna.vanish()
        async with server.back(anna, after=1) as anna_again:
            gate.opened.set()
            answer = await anna_again.expect("message.created")

            assert (answer["seq"], answer["text"]) == (2, "That took a moment.")


# What was left lying when the process died ----------------------------------------------------------------------


async def test_a_turn_of_a_killed_server_is_answered_once_after_the_start(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        token = await server.new_token(await server.new_site())
        database = server.settings.database
    heard = await heard_and_never_answered(database, token, clock)
    async with start() as server, server.visitor(token) as anna:
        await until_answered(anna)
        assert [m["re"] for m in await anna.settled()] == [None, heard.message.client_id]
    async with start() as server:
        assert [m["seq"] for m in await server.history(token)] == [1, 2]


async def test_a_turn_tried_too_often_ends_with_an_apology(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        token = await server.new_token(await server.new_site())
        database = server.settings.database
    await heard_and_never_answered(database, token, clock)
    change(database, "UPDATE turn SET attempts = 3")
    async with start() as server, server.visitor(token) as anna:
        await until_answered(anna)
        assert anna.messages[1]["buttons"] == [PERSON]


async def test_a_conversation_that_cannot_be_read_harms_no_other(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        site = await server.new_site()
        token = await server.new_token(site)
        database = server.settings.database
    await heard_and_never_answered(database, token, clock)
    change(database, "UPDATE entry SET data = '{}'")
    async with start(sweep_interval=timedelta(milliseconds=5)) as server:
        clock.advance(timedelta(minutes=1))  # its lease is over: it is tried again and fails again
        async with server.visitor(await server.new_token(site)) as ben:
            assert (await ben.ask("hello"))["text"] == "Hello there."
        async with server.wire("/ws/visitor") as broken:
            await broken.send("hello", v=1, token=token)
            assert await broken.closed() == 1011


async def heard_and_never_answered(path: Path, token: str, clock: ManualClock) -> Heard:
    """A stored message with its turn under way, as a killed process leaves it."""
    async with open_database(path) as database:
        people = People(database.reads, database.writes, idle=timedelta(hours=1), absolute=timedelta(hours=1))
        visitor = await people.visitor(token, clock())
        assert visitor is not None
        limit = timedelta(days=1)
        journal = SqlJournal(database.writer, database.reader, turn_lease=limit, reopen_within=limit)
        return await journal.hear(visitor.id, visitor.site_id, Said(uuid4(), "hello"), now=clock())


async def until_answered(anna: VisitorClient) -> None:
    while not [m for m in anna.messages if m["author"]["kind"] == "bot"]:
        await anna.expect("message.created")


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        database.execute(statement)


# The store --------------------------------------------------------------------------------------------------------


@contextmanager
def without(path: Path, table: str) -> Iterator[None]:
    """A store that refuses whatever needs this table, and recovers."""
    change(path, f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        change(path, f"ALTER TABLE {table}_away RENAME TO {table}")


async def test_while_the_store_refuses_writes_nothing_is_acknowledged_and_sockets_stay(start: Start) -> None:
    async with start() as server, server.visitor(await server.new_site()) as anna:
        await anna.ask("hello")
        with without(server.settings.database, "turn"):
            nack = await anna.refused("good morning")
            assert (nack["code"], nack["retryable"]) == ("unavailable", True)
        ack = await anna.say("good morning", client_id=nack["client_id"])

        assert (ack["seq"], ack["duplicate"]) == (3, False)
        assert await anna.expect("message.created", re=ack["client_id"])


async def test_an_agent_is_told_to_try_again_as_well(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.agent(site) as maya:
            await anna.need_a_person()
            with without(server.settings.database, "ticket"):
                nack = await maya.claim(anna.conversation_id)
                assert (nack["code"], nack["retryable"]) == ("unavailable", True)
            assert (await maya.claim(anna.conversation_id))["type"] == "ack"


async def test_rest_and_new_sockets_say_that_the_store_is_away_and_recover(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        token = await server.new_token(site)
        with without(server.settings.database, "visitor"):
            answer = await server.http.post("/api/visitor/session", json={"site": site.key})
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            async with server.wire("/ws/visitor") as wire:
                await wire.send("hello", v=1, token=token)
                assert await wire.closed() == 4407
        async with server.visitor(token) as anna:
            assert (await anna.ask("hello"))["text"] == "Hello there."


async def test_readiness_is_whether_a_write_goes_through_and_liveness_is_not(start: Start) -> None:
    async with start() as server:
        assert (await server.http.get("/readyz")).status_code == 200
        with without(server.settings.database, "store"):
            assert (await server.http.get("/readyz")).status_code == 503
            assert (await server.http.get("/healthz")).status_code == 200
        assert (await server.http.get("/readyz")).status_code == 200


# Slow, stopping, starting -----------------------------------------------------------------------------------------


async def test_a_client_that_does_not_read_is_closed_and_delays_nobody(start: Start) -> None:
    async with start(outbox_frames=4, send_buffer=8_192) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.agent(site) as maya:
            await anna.need_a_person()
            gen = (await maya.claim(anna.conversation_id))["gen"]
            narrow = socket.create_connection(("127.0.0.1", server.settings.port))
            narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            narrow.setblocking(False)
            async with server.connect("/ws/visitor", sock=narrow, max_queue=1) as connection:
                slow = VisitorClient(connection, anna.token)
                await slow.hello(after=0)
                for number in range(100):
                    text = f"{number} " + "ü" * 3_900
                    await maya.reply(anna.conversation_id, text, gen)
                    last = await anna.expect("message.created", text=text)

                assert await slow.closed() == 4402
                assert slow.messages == anna.messages[: len(slow.messages)]
            async with server.back(anna, after=len(slow.messages)) as resumed:
                assert resumed.messages[-1] == last


async def test_a_stopping_server_finishes_its_turns_and_says_goodbye(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.visitor(site) as ben:
            await anna.say("wait for me")
            gate = gate_of(anna.conversation_id)
            await gate.reached.wait()
            server.chat.stop()
            nack = await ben.refused("hello")
            assert (nack["code"], nack["retryable"]) == ("draining", True)
            assert await ben.closed() == 4401
            with pytest.raises(InvalidStatus) as refused:
                async with server.connect("/ws/visitor"):
                    pass
            assert refused.value.response.status_code == 503
            assert refused.value.response.headers["Retry-After"] == "1"
            assert (await server.http.get("/readyz")).status_code == 503
            gate.opened.set()

            assert (await anna.expect("message.created", text="That took a moment."))["seq"] == 2
            bye = await anna.expect("bye")
            assert (bye["code"], 0 <= bye["after_ms"] <= 5_000) == (4401, True)
            assert await anna.closed() == 4401
        assert server.task is not None
        await asyncio.wait_for(server.task, 20)


async def test_a_second_process_on_the_same_file_is_refused_and_told_who_has_it(start: Start) -> None:
    async with start() as server:
        with pytest.raises(DatabaseInUse, match=rf"pid {os.getpid()}\).*KICKSTAND_DATA_DIR"):
            async with start():
                pass
        assert (await server.http.get("/readyz")).status_code == 200


async def test_a_broken_bot_project_is_named_with_file_and_line(start: Start, tmp_path: Path) -> None:
    async with start() as server:
        await server.new_site()
    broken = tmp_path / "broken"
    shutil.copytree(PROJECT, broken)
    (broken / "data" / "rules.yml").write_text('version: "3.1"\nrules:\n- rule: greet\n  steps: [{intent: greet\n')

    with pytest.raises(StartupRefused, match=r"rules\.yml:\d+: error"):
        async with start(bot_project=broken):
            pass
