"""What a hostile peer may cost the server and everyone else on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

from app.rest.manners import BODY_LIMIT
from tests.conftest import Start
from tests.integration.app.held import Held
from tests.running import Running


async def test_read_marks_typing_and_sync_have_a_rate_too(start: Start) -> None:
    async with start(visitor_rate=1) as server, server.visitor(await server.new_site()) as anna:
        await anna.ask("hello")
        for _ in range(20):
            await anna.send("sync", after=0)

        refused = await anna.expect("nack", code="rate_limited")
        assert refused["retryable"] is True
        assert refused["after_ms"] > 0


async def test_signals_take_nothing_from_messages(start: Start) -> None:
    async with start(visitor_rate=1) as server, server.visitor(await server.new_site()) as anna:
        for _ in range(20):
            await anna.send("typing", on=True)
        await anna.expect("nack", code="rate_limited")

        assert (await anna.say("hello"))["seq"] == 1


async def test_who_said_hello_to_a_busy_store_is_asked_back(start: Start) -> None:
    async with start(hello_timeout=timedelta(seconds=1)) as server:
        token = await server.new_token(await server.new_site())
        server.services.visitors.people = cast(Any, Held(server.services.people, "visitor"))
        async with server.wire("/ws/visitor") as late:
            await late.send("hello", v=1, token=token)

            assert await late.closed() == 4407


async def test_sec_f2_a_body_is_refused_before_it_is_all_read(server: Running) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * BODY_LIMIT

    json = {"Content-Type": "application/json"}
    answer = await server.http.post("/api/visitor/session", content=endless(), headers=json)

    assert answer.status_code == 413
    assert answer.json()["retryable"] is False
