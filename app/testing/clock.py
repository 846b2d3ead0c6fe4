"""Time that goes when a test says so."""

from __future__ import annotations

import asyncio
import heapq
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import anyio

PATIENCE = 20.0
"""Real seconds after which something that should have happened is a failure. Nothing that works waits this long."""
_ROUNDS = 600
_LONGEST_STRIDE = 20.0
"""Seconds. Leases and heartbeats are longer: nobody seems absent because time takes long steps."""
_ECHO = 16
"""Turns of the event loop in which a ping is sent, answered and heard: no thread has a part in that."""
_DURATION = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?")


def duration(written: str | timedelta) -> timedelta:
    """ "3m", "45s", "1h 30m", "2d". Raises ValueError for anything else."""
    if isinstance(written, timedelta):
        return written
    match = _DURATION.fullmatch(written.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f'"{written}" is no duration; write "45s", "3m", "1h 30m" or "2d"')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@dataclass(order=True)
class _Sleeper:
    due: float
    number: int
    task: asyncio.Task[Any] = field(compare=False)
    woken: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class HandClock:
    """The time, the monotonic time and the sleep of one application.

    Whoever sleeps is woken when the hand passes its moment, and the hand waits until it sleeps again: so all that
    was due has been done when `advance` returns.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._seconds = 0.0
        self._sleepers: list[_Sleeper] = []
        self._numbers = count()
        self._awake: set[asyncio.Task[Any]] = set()
        self._all_asleep = asyncio.Event()

    def __call__(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can sleep")
        sleeper = _Sleeper(self._seconds + seconds, next(self._numbers), task)
        heapq.heappush(self._sleepers, sleeper)
        self._rests(task)
        try:
            await sleeper.woken.wait()
        finally:
            if sleeper in self._sleepers:  # cancelled
                self._sleepers.remove(sleeper)
                heapq.heapify(self._sleepers)

    async def advance(self, by: timedelta) -> None:
        """Move on, from one due moment to the next; in a long time those near each other are taken together."""
        until = self._seconds + by.total_seconds()
        stride = min(by.total_seconds() / _ROUNDS, _LONGEST_STRIDE)
        while self._sleepers and self._sleepers[0].due <= until:
            self._move_to(min(self._sleepers[0].due + stride, until))
            while self._sleepers and self._sleepers[0].due <= self._seconds:
                self._wake(heapq.heappop(self._sleepers))
            with anyio.fail_after(PATIENCE):
                await self._all_asleep.wait()
            for _ in range(_ECHO):
                await asyncio.sleep(0)
        self._move_to(until)

    def _move_to(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds - self._seconds)
        self._seconds = seconds

    def _wake(self, sleeper: _Sleeper) -> None:
        self._awake.add(sleeper.task)
        self._all_asleep.clear()
        sleeper.task.add_done_callback(self._rests)
        sleeper.woken.set()

    def _rests(self, task: asyncio.Task[Any]) -> None:
        task.remove_done_callback(self._rests)
        self._awake.discard(task)
        if not self._awake:
            self._all_asleep.set()
