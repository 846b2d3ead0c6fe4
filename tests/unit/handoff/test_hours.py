from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import BadHours, NeverOpen, OpeningHours, Span

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = (Span(time(9), time(18)),)
LARKMOOR = OpeningHours(
    tz=BERLIN,
    weekly=(OFFICE,) * 5 + ((Span(time(10), time(14)),), ()),
    days={date(2026, 12, 24): (Span(time(9), time(12)),), date(2026, 12, 25): ()},
)


def berlin(*when: int) -> datetime:
    return datetime(*when, tzinfo=BERLIN)  # type: ignore[misc,arg-type]


def every_day(*spans: Span, tz: ZoneInfo = BERLIN) -> OpeningHours:
    return OpeningHours(tz=tz, weekly=(spans,) * 7)


def test_a_weekday_is_open_from_opening_until_just_before_closing() -> None:
    assert not LARKMOOR.is_open(berlin(2026, 11, 23, 8, 59))
    assert LARKMOOR.is_open(berlin(2026, 11, 23, 9, 0))
    assert LARKMOOR.is_open(berlin(2026, 11, 23, 17, 59))
    assert not LARKMOOR.is_open(berlin(2026, 11, 23, 18, 0))


def test_on_sunday_the_next_opening_is_monday_morning() -> None:
    assert LARKMOOR.next_opening(berlin(2026, 11, 22, 15, 0)) == berlin(2026, 11, 23, 9, 0)


def test_while_open_the_next_opening_is_now() -> None:
    now = berlin(2026, 11, 23, 10, 30)
    assert LARKMOOR.next_opening(now) == now


def test_a_half_day_replaces_the_weekday_and_a_holiday_closes_it() -> None:
    assert LARKMOOR.closes_at(berlin(2026, 12, 24, 9, 30)) == berlin(2026, 12, 24, 12, 0)
    assert LARKMOOR.next_opening(berlin(2026, 12, 24, 16, 30)) == berlin(2026, 12, 26, 10, 0)


def test_a_lunch_break_closes_between_two_spans() -> None:
    hours = every_day(Span(time(9), time(12)), Span(time(13), time(17)))

    assert hours.closes_at(berlin(2026, 11, 23, 10, 0)) == berlin(2026, 11, 23, 12, 0)
    assert not hours.is_open(berlin(2026, 11, 23, 12, 30))
    assert hours.next_opening(berlin(2026, 11, 23, 12, 30)) == berlin(2026, 11, 23, 13, 0)


def test_hours_over_midnight_are_one_stretch() -> None:
    hours = every_day(Span(time(0), time(2)), Span(time(22), time(0)))

    assert hours.is_open(berlin(2026, 11, 24, 0, 0))
    assert hours.closes_at(berlin(2026, 11, 23, 23, 0)) == berlin(2026, 11, 24, 2, 0)


def test_around_the_clock_has_no_closing_time() -> None:
    assert every_day(Span(time(0), time(0))).closes_at(berlin(2026, 11, 23, 12, 0)) is None


def test_closed_has_no_closing_time() -> None:
    assert LARKMOOR.closes_at(berlin(2026, 11, 22, 12, 0)) is None


def test_hours_without_an_opening_in_fourteen_days_say_so() -> None:
    with pytest.raises(NeverOpen):
        OpeningHours(tz=BERLIN, weekly=((),) * 7).next_opening(berlin(2026, 11, 22, 12, 0))


def test_the_clock_of_the_shop_counts_not_the_one_of_the_caller() -> None:
    assert LARKMOOR.is_open(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    assert not LARKMOOR.is_open(datetime(2026, 11, 23, 17, 30, tzinfo=UTC))
    assert not LARKMOOR.is_open(datetime(2026, 7, 20, 16, 30, tzinfo=UTC))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        LARKMOOR.is_open(datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001


def test_in_spring_a_closing_in_the_hour_that_is_skipped_is_the_moment_of_the_jump() -> None:
    hours = every_day(Span(time(1), time(2, 30)))

    assert hours.closes_at(berlin(2026, 3, 29, 1, 15)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_in_spring_an_opening_in_the_hour_that_is_skipped_is_the_moment_of_the_jump() -> None:
    hours = every_day(Span(time(2, 30), time(6)))

    assert hours.next_opening(berlin(2026, 3, 29, 1, 15)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_in_spring_a_span_within_the_skipped_hour_does_not_happen() -> None:
    hours = every_day(Span(time(2, 10), time(2, 50)))

    assert hours.next_opening(berlin(2026, 3, 29, 0, 0)) == berlin(2026, 3, 30, 2, 10)


def test_in_autumn_an_hour_that_comes_twice_is_open_twice() -> None:
    hours = every_day(Span(time(2), time(3)))
    opens = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)

    assert hours.closes_at(opens) == opens + timedelta(hours=2)


ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "UTC"]
).map(ZoneInfo)
MINUTES = st.integers(0, 24 * 60)


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans of a day, apart from each other."""
    edges = sorted(draw(st.sets(MINUTES, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(clock(opens), clock(closes)) for opens, closes in pairs)


def clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


HOURS = st.builds(
    OpeningHours,
    tz=ZONES,
    weekly=st.tuples(*[days()] * 7),
    days=st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), days(), max_size=3),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(HOURS, MOMENTS)
def test_open_is_what_the_wall_clock_says_away_from_clock_changes(hours: OpeningHours, at: datetime) -> None:
    local = at.astimezone(hours.tz)
    nearby = {(local + timedelta(hours=h)).utcoffset() for h in (-26, 0, 26)}
    spans = hours.days.get(local.date(), hours.weekly[local.weekday()])
    on_the_wall = any(s.opens <= local.time() and (s.closes == time(0) or local.time() < s.closes) for s in spans)

    if len(nearby) == 1:
        assert hours.is_open(at) == on_the_wall


@given(HOURS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours: OpeningHours, at: datetime) -> None:
    try:
        opening = hours.next_opening(at)
    except NeverOpen:
        assert not any(hours.is_open(at + timedelta(hours=h)) for h in range(24 * 14))
        return
    assert opening >= at
    assert hours.is_open(opening)
    if opening > at:
        assert not hours.is_open(at)
        assert not hours.is_open(opening - timedelta(seconds=1))
        assert not hours.is_open(at + (opening - at) / 2)


@given(HOURS, MOMENTS)
def test_closing_ends_the_stretch_that_is_open_now(hours: OpeningHours, at: datetime) -> None:
    closes = hours.closes_at(at)
    if closes is None:
        return
    assert hours.is_open(at)
    assert hours.is_open(closes - timedelta(seconds=1))
    assert hours.is_open(at + (closes - at) / 2)
    assert not hours.is_open(closes)


@given(HOURS)
def test_hours_survive_being_stored(hours: OpeningHours) -> None:
    assert OpeningHours.from_dict(hours.to_dict()) == hours


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"tz": "Mars/Base"}, "Mars/Base"),
        ({"tz": "../etc/passwd"}, "passwd"),
        ({}, "tz"),
        ({"tz": "UTC", "weekly": {"funday": []}}, "funday"),
        ({"tz": "UTC", "weekly": {"mon": [["18:00", "09:00"]]}}, "mon: 18:00-09:00"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "11:00"),
        ({"tz": "UTC", "weekly": {"tue": [["nine", "five"]]}}, "tue"),
        ({"tz": "UTC", "days": {"Christmas": []}}, "Christmas"),
    ],
)
def test_hours_that_cannot_be_read_say_where(data: dict[str, object], says: str) -> None:
    with pytest.raises(BadHours, match=says):
        OpeningHours.from_dict(data)
