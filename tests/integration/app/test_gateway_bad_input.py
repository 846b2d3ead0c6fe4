"""Frames that are no frames, clients that ask too much: each is told what to do, and nobody else notices."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from app.sites import Site
from tests.conftest import Start
from tests.running import Running
from tests.wire import PATIENCE, VisitorClient

AN_ID = "0b9d2c1e-6f0a-4f5e-9a53-2f6f3a1f7c10"


async def still_served(anna: VisitorClient) -> None:
    """The connection goes on after what was refused."""
    assert (await anna.ask("hello"))["text"] == "Hello there."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"hello"',
        "{}",
        '{"type": "message.sent"}',
        '{"type": "message.send"}',
        '{"type": null}',
        '{"type": "sync", "after": -1}',
        '{"type": "sync", "after": 1e400}',
        '{"type": "read", "seq": "many"}',
        '{"type": "typing", "on": true, "by": {"kind": "agent"}}',
        '{"type": "message.send", "client_id": "not a uuid", "text": "hello"}',
        '{"type": "message.send", "client_id": "' + AN_ID + '", "text": "\\ud800"}',
        '{"type": "message.send", "client_id": "' + AN_ID + '", "text": 7}',
        '{"type": "ticket.claim", "conversation_id": "' + AN_ID + '", "client_id": "' + AN_ID + '"}',
        "[" * 30_000,
        '{"type": "sync", "after": ' + "9" * 30_000 + "}",
    ],
)
async def test_what_is_no_frame_is_refused_and_the_connection_goes_on(server: Running, site: Site, text: str) -> None:
    async with server.visitor(site) as anna:
        await anna.send_raw(text)

        nack = await anna.expect("nack")
        assert (nack["code"], nack["retryable"]) == ("bad_frame", False)
        await still_served(anna)


async def test_a_frame_nested_deeper_than_eight_levels_is_refused_unread(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.send_raw('{"type": "typing", "on": ' + "[" * 8 + "]" * 8 + "}")

        nack = await anna.expect("nack", code="bad_frame")
        assert "8 levels" in nack["message"]


async def test_brackets_in_a_text_are_not_depth(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        ack = await anna.say('hello "{[' + "{[" * 20)

        shown = await anna.expect("message.created", client_id=ack["client_id"])
        assert shown["text"] == 'hello "{[' + "{[" * 20


async def test_a_binary_frame_is_refused(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.send_raw(b'{"type": "pong"}')

        assert "not binary" in (await anna.expect("nack", code="bad_frame"))["message"]
        await still_served(anna)


async def test_ten_bad_frames_close_the_socket_for_good(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        for _ in range(10):
            await anna.send_raw("nonsense")

        assert await anna.closed() == 4500
        assert len(anna.all("nack")) == 10
        assert anna.all("bye")[-1]["code"] == 4500


async def test_nine_bad_frames_do_not(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        for _ in range(9):
            await anna.send_raw("nonsense")
        await still_served(anna)


async def test_a_frame_over_64_kib_closes_the_socket_before_it_is_read(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.visitor(site) as ben:
        await anna.send_raw(json.dumps({"type": "message.send", "client_id": str(uuid4()), "text": "x" * 70_000}))

        assert await anna.closed() == 1009
        await still_served(ben)


async def test_a_message_of_4000_characters_is_stored_and_one_more_is_refused(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.say("ü" * 4_000)
        nack = await anna.refused("ü" * 4_001)

        assert (nack["code"], nack["retryable"]) == ("too_long", False)
        assert "4,000" in nack["message"]
        assert [len(m["text"]) for m in await anna.settled() if m["author"]["kind"] == "visitor"] == [4_000]


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u0000\u0007"])
async def test_an_empty_message_is_refused(server: Running, site: Site, text: str) -> None:
    async with server.visitor(site) as anna:
        nack = await anna.refused(text)

        assert (nack["code"], nack["retryable"]) == ("empty_message", False)
        assert await anna.settled() == []


async def test_control_characters_are_taken_out_of_a_text(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        ack = await anna.say("  hello\u0000\u001b[31m\r\nthere\u0085  ")

        assert (await anna.expect("message.created", client_id=ack["client_id"]))["text"] == "hello[31m\nthere"


async def test_hello_must_come_first(server: Running, site: Site) -> None:
    async with server.wire("/ws/visitor") as wire:
        await wire.send("message.send", client_id=str(uuid4()), text="hello")

        assert (await wire.expect("nack"))["code"] == "bad_frame"
        assert await wire.closed() == 4500


async def test_hello_comes_once(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.send("hello", v=1, token=anna.token)

        assert "already" in (await anna.expect("nack", code="bad_frame"))["message"]
        await still_served(anna)


async def test_another_version_of_the_protocol_is_told_to_reload(server: Running, site: Site) -> None:
    async with server.wire("/ws/visitor") as wire:
        await wire.send("hello", v=2, token=await server.new_token(site))

        assert (await wire.expect("nack"))["code"] == "wrong_version"
        assert await wire.closed() == 4505


async def test_who_does_not_say_hello_in_time_is_closed(start: Start) -> None:
    async with start(hello_timeout=timedelta(milliseconds=50)) as server, server.wire("/ws/visitor") as wire:
        assert await wire.closed() == 4501


async def test_a_sixth_socket_of_one_visitor_is_refused_until_one_is_closed(server: Running, site: Site) -> None:
    token = await server.new_token(site)
    async with (
        server.visitor(token) as first,
        server.visitor(token),
        server.visitor(token),
        server.visitor(token),
        server.visitor(token),
    ):
        async with server.wire("/ws/visitor") as sixth:
            await sixth.send("hello", v=1, token=token)
            nack = await sixth.expect("nack")
            assert (nack["code"], nack["retryable"]) == ("too_many_connections", True)
            assert await sixth.closed() == 4405
        async with server.visitor(site):
            pass
        await first.close()
        async with server.visitor(token):
            pass


async def test_who_writes_too_fast_may_send_the_same_message_again_in_a_moment(start: Start) -> None:
    async with start(visitor_rate=1, visitor_rate_per_minute=60) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.visitor(site) as ben:
            await anna.say("hello")
            await anna.say("good morning")
            nack = await anna.refused("hi there")

            assert (nack["code"], nack["retryable"]) == ("rate_limited", True)
            assert 0 < nack["after_ms"] <= 1_000
            await still_served(ben)


async def test_sixty_messages_a_minute_are_enough_for_anyone(start: Start) -> None:
    limits = {"visitor_rate": 1_000, "visitor_rate_per_minute": 3}
    async with start(**limits) as server, server.visitor(await server.new_site()) as anna:
        for text in ("hello", "hi there", "good morning"):
            await anna.say(text)
        nack = await anna.refused("let it be")

        assert nack["code"] == "rate_limited"
        assert nack["after_ms"] > 1_000


async def test_handshakes_beyond_the_rate_are_answered_429(start: Start) -> None:
    async with start(handshakes_per_second=1) as server:
        token = await server.new_token(await server.new_site())
        async with server.visitor(token), server.visitor(token):
            with pytest.raises(InvalidStatus) as refused:
                async with server.connect("/ws/visitor"):
                    pass

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"


async def test_sockets_without_a_token_are_few_and_those_with_one_are_not_counted(start: Start) -> None:
    async with start(anonymous_sockets_per_address=1) as server:
        token = await server.new_token(await server.new_site())
        async with server.visitor(token), server.wire("/ws/visitor"):
            with pytest.raises(InvalidStatus) as refused:
                async with server.connect("/ws/visitor"):
                    pass
    assert refused.value.response.status_code == 429


async def test_a_full_server_refuses_the_next_socket(start: Start) -> None:
    async with start(sockets=1) as server:
        site = await server.new_site()
        async with server.visitor(site):
            with pytest.raises(InvalidStatus) as refused:
                async with server.connect("/ws/visitor"):
                    pass
    assert refused.value.response.status_code == 503


async def test_a_quiet_socket_is_pinged_and_one_that_never_answers_is_closed(start: Start) -> None:
    quick = {"heartbeat": timedelta(milliseconds=1), "heartbeat_timeout": timedelta(milliseconds=500)}
    async with start(**quick) as server:
        site = await server.new_site()
        async with server.visitor(site) as dead:
            dead.answers_pings = False
            assert await dead.closed() == 4403


async def test_a_socket_that_answers_pings_stays(start: Start) -> None:
    quick = {"heartbeat": timedelta(milliseconds=1), "heartbeat_timeout": timedelta(seconds=PATIENCE)}
    async with start(**quick) as server, server.visitor(await server.new_site()) as anna:
        await anna.expect("ping")
        await still_served(anna)
