"""A clock that goes when a test says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.factories import MONDAY_MORNING


class ManualClock:
    """Give it to whatever asks for the time."""

    def __init__(self, at: datetime = MONDAY_MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


class ManualMonotonic:
    """The same for seconds that only ever grow."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, by: timedelta) -> None:
        self.seconds += by.total_seconds()
