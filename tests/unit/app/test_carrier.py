"""What carries a socket's frames: in a real server on loopback, and over bare ASGI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from starlette.types import Message
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.errors import CloseCode, Unavailable
from app.gateway.carrier import Carrier, UvicornCarrier, carrier_of
from app.gateway.connection import Connection, Departures
from tests.clock import ManualMonotonic
from tests.running import settings_for_tests

Serve = Callable[[Connection, Carrier], Coroutine[Any, Any, None]]
LARGE = "x" * 50_000


def on_uvloop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test on the event loop of a server, whose transports are not those of the standard library."""

    @wraps(test)
    def run() -> None:
        uvloop.run(test())

    return run


async def nothing(_: str) -> None:
    """Take no notice of what a client says."""


@asynccontextmanager
async def connected(serve: Serve, clock: ManualMonotonic | None = None) -> AsyncIterator[ClientConnection]:
    """A client whose socket is served by `serve`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        carrier = carrier_of(socket)
        connection = Connection(carrier, Departures(), settings_for_tests(Path("unused")), clock or ManualMonotonic())
        connection.beside(serve(connection, carrier))
        await connection.run(nothing)

    config = uvicorn.Config(
        app, port=0, ws=UvicornCarrier, ws_per_message_deflate=False, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:  # noqa: ASYNC110  (uvicorn offers no event for it)
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", max_size=None, max_queue=1) as client:
            yield client
        server.should_exit = True
        await task


async def closed(client: ClientConnection) -> int:
    """The code with which the server ended it, after whatever it said before."""
    try:
        while True:
            await client.recv()
    except ConnectionClosed as ended:
        return 1006 if ended.rcvd is None else ended.rcvd.code


@on_uvloop
async def test_what_a_round_of_the_loop_brings_arrives_in_order() -> None:
    async def serve(connection: Connection, _: Carrier) -> None:
        for number in range(5):
            connection.push(f"{number}")

    async with connected(serve) as client:
        assert [await client.recv() for _ in range(5)] == ["0", "1", "2", "3", "4"]


@on_uvloop
async def test_who_reads_slowly_gets_everything_and_is_not_written_far_ahead() -> None:
    written = 0

    async def serve(connection: Connection, _: Carrier) -> None:
        nonlocal written
        for number in range(400):
            await connection.send(f"{number:03}{LARGE}")
            written = number

    async with connected(serve) as client:
        assert str(await client.recv())[:3] == "000"
        assert written < 399
        assert [str(await client.recv())[:3] for _ in range(399)] == [f"{number:03}" for number in range(1, 400)]


@on_uvloop
async def test_who_reads_nothing_is_given_up() -> None:
    clock, stalled = ManualMonotonic(), asyncio.Event()

    async def serve(connection: Connection, carrier: Carrier) -> None:
        while carrier.is_free:
            connection.push(LARGE)
            await asyncio.sleep(0)
        clock.advance(timedelta(seconds=11))
        connection.beat()
        stalled.set()

    async with connected(serve, clock) as client:
        await stalled.wait()
        assert await closed(client) == 1006


@on_uvloop
async def test_what_is_said_to_who_has_just_gone_is_nobodys_error() -> None:
    failed: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, failure: failed.append(failure))
    gone = asyncio.Event()

    async def serve(connection: Connection, _: Carrier) -> None:
        try:
            while True:
                connection.push("are you there?")
                await asyncio.sleep(0)
        finally:
            gone.set()

    async with connected(serve) as client:
        client.transport.abort()
        await gone.wait()

    assert failed == []


@on_uvloop
async def test_a_goodbye_comes_with_its_code() -> None:
    async def serve(connection: Connection, _: Carrier) -> None:
        connection.leave(CloseCode.DRAINING, after_ms=700)

    async with connected(serve) as client:
        assert json.loads(await client.recv()) == {"type": "bye", "code": CloseCode.DRAINING, "after_ms": 700}
        assert await closed(client) == CloseCode.DRAINING


@on_uvloop
async def test_work_beside_reading_that_finds_no_store_lets_the_client_come_back() -> None:
    async def serve(*_: object) -> None:
        raise Unavailable

    async with connected(serve) as client:
        assert await closed(client) == CloseCode.STORE_UNAVAILABLE


@on_uvloop
async def test_work_beside_reading_that_fails_closes_as_our_fault() -> None:
    async def serve(*_: object) -> None:
        raise LookupError("a bug")

    async with connected(serve) as client:
        assert await closed(client) == CloseCode.INTERNAL


class Elsewhere:
    """A socket of another server, which takes frames while it `takes`, and whose peer says nothing."""

    def __init__(self) -> None:
        self.takes = asyncio.Event()
        self.taken: list[str] = []
        self.code: int | None = None
        self.clock = ManualMonotonic()
        self._messages = [{"type": "websocket.connect"}]

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Connection]:
        """The connection; then wait until it has ended."""
        socket = WebSocket({"type": "websocket", "headers": []}, self._receive, self._send)
        await socket.accept()
        connection = Connection(carrier_of(socket), Departures(), settings_for_tests(Path("unused")), self.clock)
        task = asyncio.create_task(connection.run(nothing))
        yield connection
        async with asyncio.timeout(10):
            await task

    async def _receive(self) -> Message:
        while not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop()

    async def _send(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            await self.takes.wait()
            self.taken.append(message["text"])
        elif message["type"] == "websocket.close":
            self.code = message["code"]


@on_uvloop
async def test_another_server_is_given_one_frame_after_the_other_and_then_the_goodbye() -> None:
    elsewhere = Elsewhere()
    async with elsewhere.served() as connection:
        for name in "abc":
            connection.push(name)
            await asyncio.sleep(0)
        assert elsewhere.taken == []
        connection.leave(CloseCode.DONE)
        elsewhere.takes.set()

    assert elsewhere.taken == ["a", "b", "c"]
    assert elsewhere.code == CloseCode.DONE


@on_uvloop
async def test_a_peer_of_another_server_who_takes_nothing_is_given_up() -> None:
    elsewhere = Elsewhere()
    async with elsewhere.served() as connection:
        connection.push("a")
        await asyncio.sleep(0)
        elsewhere.clock.advance(timedelta(seconds=11))
        connection.beat()

    assert elsewhere.taken == []
