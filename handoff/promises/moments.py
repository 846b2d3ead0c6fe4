"""The moment a sentence promises something by, on the clock of whom it is promised to."""

import re
import warnings
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

DateOrder = Literal["MDY", "DMY"]

DAY_ENDS = time(18)
"""What "on Tuesday" promises at the latest, said by people who work by day."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        start=1,
    )
} | {"a": 1, "an": 1, "the": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "a couple of": 2, "a few": 3}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNITS = {
    "minute": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_PARTS = {
    "first thing": time(10),
    "morning": time(12),
    "noon": time(12),
    "midday": time(12),
    "lunch": time(12),
    "lunchtime": time(12),
    "afternoon": time(18),
    "evening": time(21),
    "tonight": time(21),
    "night": time(21),
    "end of the day": DAY_ENDS,
    "end of day": DAY_ENDS,
    "close of business": DAY_ENDS,
}
_SPAN = re.compile(
    rf"\b(?:(?:with)?in|give (?:me|us)|inside)(?: the)?(?: next)? (?:(?P<half>half(?: an?)?|half)"
    rf"|(?P<count>\d{{1,3}}|{_NUMBER}))? ?"
    r"(?P<unit>minute|min|hour|day|week)s?\b"
)
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})\b\.?(?:,? \d{{4}})?"
    rf"|(?:{_MONTHS})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?)"
)
_WEEKDAY = re.compile(rf"\b(?P<next>next )?(?P<name>{'|'.join(_WEEKDAYS)})\b")
_NTH = re.compile(r"\b(?:on|by|before|until) the (?P<day>\d{1,2})(?:st|nd|rd|th)\b")
_WEEK = re.compile(r"\b(?:this|the|end of(?: the)?|next|by the) (?:(?P<which>week)|(?P<end>weekend))\b")
_PART = re.compile(rf"\b(?:{'|'.join(sorted(_PARTS, key=len, reverse=True))})\b")
_CLOCK = re.compile(
    rf"\b(?P<lead>by|before|at|until|till|around|about|and|-)? ?(?P<hour>\d{{1,2}}|{'|'.join(list(_NUMBERS)[:12])})"
    r"(?:[:.h](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.?m\b\.?|o'clock)?(?![\w/%$:]|\.\d)"
)
_QUARTER = re.compile(
    rf"\b(?:(?:at|by|before|around) )?(?:a )?(?:quarter|(?P<half>half)) (?:past|after"
    rf"|(?P<to>to)) (?P<hour>\d{{1,2}}|{'|'.join(list(_NUMBERS)[:12])})\b"
)
_LEADS = frozenset({"by", "before", "at", "until", "till", "around", "about"})


def moment_in(text: str, *, now: datetime, tz: tzinfo, date_order: DateOrder = "MDY") -> datetime | None:
    """By when, in aware UTC, or None when the text names no moment. May lie in the past, as the text may.

    `text`: one sentence in English. "Tuesday before noon" is Tuesday 12:00 in `tz`; a day alone ends at 18:00, a bare
    hour is the next one that the clock shows by day.
    """
    text = " ".join(text.lower().replace("’", "'").split())
    local = now.astimezone(tz)
    if (span := _SPAN.search(text)) is not None and (span["count"] or span["half"] or "the" in span[0]):
        return _later(now, span)
    text = _QUARTER.sub(_on_the_clock, text)
    day, rest = _day_in(text, local, date_order)
    part = _PART.search(rest)
    clock = _clock_in(rest, part[0] if part else None)
    if day is None and part is None and clock is None:
        return None
    if clock is not None:
        at, sure = clock
        on = day or local.date()
        due = datetime.combine(on, at, tzinfo=tz)
        if day is None and due <= local:
            due = _next_shown(at, local, tz, sure=sure)
    else:
        on = day or local.date()
        due = datetime.combine(on, _PARTS[part[0]] if part else DAY_ENDS, tzinfo=tz)
        if on == local.date() and due <= local and (part is None or _PARTS[part[0]] == DAY_ENDS):
            due = datetime.combine(on, time(23, 59), tzinfo=tz)  # "today", said in the evening
    return due.astimezone(now.tzinfo)


def _on_the_clock(found: re.Match[str]) -> str:
    """ "a quarter past two", "half past 3", "quarter to five" as a clock shows them."""
    hour = int(found["hour"]) if found["hour"].isdigit() else _NUMBERS[found["hour"]]
    if found["to"]:
        return f"at {hour - 1 or 12}:45"
    return f"at {hour}:{30 if found['half'] else 15}"


def _later(now: datetime, span: re.Match[str]) -> datetime:
    unit = _UNITS[span["unit"]]
    if span["half"]:
        return now + unit / 2
    count = span["count"] or "the"
    return now + unit * (int(count) if count.isdigit() else _NUMBERS[count])


def _day_in(text: str, local: datetime, date_order: DateOrder) -> tuple[date | None, str]:
    """The day that is named, and the text without it."""
    today = local.date()
    if (found := _DATE.search(text)) is not None:
        day = _calendar_day(found[0], today, date_order)
        if day is not None:
            return day, _without(text, found)
    if (found := _WEEKDAY.search(text)) is not None:
        ahead = (_WEEKDAYS.index(found["name"]) - today.weekday()) % 7 or 7
        if found["next"]:
            # "Next Tuesday" is the one of next week, even when this week's is still to come.
            ahead += 7 if today.weekday() + ahead < 7 else 0
        return today + timedelta(days=ahead), _without(text, found)
    if (found := _NTH.search(text)) is not None and (day := _nth_day(int(found["day"]), today)) is not None:
        return day, _without(text, found)
    if (found := re.search(r"\btomorrow\b", text)) is not None:
        return today + timedelta(days=1), _without(text, found)
    if (found := re.search(r"\btoday\b|\bthis (?=morning|afternoon|evening)|\b(?=tonight\b)", text)) is not None:
        return today, _without(text, found)
    if (found := _WEEK.search(text)) is not None:
        last = 6 if found["end"] else 4
        ahead = last - today.weekday()
        ahead += 7 if ahead < 0 or found[0].startswith("next") else 0
        return today + timedelta(days=ahead), _without(text, found)
    return None, text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}".replace("  ", " ")


def _clock_in(text: str, part: str | None) -> tuple[time, bool] | None:
    """The time of day that is named last, and whether morning or afternoon was said."""
    chosen: tuple[time, bool] | None = None
    for found in _CLOCK.finditer(text):
        between = found["lead"] == "and" and re.search(r"\bbetween [\w:. ]{1,12} $", text[: found.start()])
        if not (found["lead"] in _LEADS or found["minute"] or found["half"] or between):
            continue
        hour = int(found["hour"]) if found["hour"].isdigit() else _NUMBERS[found["hour"]]
        minute = int(found["minute"] or 0)
        half = (found["half"] or "").replace(".", "")
        if hour > 23 or (half in {"am", "pm"} and not 1 <= hour <= 12):
            continue
        if half in {"am", "pm"}:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif (hour < 12 and part in {"afternoon", "evening", "tonight", "night"}) or (hour < 7 and part is None):
            hour += 12
        chosen = time(hour, minute), half in {"am", "pm"} or part is not None or hour > 12
    return chosen


def _next_shown(at: time, local: datetime, tz: tzinfo, *, sure: bool) -> datetime:
    """When a clock shows `at` next: this evening if it was said without am or pm, else what was said, today."""
    if not sure and at.hour < 12:
        evening = datetime.combine(local.date(), at.replace(hour=at.hour + 12), tzinfo=tz)
        if evening > local:
            return evening
    return datetime.combine(local.date() + timedelta(days=0 if sure else 1), at, tzinfo=tz)


def _nth_day(number: int, today: date) -> date | None:
    """The next day of a month that is called "the 27th"; None for "the 45th"."""
    for ahead in range(62):
        day = today + timedelta(days=ahead)
        if day.day == number:
            return day
    return None


@lru_cache(maxsize=512)
def _calendar_day(text: str, today: date, date_order: DateOrder) -> date | None:
    """`2 december`, `12/4`: the next such day, or the one of the year that is named.

    Only the few characters of a date ever reach dateparser, with its language given: searching a whole message for
    dates in every language takes it tens of milliseconds.
    """
    # Imported at first use: it takes a third of a second, which most processes never need.
    import dateparser  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what later Pythons will do with dates without a year
        found = dateparser.parse(
            text,
            languages=["en"],
            settings={
                "RELATIVE_BASE": datetime.combine(today, time(12)),
                "PREFER_DATES_FROM": "future",
                "DATE_ORDER": "YMD" if text[:4].isdigit() else date_order,
                "PARSERS": ["absolute-time"],
            },
        )
    return None if found is None else found.date()
