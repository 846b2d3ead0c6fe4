"""Days as people say them: weekday first, and "today" where it is today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def full(day: date) -> str:
    """ "Tue 24 Nov"; names are ours, as `strftime` follows the server's locale."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def short(day: date) -> str:
    """ "Tue 24"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day}"


def month_day(day: date) -> str:
    """ "12 Nov"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """ "Today 06:40", "Thu 19", "12 Oct" when it is more than three weeks ago."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"Today {local:%H:%M}"
    return short(local.date()) if today - local.date() < timedelta(days=21) else month_day(local.date())


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days (Monday to Friday) after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def closing(day: date, zone: tzinfo) -> datetime:
    """When "by Tue 24 Nov" has run out: at six in the evening of that day, where the shop is."""
    return datetime.combine(day, time(18), zone)
