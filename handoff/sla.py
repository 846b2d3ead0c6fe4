"""What a visitor may be told about waiting, and who hears when it comes out differently."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from handoff.hours import NeverOpen, OpeningHours
from handoff.models import TeamId

ENOUGH_WAITS = 20
"""Before there are as many recent waits, the promised maximum is all that may honestly be said."""
LIKELY, NEARLY_ALWAYS = 0.5, 0.9
SLOT = timedelta(minutes=30)
LEAD = timedelta(minutes=30)
"""No call-back sooner than this: somebody has to read the conversation first."""


def first_response_due(requested_at: datetime, within: timedelta, hours: OpeningHours) -> datetime:
    """When a person must have answered, in aware UTC.

    Counts opening hours only: 30 minutes asked for ten minutes before closing are due twenty minutes after the next
    opening. Raises NeverOpen if `hours` has no opening in the coming 14 days.
    """
    return hours.after(requested_at, within)


@dataclass(frozen=True, slots=True)
class Waited:
    """One past wait for a person: until somebody came, or until the visitor gave up."""

    length: timedelta
    answered: bool = True


@dataclass(frozen=True, slots=True)
class WaitRange:
    """ "Usually `likely`, nearly always within `at_most`"; before there is data both are the promised maximum."""

    likely: timedelta
    at_most: timedelta
    waits: int
    """How many recent waits this is drawn from."""
    basis: Literal["recent", "promised"]

    def longer_than(self, promised: timedelta) -> bool:
        """Whether a visitor is better off choosing an appointment now."""
        return self.at_most > promised


def wait_range(recent: Sequence[Waited], promised: timedelta) -> WaitRange:
    """Half of the recent waits ended within `likely`, nine of ten within `at_most`, both in whole minutes, rounded up.

    Who gave up waited *at least* so long, so they count by the product-limit estimate (Kaplan and Meier 1958): leaving
    them out would make a line that drives people away look short. Where it does not reach nine of ten, the longest
    wait seen stands for it.
    """
    if len(recent) < ENOUGH_WAITS:
        return WaitRange(promised, promised, len(recent), "promised")
    longest = max(each.length for each in recent)
    return WaitRange(
        _minutes_up(_quantile(recent, LIKELY) or longest),
        _minutes_up(_quantile(recent, NEARLY_ALWAYS) or longest),
        len(recent),
        "recent",
    )


def callback_slots(
    hours: OpeningHours,
    now: datetime,
    *,
    count: int = 3,
    taken: Mapping[datetime, int] | None = None,
    places: int = 1,
) -> list[tuple[datetime, datetime]]:
    """The next free half hours, in UTC, at full and half hours of the shop's clock and wholly within opening hours.

    `taken`: appointments made, by the start of their slot in UTC; a slot has `places` of them.
    """
    slots: list[tuple[datetime, datetime]] = []
    for opens, closes in hours.stretches(now):
        start = _up_to_slot(max(opens, now + LEAD), hours.tz)
        while start + SLOT <= closes:
            if (taken or {}).get(start, 0) < places:
                slots.append((start, start + SLOT))
            if len(slots) == count:
                return slots
            start += SLOT
    return slots


@dataclass(frozen=True, slots=True)
class Calendar:
    """A site's hours and those of its teams."""

    site: OpeningHours
    teams: Mapping[TeamId, OpeningHours] = field(default_factory=dict)

    def of(self, team_id: TeamId | None) -> OpeningHours:
        """The team's own hours, or the site's."""
        return self.site if team_id is None else self.teams.get(team_id, self.site)

    def open_teams(self, at: datetime) -> frozenset[TeamId]:
        """The teams whose hours say that they are there at `at`."""
        return frozenset(team for team, hours in self.teams.items() if hours.is_open(at))

    def teams_open_at(self, at: datetime) -> dict[TeamId, datetime | None]:
        """For each team with hours of its own: None while they say that it is there, or never is; else when it is."""
        return {team: _back_at(hours, at) for team, hours in self.teams.items()}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a visitor who asks for a person at `at` would be told, if everybody kept to the plan."""

    at: datetime
    is_open: bool
    changes_at: datetime | None
    """When it closes, or opens again; None when neither happens in the coming 14 days."""
    answer_by: datetime | None
    """None when no opening is planned; then nothing is promised."""
    slots: tuple[tuple[datetime, datetime], ...]


def preview(calendar: Calendar, team_id: TeamId | None, at: datetime, promised: timedelta) -> Preview:
    """For any moment, past or to come: "what will a customer see on 24 December at 16:30?"."""
    hours = calendar.of(team_id)
    is_open = hours.is_open(at)
    try:
        opens_at = hours.next_opening(at)
        answer_by = first_response_due(at, promised, hours)
    except NeverOpen:
        return Preview(at, is_open, None, None, ())
    changes_at = hours.closes_at(at) if is_open else opens_at
    return Preview(at, is_open, changes_at, answer_by, tuple(callback_slots(hours, at)))


@dataclass(frozen=True, slots=True)
class Alarm:
    """Nobody is on duty though the hours say so: goes to the owner, before the next customer arrives."""

    since: datetime
    open_until: datetime | None
    waiting: int

    def __str__(self) -> str:
        people = {0: "Nobody waits yet", 1: "One customer waits"}.get(self.waiting, f"{self.waiting} customers wait")
        return f"Nobody is on duty though the hours say so. {people}. Go on duty, or change today's hours."


def unstaffed(
    hours: OpeningHours,
    now: datetime,
    *,
    last_staffed_at: datetime | None,
    waiting: int = 0,
    grace: timedelta = timedelta(minutes=2),
) -> Alarm | None:
    """The alarm, if it is open and has been without anybody for `grace` of open time.

    `last_staffed_at`: the last moment anybody was on duty; `now` while somebody is, None if never. With somebody
    waiting there is no grace.
    """
    opened_at = hours.opened_at(now)
    if opened_at is None or last_staffed_at == now:
        return None
    since = opened_at if last_staffed_at is None else max(opened_at, last_staffed_at)
    if waiting == 0 and now - since < grace:
        return None
    return Alarm(since, hours.closes_at(now), waiting)


def _back_at(hours: OpeningHours, at: datetime) -> datetime | None:
    if hours.is_open(at):
        return None
    try:
        return hours.next_opening(at)
    except NeverOpen:
        return None


def _quantile(recent: Sequence[Waited], share: float) -> timedelta | None:
    """The length within which `share` of waits ended with an answer; None when the data do not reach it."""
    left, still = 1.0, len(recent)
    # At the same length an answer comes before a giving up: that one was still waiting then.
    for each in sorted(recent, key=lambda w: (w.length, not w.answered)):
        if each.answered:
            left *= 1 - 1 / still
            if left <= 1 - share + 1e-9:
                return each.length
        still -= 1
    return None


def _minutes_up(length: timedelta) -> timedelta:
    return timedelta(minutes=max(1, math.ceil(length / timedelta(minutes=1))))


def _up_to_slot(at: datetime, tz: tzinfo) -> datetime:
    """`at`, or the next full or half hour on the clock of `tz`, in UTC."""
    local = at.astimezone(tz)
    over = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    return (at if not over else at + SLOT - over).astimezone(UTC)
