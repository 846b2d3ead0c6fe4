"""The clock of the whole-system fixtures: who sleeps is woken in order, and has done its work when time has passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import anyio.lowlevel
import pytest

from app.testing.clock import HandClock, duration

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_sleepers_wake_in_their_order_and_see_their_own_moment() -> None:
    clock = HandClock(NOON)
    seen: list[tuple[str, float]] = []

    async def every(name: str, seconds: float) -> None:
        while True:
            await clock.sleep(seconds)
            await anyio.lowlevel.checkpoint()  # what a task does takes turns of the loop
            seen.append((name, clock.monotonic()))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(every, "slow", 5.0)
        tasks.start_soon(every, "quick", 2.0)
        await anyio.wait_all_tasks_blocked()
        await clock.advance(timedelta(seconds=7))
        assert [(name, round(at)) for name, at in seen] == [("quick", 2), ("quick", 4), ("slow", 5), ("quick", 6)]
        assert clock() == NOON + timedelta(seconds=7)
        tasks.cancel_scope.cancel()


async def test_a_task_that_ends_or_is_cancelled_holds_nobody_up() -> None:
    clock = HandClock(NOON)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(clock.sleep, 1.0)
        with anyio.move_on_after(0):
            await clock.sleep(2.0)
        await anyio.wait_all_tasks_blocked()
        await clock.advance(timedelta(seconds=3))


async def test_long_times_pass_in_few_steps_and_nothing_due_is_left_out() -> None:
    clock = HandClock(NOON)
    rounds = 0

    async def beat() -> None:
        nonlocal rounds
        while True:
            await clock.sleep(1.0)
            rounds += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(beat)
        await anyio.wait_all_tasks_blocked()
        await clock.advance(timedelta(hours=2))
        assert 400 < rounds <= 800
        assert clock() == NOON + timedelta(hours=2)
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("written", "seconds"), [("45s", 45), ("3m", 180), ("1h 30m", 5_400), ("1h30m", 5_400), ("2d", 172_800), (" 0s", 0)]
)
def test_durations_are_written_as_people_write_them(written: str, seconds: int) -> None:
    assert duration(written) == timedelta(seconds=seconds)
