"""Waiting: when an answer is due, what may be said about it, and what is offered when it takes longer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import NeverOpen, OpeningHours, TeamId
from handoff.sla import (
    ENOUGH_WAITS,
    Calendar,
    Waited,
    callback_slots,
    first_response_due,
    preview,
    unstaffed,
    wait_range,
)

BERLIN = ZoneInfo("Europe/Berlin")
SHOP = OpeningHours.from_dict(
    {
        "tz": "Europe/Berlin",
        "weekly": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "days": {"2026-12-24": [["09:00", "13:00"]], "2026-12-25": [], "2026-12-26": []},
    }
)
CLOSED = OpeningHours.from_dict({"tz": "Europe/Berlin", "weekly": {}})
ALWAYS = OpeningHours.from_dict(
    {"tz": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
)
FORK_TEAM = TeamId("suspension")


def berlin(day: int, clock: str, month: int = 11) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("asked", "within", "due"),
    [
        (berlin(23, "10:00"), 30, berlin(23, "10:30")),
        (berlin(23, "11:50"), 30, berlin(23, "13:20")),  # over lunch
        (berlin(23, "17:50"), 30, berlin(24, "9:20")),  # over night
        (berlin(27, "17:50"), 30, berlin(30, "9:20")),  # over the weekend
        (berlin(22, "3:00"), 30, berlin(23, "9:30")),
        (berlin(23, "17:30"), 30, berlin(23, "18:00")),
        (berlin(24, "12:50", 12), 30, berlin(28, "9:20", 12)),  # half day, then holidays
        (berlin(23, "9:00"), 8 * 60 + 60, berlin(24, "10:00")),
    ],
)
def test_only_opening_hours_count_towards_the_first_response(asked: datetime, within: int, due: datetime) -> None:
    assert first_response_due(asked, minutes(within), SHOP) == due


def test_without_an_opening_nothing_can_be_due() -> None:
    with pytest.raises(NeverOpen):
        first_response_due(berlin(23, "10:00"), minutes(5), CLOSED)


@given(st.integers(0, 525_600), st.integers(1, 2_000))
def test_due_and_open_time_agree(minute: int, within: int) -> None:
    asked = datetime(2026, 1, 1, tzinfo=UTC) + minutes(minute)

    due = first_response_due(asked, minutes(within), SHOP)

    assert SHOP.open_between(asked, due) == minutes(within)
    assert first_response_due(asked, minutes(within), ALWAYS) == asked + minutes(within)


def test_before_there_is_data_only_the_promised_maximum_is_said() -> None:
    few = wait_range([Waited(minutes(1))] * (ENOUGH_WAITS - 1), minutes(3))

    assert (few.likely, few.at_most, few.basis) == (minutes(3), minutes(3), "promised")
    assert not few.longer_than(minutes(3))


def test_the_range_is_what_half_and_nine_of_ten_had_to_wait() -> None:
    said = wait_range([Waited(minutes(number)) for number in range(1, 101)], minutes(3))

    assert (said.likely, said.at_most, said.waits, said.basis) == (minutes(50), minutes(90), 100, "recent")
    assert said.longer_than(minutes(3))


def test_who_gave_up_makes_the_range_longer_not_shorter() -> None:
    answered = [Waited(minutes(2))] * 20 + [Waited(minutes(10))] * 10
    gave_up = [Waited(minutes(5), answered=False)] * 30

    alone, both = (wait_range(waits, minutes(3)) for waits in (answered, answered + gave_up))

    assert alone.likely == minutes(2)
    assert both.likely == minutes(10)


def test_a_line_where_nobody_was_answered_says_the_longest_wait_seen() -> None:
    assert wait_range([Waited(minutes(n), answered=False) for n in range(1, 31)], minutes(3)).at_most == minutes(30)


@given(st.lists(st.tuples(st.integers(0, 9_000), st.booleans()), min_size=ENOUGH_WAITS, max_size=80))
def test_a_range_is_in_order_in_whole_minutes_and_within_what_was_seen(waits: list[tuple[int, bool]]) -> None:
    said = wait_range([Waited(timedelta(seconds=s), ok) for s, ok in waits], minutes(3))

    assert minutes(1) <= said.likely <= said.at_most <= timedelta(seconds=max(s for s, _ in waits)) + minutes(1)
    assert said.at_most % minutes(1) == timedelta(0)


def test_call_back_slots_are_half_hours_the_shop_is_there() -> None:
    slots = callback_slots(SHOP, berlin(23, "11:10"), count=4)

    starts = [start.astimezone(BERLIN).strftime("%a %H:%M") for start, _ in slots]
    assert starts == ["Mon 13:00", "Mon 13:30", "Mon 14:00", "Mon 14:30"]
    assert all(end - start == minutes(30) for start, end in slots)


def test_slots_that_are_taken_are_left_out_and_the_next_day_follows() -> None:
    taken = {berlin(23, "17:30"): 1, berlin(24, "9:00"): 1, berlin(24, "9:30"): 1}

    one, two = (callback_slots(SHOP, berlin(23, "16:45"), taken=taken, places=places) for places in (1, 2))

    assert [start for start, _ in one] == [berlin(24, "10:00"), berlin(24, "10:30"), berlin(24, "11:00")]
    assert one[0][0] != two[0][0] == berlin(23, "17:30")


def test_a_shop_that_never_opens_offers_no_slot() -> None:
    assert callback_slots(CLOSED, berlin(23, "10:00")) == []


def test_what_a_customer_sees_on_christmas_eve() -> None:
    calendar = Calendar(SHOP, {FORK_TEAM: OpeningHours(SHOP.tz, SHOP.weekly, {date(2026, 12, 24): ()})})

    seen = preview(calendar, None, berlin(24, "16:30", 12), minutes(3))
    morning = preview(calendar, None, berlin(24, "10:00", 12), minutes(3))
    team = preview(calendar, FORK_TEAM, berlin(24, "10:00", 12), minutes(3))

    assert (seen.is_open, seen.changes_at, seen.answer_by) == (False, berlin(28, "9:00", 12), berlin(28, "9:03", 12))
    assert seen.slots[0][0] == berlin(28, "9:00", 12)
    assert (morning.is_open, morning.changes_at) == (True, berlin(24, "13:00", 12))
    assert (team.is_open, team.changes_at) == (False, berlin(25, "9:00", 12))
    assert calendar.open_teams(berlin(23, "10:00")) == {FORK_TEAM}


def test_a_preview_of_a_shop_without_hours_promises_nothing() -> None:
    seen = preview(Calendar(CLOSED), None, berlin(24, "10:00"), minutes(3))

    assert (seen.is_open, seen.changes_at, seen.answer_by, seen.slots) == (False, None, None, ())


def test_the_owner_hears_that_nobody_is_there_before_the_next_customer_comes() -> None:
    alarm = unstaffed(SHOP, berlin(23, "9:03"), last_staffed_at=berlin(20, "18:00"))

    assert alarm is not None
    assert (alarm.since, alarm.open_until) == (berlin(23, "9:00"), berlin(23, "12:00"))
    assert str(alarm).startswith("Nobody is on duty though the hours say so. Nobody waits yet.")


@pytest.mark.parametrize(
    ("now", "last", "waiting", "rings"),
    [
        (berlin(23, "9:01"), None, 0, False),  # two minutes to come in
        (berlin(23, "9:01"), None, 1, True),  # somebody waits: now
        (berlin(23, "10:00"), berlin(23, "9:59"), 0, False),
        (berlin(23, "10:00"), berlin(23, "9:57"), 0, True),
        (berlin(23, "10:00"), berlin(23, "10:00"), 5, False),  # somebody is there
        (berlin(23, "12:30"), None, 5, False),  # lunch is closed
        (berlin(25, "10:00", 12), None, 5, False),  # a holiday
    ],
)
def test_the_alarm_rings_in_open_hours_alone(now: datetime, last: datetime | None, waiting: int, rings: bool) -> None:
    assert (unstaffed(SHOP, now, last_staffed_at=last, waiting=waiting) is not None) == rings
