"""A socket's outbox and heartbeat, on a clock of the test and with a peer that reads when it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.errors import ChatError, CloseCode, RateLimited, TooLong
from app.gateway.connection import Connection, Departures
from tests.clock import ManualMonotonic
from tests.running import settings_for_tests


class Peer:
    """The other end, carried by nothing: takes frames while it is `free`, and says what a test has it say."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.writes = 0
        self.code: int | None = None
        self.is_free = True
        self.is_given_up = False
        self.on_free: Callable[[], None] = lambda: None
        self.changed = asyncio.Event()
        self.says: asyncio.Queue[str | None] = asyncio.Queue()
        self.said = asyncio.Event()

    def write(self, frames: Sequence[str]) -> None:
        self.writes += 1
        self.sent += frames
        self.changed.set()

    async def receive(self) -> Mapping[str, object]:
        text = await self.says.get()
        self.said.set()
        return {"type": "websocket.disconnect"} if text is None else {"type": "websocket.receive", "text": text}

    async def close(self, code: int) -> None:
        while not self.is_free:
            self.changed.clear()
            await self.changed.wait()
        self.code = code
        self.changed.set()
        self.says.put_nowait(None)

    def abort(self) -> None:
        self.is_given_up = True
        self.says.put_nowait(None)

    def takes_frames(self) -> None:
        self.is_free = True
        self.changed.set()
        self.on_free()


class Link:
    """A connection that runs, with its peer."""

    def __init__(self, refuses: ChatError | None = None, departures: Departures | None = None, **changes: Any) -> None:
        """`refuses`: what the handler answers every frame with."""
        self._refuses = refuses
        self.begun: list[str] = []
        self.finished: list[str] = []
        self.work = asyncio.Event()
        self.work.set()
        self.peer, self.clock = Peer(), ManualMonotonic()
        self.connection = Connection(
            self.peer, departures or Departures(), settings_for_tests(Path("unused"), **changes), self.clock
        )

    async def __aenter__(self) -> Link:
        self._task = asyncio.create_task(self.connection.run(self._handle))
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

    async def over(self) -> None:
        """Wait until nothing runs any more."""
        async with asyncio.timeout(10):
            await asyncio.wait({self._task})

    async def _handle(self, text: str) -> None:
        self.begun.append(text)
        await self.work.wait()
        self.finished.append(text)
        if self._refuses is not None:
            raise self._refuses


def a_frame(name: str, size: int = 0) -> str:
    return json.dumps({"type": name, "filling": "x" * size})


async def test_frames_are_sent_in_order() -> None:
    async with Link() as link:
        for name in "abc":
            link.connection.push(a_frame(name))

        assert await link.until(3) == ["a", "b", "c"]


async def test_what_one_round_of_the_loop_brings_leaves_at_once() -> None:
    async with Link() as link:
        for name in "abc":
            link.connection.push(a_frame(name))
        await link.until(3)

        assert link.peer.writes == 1


async def test_what_goes_to_several_leaves_before_what_was_begun_meanwhile() -> None:
    departures, sent = Departures(), []
    async with Link(departures=departures) as anna, Link(departures=departures) as ben:
        anna.connection.push(a_frame("a"))
        asyncio.get_running_loop().call_soon(lambda: sent.append((len(anna.peer.sent), len(ben.peer.sent))))
        ben.connection.push(a_frame("b"))
        await ben.until(1)
        await asyncio.sleep(0)

        assert sent == [(1, 1)]


async def test_a_slow_peer_is_not_handed_much_at_once() -> None:
    async with Link() as link:
        for name in "abcd":
            link.connection.push(a_frame(name, 12_000))
        await link.until(4)

        assert link.peer.writes == 2


async def test_a_quiet_peer_is_pinged_once_the_heartbeat_has_passed() -> None:
    async with Link() as link:
        link.clock.advance(timedelta(seconds=25))
        link.connection.beat()
        assert link.peer.sent == []
        link.clock.advance(timedelta(seconds=1))
        link.connection.beat()

        assert await link.until(1) == ["ping"]


async def test_traffic_both_ways_is_as_good_as_a_ping() -> None:
    async with Link() as link:
        link.clock.advance(timedelta(seconds=24))
        link.peer.says.put_nowait("{}")
        link.connection.push(a_frame("a"))
        await link.until(1)
        link.clock.advance(timedelta(seconds=24))
        link.connection.beat()

        assert await link.until(1) == ["a"]


async def test_who_only_listens_is_pinged_however_much_there_is_to_hear() -> None:
    async with Link() as link:
        for second in range(1, 60):
            link.clock.advance(timedelta(seconds=1))
            link.connection.push(a_frame("typing"))
            await link.until(second)
            link.connection.beat()

        assert (await link.until(61)).count("ping") == 2


async def test_a_peer_that_says_nothing_for_a_minute_is_closed() -> None:
    async with Link() as link:
        link.clock.advance(timedelta(seconds=61))
        link.connection.beat()

        assert await link.closed() == CloseCode.NO_HEARTBEAT


async def test_a_peer_that_does_not_read_is_closed_when_its_outbox_is_full() -> None:
    async with Link(outbox_frames=4) as link:
        link.peer.is_free = False
        for name in "abcdefgh":
            link.connection.push(a_frame(name))
            await asyncio.sleep(0)
        link.peer.takes_frames()

        assert await link.closed() == CloseCode.SLOW
        assert link.peer.sent == []


async def test_bytes_count_as_well_as_frames() -> None:
    async with Link(outbox_bytes=1_000) as link:
        link.peer.is_free = False
        for name in "abc":
            link.connection.push(a_frame(name, 600))
            await asyncio.sleep(0)
        link.peer.takes_frames()

        assert await link.closed() == CloseCode.SLOW


async def test_a_long_catch_up_of_large_frames_waits_for_who_reads_slowly() -> None:
    async with Link(outbox_bytes=10_000) as link:
        link.peer.is_free = False
        catch_up = asyncio.create_task(send_all(link, [a_frame(f"{number}", 3_000) for number in range(9)]))
        await asyncio.sleep(0)
        link.peer.takes_frames()
        await catch_up

        assert await link.until(9) == [f"{number}" for number in range(9)]


async def send_all(link: Link, frames: list[str]) -> None:
    for frame in frames:
        await link.connection.send(frame)


async def test_a_frame_larger_than_the_outbox_is_sent_alone() -> None:
    async with Link(outbox_bytes=1_000) as link:
        link.connection.push(a_frame("large", 5_000))

        assert await link.until(1) == ["large"]


async def test_what_need_not_last_goes_first_and_costs_nobody_the_connection() -> None:
    async with Link(outbox_frames=3) as link:
        link.peer.is_free = False
        for name in "ab":
            link.connection.push(a_frame(name))
        link.connection.push(a_frame("typing"), ephemeral=True)
        link.connection.push(a_frame("too many"), ephemeral=True)
        link.connection.push(a_frame("c"))
        link.peer.takes_frames()

        assert await link.until(3) == ["a", "b", "c"]


async def test_a_write_that_stalls_closes_the_connection() -> None:
    link = Link()
    async with link:
        link.peer.is_free = False
        link.connection.push(a_frame("a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        link.clock.advance(timedelta(seconds=11))
        link.connection.beat()
        await link.over()

    assert link.peer.is_given_up
    assert link.peer.sent == []


async def test_a_peer_that_does_not_take_the_goodbye_is_given_up_too() -> None:
    async with Link() as link:
        link.peer.is_free = False
        link.connection.leave(CloseCode.NOT_AUTHENTICATED)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        link.clock.advance(timedelta(seconds=11))
        link.connection.beat()
        await link.over()

        assert link.peer.sent == []


async def test_once_a_socket_is_to_be_closed_nothing_it_says_counts() -> None:
    async with Link() as link:
        link.peer.is_free = False
        link.connection.leave(CloseCode.NOT_AUTHENTICATED)
        link.peer.says.put_nowait("claim")
        await link.peer.said.wait()
        link.peer.takes_frames()
        await link.over()

        assert link.begun == []


async def test_a_command_that_was_begun_is_finished_though_the_socket_goes() -> None:
    async with Link() as link:
        link.work.clear()
        link.peer.says.put_nowait("store this, then tell everyone")
        await link.peer.said.wait()
        link.connection.leave(CloseCode.SLOW)
        await link.closed()
        link.work.set()
        await link.over()

        assert link.finished == ["store this, then tell everyone"]


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
