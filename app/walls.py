"""What the wall shows of today, out of what people were asked for: how long each half hour waited. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from math import ceil

from app.voice import Handover

BIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class HalfHour:
    """Those who asked for a person from `start` on and were answered: half waited less than `half`, 9 of 10 `nine`."""

    start: datetime
    half: timedelta
    nine: timedelta
    n: int


def midnight(now: datetime, tz: tzinfo) -> datetime:
    """When today began on a clock in `tz`."""
    return datetime.combine(now.astimezone(tz).date(), time(), tz)


def half_hours(handovers: Iterable[Handover], since: datetime) -> Sequence[HalfHour]:
    """The half hours since then in which somebody asked who was answered, in order.

    Quantiles by nearest rank: the smallest wait that at least so many did not exceed.
    """
    waited: dict[int, list[timedelta]] = {}
    for each in handovers:
        if each.waited is not None and each.requested_at >= since:
            waited.setdefault((each.requested_at - since) // BIN, []).append(each.waited)
    return [
        HalfHour(since + number * BIN, _at(0.5, each), _at(0.9, each), len(each))
        for number, each in sorted((number, sorted(each)) for number, each in waited.items())
    ]


def longest(handovers: Iterable[Handover]) -> Handover | None:
    """Who waited longest of those who were answered."""
    answered = [each for each in handovers if each.waited is not None]
    return max(answered, key=lambda each: each.waited or timedelta(0), default=None)


def _at(share: float, ordered: Sequence[timedelta]) -> timedelta:
    return ordered[ceil(share * len(ordered)) - 1]
