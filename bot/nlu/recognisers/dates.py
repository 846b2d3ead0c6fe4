"""Dates and times, absolute or told from now: "12.03.2026", "next friday at 5pm", "vor drei Tagen"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from bot.nlu.recognisers import date_words
from bot.nlu.recognisers.finding import Finding, Moment

LONGEST_SPAN: Final = 8
"""Words of one date; longer runs are read in their first part."""
_MOST_SPANS: Final = 4
_MOST_TRIES: Final = 4
_TOKEN = re.compile(
    r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d)?(?!\w)|\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr)\b"
    r"|(?<!\w)\d+(?:[./:-]\d+)*(?:st|nd|rd|th|h|er|e|\.)?(?!\w)"
    r"|[^\W\d_]+",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[t ]\d\d:\d\d(?::\d\d)?)?|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.|"
    r"\d{1,2}:\d{2}|\d{1,2}(?:[:.]\d{2})? ?(?:am|pm|h|uhr)",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\b(?P<before>at|um|à|a las|alle|om|@) (?P<hour>2[0-4]|[01]?\d)(?![\w:.]| ?(?:am|pm|uhr|h)\b)")
_OCLOCK = re.compile(r"\b(?P<hour>2[0-4]|[01]?\d)(?:[:.](?P<minute>\d\d))? ?(?:uhr|h|o'?clock|o clock)\b")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.")
_MAYBE = re.compile(r"\d[./:-]\d|\d ?(?:am|pm|h|uhr)\b", re.IGNORECASE)


class Dates:
    """See `Recogniser`. The value is ISO 8601 in the moment's time zone; `grain` tells how exact it is meant.

    A weekday is the coming one unless words say otherwise ("last friday", "since monday", "arrived on tuesday"). Days
    in figures are read day first, or month first where the moment's first country is the US.
    """

    needs_figure = False

    def find(self, text: str, moment: Moment) -> Iterator[Finding]:
        lowered = text.lower()
        if len(lowered) != len(text) or (
            not _MAYBE.search(text) and date_words.HINTS.isdisjoint(_TOKEN.findall(lowered))
        ):
            return
        for count, run in enumerate(_runs(text, lowered)):
            if count == _MOST_SPANS:
                return
            found = _read(text, lowered, run, moment)
            if found is not None:
                yield found


_Run = list[tuple[int, int]]


_BETWEEN = re.compile(r"[,.;:!?\n]| and | und ")
_FEAST = re.compile(r"(?:black|good|holy|easter|cyber|palm|ash|super|shrove) $")
"""Before a weekday: not any of them."""


def _runs(text: str, lowered: str) -> Iterator[_Run]:
    """Neighbouring tokens that may make a date together."""
    run: _Run = []
    for match in _TOKEN.finditer(text):
        word = lowered[match.start() : match.end()]
        is_one = word in date_words.WORDS or (word[0].isdigit() and len(word) <= 19)
        is_near = not run or (
            match.start() - run[-1][1] <= 2 and not set("!?;\n@#") & set(text[run[-1][1] : match.start()])
        )
        if run and not (is_one and is_near):
            yield run
            run = []
        if is_one:
            run.append(match.span())
    if run:
        yield run


def _read(text: str, lowered: str, run: _Run, moment: Moment) -> Finding | None:
    """The date that the longest part of a run tells, its links and stray figures left out."""
    run = run[:LONGEST_SPAN]
    words = [lowered[slice(*each)] for each in run]
    clause = _clause(lowered, run[0][0], run[-1][1]) if run else []
    has_happened = not date_words.HAPPENED.isdisjoint(clause) and date_words.COMES.isdisjoint(clause)
    is_past = has_happened or not date_words.PAST.isdisjoint(words)
    prefers = "past" if is_past else "future"
    while (
        run
        and (words[0] in date_words.LEADS or (words[0] == "in" and date_words.UNITS.isdisjoint(words)))
        and words[:2] != ["il", "y"]
    ):
        run, words = run[1:], words[1:]
    while (
        run and words[-1] in date_words.LINKS - {"clock"} and not (words[-1] in date_words.FIGURES and len(words) > 1)
    ):
        run, words = run[:-1], words[:-1]
    for _ in range(_MOST_TRIES):
        if not _is_date(words):
            return None
        if words[0] == "in" and is_past:
            return None  # "it broke in two weeks" names no day
        span = run[0][0], run[-1][1]
        if _FEAST.search(lowered, 0, span[0]):
            return None
        found = _parsed(lowered[slice(*span)], words, prefers, moment)
        if found is not None:
            when, grain = found
            return Finding(*span, "date", when.isoformat(), 0.9, {"grain": grain})
        # A figure at the end belongs to what follows, one at the start to what stood before.
        cut = slice(0, -1) if words[-1].isdigit() or words[-1] in date_words.FIGURES else slice(1, None)
        run, words = run[cut], words[cut]
    return None


def _clause(text: str, start: int, end: int) -> list[str]:
    """The words around a span, as far as they belong to one statement."""
    return [*_BETWEEN.split(text[:start])[-1].split(), *_BETWEEN.split(text[end:])[0].split()]


def _is_date(words: Sequence[str]) -> bool:
    """Whether words say enough to be a date: "friday", "in 3 days", "5 may"; not "days" and not "may"."""
    if any(_FIGURES.fullmatch(word) for word in words) or not date_words.DAYS.isdisjoint(words):
        return True
    if not date_words.ANCHORS.isdisjoint(words):
        return not (date_words.TURNS | date_words.NEXT).isdisjoint(words) and len(words) > 1
    unclear = sum(word in date_words.UNCLEAR for word in words)
    has_figure = any(word[0].isdigit() or word in date_words.FIGURES for word in words)
    return unclear > 1 or (unclear == 1 and (has_figure or words[0] == "this"))


def _parsed(surface: str, words: Sequence[str], prefers: str, moment: Moment) -> tuple[datetime, str] | None:
    base = moment.now.astimezone(moment.timezone).replace(tzinfo=None, microsecond=0)
    order = "MDY" if moment.countries[:1] == ("US",) else "DMY"
    for word in date_words.FIGURES.keys() & set(words):
        surface = re.sub(rf"\b{word}\b", date_words.FIGURES[word], surface)
    surface = _OCLOCK.sub(lambda hour: f"{hour['hour']}:{hour['minute'] or '00'}", surface)
    surface = _HOUR.sub(lambda hour: f"{hour['before']} {hour['hour']}:00", surface)
    surface = (
        _DAY_MONTH.sub(lambda day: day[0] + _year_of(int(day["month"]), base), surface)
        if surface[-1] == "."
        else surface
    )
    found = _look_up(surface, base, prefers, order)
    if found is None:
        return None
    when, period = found
    if period not in ("time", "part_of_day"):
        when = datetime.combine(when.date(), time())
        if date_words.TURNS.isdisjoint(words):
            if period == "month":
                when = when.replace(day=1)
            elif period == "week":
                when -= timedelta(days=when.weekday())
    return when.replace(tzinfo=moment.timezone), {"time": "minute"}.get(period, period)


def _year_of(month: int, base: datetime) -> str:
    """The year in which a month without one is nearest, a little more to the future."""
    return str(base.year + 1 if month < base.month - 5 else base.year)


@lru_cache(maxsize=512)
def _look_up(surface: str, base: datetime, prefers: str, order: str) -> tuple[datetime, str] | None:
    # Here and not above, as it takes 20 MB: only projects that look for dates pay, at their first date.
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]

    reader = DateDataParser(
        languages=list(date_words.LANGUAGES),
        settings={
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": prefers,
            "DATE_ORDER": order,
            "RETURN_TIME_AS_PERIOD": True,
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    try:
        data = reader.get_date_data(surface)
    except (ValueError, OverflowError):  # "in 99999999 years"
        return None
    return (data.date_obj.replace(tzinfo=None), data.period or "day") if data.date_obj is not None else None
