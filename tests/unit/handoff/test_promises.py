"""Promises: recognised as they are written, dated on the customer's clock, and kept in a ledger."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import AgentId, InThePast
from handoff.promises import (
    BackupAlerted,
    BadPromise,
    Missed,
    OpenPromises,
    Promise,
    PromiseClosed,
    PromiseEntry,
    PromiseId,
    PromiseState,
    Reassigned,
    Reminded,
    check_closable,
    due_entries,
    fold,
    fold_one,
    from_data,
    keep,
    make,
    moment_in,
    next_deadline,
    re_agree,
    recognise,
    to_data,
)
from tests.factories import MONDAY_MORNING, a_conversation
from tests.unit.handoff.promise_sentences import HARDER_NOT, HARDER_PROMISES, NOT_PROMISES, PROMISES

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=NEW_YORK).astimezone(UTC)
HELD_BACK = 40
"""From here on the sentences were not looked at while the recogniser was written."""
MAYA, DANA = AgentId("maya"), AgentId("dana")


def found_in(sentences: Iterable[str]) -> list[bool]:
    return [bool(recognise(sentence, now=NOW, tz=NEW_YORK)) for sentence in sentences]


@pytest.mark.parametrize("part", [slice(None, HELD_BACK), slice(HELD_BACK, None)], ids=["seen", "held back"])
def test_promises_are_told_from_what_only_sounds_like_one(part: slice) -> None:
    promises, others = PROMISES[part], NOT_PROMISES[part]
    right = sum(found_in(s for s, _ in promises)) + found_in(others).count(False)

    assert right / (len(promises) + len(others)) >= 0.95


def test_promises_in_a_looser_hand_are_told_apart_as_well() -> None:
    right = sum(found_in(HARDER_PROMISES)) + found_in(HARDER_NOT).count(False)

    assert right / (len(HARDER_PROMISES) + len(HARDER_NOT)) >= 0.95


def test_the_moment_of_a_promise_is_read_on_the_customers_clock() -> None:
    wrong = []
    for sentence, expected in PROMISES:
        [found] = recognise(sentence, now=NOW, tz=NEW_YORK)
        due = found.due_at and found.due_at.astimezone(NEW_YORK).strftime("%Y-%m-%d %H:%M")
        if due != expected:
            wrong.append((sentence, expected, due))

    assert len(wrong) / len(PROMISES) <= 0.05, wrong


def test_the_same_words_mean_another_moment_in_another_time_zone() -> None:
    words = "I'll call you Tuesday before noon."

    new_york, berlin = (recognise(words, now=NOW, tz=tz)[0].due_at for tz in (NEW_YORK, BERLIN))

    assert new_york == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert berlin == datetime(2026, 11, 24, 11, tzinfo=UTC)


def test_a_promise_names_its_sentence_among_others() -> None:
    text = "Thanks for the photo! I'll call you Tuesday before noon. Which colour was it?"

    [found] = recognise(text, now=NOW, tz=NEW_YORK)

    assert text[found.start : found.end] == found.what == "I'll call you Tuesday before noon."
    assert found.confidence >= 0.8


def test_curly_apostrophes_and_capitals_change_nothing() -> None:
    assert recognise("I’LL CALL YOU TOMORROW AT 3", now=NOW, tz=NEW_YORK)[0].due_at == datetime(
        2026, 11, 24, 20, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("by 9", "23 21:00"),
        ("by 9 am", "23 09:00"),
        ("this morning before 8", "23 08:00"),
        ("half past 4", "23 16:30"),
        ("next Monday", "30 18:00"),
        ("by the weekend", "29 18:00"),
        ("on 24.12. or so", None),
        ("$40", None),
    ],
)
def test_a_moment_that_has_passed_stays_in_the_past_and_a_bare_hour_looks_ahead(words: str, clock: str | None) -> None:
    moment = moment_in(words, now=NOW, tz=NEW_YORK)

    assert (moment and moment.astimezone(NEW_YORK).strftime("%d %H:%M")) == clock


def test_the_order_of_day_and_month_is_the_shops() -> None:
    american = moment_in("by 4/12", now=NOW, tz=NEW_YORK)
    european = moment_in("by 4/12", now=NOW, tz=NEW_YORK, date_order="DMY")

    assert american is not None
    assert european is not None
    assert (american.month, european.month) == (4, 12)


@given(text=st.text(max_size=300) | st.text(alphabet="I'll by at 12:/am.Tue ", max_size=300))
def test_any_text_is_read_without_an_error_and_its_spans_lie_in_it(text: str) -> None:
    for found in recognise(text, now=NOW, tz=NEW_YORK):
        assert text[found.start : found.end] == found.what
        assert 0.6 <= found.confidence <= 1
        assert found.due_at is None or found.due_at.utcoffset() is not None


def test_a_pasted_book_is_read_as_far_as_a_message_goes() -> None:
    assert recognise("so it was, and " * 700_000 + ". I'll call you at 4.", now=NOW, tz=NEW_YORK) == []


def a_promise(
    *, hours: float = 8, backup: AgentId | None = DANA, name: str = "p1", owner: AgentId | None = MAYA
) -> Promise:
    return fold_one(
        None,
        make(
            PromiseId(name),
            a_conversation(),
            "Call about the gasket",
            due_at=MONDAY_MORNING + timedelta(hours=hours),
            owner=owner,
            backup=backup,
            now=MONDAY_MORNING,
            tz=NEW_YORK,
        ),
    )


def at(hours: float) -> datetime:
    return MONDAY_MORNING + timedelta(hours=hours)


def test_a_promise_with_a_date_in_the_past_is_refused_with_the_moment_it_names() -> None:
    with pytest.raises(InThePast, match=r"Thu 12 Nov at 4:30 has passed"):
        make(
            PromiseId("p1"),
            a_conversation(),
            "Call",
            due_at=MONDAY_MORNING - timedelta(days=11),
            owner=MAYA,
            backup=None,
            now=MONDAY_MORNING,
            tz=NEW_YORK,
        )


@pytest.mark.parametrize(("what", "hours"), [("", 1), (" \n ", 1), ("x" * 501, 1), ("Call", 24 * 400)])
def test_a_promise_says_what_and_when_within_reason(what: str, hours: float) -> None:
    with pytest.raises(BadPromise):
        make(PromiseId("p1"), a_conversation(), what, due_at=at(hours), owner=MAYA, backup=None, now=at(0), tz=NEW_YORK)


def test_the_owner_is_reminded_at_three_quarters_the_backup_alerted_before_it_is_due() -> None:
    promise = a_promise(hours=8)
    seen: list[tuple[str, datetime]] = []
    while (deadline := next_deadline(promise)) is not None:
        seen.append((deadline.then, deadline.at))
        for entry in due_entries(promise, now=deadline.at):
            promise = fold_one(promise, entry)

    assert seen == [("remind", at(6)), ("alert_backup", at(7.2)), ("miss", at(8))]
    assert (promise.state, promise.was_late) == (PromiseState.BROKEN, True)


def test_nothing_is_due_early_and_nothing_twice() -> None:
    promise = a_promise(hours=8)

    assert due_entries(promise, now=at(5.9)) == []
    [reminded] = due_entries(promise, now=at(6))
    assert due_entries(fold_one(promise, reminded), now=at(6)) == []


def test_after_a_long_sleep_everything_that_was_due_happens_in_order() -> None:
    entries = due_entries(a_promise(hours=8), now=at(30))

    assert [type(entry) for entry in entries] == [Reminded, BackupAlerted, Missed]


def test_the_backup_takes_over_from_an_owner_who_is_away() -> None:
    promise = a_promise(hours=8)

    reassigned, reminded = due_entries(promise, now=at(6), away={MAYA})

    assert reassigned == Reassigned(at(6), promise.id, DANA, None)
    assert isinstance(reminded, Reminded)
    assert fold_one(promise, reassigned).owner == DANA


def test_with_everybody_away_the_supervisors_are_alerted() -> None:
    promise = a_promise(hours=8)

    entries = due_entries(promise, now=at(7.5), away={MAYA, DANA})

    assert [type(entry) for entry in entries] == [Reminded, BackupAlerted]


def test_re_agreeing_starts_the_reminders_anew() -> None:
    promise = a_promise(hours=8)
    for entry in due_entries(promise, now=at(7.5)):
        promise = fold_one(promise, entry)

    promise = fold_one(promise, re_agree(promise, at(16), by=MAYA, now=at(7.5), tz=NEW_YORK))

    assert (promise.state, promise.is_open) == (PromiseState.RE_AGREED, True)
    deadline = next_deadline(promise)
    assert deadline is not None
    assert (deadline.then, deadline.at) == ("remind", at(7.5 + 8.5 * 0.75))


def test_a_promise_is_kept_on_time_or_late_and_then_settled() -> None:
    promise = a_promise(hours=8)
    kept = fold_one(promise, keep(promise, by=MAYA, now=at(7)))
    late = fold_one(fold_one(promise, Missed(at(8), promise.id)), keep(promise, by=MAYA, now=at(9)))

    assert (kept.state, kept.was_late, kept.settled_at) == (PromiseState.KEPT, False, at(7))
    assert (late.state, late.was_late) == (PromiseState.KEPT, True)
    with pytest.raises(PromiseClosed):
        keep(kept, by=DANA, now=at(8))
    with pytest.raises(PromiseClosed):
        re_agree(kept, at(20), by=MAYA, now=at(9), tz=NEW_YORK)
    with pytest.raises(InThePast):
        re_agree(promise, at(1), by=MAYA, now=at(2), tz=NEW_YORK)


def test_a_conversation_with_an_open_promise_is_not_closed_silently() -> None:
    promise = a_promise()

    with pytest.raises(OpenPromises):
        check_closable([promise])
    check_closable([fold_one(promise, keep(promise, by=MAYA, now=at(1)))])


def test_promises_of_one_conversation_are_folded_apart_and_survive_json() -> None:
    first, second = a_promise(name="p1"), a_promise(name="p2", hours=4)
    made = [
        make(p.id, p.conversation_id, p.what, due_at=p.due_at, owner=MAYA, backup=DANA, now=at(0), tz=NEW_YORK)
        for p in (first, second)
    ]
    entries: list[PromiseEntry] = [*made, Reminded(at(3), second.id), keep(first, by=MAYA, now=at(3.5))]

    folded = fold(from_data(to_data(entry)) for entry in entries)

    assert (folded[first.id].state, folded[second.id].reminded) == (PromiseState.KEPT, True)
    assert [from_data(to_data(entry)) for entry in entries] == entries


def test_entries_without_a_promise_are_a_bug() -> None:
    with pytest.raises(ValueError, match="begins with"):
        fold([Reminded(at(0), PromiseId("p1"))])


@given(
    hours=st.floats(0.01, 1_000),
    looks=st.lists(st.floats(0, 2_000), max_size=12),
    away=st.sets(st.sampled_from([MAYA, DANA])),
)
def test_an_open_promise_always_has_a_deadline_however_often_and_late_one_looks(
    hours: float, looks: list[float], away: set[AgentId]
) -> None:
    promise = a_promise(hours=hours)
    for look in sorted(looks):
        now = at(look)
        for entry in due_entries(promise, now=now, away=away):
            promise = fold_one(promise, entry)
        deadline = next_deadline(promise)
        assert (deadline is not None) == promise.is_open
        assert deadline is None or deadline.at > now
        assert (promise.state is PromiseState.BROKEN) == (now >= promise.due_at)
