"""Who else hears of a waiting conversation, and after how long, while the consoles ring until somebody takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self

MOST_STEPS = 12
LATEST = timedelta(hours=24)


class Way(StrEnum):
    """How somebody is reached who does not look at the console."""

    PUSH = "push"
    """To the devices of the agents who are available, or of whom it rings at."""
    WEBHOOK = "webhook"
    SLACK = "slack"
    EMAIL = "email"


class BadEscalation(ValueError):
    """Steps that cannot be read; says which one and what it should look like."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One message, if nobody has taken the conversation by then."""

    after: timedelta
    way: Way


DEFAULT = (
    Step(timedelta(0), Way.PUSH),
    Step(timedelta(seconds=30), Way.PUSH),
    Step(timedelta(seconds=60), Way.WEBHOOK),
    Step(timedelta(seconds=60), Way.SLACK),
    Step(timedelta(seconds=60), Way.PUSH),
    Step(timedelta(seconds=120), Way.EMAIL),
    Step(timedelta(seconds=120), Way.PUSH),
)
"""Devices at once and again and again; the rest of the team after a minute, by mail after two."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """The steps of a site, in the order of their times. The owner is called besides, when the promised wait is over."""

    steps: Sequence[Step] = DEFAULT

    def __post_init__(self) -> None:
        if len(self.steps) > MOST_STEPS:
            raise BadEscalation(f"{len(self.steps)} steps are more than the {MOST_STEPS} that anybody heeds")
        for number, step in enumerate(self.steps, start=1):
            if not timedelta(0) <= step.after <= LATEST:
                raise BadEscalation(f"step {number}: write seconds from 0 to {LATEST.total_seconds():.0f}")
        if any(later < earlier for earlier, later in pairwise(step.after for step in self.steps)):
            raise BadEscalation("steps stand in the order of their times")

    def due(self, waits_since: datetime, now: datetime) -> Sequence[tuple[int, Step]]:
        """The steps whose time has come for who waits since then, each with its number from 0."""
        return [(number, step) for number, step in enumerate(self.steps) if now - waits_since >= step.after]

    def to_list(self) -> list[dict[str, Any]]:
        """JSON-ready: `[{"after_s": 60, "way": "slack"}]`."""
        return [{"after_s": int(step.after.total_seconds()), "way": step.way.value} for step in self.steps]

    @classmethod
    def from_list(cls, data: Sequence[Mapping[str, Any]]) -> Self:
        """Reads what `to_list` gives. Raises BadEscalation."""
        steps = []
        for number, each in enumerate(data, start=1):
            try:
                steps.append(Step(timedelta(seconds=int(each["after_s"])), Way(each["way"])))
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                ways = ", ".join(Way)
                raise BadEscalation(f'step {number}: write {{"after_s": 60, "way": one of {ways}}}') from error
        return cls(tuple(steps))


def waits_since(waiting_since: datetime, opened_at: datetime | None) -> datetime:
    """From when the time of a wait counts for the team: a night during which nobody was planned does not."""
    return waiting_since if opened_at is None else max(waiting_since, opened_at)
