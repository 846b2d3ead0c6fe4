"""A moment as one says it: "today at 14:00", "Mo, 23. Nov um 9:00"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from handoff.texts.texts import DEFAULT, language_of


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Names are ours, as `strftime` follows the server's locale. Fields: weekday, day, month, year, clock."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    today: str
    dated: str
    dated_with_year: str
    written: str = "{day} {month} {year}, {clock}"
    half_days: bool = False
    """Hours are counted to twelve, twice."""


_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CALENDARS: Final[Mapping[str, _Calendar]] = {
    "en": _Calendar(
        _ENGLISH_DAYS,
        _ENGLISH_MONTHS,
        "today at {clock}",
        "{weekday} {day} {month} at {clock}",
        "{weekday} {day} {month} {year} at {clock}",
    ),
    "en-us": _Calendar(
        _ENGLISH_DAYS,
        _ENGLISH_MONTHS,
        "today at {clock}",
        "{weekday}, {month} {day} at {clock}",
        "{weekday}, {month} {day}, {year} at {clock}",
        written="{month} {day}, {year}, {clock}",
        half_days=True,
    ),
    "es": _Calendar(
        ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
        "hoy a las {clock}",
        "el {weekday} {day} {month} a las {clock}",
        "el {weekday} {day} {month} {year} a las {clock}",
    ),
    "fr": _Calendar(
        ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
        ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
        "aujourd’hui à {clock}",
        "{weekday} {day} {month} à {clock}",
        "{weekday} {day} {month} {year} à {clock}",
    ),
    "de": _Calendar(
        ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
        "heute um {clock}",
        "{weekday}, {day}. {month} um {clock}",
        "{weekday}, {day}. {month} {year} um {clock}",
        written="{day}. {month} {year}, {clock}",
    ),
    "it": _Calendar(
        ("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
        ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"),
        "oggi alle {clock}",
        "{weekday} {day} {month} alle {clock}",
        "{weekday} {day} {month} {year} alle {clock}",
    ),
}


def spoken_moment(at: datetime, *, now: datetime, tz: tzinfo, locale: str | None = None) -> str:
    """`at` on a clock in `tz`: "today at 14:00", "Mon 23 Nov at 9:00", with the year when it is another.

    `locale`: a BCP 47 tag; English as spoken outside the United States for None and for what there are no words in.
    """
    calendar = _calendar(locale)
    local, today = at.astimezone(tz), now.astimezone(tz).date()
    clock = _clock(calendar, local)
    if local.date() == today:
        return calendar.today.format(clock=clock)
    pattern = calendar.dated if local.year == today.year else calendar.dated_with_year
    return pattern.format(
        weekday=calendar.days[local.weekday()],
        day=local.day,
        month=calendar.months[local.month - 1],
        year=local.year,
        clock=clock,
    )


def written_moment(at: datetime, *, tz: tzinfo, locale: str | None = None) -> str:
    """`at` on a clock in `tz`, for a list of what was said: "22 Nov 2026, 14:05"."""
    calendar, local = _calendar(locale), at.astimezone(tz)
    return calendar.written.format(
        day=local.day, month=calendar.months[local.month - 1], year=local.year, clock=_clock(calendar, local)
    )


def _clock(calendar: _Calendar, local: datetime) -> str:
    if calendar.half_days:
        return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"
    return f"{local.hour}:{local.minute:02}"


def _calendar(locale: str | None) -> _Calendar:
    tag = (locale or DEFAULT).replace("_", "-").lower()
    return _CALENDARS.get(tag) or _CALENDARS.get(language_of(locale)) or _CALENDARS[DEFAULT]
