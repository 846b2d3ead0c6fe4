"""What `app.persistence.chores.Chores` promises: one process at a time, and another one when it is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import pytest

from app.persistence.chores import Chores
from tests.clock import ManualClock
from tests.contract.stores import STORES, Store

LEASE = timedelta(seconds=15)


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    async with STORES[request.param]() as here:
        yield here


def of(store: Store, owner: str, clock: ManualClock) -> Chores:
    return Chores(store.writer, owner, LEASE, clock, anyio.sleep)


async def test_of_two_processes_one_does_the_chores_and_goes_on_doing_them(store: Store, clock: ManualClock) -> None:
    one, two = of(store, "one", clock), of(store, "two", clock)
    for _ in range(3):
        await one.renew()
        await two.renew()
        assert (one.are_mine, two.are_mine) == (True, False)
        clock.advance(LEASE / 2)


async def test_whoever_falls_silent_loses_them_to_another_and_knows_it(store: Store, clock: ManualClock) -> None:
    one, two = of(store, "one", clock), of(store, "two", clock)
    await one.renew()
    clock.advance(LEASE + timedelta(seconds=1))
    assert not one.are_mine
    await two.renew()
    await one.renew()

    assert (one.are_mine, two.are_mine) == (False, True)


async def test_who_leaves_lets_go_at_once(store: Store, clock: ManualClock) -> None:
    one, two = of(store, "one", clock), of(store, "two", clock)
    await one.renew()
    await one.let_go()
    await two.renew()

    assert (one.are_mine, two.are_mine) == (False, True)


async def test_jobs_run_while_the_chores_are_ours_and_end_when_they_are_lost(store: Store, clock: ManualClock) -> None:
    began, ended = anyio.Event(), anyio.Event()
    beats = anyio.create_memory_object_stream[None](100)

    async def job() -> None:
        began.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()

    async def beat(_: float) -> None:
        await beats[1].receive()

    one, two = Chores(store.writer, "one", LEASE, clock, beat), of(store, "two", clock)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one.run, job)
            await began.wait()
            clock.advance(LEASE + timedelta(seconds=1))
            await two.renew()
            assert not ended.is_set()
            await beats[0].send(None)
            await ended.wait()
            assert two.are_mine
            tasks.cancel_scope.cancel()
    for each in beats:
        each.close()
