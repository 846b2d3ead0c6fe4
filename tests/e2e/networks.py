"""The network between a browser and the demonstration: an HTTP proxy, which does to it what networks do.

Nothing but this machine is reached through it, so that no browser talks to its maker. Every document that passes is
told to report what its Content Security Policy refuses; the reports stay here.
"""

import asyncio
import enum
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
PATIENCE = 45.0
PIECE = 64 * 1024
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset instead of a goodbye."""
GARBLE = b'"message.send"', b'"message.sent"'
"""Of one length, which stands in the head."""
REPORTS = "/policy-reports"
POLICY = "content-security-policy:"


class Trouble(enum.Enum):
    """What befalls what passes."""

    NONE = enum.auto()
    CUT = enum.auto()
    """Nothing passes."""
    SILENT = enum.auto()
    """Pages and scripts come; the chat's server answers nothing."""
    NO_WEBSOCKETS = enum.auto()
    """As behind a proxy that knows none."""
    SWALLOWED = enum.auto()
    """WebSockets open, and what the browser says there goes nowhere."""
    GARBLED = enum.auto()
    """No WebSockets, and messages that are posted arrive as something that no server knows."""


@dataclass(eq=False, slots=True)
class Pipe:
    """One connection of the browser."""

    browser: asyncio.StreamWriter
    is_websocket: bool
    is_of_chat: bool


class Network:
    """Listens on `port` while it is open."""

    def __init__(self) -> None:
        self.port = 0
        self.reports: list[str] = []
        self._reported = asyncio.Condition()
        self._trouble = Trouble.NONE
        self._pipes: set[Pipe] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        network = cls()
        listening = await asyncio.start_server(network._connected, "127.0.0.1", 0, limit=PIECE)
        network.port = listening.sockets[0].getsockname()[1]
        try:
            yield network
        finally:
            listening.close()
            tasks = tuple(network._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)  # the transports' own goodbyes

    def suffer(self, trouble: Trouble) -> None:
        """From now on. What is open and would not have come about is reset."""
        self._trouble = trouble
        for pipe in tuple(self._pipes):
            if self._refuses(pipe):
                _reset(pipe.browser)

    def mend(self) -> None:
        """Everything passes again. What was swallowed stays so, and its connections end."""
        was, self._trouble = self._trouble, Trouble.NONE
        for pipe in tuple(self._pipes):
            if was is Trouble.SWALLOWED and pipe.is_websocket:
                _reset(pipe.browser)

    async def heard_of(self, count: int) -> None:
        """Waits for so many reports. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE), self._reported:
            await self._reported.wait_for(lambda: len(self.reports) >= count)

    def _refuses(self, pipe: Pipe) -> bool:
        return (
            self._trouble is Trouble.CUT
            or (self._trouble is Trouble.SILENT and pipe.is_of_chat)
            or (self._trouble in (Trouble.NO_WEBSOCKETS, Trouble.GARBLED) and pipe.is_websocket)
        )

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._serve(reader, writer)
        writer.transport.abort() if self._trouble is Trouble.CUT else writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request; the browser makes a new connection for the next one."""
        request, *headers = (await reader.readuntil(HEAD_END)).decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        method, target, _ = request.split(" ")
        is_tunnel = method == "CONNECT"
        # Plain requests name the whole address. Some browsers ask for a tunnel for each WebSocket; as nothing here has
        # TLS, nothing else is asked for so.
        url = urlsplit(f"//{target}" if is_tunnel else target)
        is_websocket = is_tunnel or any(line.lower() == "upgrade: websocket" for line in headers)
        pipe = Pipe(writer, is_websocket, is_of_chat=is_websocket or url.path.startswith("/api/"))
        if url.hostname != "localhost" or self._refuses(pipe):
            _reset(writer)
            return
        if url.path == REPORTS:
            await self._keep_report(reader, writer, headers)
            return
        from_server, to_server = await asyncio.open_connection("127.0.0.1", url.port, limit=PIECE)
        self._pipes.add(pipe)
        try:
            if is_tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = url._replace(scheme="", netloc="", path=url.path or "/").geturl()
                dropped = ("proxy-connection:",) if is_websocket else ("proxy-connection:", "connection:")
                kept = [line for line in headers if not line.lower().startswith(dropped)]
                ends = [] if is_websocket else ["Connection: close"]
                to_server.write("\r\n".join([f"{method} {path} HTTP/1.1", *kept, *ends]).encode("latin-1") + HEAD_END)
            async with _meanwhile(self._say(reader, to_server, pipe)):
                await (_carry(from_server, writer) if is_websocket else _answer(from_server, writer))
        finally:
            self._pipes.discard(pipe)
            to_server.transport.abort()

    async def _keep_report(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: list[str]
    ) -> None:
        named = dict(line.lower().split(": ", 1) for line in headers)
        report = (await reader.readexactly(int(named["content-length"]))).decode()
        async with self._reported:
            self.reports.append(report)
            self._reported.notify_all()
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pipe: Pipe) -> None:
        while piece := await reader.read(PIECE):
            # The opening of a WebSocket in a tunnel is plain HTTP and passes; frames do not.
            if pipe.is_websocket and self._trouble is Trouble.SWALLOWED and not piece.startswith(b"GET "):
                continue
            writer.write(piece.replace(*GARBLE) if self._trouble is Trouble.GARBLED else piece)
            await writer.drain()
        writer.close()


async def _answer(from_server: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Gives the answer back, with the wish for reports in its policy."""
    head = (await from_server.readuntil(HEAD_END)).decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    told = [f"{line}; report-uri {REPORTS}" if line.lower().startswith(POLICY) else line for line in head]
    writer.write("\r\n".join(told).encode("latin-1") + HEAD_END)
    await _carry(from_server, writer)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def _meanwhile(act: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(act)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
