"""Three lines for whoever takes a conversation: who, what was tried, and how they feel with what they were promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from handoff.promises import Promise
from handoff.texts import spoken_moment

WORDS = 90
"""All three lines together: read in half a minute, while the visitor waits."""
_SHARES = (24, 38, 24)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a conversation has told so far, each in the visitor's or the system's own words."""

    name: str | None = None
    vehicle: str | None = None
    order: str | None = None
    contacts: int = 1
    """Which time they are here about this, counting this one."""
    about: str = ""
    """The reason for the handoff, or the visitor's last wish."""
    tried: Sequence[str] = ()
    """What the bot or a colleague did or said already, oldest first."""
    feeling: str | None = None
    feeling_before: str | None = None
    promises: Sequence[Promise] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    who: str
    tried: str
    feeling: str

    @property
    def lines(self) -> tuple[str, str, str]:
        return self.who, self.tried, self.feeling

    def __str__(self) -> str:
        return "\n".join(self.lines)


def brief(facts: Facts, *, now: datetime, tz: tzinfo) -> Brief:
    """At most 90 words, deterministic; what is not known is left out, and the newest is kept where it gets long.

    Moments are on the clock in `tz`.
    """
    who = ", ".join(each for each in (facts.name or "Name unknown", facts.vehicle, _order(facts.order)) if each)
    if facts.contacts > 1:
        who += f", here {_times(facts.contacts)} about this"
    about = f"Wants: {facts.about.strip()}" if facts.about.strip() else "Wish not said yet"
    tried = f"Tried: {'; '.join(facts.tried)}" if facts.tried else "Nothing tried yet"
    return Brief(
        _short(f"{who}.", _SHARES[0]),
        f"{_short(f'{about}.', _SHARES[1] // 2)} {_newest(f'{tried}.', _SHARES[1] // 2)}",
        _short(f"{_feeling(facts)} {_promised(facts.promises, now, tz)}", _SHARES[2]),
    )


def _order(number: str | None) -> str | None:
    return None if number is None else f"order {number}"


def _times(count: int) -> str:
    return {2: "a second time", 3: "a third time"}.get(count, f"for the {count}th time")


def _feeling(facts: Facts) -> str:
    if facts.feeling is None:
        return "Feeling: not shown."
    if facts.feeling_before is None or facts.feeling_before == facts.feeling:
        return f"Feeling: {facts.feeling}."
    return f"Feeling: {facts.feeling}, was {facts.feeling_before}."


def _promised(promises: Sequence[Promise], now: datetime, tz: tzinfo) -> str:
    open_ones = sorted((p for p in promises if p.is_open), key=lambda p: (p.due_at, p.id))
    broken = sum(p.was_late for p in promises)
    words = "Promised: nothing open."
    if open_ones:
        first = open_ones[0]
        more = f" and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
        words = f"Promised by {spoken_moment(first.due_at, now=now, tz=tz)}{more}: {first.what.rstrip('.')}."
    return f"Broken before: {broken}. {words}" if broken else words


def _short(text: str, words: int) -> str:
    said = text.split()
    return " ".join(said) if len(said) <= words else " ".join(said[:words]) + " …"


def _newest(text: str, words: int) -> str:
    """The label and the last words: what was tried last matters most."""
    said = text.split()
    return " ".join(said) if len(said) <= words else " ".join([said[0], "…", *said[-(words - 2) :]])
