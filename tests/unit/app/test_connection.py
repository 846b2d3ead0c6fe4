"""A socket's outbox and heartbeat, on a clock of the test and with a peer that reads when it is told to."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from fastapi import WebSocket
from starlette.websockets import WebSocketState

from app.errors import ChatError, CloseCode, RateLimited, TooLong
from app.gateway.connection import Connection
from tests.clock import ManualMonotonic
from tests.running import settings_for_tests


class Peer:
    """The other end: takes frames while `reading` is set, and never says anything."""

    def __init__(self) -> None:
        self.client_state = WebSocketState.CONNECTED
        self.sent: list[str] = []
        self.code: int | None = None
        self.reading = asyncio.Event()
        self.reading.set()
        self.changed = asyncio.Event()
        self.says: asyncio.Queue[str] = asyncio.Queue()

    async def send_text(self, text: str) -> None:
        await self.reading.wait()
        self.sent.append(text)
        self.changed.set()

    async def receive(self) -> dict[str, Any]:
        return {"type": "websocket.receive", "text": await self.says.get()}

    async def close(self, code: int) -> None:
        self.code = code
        self.changed.set()


class Link:
    """A connection that runs, with its peer."""

    def __init__(self, refuses: ChatError | None = None, **changes: Any) -> None:
        """`refuses`: what the handler answers every frame with."""
        self._refuses = refuses
        self.peer, self.clock = Peer(), ManualMonotonic()
        self.connection = Connection(
            cast(WebSocket, self.peer), settings_for_tests(Path("unused"), **changes), self.clock
        )

    async def __aenter__(self) -> Link:
        self._task = asyncio.create_task(self.connection.run(self._ignore))
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, count: int) -> list[str]:
        """The types of the frames sent, once there are so many or the socket is closed."""
        async with asyncio.timeout(10):
            while len(self.peer.sent) < count and self.peer.code is None:
                self.peer.changed.clear()
                await self.peer.changed.wait()
        return [json.loads(text)["type"] for text in self.peer.sent]

    async def closed(self) -> int | None:
        async with asyncio.timeout(10):
            while self.peer.code is None:
                self.peer.changed.clear()
                await self.peer.changed.wait()
        return self.peer.code

    async def _ignore(self, text: str) -> None:
        if self._refuses is not None:
            raise self._refuses


def a_frame(name: str, size: int = 0) -> str:
    return json.dumps({"type": name, "filling": "x" * size})


async def test_frames_are_sent_in_order() -> None:
    async with Link() as link:
        for name in "abc":
            link.connection.push(a_frame(name))

        assert await link.until(3) == ["a", "b", "c"]


async def test_a_quiet_peer_is_pinged_once_the_heartbeat_has_passed() -> None:
    async with Link() as link:
        link.clock.advance(timedelta(seconds=25))
        link.connection.beat()
        assert link.peer.sent == []
        link.clock.advance(timedelta(seconds=1))
        link.connection.beat()

        assert await link.until(1) == ["ping"]


async def test_traffic_to_the_peer_is_as_good_as_a_ping() -> None:
    async with Link() as link:
        link.clock.advance(timedelta(seconds=24))
        link.connection.push(a_frame("a"))
        await link.until(1)
        link.clock.advance(timedelta(seconds=24))
        link.connection.beat()

        assert await link.until(1) == ["a"]


async def test_a_peer_that_says_nothing_for_a_minute_is_closed() -> None:
    async with Link() as link:
        link.clock.advance(timedelta(seconds=61))
        link.connection.beat()

        assert await link.closed() == CloseCode.NO_HEARTBEAT


async def test_a_peer_that_does_not_read_is_closed_when_its_outbox_is_full() -> None:
    async with Link(outbox_frames=4) as link:
        link.peer.reading.clear()
        for name in "abcdefgh":
            link.connection.push(a_frame(name))
            await asyncio.sleep(0)
        link.peer.reading.set()

        assert await link.closed() == CloseCode.SLOW
        assert [json.loads(text)["type"] for text in link.peer.sent] == ["a"]


async def test_bytes_count_as_well_as_frames() -> None:
    async with Link(outbox_bytes=1_000) as link:
        link.peer.reading.clear()
        for name in "abc":
            link.connection.push(a_frame(name, 600))
            await asyncio.sleep(0)
        link.peer.reading.set()

        assert await link.closed() == CloseCode.SLOW


async def test_what_need_not_last_goes_first_and_costs_nobody_the_connection() -> None:
    async with Link(outbox_frames=3) as link:
        link.peer.reading.clear()
        link.connection.push(a_frame("sent"))
        await asyncio.sleep(0)
        for name in "ab":
            link.connection.push(a_frame(name))
        link.connection.push(a_frame("typing"), ephemeral=True)
        link.connection.push(a_frame("too many"), ephemeral=True)
        link.connection.push(a_frame("c"))
        link.peer.reading.set()

        assert await link.until(4) == ["sent", "a", "b", "c"]


async def test_a_write_that_stalls_closes_the_connection() -> None:
    link = Link()
    async with link:
        link.peer.reading.clear()
        link.connection.push(a_frame("a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        link.clock.advance(timedelta(seconds=11))
        link.connection.beat()
        await asyncio.wait({link._task}, timeout=10)

        assert link._task.done()


async def test_a_goodbye_comes_after_what_is_queued() -> None:
    async with Link() as link:
        link.connection.push(a_frame("a"))
        link.connection.leave(CloseCode.DRAINING, after_ms=700)
        link.connection.push(a_frame("too late"))

        assert await link.closed() == CloseCode.DRAINING
        assert await link.until(2) == ["a", "bye"]
        assert json.loads(link.peer.sent[1]) == {"type": "bye", "code": 4401, "after_ms": 700}


async def test_who_goes_on_flooding_for_ten_seconds_is_closed() -> None:
    async with Link(refuses=RateLimited(after_ms=100)) as link:
        for second in range(12):
            link.peer.says.put_nowait("{}")
            await link.until(second + 1)
            link.clock.advance(timedelta(seconds=1))
        assert link.peer.code == CloseCode.RATE


async def test_a_burst_now_and_then_is_forgiven() -> None:
    async with Link(refuses=RateLimited(after_ms=100)) as link:
        for burst in range(12):
            link.peer.says.put_nowait("{}")
            await link.until(burst + 1)
            link.clock.advance(timedelta(seconds=3))
        assert link.peer.code is None


async def test_a_refusal_names_the_message_it_is_about() -> None:
    async with Link(refuses=TooLong()) as link:
        client_id = "0190a5a0-0000-7000-8000-000000000001"
        link.peer.says.put_nowait(json.dumps({"client_id": client_id}))
        await link.until(1)
        assert json.loads(link.peer.sent[0])["client_id"] == client_id
