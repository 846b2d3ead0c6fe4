"""What `app.backplane.Backplane` promises, asked of each implementation."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import anyio
import pytest
from redis.asyncio import Redis

from app.backplane import Backplane, Changed, PresenceChanged, Seen, SessionEnded, Signal, Spent, Typing
from app.backplane.memory import MemoryBackplane
from app.backplane.redis import RedisBackplane
from app.conversations import VisitorId
from app.protocol import Author
from handoff import ConversationId, SiteId
from tests.contract.servers import RedisServer, redis
from tests.factories import A_SITE

C1, C2, ANNA = ConversationId(str(uuid4())), ConversationId(str(uuid4())), VisitorId("anna")
SIGNALS: tuple[Signal, ...] = (
    Changed(C1, ANNA, A_SITE, head=3, pos=7, since=5, moved=False),
    Seen(C1, A_SITE),
    Typing(C1, ANNA, "visitor", Author(kind="agent", name="Maya"), on=True),
    SessionEnded("a session"),
    PresenceChanged(A_SITE),
    Spent("a gateway", "sign_ins", {"anna": 2}),
)


@asynccontextmanager
async def opened(store: str) -> AsyncIterator[RedisBackplane]:
    """A gateway's backplane on the test run's Redis, once it hears itself."""
    server = await asyncio.to_thread(redis)
    here = RedisBackplane(server.url, store, f"gateway-{uuid4()}", time.monotonic)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(here.run)
        with anyio.fail_after(20):
            while not here.is_up:  # noqa: ASYNC110  (what a gateway looks at, too)
                await anyio.sleep(0.01)
        yield here
        tasks.cancel_scope.cancel()


@pytest.fixture(params=["memory", "redis"])
async def backplane(request: pytest.FixtureRequest) -> AsyncIterator[Backplane]:
    if request.param == "memory":
        yield MemoryBackplane()
        return
    async with opened(str(uuid4())) as here:
        yield here


async def test_every_listener_hears_every_signal_in_order(backplane: Backplane) -> None:
    heard: tuple[list[Signal], list[Signal]] = ([], [])
    for listener in heard:
        backplane.listen(listener.append)

    for signal in SIGNALS:
        await backplane.publish(signal)

    assert [tuple(listener) for listener in heard] == [SIGNALS, SIGNALS]


async def test_who_listens_late_hears_what_comes_then(backplane: Backplane) -> None:
    heard: list[Signal] = []
    await backplane.publish(SIGNALS[0])
    backplane.listen(heard.append)
    await backplane.publish(SIGNALS[1])

    assert heard == [SIGNALS[1]]


async def test_publishing_to_nobody_is_fine(backplane: Backplane) -> None:
    await backplane.publish(SIGNALS[0])


async def test_a_listener_that_fails_takes_no_signal_from_the_others_nor_from_the_publisher(
    backplane: Backplane,
) -> None:
    heard: list[Signal] = []

    def fail(_: Signal) -> None:
        raise RuntimeError("a bug in one listener")

    backplane.listen(fail)
    backplane.listen(heard.append)
    await backplane.publish(SIGNALS[0])

    assert heard == [SIGNALS[0]]


async def until(heard: list[Signal], count: int) -> None:
    with anyio.fail_after(20):
        while len(heard) < count:  # noqa: ASYNC110  (signals are called out, not waited for)
            await anyio.sleep(0.01)


async def test_what_one_gateway_tells_another_hears_once_and_in_order() -> None:
    store = str(uuid4())
    async with opened(store) as one, opened(store) as two:
        here: list[Signal] = []
        there: list[Signal] = []
        one.listen(here.append)
        two.listen(there.append)
        for signal in SIGNALS:
            await one.publish(signal)
        await until(there, len(SIGNALS))
        await two.publish(SIGNALS[0])
        await until(here, len(SIGNALS) + 1)

    assert there == [*SIGNALS, SIGNALS[0]]
    assert here == [*SIGNALS, SIGNALS[0]]


async def test_another_store_on_the_same_redis_hears_nothing() -> None:
    async with opened(str(uuid4())) as one, opened(str(uuid4())) as stranger:
        heard: list[Signal] = []
        stranger.listen(heard.append)
        await one.publish(SIGNALS[0])
        await one.note_online({C1})
        await anyio.sleep(0.2)

        assert heard == []
        assert not await stranger.is_online(C1)


async def test_nonsense_on_the_channel_harms_nobody() -> None:
    store = str(uuid4())
    async with opened(store) as one, Redis.from_url((await asyncio.to_thread(redis)).url) as rude:
        heard: list[Signal] = []
        one.listen(heard.append)
        unknown = ('["x", [[]]]', '["x", [["Changed", 1]]]', '["x", [["Later", {}]]]')
        for nonsense in ("", "{", "[]", "[1]", *unknown):
            await rude.publish(f"kickstand:{store}", nonsense)
        await rude.publish(f"kickstand:{store}", '["x", [["PresenceChanged", {"site_id": "s"}]]]')
        await until(heard, 1)

    assert heard == [PresenceChanged(SiteId("s"))]


async def test_who_is_online_elsewhere_is_known_until_they_leave() -> None:
    store = str(uuid4())
    async with opened(store) as one, opened(store) as two:
        assert not await two.is_online(C1)
        with anyio.fail_after(20):
            while not await two.is_online(C1):  # it has to hear of the other gateway first
                await one.note_online({C1, C2})
                await anyio.sleep(0.01)
        assert not await one.is_online(C1)
        await one.note_online({C2})
        assert not await two.is_online(C1)
        assert await two.is_online(C2)


async def test_a_redis_that_has_forgotten_who_is_online_is_told_again() -> None:
    store = str(uuid4())
    async with opened(store) as one, opened(store) as two, Redis.from_url((await asyncio.to_thread(redis)).url) as rude:
        await one.note_online({C1})
        await rude.delete(*await rude.keys(f"kickstand:{store}:online:*"))
        with anyio.fail_after(20):
            while not await two.is_online(C1):
                await one.note_online({C1, C2})
                await anyio.sleep(0.01)


async def test_what_concerns_nobody_here_is_not_told_here_unless_somebody_else_holds_it_now() -> None:
    store = str(uuid4())
    async with opened(store) as one, opened(store) as two:
        heard: list[Signal] = []
        two.listen(heard.append)
        two.concerns = lambda conversation_id, _: conversation_id == C2
        told = [Changed(each, ANNA, A_SITE, head=1, pos=1, moved=moved) for each in (C1, C2) for moved in (False, True)]
        for signal in told:
            await one.publish(signal)
        await until(heard, 3)

    assert heard == told[1:]


async def test_what_is_told_in_a_row_travels_together() -> None:
    store = str(uuid4())
    listener = Redis.from_url((await asyncio.to_thread(redis)).url)
    async with opened(store) as one, listener, listener.pubsub() as channel:
        await channel.subscribe(f"kickstand:{store}")
        for signal in SIGNALS:
            await one.publish(signal)
        hints: list[object] = []
        with anyio.fail_after(20):
            while not hints:
                told = await channel.get_message(ignore_subscribe_messages=True, timeout=20)
                hints = [] if told is None else json.loads(told["data"])[1]

    assert len(hints) == len(SIGNALS)


async def test_publishing_never_fails_while_redis_is_away_and_its_return_is_noticed(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    await asyncio.to_thread(server.start)
    here = RedisBackplane(server.url, "store", "gateway", time.monotonic)
    returned = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(here.run)
        with anyio.fail_after(20):
            while not here.is_up:  # noqa: ASYNC110
                await anyio.sleep(0.01)
        here.on_return = returned.set
        await asyncio.to_thread(server.stop)
        with anyio.fail_after(20):
            while here.is_up:
                await here.publish(SIGNALS[0])
                await anyio.sleep(0.01)
        assert not await here.is_online(C1)
        await asyncio.to_thread(server.start)
        with anyio.fail_after(20):
            await returned.wait()
        tasks.cancel_scope.cancel()
    await asyncio.to_thread(server.stop)
