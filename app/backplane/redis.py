"""The backplane of several gateways: hints by Redis pub/sub on one channel, named after the store's lifetime.

What one round of the loop has to tell travels as one message. Nothing waits for Redis: a hint that is lost is repaired
by `app.gateway.comparison`, which looks more often while `is_up` is False.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta

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

BEAT = 1.0  # seconds between messages at least, so that silence means that the link is dead
DEAD = 3.0  # seconds of silence
AGAIN = 0.5  # seconds between attempts to come back
WAITING = 10_000  # hints kept while Redis does not take them; older ones are dropped
AT_ONCE = 500  # hints in a message
ONLINE = timedelta(seconds=30)
"""How long a visitor counts as online without being noted again."""


class RedisBackplane(MemoryBackplane):
    """See `app.backplane.Backplane`. Own listeners hear at once; others hear by Redis."""

    def __init__(self, url: str, store: str, gateway: str, clock: Callable[[], float]) -> None:
        super().__init__()
        self._redis = Redis.from_url(
            url,
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(NoBackoff(), 0),
            max_connections=8,
            decode_responses=True,
        )
        self._channel = f"kickstand:{store}"
        self._gateway = gateway
        self._clock = clock
        self._waiting: deque[list[object]] = deque(maxlen=WAITING)
        self._wake = asyncio.Event()
        self._heard_at = float("-inf")

    @property
    def is_up(self) -> bool:
        """Whether this gateway's own beats come back."""
        return self._clock() - self._heard_at < DEAD

    async def publish(self, signal: Signal) -> None:
        """See `app.backplane.Backplane`."""
        await super().publish(signal)
        self._waiting.append(written(signal))
        self._wake.set()

    async def run(self) -> None:
        """Tell and hear, for ever."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._tell)
                tasks.start_soon(self._hear)
        finally:
            with anyio.move_on_after(1, shield=True):
                await self._redis.aclose()

    # Who is online: gone by itself when its gateway dies -------------------------------------------------------------

    async def note_online(self, here: Sequence[ConversationId], gone: Sequence[ConversationId]) -> None:
        """Say whose visitors are connected to this gateway, and whose are not any more."""
        if not self.is_up:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for conversation_id in here:
                    pipe.set(self._key(conversation_id, self._gateway), b"1", ex=ONLINE)
                    pipe.sadd(self._key(conversation_id), self._gateway)
                    pipe.expire(self._key(conversation_id), ONLINE)
                for conversation_id in gone:
                    pipe.delete(self._key(conversation_id, self._gateway))
                await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            log.info("who is online is not told", error=str(error))

    async def is_online(self, conversation_id: ConversationId) -> bool:
        """Whether its visitor is connected to any gateway, as far as Redis knows."""
        if not self.is_up:
            return False
        try:
            gateways = await self._redis.smembers(self._key(conversation_id))
            keys = [self._key(conversation_id, str(each)) for each in gateways]
            return bool(keys and await self._redis.exists(*keys))
        except (RedisError, OSError, TimeoutError):
            return False

    def _key(self, conversation_id: ConversationId, *gateway: str) -> str:
        return ":".join((self._channel, "online", conversation_id, *gateway))

    # Between gateways ------------------------------------------------------------------------------------------------

    async def _tell(self) -> None:
        while True:
            with anyio.move_on_after(BEAT):
                await self._wake.wait()
            self._wake.clear()
            while True:
                hints = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                try:
                    await self._redis.publish(self._channel, to_json([self._gateway, hints]))
                except (RedisError, OSError, TimeoutError):
                    self._waiting.clear()  # they are late by now, and comparing finds what they were about
                    await anyio.sleep(AGAIN)
                if not self._waiting:
                    break

    async def _hear(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    begun = self._clock()
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=DEAD)
                        if message is not None:
                            self._heard(message["data"])
                        elif self._clock() - max(begun, self._heard_at) > DEAD:
                            break  # a link that is open and silent: begin anew
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("redis is away; the store is compared more often", error=str(error))
            await anyio.sleep(AGAIN)

    def _heard(self, data: str) -> None:
        try:
            sender, hints = from_json(data)
            signals = [] if sender == self._gateway else [read(hint) for hint in hints]
        except (ValueError, TypeError, IndexError) as error:
            log.warning("a hint that nobody can read", error=str(error))
            return
        if sender == self._gateway:
            if not self.is_up:
                log.info("redis is here")
                self.on_return()
            self._heard_at = self._clock()
        for signal in signals:
            if signal is not None:
                self.spread(signal)
