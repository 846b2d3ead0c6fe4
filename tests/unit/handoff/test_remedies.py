"""Making it right: who gives, who decides with them, and what the customer reads."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.authority import DEFAULT, Level, OtherCurrency, Remedy, Spent
from handoff.models import AgentId, ConversationId
from handoff.remedies import (
    BadRemedy,
    Given,
    Making,
    MayNotDecide,
    NeedsReason,
    Outcome,
    OverLimit,
    Part,
    RemedyDecided,
    RemedyEntry,
    RemedyId,
    RemedyState,
    Settled,
    approve,
    decline,
    fold_one,
    from_data,
    give,
    spent_by,
    task,
    to_data,
    told,
    withdraw,
)
from handoff.texts import TEXTS

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MAYA, DANA, OLA = AgentId("maya"), AgentId("dana"), AgentId("ola")
GASKET = Part(Remedy.SPARE, 600, "the gasket of batch 9")
NOTHING = Spent()


def given_by_maya(
    *parts: Part, level: Level = Level.AGENT, may_ask: bool = False, reason: str = "", currency: str = "USD"
) -> Given:
    return give(
        RemedyId("r1"),
        ConversationId("c1"),
        parts or (GASKET,),
        currency=currency,
        by=MAYA,
        level=level,
        authority=DEFAULT,
        spent=NOTHING,
        may_ask=may_ask,
        reason=reason,
        order_number="1042",
        now=NOW,
    )


def asked(minor: int = 38_900) -> Making:
    return fold_one(None, given_by_maya(Part(Remedy.REFUND, minor), may_ask=True))


def test_within_the_limit_it_goes_at_once() -> None:
    making = fold_one(None, given_by_maya())

    assert (making.state, making.counts, making.counts_for) == (RemedyState.GOING, True, MAYA)
    assert str(making.total) == "$6"


def test_over_the_limit_it_is_refused_with_the_sentence_unless_a_second_person_is_wanted() -> None:
    with pytest.raises(OverLimit, match=r"\$389 for a refund is above the \$150 that you have here now; a senior"):
        given_by_maya(Part(Remedy.REFUND, 38_900))
    making = asked()

    assert (making.state, making.ask, making.counts) == (RemedyState.ASKED, Level.SENIOR, False)


def test_a_second_person_approves_and_it_counts_for_them() -> None:
    making = asked()
    entry = approve(making, by=DANA, level=Level.SENIOR, authority=DEFAULT, spent=NOTHING, reason="", now=NOW)
    approved = fold_one(making, entry)

    assert (approved.state, approved.counts_for) == (RemedyState.GOING, DANA)
    assert spent_by([approved, making], "USD") == {Remedy.REFUND: 38_900}
    assert spent_by([approved], "EUR") == {}
    with pytest.raises(RemedyDecided):
        decline(approved, by=OLA, level=Level.SUPERVISOR, reason="too much", now=NOW)


@pytest.mark.parametrize(
    ("by", "level", "spent"),
    [
        (MAYA, Level.SUPERVISOR, NOTHING),
        (DANA, Level.AGENT, NOTHING),
        (DANA, Level.SENIOR, Spent(case={Remedy.CREDIT: 20_000})),
    ],
)
def test_nobody_decides_alone_below_the_level_or_above_what_they_have(by: AgentId, level: Level, spent: Spent) -> None:
    with pytest.raises(MayNotDecide):
        approve(asked(), by=by, level=level, authority=DEFAULT, spent=spent, reason="yes", now=NOW)


def test_a_supervisor_says_why_where_nobody_did() -> None:
    making = asked(60_000)
    with pytest.raises(NeedsReason):
        approve(making, by=DANA, level=Level.SUPERVISOR, authority=DEFAULT, spent=NOTHING, reason=" ", now=NOW)
    assert approve(making, by=DANA, level=Level.SUPERVISOR, authority=DEFAULT, spent=NOTHING, reason="fair", now=NOW)
    with pytest.raises(NeedsReason):
        given_by_maya(level=Level.SUPERVISOR)


def test_who_declines_says_what_to_do_instead_and_only_who_asked_takes_it_back() -> None:
    with pytest.raises(BadRemedy):
        decline(asked(), by=DANA, level=Level.SENIOR, reason="  ", now=NOW)
    with pytest.raises(MayNotDecide):
        withdraw(asked(), by=DANA, now=NOW)
    declined = fold_one(asked(), decline(asked(), by=DANA, level=Level.SENIOR, reason="send batch 9", now=NOW))

    assert (declined.state, declined.decision) == (RemedyState.DECLINED, "send batch 9")
    assert fold_one(asked(), withdraw(asked(), by=MAYA, now=NOW)).state is RemedyState.WITHDRAWN


def test_something_else_says_what_and_another_currency_is_refused() -> None:
    with pytest.raises(BadRemedy):
        given_by_maya(Part(Remedy.FREE_TEXT, 100, "  "))
    with pytest.raises(BadRemedy):
        given_by_maya(*[GASKET] * 7)
    with pytest.raises(OtherCurrency):
        given_by_maya(currency="EUR")


def test_the_customer_reads_what_happens_and_by_when() -> None:
    making = fold_one(None, given_by_maya(Part(Remedy.REFUND, 2_400), GASKET, Part(Remedy.FREE_TEXT, 9_000, "A visit")))
    due = NOW + timedelta(days=1)
    outcomes = (Outcome("shop", "R7"), Outcome("task", due_at=due), Outcome("task", due_at=due))
    done = fold_one(making, Settled(NOW, making.id, outcomes))

    headline, lines, money = told(done, "Maya", now=NOW, tz=BERLIN)

    assert (headline, str(money)) == ("Making it right", "$24")
    assert lines == [
        "$24 is on its way back to how you paid. Your bank shows it within a few working days.",
        "Maya sends the gasket of batch 9, Tue 24 Nov at 11:00 at the latest. It is free for you.",
        "A visit: Maya sees to it, Tue 24 Nov at 11:00 at the latest.",
    ]
    assert task(making.parts[0], "USD", "1042") == "send the refund of $24, order 1042"
    headline, lines, _ = told(done, "Maya", now=NOW, tz=BERLIN, locale="de-CH")
    assert headline == "Wir bringen es in Ordnung"
    assert lines[0].startswith("24\u00a0$ sind auf dem Weg zurück")
    assert lines[1].endswith(", spätestens Di, 24. Nov. um 11:00. Für dich ist es gratis.")


@given(
    remedy=st.sampled_from(Remedy),
    minor=st.integers(0, 10**6),
    what=st.text(min_size=1, max_size=40).filter(lambda text: bool(text.split())),
    how=st.sampled_from(["shop", "task"]),
)
def test_each_part_is_worded_without_a_number_of_ours_and_survives_json(
    remedy: Remedy, minor: int, what: str, how: str
) -> None:
    entries: list[RemedyEntry] = [given_by_maya(Part(remedy, minor, what), may_ask=True)]
    outcome = Outcome("shop", "R7") if how == "shop" else Outcome("task", promise_id="p", due_at=NOW)
    entries.append(Settled(NOW, RemedyId("r1"), (outcome,)))
    making = None
    for entry in entries:
        assert from_data(json.loads(json.dumps(to_data(entry)))) == entry
        making = fold_one(making, entry)

    assert making is not None
    for locale in TEXTS:
        headline, lines, money = told(making, "Maya", now=NOW, tz=BERLIN, locale=locale)
        assert headline
        assert len(lines) == 1
    assert (money is not None) == (remedy in (Remedy.CREDIT, Remedy.REFUND) and minor > 0)
    assert task(making.parts[0], "USD", None)
