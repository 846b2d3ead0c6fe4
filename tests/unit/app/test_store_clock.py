"""Processes that share a store go by its clock, however wrong their own is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from app.persistence.clock import StoreClock
from app.persistence.moments import to_micros
from app.persistence.work import Work
from tests.clock import ManualMonotonic
from tests.factories import MONDAY_MORNING

T = TypeVar("T")
HOUR = timedelta(hours=1)


class Told:
    """A store that says what time it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    async def run(self, work: Work[T]) -> T:
        return work(self)  # type: ignore[arg-type]

    look = run

    def execute(self, *_: object) -> Told:
        return self

    def fetchone(self) -> tuple[int]:
        return (to_micros(self.now),)


@pytest.mark.parametrize("off", [-HOUR, timedelta(0), HOUR])
async def test_a_process_with_a_wrong_clock_goes_by_the_store(off: timedelta) -> None:
    store, monotonic = Told(MONDAY_MORNING), ManualMonotonic()
    clock = StoreClock(store, monotonic, lambda: MONDAY_MORNING + off)
    await clock.set()
    assert clock() == MONDAY_MORNING
    monotonic.advance(timedelta(seconds=5))
    assert clock() == MONDAY_MORNING + timedelta(seconds=5)


async def test_time_that_was_told_never_goes_back() -> None:
    store, monotonic = Told(MONDAY_MORNING), ManualMonotonic()
    clock = StoreClock(store, monotonic, lambda: MONDAY_MORNING)
    await clock.set()
    store.now = MONDAY_MORNING - HOUR
    await clock.set()
    assert clock() == MONDAY_MORNING
    store.now = MONDAY_MORNING + HOUR
    await clock.set()
    assert clock() == MONDAY_MORNING + HOUR
