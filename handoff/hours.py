"""When people are there: weekly hours in a time zone, with holidays and half days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from handoff.models import HandoffError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON = timedelta(days=14)
_MINUTE = timedelta(minutes=1)


class NeverOpen(HandoffError):
    """These hours have no opening in the coming 14 days; add one, or check the holidays."""


class BadHours(ValueError):
    """Opening hours that cannot be read; says which part and what it should look like."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one day on the wall clock, `opens` inclusive, `closes` exclusive.

    `closes` at 0:00 means the midnight that ends the day. Hours over midnight are two spans that meet there.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time(0) and self.closes <= self.opens:
            raise BadHours(f"{_clock(self.opens)}-{_clock(self.closes)} closes before it opens")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Open at a moment if its local day has a span around it; a day in `days` replaces its weekday."""

    tz: ZoneInfo
    weekly: Sequence[Sequence[Span]]
    """Seven entries, Monday first; a day may have several spans, in order, or none."""
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    """Holidays (no span) and half days."""

    def __post_init__(self) -> None:
        if len(self.weekly) != len(WEEKDAYS):
            raise BadHours(f"weekly hours need seven days, Monday first; got {len(self.weekly)}")
        for spans in (*self.weekly, *self.days.values()):
            for before, after in pairwise(spans):
                if before.closes == time(0) or after.opens < before.closes:
                    raise BadHours(f"the spans of a day overlap or are out of order at {_clock(after.opens)}")

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self._stretches(at, at))

    def closes_at(self, at: datetime) -> datetime | None:
        """When the stretch around `at` ends, in UTC; None while closed, or open for all of 14 days."""
        for opens, closes in self._stretches(at, at + HORIZON):
            if opens <= at < closes:
                return closes if closes <= at + HORIZON else None
        return None

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from `at` on, in UTC, at which it is open: `at` itself if it is open then.

        Raises NeverOpen when there is none in the coming 14 days.
        """
        for opens, closes in self._stretches(at, at + HORIZON):
            if at < closes and opens <= at + HORIZON:
                return max(opens, at.astimezone(UTC))
        raise NeverOpen

    def opened_at(self, at: datetime) -> datetime | None:
        """When the stretch around `at` began, in UTC, at most two days back; None while closed."""
        for opens, closes in self._stretches(at - timedelta(days=1), at):
            if opens <= at < closes:
                return opens
        return None

    def after(self, at: datetime, open_for: timedelta) -> datetime:
        """The moment, in UTC, when it has been open for `open_for` since `at`.

        Raises NeverOpen when 14 days pass without an opening before that.
        """
        left, moment = open_for, at
        while True:
            opens = self.next_opening(moment)
            closes = self.closes_at(opens) or opens + HORIZON
            if left <= closes - opens:
                return opens + left
            left, moment = left - (closes - opens), closes

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """For how long of the time from `start` to `end` it is open."""
        return sum(
            (max(timedelta(0), min(closes, end) - max(opens, start)) for opens, closes in self._stretches(start, end)),
            timedelta(0),
        )

    def stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is open from `at` on in the coming 14 days, in UTC, the first beginning at `at` if it is open then."""
        for opens, closes in self._stretches(at, at + HORIZON):
            if closes > at and opens <= at + HORIZON:
                yield max(opens, at.astimezone(UTC)), closes

    def _stretches(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open stretches in UTC that touch the local days of `first` to `last`, joined where they meet."""
        if first.tzinfo is None:
            raise ValueError("opening hours need an aware datetime")
        day = first.astimezone(self.tz).date() - timedelta(days=1)
        end = last.astimezone(self.tz).date() + timedelta(days=1)
        open_since: datetime | None = None
        open_until = datetime.min.replace(tzinfo=UTC)
        while day <= end:
            for span in self.days.get(day, self.weekly[day.weekday()]):
                opens = self._instant(day, span.opens, fold=0)
                closes_on = day if span.closes != time(0) else day + timedelta(days=1)
                closes = self._instant(closes_on, span.closes, fold=1)
                if opens >= closes:
                    continue  # the whole span lies in the hour that spring skips
                if open_since is not None and opens > open_until:
                    yield open_since, open_until
                    open_since = None
                open_since = opens if open_since is None else open_since
                open_until = max(open_until, closes)
            day += timedelta(days=1)
        if open_since is not None:
            yield open_since, open_until

    def _instant(self, day: date, clock: time, *, fold: int) -> datetime:
        """The moment a wall clock in `tz` shows `clock`.

        Shown twice (autumn): the first time for `fold` 0, the last for 1, so that people are there for both.
        Never shown (spring): the moment at which the clock jumps over it.
        """
        early, late = (datetime.combine(day, clock.replace(fold=f), tzinfo=self.tz).astimezone(UTC) for f in (0, 1))
        if early <= late:
            return late if fold else early
        # In a gap the readings swap: `late` lies before the jump, `early` after it.
        before, after = late, early
        offset = before.astimezone(self.tz).utcoffset()
        while after - before > _MINUTE:
            middle = before + (after - before) / 2
            if middle.astimezone(self.tz).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after.replace(second=0, microsecond=0)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: `{"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "18:00"]]}, "days": {}}`."""
        return {
            "tz": self.tz.key,
            "weekly": {name: _spans_out(spans) for name, spans in zip(WEEKDAYS, self.weekly, strict=True)},
            "days": {day.isoformat(): _spans_out(spans) for day, spans in sorted(self.days.items())},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "OpeningHours":
        """Reads what `to_dict` gives; a weekday left out is closed. Raises BadHours."""
        weekly = data.get("weekly", {})
        if unknown := set(weekly) - set(WEEKDAYS):
            raise BadHours(f"unknown weekday {sorted(unknown)[0]!r}; use {', '.join(WEEKDAYS)}")
        try:
            tz = ZoneInfo(data["tz"])
        except (KeyError, ValueError, OSError, TypeError) as error:
            raise BadHours(f"tz must name an IANA time zone, got {data.get('tz')!r}") from error
        days = {}
        for key, spans in data.get("days", {}).items():
            try:
                day = date.fromisoformat(key)
            except (ValueError, TypeError) as error:
                raise BadHours(f"days: {key!r} is not a date; write 2026-12-24") from error
            days[day] = _spans_in(key, spans)
        return cls(tz=tz, weekly=tuple(_spans_in(name, weekly.get(name, ())) for name in WEEKDAYS), days=days)


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def _spans_out(spans: Sequence[Span]) -> list[list[str]]:
    return [[_clock(s.opens), "24:00" if s.closes == time(0) else _clock(s.closes)] for s in spans]


def _spans_in(name: str, spans: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    try:
        return tuple(
            Span(time.fromisoformat(opens), time(0) if closes == "24:00" else time.fromisoformat(closes))
            for opens, closes in spans
        )
    except BadHours as error:
        raise BadHours(f"{name}: {error}") from error
    except (ValueError, TypeError) as error:
        raise BadHours(f"{name}: write spans as [['09:00', '18:00']], got {spans!r}") from error
