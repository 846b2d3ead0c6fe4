"""The backplane of several gateways: hints by Redis pub/sub on one channel, named after the store's lifetime.

One link carries both ways. What is to be told within `TOGETHER` travels as one message and waits for no answer: that
this gateway's own messages come back says that the link works. A hint that is lost is repaired by
`app.gateway.comparison`, which looks more often while `is_up` is False. Why: docs/adr/0041.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Set
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import anyio
import structlog
from pydantic_core import from_json, to_json
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.backplane import Signal
from app.backplane.memory import MemoryBackplane
from app.backplane.signals import read, written
from handoff import ConversationId

log = structlog.get_logger(__name__)

TOGETHER = 0.01  # seconds that a hint waits for others to travel with
BEAT = 1.0  # seconds between messages at least, so that silence means that the link is dead
DEAD = 3.0  # seconds of silence
AGAIN = 0.5  # seconds between attempts to come back
PATIENCE = 2.0  # seconds that Redis may take to answer, or to be connected
WAITING = 10_000  # hints kept while Redis does not take them; older ones are dropped
AT_ONCE = 500  # hints in a message
NAMED = 1_000  # conversations in a command
ONLINE = timedelta(seconds=30)
"""How long a gateway's visitors count as online without being noted again."""
AWAY = (RedisError, OSError, TimeoutError)
Link = Any
"""A `redis.asyncio.Connection`, which is not annotated."""


class RedisBackplane(MemoryBackplane):
    """See `app.backplane.Backplane`. Own listeners hear at once; others hear by Redis."""

    def __init__(self, url: str, store: str, gateway: str, clock: Callable[[], float]) -> None:
        super().__init__()
        asked: dict[str, Any] = {"socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
        self._redis = Redis.from_url(url, socket_timeout=PATIENCE, max_connections=8, **asked)
        # In RESP3 a connection that listens may publish as well. That it is silent is for `_beat` to notice.
        self._links = Redis.from_url(url, socket_timeout=None, protocol=3, **asked).connection_pool
        self._channel = f"kickstand:{store}"
        self._gateway = gateway
        self._own = to_json([gateway])[:-1] + b","
        self._clock = clock
        self._waiting: deque[list[object]] = deque(maxlen=WAITING)
        self._wake = asyncio.Event()
        self._heard_at = float("-inf")
        self._others: dict[str, float] = {}
        self._noted: Set[ConversationId] = frozenset()

    @property
    def is_up(self) -> bool:
        """Whether this gateway's own messages come back."""
        return self._clock() - self._heard_at < DEAD

    async def publish(self, signal: Signal) -> None:
        """See `app.backplane.Backplane`."""
        self.spread(signal)
        self._waiting.append(written(signal))
        self._wake.set()

    async def run(self) -> None:
        """Tell and hear, for ever."""
        try:
            while True:
                try:
                    async with self._linked() as link, anyio.create_task_group() as tasks:
                        tasks.start_soon(self._tell, link)
                        tasks.start_soon(self._hear, link)
                        tasks.start_soon(self._beat)
                except* AWAY as errors:
                    log.warning("redis is away; the store is compared more often", error=str(errors.exceptions[0]))
                self._heard_at = float("-inf")
                self._waiting.clear()  # they would be late, and comparing finds what they were about
                await anyio.sleep(AGAIN)
        finally:
            with anyio.move_on_after(1, shield=True):
                await self._redis.aclose()

    # Who is online: a set each gateway, gone by itself when the gateway dies ------------------------------------------

    async def note_online(self, here: Set[ConversationId]) -> None:
        """Say whose visitors are connected to this gateway, all of them."""
        if not self.is_up:
            return
        key = self._key(self._gateway)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                if not self._noted:
                    pipe.delete(key)
                for some in _parts(here - self._noted):
                    pipe.sadd(key, *some)
                for some in _parts(self._noted - here):
                    pipe.srem(key, *some)
                pipe.expire(key, ONLINE)
                pipe.scard(key)
                known = (await pipe.execute())[-1]
            self._noted = here if known == len(here) else frozenset()  # who has forgotten is told all of it next time
        except AWAY as error:
            self._noted = frozenset()
            log.info("who is online is not told", error=str(error))

    async def is_online(self, conversation_id: ConversationId) -> bool:
        """Whether its visitor is connected to another gateway that is heard of, as far as Redis knows."""
        heard_since = self._clock() - DEAD
        self._others = {gateway: at for gateway, at in self._others.items() if at > heard_since}
        if not self._others or not self.is_up:
            return False
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for gateway in self._others:
                    pipe.sismember(self._key(gateway), conversation_id)
                return any(await pipe.execute())
        except AWAY:
            return False

    def _key(self, gateway: str) -> str:
        return f"{self._channel}:online:{gateway}"

    # Between gateways ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _linked(self) -> AsyncIterator[Link]:
        """A connection of its own that hears the channel."""
        link: Link = self._links.make_connection()  # type: ignore[no-untyped-call]
        try:
            with anyio.fail_after(PATIENCE):
                await link.connect()
                await link.send_command("SUBSCRIBE", self._channel)
            yield link
        finally:
            with anyio.CancelScope(shield=True):
                await link.disconnect(nowait=True)

    async def _tell(self, link: Link) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(TOGETHER)
            self._wake.clear()
            while True:
                hints = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                message = to_json([self._gateway, hints])
                await link.send_packed_command(link.pack_command("PUBLISH", self._channel, message), check_health=False)
                if not self._waiting:
                    break

    async def _beat(self) -> None:
        begun = self._clock()
        while True:
            self._wake.set()
            await anyio.sleep(BEAT)
            if self._clock() - max(begun, self._heard_at) > DEAD:
                raise TimeoutError("the link is open and silent")

    async def _hear(self, link: Link) -> None:
        while True:
            answer = await link.read_response(push_request=True)
            if isinstance(answer, list) and answer[0] == b"message":  # the others say that something was published
                self._heard(answer[2])

    def _heard(self, data: bytes) -> None:
        if data.startswith(self._own):
            if not self.is_up:
                log.info("redis is here")
                self.on_return()
            self._heard_at = self._clock()
            return
        try:
            gateway, hints = from_json(data)
            signals = [read(hint, self.concerns) for hint in hints]
        except (ValueError, TypeError, IndexError) as error:
            log.warning("a hint that nobody can read", error=str(error))
            return
        self._others[str(gateway)] = self._clock()
        for signal in signals:
            if signal is not None:
                self.spread(signal)


def _parts(conversations: Set[ConversationId]) -> list[list[ConversationId]]:
    named = list(conversations)
    return [named[start : start + NAMED] for start in range(0, len(named), NAMED)]
