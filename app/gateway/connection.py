"""One socket: a reader that waits for its handler, a bounded outbox, and the reasons to hang up.

In: the reader waits for each command, and TCP slows a flooding sender. Out: nobody waits for a slow reader; a full
outbox or a stalled write closes the socket, and the client resumes by position.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from starlette.websockets import WebSocketDisconnect

from app.errors import BadFrame, ChatError, CloseCode, RateLimited, Unavailable
from app.gateway.carrier import Carrier
from app.gateway.commands import client_id_of
from app.protocol import Bye, Frame, Nack, Ping
from app.settings import Settings

log = structlog.get_logger(__name__)

SUSTAINED = 10.0  # seconds over the rate after which a socket is closed
FORGIVEN = 2.0  # seconds without a refusal that end a burst
PORTION = 16 * 1024  # characters handed to the system at once
PING = Ping().model_dump_json()


class Departures:
    """The connections that have something to send: all of it leaves at the end of this round of the event loop.

    When a commit has stored many messages, their acks go before the first of their turns is thought through.
    """

    def __init__(self) -> None:
        self._due: list[Connection] = []

    def add(self, connection: Connection) -> None:
        """Have the connection flushed."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._leave)
        self._due.append(connection)

    def _leave(self) -> None:
        due, self._due = self._due, []
        for connection in due:
            try:
                connection.flush()
            except Exception:
                # A bug with one socket is no reason for the others to be left out.
                log.exception("frames not sent")


class Connection:
    """A socket with its outbox. `clock` is monotonic, in seconds."""

    def __init__(
        self, carrier: Carrier, departures: Departures, settings: Settings, clock: Callable[[], float]
    ) -> None:
        self._carrier = carrier
        self._departures = departures
        self._settings = settings
        self._clock = clock
        self._queue: list[tuple[str, bool]] = []
        self._queued_bytes = 0
        self._departs = False
        self._room: asyncio.Event | None = None
        self._leaving: CloseCode | None = None
        self._beside: set[asyncio.Task[None]] = set()
        self._bad_frames = 0
        self._limited_at = self._limited_since = float("-inf")
        self.heard_at = self.wrote_at = self._pinged_at = clock()
        self._stalled_since: float | None = None
        carrier.on_free = self.flush

    # Out -------------------------------------------------------------------------------------------------------------

    def push(self, frame: str, *, ephemeral: bool = False) -> None:
        """Queue a frame without waiting. When the outbox is full, ephemeral frames go first, then the client."""
        if self._leaving is not None:
            return
        if self._full(len(frame)):
            if ephemeral:
                return
            self._queue = [(text, light) for text, light in self._queue if not light]
            self._queued_bytes = sum(len(text) for text, _ in self._queue)
            if self._full(len(frame)):
                # Waiting would let one stalled phone hold back everyone else in the conversation.
                self.leave(CloseCode.SLOW)
                return
        self._enqueue(frame, ephemeral)

    async def send(self, frame: str) -> None:
        """Queue a frame, waiting for room: for long catch-ups, which only this client waits for."""
        while self._leaving is None and self._half_full():
            await self._some_room()
        self.push(frame)

    def tell(self, frame: Frame, *, ephemeral: bool = False) -> None:
        """Queue a frame given as a model."""
        self.push(frame.model_dump_json(), ephemeral=ephemeral)

    def refuse(self, error: ChatError, client_id: Any = None) -> None:
        """Answer a command with its refusal, and hang up when the error says so."""
        self.tell(
            Nack(
                client_id=client_id,
                code=error.code,
                message=str(error),
                retryable=error.retryable,
                after_ms=error.after_ms,
            )
        )
        if error.close is not None:
            self.leave(error.close)

    def leave(self, code: CloseCode, after_ms: int = 0) -> None:
        """Close the socket soon, after what is queued; slow clients at once."""
        if self._leaving is not None:
            return
        self._leaving = code
        if code is CloseCode.SLOW:
            self._queue.clear()
        elif code not in (CloseCode.DONE, CloseCode.INTERNAL):
            self._enqueue(Bye(code=code, after_ms=after_ms).model_dump_json(), ephemeral=False)
        self.beside(self._close(code))

    def beat(self) -> None:
        """Called every second or so: ping a quiet peer, hang up on a dead or stalled one."""
        now = self._clock()
        if self._stalled_since is not None and now - self._stalled_since > self._settings.write_timeout.total_seconds():
            self.leave(CloseCode.SLOW)
            self._carrier.abort()
        elif now - self.heard_at > self._settings.heartbeat_timeout.total_seconds():
            self.leave(CloseCode.NO_HEARTBEAT)
        elif now - max(min(self.heard_at, self.wrote_at), self._pinged_at) > self._settings.heartbeat.total_seconds():
            # Who only listens is asked for a sign of life, however much there is to listen to.
            self._pinged_at = now
            self.push(PING, ephemeral=True)

    def _full(self, more: int) -> bool:
        """Whether a frame of this length is one too many; into an empty outbox any goes."""
        too_many = len(self._queue) >= self._settings.outbox_frames
        return too_many or (bool(self._queue) and self._queued_bytes + more > self._settings.outbox_bytes)

    def _half_full(self) -> bool:
        frames, size = self._settings.outbox_frames, self._settings.outbox_bytes
        return len(self._queue) * 2 >= frames or self._queued_bytes * 2 >= size

    def _enqueue(self, frame: str, ephemeral: bool) -> None:
        self._queue.append((frame, ephemeral))
        self._queued_bytes += len(frame)
        if not self._departs:
            self._departs = True
            self._departures.add(self)

    def flush(self) -> None:
        """Hand over what is queued, as far as the peer takes it; the rest follows when it takes more."""
        self._departs = False
        carrier = self._carrier
        if carrier.is_free:
            self._stalled_since = None
        while self._queue and carrier.is_free:
            self.wrote_at = self._clock()
            carrier.write(self._portion())
            if self._room is not None:
                self._room.set()
        if self._stalled_since is None and not carrier.is_free:
            self._stalled_since = self._clock()

    def _portion(self) -> list[str]:
        """Take what is to be written next: little of much, as nothing can be taken back from a peer who stalls."""
        count = size = 0
        for frame, _ in self._queue:
            count += 1
            size += len(frame)
            if size >= PORTION:
                break
        portion = [frame for frame, _ in self._queue[:count]]
        del self._queue[:count]
        self._queued_bytes -= size
        return portion

    async def _some_room(self) -> None:
        """Wait until something has left the outbox."""
        if self._room is None:
            self._room = asyncio.Event()
        self._room.clear()
        await self._room.wait()

    async def _close(self, code: CloseCode) -> None:
        while self._queue:
            await self._some_room()
        await self._carrier.close(code)

    # In --------------------------------------------------------------------------------------------------------------

    async def receive(self) -> str:
        """The next text frame. Raises WebSocketDisconnect, and BadFrame for binary ones."""
        message = await self._carrier.receive()
        self.heard_at = self._clock()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        text = message.get("text")
        if text is None:
            raise BadFrame("Frames are JSON text, not binary.")
        return str(text)

    async def run(self, handle: Callable[[str], Awaitable[None]]) -> None:
        """Read until either side is done. A ChatError of `handle` becomes a nack; anything else it raises is raised.

        A command that was begun is finished even if the socket goes meanwhile, so that what it stored is also told.
        Once the socket is to be closed, no other is begun.
        """
        try:
            while True:
                text = ""
                try:
                    text = await self.receive()
                    if self._leaving is None:
                        await handle(text)
                except ChatError as error:
                    self.refuse(error, client_id_of(text))
                    self._count(error)
        except WebSocketDisconnect:
            pass
        finally:
            self._leaving = self._leaving or CloseCode.DONE
            await self._end()

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do some work for this socket beside reading, no longer than it is open. Should it fail, the socket closes."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._beside.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Unavailable):
            self.leave(CloseCode.STORE_UNAVAILABLE)
        elif error is not None:
            log.error("socket failed", exc_info=error)
            self.leave(CloseCode.INTERNAL)

    async def _end(self) -> None:
        """Nothing goes on beside a socket that has gone."""
        for task in self._beside:
            task.cancel()
        if self._beside:
            await asyncio.wait(self._beside)

    def _count(self, error: ChatError) -> None:
        """Hang up on who does not speak the protocol, and on who floods on after being told."""
        now = self._clock()
        if isinstance(error, BadFrame):
            self._bad_frames += 1
            if self._bad_frames >= self._settings.bad_frames:
                self.leave(CloseCode.BAD_PROTOCOL)
        elif isinstance(error, RateLimited):
            if now - self._limited_at > FORGIVEN:
                self._limited_since = now
            self._limited_at = now
            if now - self._limited_since > SUSTAINED:
                self.leave(CloseCode.RATE)
