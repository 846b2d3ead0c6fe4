from __future__ import annotations

import asyncio
from datetime import timedelta

import anyio
import pytest

from bot.actions.limit import TookTooLong, within

SHORT = timedelta(milliseconds=20)
AMPLE = timedelta(seconds=20)


async def at_once() -> str:
    return "done"


async def after_a_wait() -> str:
    await asyncio.sleep(0)  # a bare yield, and then a future
    await asyncio.sleep(0.001)
    return "done"


async def hanging() -> None:
    await anyio.sleep_forever()


async def raising(error: BaseException, *, waits: bool) -> None:
    if waits:
        await asyncio.sleep(0)
    raise error


async def test_what_is_done_in_time_gives_its_result() -> None:
    assert await within(SHORT, at_once()) == "done"
    assert await within(AMPLE, after_a_wait()) == "done"


async def test_what_hangs_is_given_up_and_the_task_goes_on() -> None:
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()  # other tests run in this task as well
    with pytest.raises(TookTooLong):
        await within(SHORT, hanging())
    assert task.cancelling() == before
    assert await within(AMPLE, after_a_wait()) == "done"


async def test_what_swallows_its_cancellation_is_cancelled_again() -> None:
    tried = []

    async def stubborn() -> None:
        for attempt in range(3):
            tried.append(attempt)
            try:
                await anyio.sleep_forever()
            except BaseException:  # noqa: S112 - as careless code has it
                continue
        await hanging()

    with pytest.raises(TookTooLong):
        await within(SHORT, stubborn())
    assert tried == [0, 1, 2]


@pytest.mark.parametrize("waits", [False, True])
async def test_errors_of_the_work_are_its_own_a_timeout_as_well(waits: bool) -> None:
    for error in (KeyError("x"), TimeoutError("theirs")):
        with pytest.raises(type(error)) as raised:
            await within(AMPLE, raising(error, waits=waits))
        assert raised.value is error


async def test_scopes_and_groups_that_the_work_opens_before_it_waits_close_in_their_order() -> None:
    steps = []

    async def nested() -> str:
        with anyio.move_on_after(0.001):
            await anyio.sleep_forever()
        steps.append("gave up by itself")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hanging)
            tasks.cancel_scope.cancel()
        return "done"

    assert await within(AMPLE, nested()) == "done"
    assert steps == ["gave up by itself"]

    async def hangs_inside() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hanging)
            with anyio.fail_after(60):
                await anyio.sleep_forever()

    with pytest.raises(TookTooLong):
        await within(SHORT, hangs_inside())


async def test_a_caller_who_is_cancelled_is_cancelled() -> None:
    began = asyncio.Event()
    cleaned = []

    async def work() -> None:
        began.set()
        try:
            await hanging()
        finally:
            cleaned.append(True)

    with anyio.move_on_after(20) as scope:
        async with anyio.create_task_group() as tasks:

            async def stop() -> None:
                await began.wait()
                scope.cancel()

            tasks.start_soon(stop)
            await within(AMPLE, work())
    assert scope.cancelled_caught
    assert cleaned == [True]

    task = asyncio.create_task(within(SHORT, hanging()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
