"""The lines between clients and gateways: a balancer that spreads connections, and breaks them when it is told to."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

PIECE = 64 * 1024
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset instead of a goodbye."""


class Line:
    """One connection: bytes go both ways until it is cut; once hushed they go nowhere, and neither end is told."""

    def __init__(self, client: asyncio.StreamWriter, gateway: asyncio.StreamWriter) -> None:
        self._ends = client, gateway
        self.is_hushed = False

    def cut(self) -> None:
        for end in self._ends:
            if not end.transport.is_closing():
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.transport.abort()


class Lines:
    """Listens on one port. Each connection goes to one of the gateways; who is refused comes back."""

    def __init__(self, ports: Sequence[int], chance: random.Random) -> None:
        self._ports = ports
        self._chance = chance
        self._lines: set[Line] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self, share: float) -> int:
        """Reset that share of all connections; how many."""
        return self._some(share, Line.cut)

    def hush(self, share: float) -> int:
        """Leave that share of all connections open, with nothing coming through any more."""

        def hush(line: Line) -> None:
            line.is_hushed = True

        return self._some(share, hush)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Lines]:
        listening = await asyncio.start_server(self._connect, "127.0.0.1", 0, backlog=2_048, limit=PIECE)
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listening.close()
            self.cut(1.0)
            carrying = tuple(self._carrying)  # among them who is just on the way to a gateway
            for each in carrying:
                each.cancel()
            await asyncio.gather(*carrying, return_exceptions=True)
            await asyncio.sleep(0)  # the transports' own goodbyes

    def _some(self, share: float, do: Callable[[Line], None]) -> int:
        lines = sorted(self._lines, key=id)
        chosen = self._chance.sample(lines, k=round(len(lines) * share))
        for line in chosen:
            do(line)
        return len(chosen)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        line: Line | None = None
        try:
            for port in self._chance.sample(list(self._ports), k=len(self._ports)):
                try:
                    from_gateway, gateway = await asyncio.open_connection("127.0.0.1", port, limit=PIECE)
                except OSError:
                    continue  # that one is not there; another is
                line = Line(writer, gateway)
                self._lines.add(line)
                await asyncio.gather(_carry(reader, gateway, line), _carry(from_gateway, writer, line))
                return
        finally:
            if line is not None:
                self._lines.discard(line)
                line.cut()
            writer.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    try:
        while piece := await reader.read(PIECE):
            if not line.is_hushed:
                writer.write(piece)
                await writer.drain()
    except OSError:
        pass
    finally:
        if not line.is_hushed:
            writer.close()
