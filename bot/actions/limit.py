"""A time limit for work that is mostly done at once: only what has to wait gets a timer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from datetime import timedelta
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")
INSIST = 0.05  # seconds until work that swallowed its cancellation is cancelled again


class TookTooLong(Exception):
    """The work was given up."""


async def within(limit: timedelta, work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns or raises. Raises TookTooLong if it waits longer than `limit`; then it was cancelled."""
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    timer = _Timer(limit)
    try:
        return await _gone_on(work, waits_for)
    except asyncio.CancelledError as error:
        if timer.is_alone:
            raise TookTooLong from error
        raise
    finally:
        timer.stop()


@coroutine
def _gone_on(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """The rest of a coroutine that has begun and waits: hands on what comes from it and what is sent to it."""
    try:
        while True:
            try:
                sent = yield waits_for
            except BaseException as error:
                waits_for = work.throw(error)
            else:
                waits_for = work.send(sent)
    except StopIteration as done:
        result: T = done.value
        return result


class _Timer:
    """Cancels the task that set it once the limit is over, and goes on until it is stopped."""

    def __init__(self, limit: timedelta) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - whoever waits is a task's
        self._task = task
        self._others = task.cancelling()
        self._rang = 0
        self._next = task.get_loop().call_later(limit.total_seconds(), self._ring)

    @property
    def is_alone(self) -> bool:
        """Whether nobody else has cancelled the task."""
        return self._rang > 0 and self._task.cancelling() - self._rang <= self._others

    def _ring(self) -> None:
        self._rang += 1
        self._task.cancel()
        self._next = self._task.get_loop().call_later(INSIST, self._ring)

    def stop(self) -> None:
        self._next.cancel()
        for _ in range(self._rang):
            self._task.uncancel()
