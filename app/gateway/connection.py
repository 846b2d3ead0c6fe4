"""One socket: a reader that waits for its handler, a writer with a bounded outbox, and the reasons to hang up.

In: the reader waits for each command, and TCP slows a flooding sender. Out: nobody waits for a slow reader; a full
outbox or a stalled write closes the socket, and the client resumes by position.
"""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import anyio
import structlog
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError
from starlette.websockets import WebSocketState

from app.errors import BadFrame, ChatError, CloseCode, EmptyMessage, FrameTooDeep, RateLimited, TooLong
from app.protocol import DEPTH_LIMIT, TEXT_LIMIT, Bye, Frame, Nack, Ping
from app.settings import Settings

log = structlog.get_logger(__name__)

SUSTAINED = 10.0  # seconds over the rate after which a socket is closed
FORGIVEN = 2.0  # seconds without a refusal that end a burst
MARKS = 30  # that Unicode's stream-safe format allows in a row; no script comes near
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Unicode's control characters (Cc) but newline and tab."""
PING = Ping().model_dump_json()


class Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: CloseCode, after_ms: int = 0) -> None:
        super().__init__(code.name)
        self.code = code
        self.after_ms = after_ms


class Connection:
    """A socket with its outbox. `clock` is monotonic, in seconds."""

    def __init__(self, socket: WebSocket, settings: Settings, clock: Callable[[], float]) -> None:
        self.socket = socket
        self._settings = settings
        self._clock = clock
        self._queue: deque[tuple[str, bool]] = deque()
        self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._leaving: Closed | None = None
        self._scope: anyio.CancelScope | None = None
        self._bad_frames = 0
        self._limited_at = self._limited_since = float("-inf")
        self.heard_at = self.wrote_at = self._pinged_at = clock()
        self._writing_since: float | None = None

    # Out -------------------------------------------------------------------------------------------------------------

    def push(self, frame: str, *, ephemeral: bool = False) -> None:
        """Queue a frame without waiting. When the outbox is full, ephemeral frames go first, then the client."""
        if self._leaving is not None:
            return
        if self._full(len(frame)):
            if ephemeral:
                return
            kept = [(text, light) for text, light in self._queue if not light]
            self._queue = deque(kept)
            self._queued_bytes = sum(len(text) for text, _ in kept)
            if self._full(len(frame)):
                # Waiting would let one stalled phone hold back everyone else in the conversation.
                self.leave(CloseCode.SLOW)
                return
        self._queue.append((frame, ephemeral))
        self._queued_bytes += len(frame)
        self._wake.set()

    async def send(self, frame: str) -> None:
        """Queue a frame, waiting for room: for long catch-ups, which only this client waits for."""
        while self._leaving is None and self._half_full():
            self._room.clear()
            await self._room.wait()
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
        if self._leaving is None:
            self._leaving = Closed(code, after_ms)
            self._wake.set()
            self._room.set()

    def beat(self) -> None:
        """Called every second or so: ping a quiet peer, hang up on a dead or stalled one."""
        now = self._clock()
        stalled = self._writing_since is not None and now - self._writing_since
        if stalled and stalled > self._settings.write_timeout.total_seconds():
            self.leave(CloseCode.SLOW)
            if self._scope is not None:
                self._scope.cancel()  # the writer hangs in a write that will not end
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

    async def _write(self) -> None:
        """Send what is queued until the socket is to be closed; then close it."""
        while True:
            while self._queue and not (self._leaving and self._leaving.code is CloseCode.SLOW):
                frame, _ = self._queue.popleft()
                self._queued_bytes -= len(frame)
                self._writing_since = self.wrote_at = self._clock()
                await self.socket.send_text(frame)
                self._writing_since = None
                self._room.set()
            if self._leaving is not None:
                break
            self._wake.clear()
            await self._wake.wait()
        self._writing_since = self._clock()  # a peer that takes not even the goodbye is given up like any other
        if self._leaving.code != CloseCode.DONE and self._leaving.code != CloseCode.SLOW:
            bye = Bye(code=self._leaving.code, after_ms=self._leaving.after_ms)
            await self.socket.send_text(bye.model_dump_json())
        await self.socket.close(self._leaving.code)

    # In --------------------------------------------------------------------------------------------------------------

    async def receive(self) -> str:
        """The next text frame. Raises WebSocketDisconnect, and BadFrame for binary ones."""
        message = await self.socket.receive()
        self.heard_at = self._clock()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if text is None:
            raise BadFrame("Frames are JSON text, not binary.")
        return str(text)

    async def run(self, handle: Callable[[str], Awaitable[None]]) -> None:
        """Read and write until either side is done. A ChatError of `handle` becomes a nack; bugs close with 1011.

        A command that was begun is finished even if the socket goes meanwhile, so that what it stored is also told.
        Once the socket is to be closed, no other is begun.
        """
        async with anyio.create_task_group() as tasks:
            self._scope = tasks.cancel_scope
            tasks.start_soon(self._write_then, tasks.cancel_scope)
            try:
                while True:
                    text = ""
                    try:
                        text = await self.receive()
                        if self._leaving is None:
                            with anyio.CancelScope(shield=True):
                                await handle(text)
                    except ChatError as error:
                        self.refuse(error, client_id_of(text))
                        self._count(error)
            except WebSocketDisconnect:
                tasks.cancel_scope.cancel()

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

    async def _write_then(self, scope: anyio.CancelScope) -> None:
        try:
            await self._write()
        except (WebSocketDisconnect, RuntimeError) as error:
            # Starlette raises RuntimeError for a send after the peer's close: the same as gone.
            if isinstance(error, RuntimeError) and self.socket.client_state is WebSocketState.CONNECTED:
                raise
        scope.cancel()


Command = TypeVar("Command")


def parse(adapter: TypeAdapter[Command], text: str) -> Command:
    """A frame as a command. Raises the refusal that fits: BadFrame, EmptyMessage, TooLong."""
    if text.count("{") + text.count("[") > DEPTH_LIMIT and _depth(text) > DEPTH_LIMIT:
        raise FrameTooDeep
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise refusal(error) from error


def client_id_of(text: str) -> UUID | None:
    """The client_id of a frame that was refused, if it has a sound one: so that its sender knows which it was."""
    try:
        return UUID(json.loads(text)["client_id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def clean(text: str) -> str:
    """What is stored of a text: NFC, no control characters but newline and tab, no blanks around it.

    Raises EmptyMessage when nothing is left, TooLong when NFC makes it longer than a message may be.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _few_marks(text))
    if not (kept := CONTROL.sub("", text).strip()):
        raise EmptyMessage
    if len(kept) > TEXT_LIMIT:
        raise TooLong
    return kept


def _few_marks(text: str) -> str:
    """At most MARKS marks on a letter: putting a run in order takes time that grows with its square."""
    run = 0
    kept = []
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS:
            kept.append(character)
    return "".join(kept)


def _depth(text: str) -> int:
    """Greatest nesting of brackets outside strings."""
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


def refusal(error: ValidationError) -> ChatError:
    """The refusal for a frame that does not validate: by the field at fault where that helps the writer."""
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        if detail["loc"][-1:] == ("text",):
            if detail["type"] == "string_too_short":
                return EmptyMessage()
            if detail["type"] == "string_too_long":
                return TooLong()
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "type"
    return BadFrame(f"{where}: {first['msg']}. See docs/protocol.md.")
