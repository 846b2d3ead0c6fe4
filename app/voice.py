"""What customers brought to people, and what became of it: handovers, waits and promises of one site and period.

Every figure is defined in words beside it, and is made of rows that the reader can open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from handoff import Reason
from handoff.promises import Promise, PromiseState

WAITING = (
    "from asking for a person to their first word, on the customer's clock, closed hours included; left: closed, or"
    " still waiting, without a word of a person"
)
PROMISES = "of the promises whose moment lies in the period and is past: kept by the moment that was last agreed"
ENOUGH_FOR_P90 = 10
"""Waits below which nothing is said of the slowest tenth: it would be a single customer."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One conversation's request for a person; `gap`: what the assistant could not settle, in its own words."""

    conversation_id: UUID
    visitor: str | None
    requested_at: datetime
    reason: Reason
    quote: str
    gap: str | None
    first_reply_at: datetime | None
    closed_at: datetime | None

    @property
    def waited(self) -> timedelta | None:
        """None while nobody has answered."""
        return None if self.first_reply_at is None else max(self.first_reply_at - self.requested_at, timedelta(0))

    @property
    def left(self) -> bool:
        """Over without a word of a person: counted as the shop's failure."""
        return self.first_reply_at is None and self.closed_at is not None


@dataclass(frozen=True, slots=True)
class Waits:
    """`median` and `p90` of those who were answered; None of nobody, p90 also of too few."""

    answered: int
    left: int
    waiting: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that were due. `rate` from 0 to 1, None of nothing."""

    due: int
    on_time: int
    late: int
    broken: int
    re_agreed: int
    open: int
    rate: float | None


def reasons(handovers: Iterable[Handover], before: Iterable[Handover]) -> Sequence[tuple[Reason, int, int]]:
    """(reason, how often, how often in the period before), most often first."""
    now, then = Counter(each.reason for each in handovers), Counter(each.reason for each in before)
    found = [(reason, now[reason], then[reason]) for reason in Reason if now[reason] or then[reason]]
    return sorted(found, key=lambda each: -each[1])


def gaps(handovers: Iterable[Handover], most: int = 10) -> Sequence[tuple[str, int]]:
    """(what the assistant could not settle, how often), most often first."""
    return Counter(each.gap for each in handovers if each.gap is not None).most_common(most)


def waits(handovers: Sequence[Handover]) -> Waits:
    """How long these customers waited for a person."""
    waited = sorted(each.waited for each in handovers if each.waited is not None)
    left = sum(each.left for each in handovers)
    return Waits(
        answered=len(waited),
        left=left,
        waiting=len(handovers) - len(waited) - left,
        median=_percentile(waited, 0.5),
        p90=_percentile(waited, 0.9) if len(waited) >= ENOUGH_FOR_P90 else None,
    )


def kept(promises: Sequence[Promise], now: datetime) -> Kept:
    """What became of these promises; those whose moment is still to come are open and count in no rate."""
    due = [each for each in promises if each.settled_at is not None or each.due_at <= now]
    on_time = sum(each.state is PromiseState.KEPT and not each.was_late for each in due)
    late = sum(each.state is PromiseState.KEPT and each.was_late for each in due)
    return Kept(
        due=len(due),
        on_time=on_time,
        late=late,
        broken=len(due) - on_time - late,
        re_agreed=sum(each.agreed_at is not None for each in promises),
        open=len(promises) - len(due),
        rate=on_time / len(due) if due else None,
    )


def _percentile(ordered: Sequence[timedelta], share: float) -> timedelta | None:
    """The smallest value that at least `share` of them do not exceed (nearest rank)."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
