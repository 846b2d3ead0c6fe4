"""The owner's figures of handovers, waits and promises, against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.voice import ENOUGH_FOR_P90, Handover, gaps, kept, reasons, waits
from handoff import ConversationId, Reason
from handoff.promises import Promise, PromiseId, PromiseState
from tests.factories import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
NOW = MONDAY_MORNING + timedelta(days=1)


def asked(
    reason: Reason = Reason.OTHER, waited: timedelta | None = None, *, closed: bool = True, gap: str | None = None
) -> Handover:
    return Handover(
        conversation_id=uuid4(),
        visitor=None,
        requested_at=MONDAY_MORNING,
        reason=reason,
        quote="",
        gap=gap,
        first_reply_at=None if waited is None else MONDAY_MORNING + waited,
        closed_at=NOW if closed else None,
    )


def promised(state: PromiseState, *, late: bool = False, agreed: bool = False, due: timedelta = -MINUTE) -> Promise:
    promise = Promise(
        id=PromiseId("p"),
        conversation_id=ConversationId("c"),
        what="send the gasket",
        made_at=MONDAY_MORNING,
        due_at=NOW + due,
        owner=None,
        backup=None,
        source="form",
        state=state,
        was_late=late,
    )
    settled = state in (PromiseState.KEPT, PromiseState.BROKEN)
    return replace(promise, settled_at=NOW if settled else None, agreed_at=NOW if agreed else None)


def test_reasons_are_counted_beside_the_period_before_the_most_frequent_first() -> None:
    now = [asked(Reason.LEGAL), asked(Reason.REPEAT), asked(Reason.REPEAT)]
    then = [asked(Reason.LEGAL), asked(Reason.LEGAL), asked(Reason.SAFETY)]

    assert list(reasons(now, then)) == [(Reason.REPEAT, 2, 0), (Reason.LEGAL, 1, 2), (Reason.SAFETY, 0, 1)]


def test_what_the_assistant_could_not_settle_is_counted_in_its_words() -> None:
    found = gaps([asked(gap="Fell 2 on CB125R"), asked(gap="gasket of LX-1"), asked(gap="Fell 2 on CB125R"), asked()])

    assert list(found) == [("Fell 2 on CB125R", 2), ("gasket of LX-1", 1)]


def test_waits_are_medians_and_who_left_without_a_word_is_counted_apart() -> None:
    found = waits([asked(waited=MINUTE * each) for each in (1, 2, 9)] + [asked(), asked(closed=False)])

    assert (found.answered, found.left, found.waiting) == (3, 1, 1)
    assert (found.median, found.p90) == (2 * MINUTE, None)


def test_the_slowest_tenth_is_told_from_ten_waits_on() -> None:
    waited = [asked(waited=MINUTE * each) for each in range(1, ENOUGH_FOR_P90 + 1)]

    assert waits(waited).p90 == 9 * MINUTE
    assert waits(waited[1:]).p90 is None


def test_a_promise_counts_once_its_moment_is_past_or_it_is_settled() -> None:
    found = kept(
        [
            promised(PromiseState.KEPT),
            promised(PromiseState.KEPT, due=MINUTE),
            promised(PromiseState.KEPT, late=True),
            promised(PromiseState.BROKEN),
            promised(PromiseState.RE_AGREED, agreed=True, due=MINUTE),
        ],
        NOW,
    )

    assert (found.due, found.on_time, found.late, found.broken, found.re_agreed, found.open) == (4, 2, 1, 1, 1, 1)
    assert found.rate == 0.5


def test_nothing_asked_and_nothing_promised_has_no_rate() -> None:
    assert (waits([]).median, kept([], NOW).rate) == (None, None)


@given(st.lists(st.none() | st.integers(0, 100_000), max_size=60))
def test_every_handover_is_answered_left_or_waiting_and_half_waited_no_longer_than_the_median(
    waited: list[int | None],
) -> None:
    found = waits([asked(waited=None if each is None else timedelta(seconds=each)) for each in waited])
    answered = [timedelta(seconds=each) for each in waited if each is not None]

    assert found.answered + found.left + found.waiting == len(waited)
    if found.median is not None:
        assert sum(each <= found.median for each in answered) * 2 >= len(answered)
        assert sum(each >= found.median for each in answered) * 2 >= len(answered)
