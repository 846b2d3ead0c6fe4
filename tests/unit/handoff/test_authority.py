"""Authority: what each role may do at once, whom to ask beyond it, and the one sentence that says so."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.authority import (
    DEFAULT,
    Authority,
    BadMatrix,
    Grant,
    Level,
    Limit,
    OtherCurrency,
    Remedy,
    Spent,
)
from handoff.money import BadAmount, Money
from handoff.roles import Role

NOTHING = Spent()


def dollars(amount: float) -> Money:
    return Money(round(amount * 100), "USD")


def test_an_agent_reads_what_is_left_here_and_today() -> None:
    spent = Spent(day={Remedy.REFUND: 30_000})

    assert DEFAULT.standing(Level.AGENT, spent) == "You may: up to $150 here, $300 left today."
    assert DEFAULT.standing(Level.SENIOR, NOTHING) == "You may: up to $500 here."
    assert DEFAULT.standing(Level.SUPERVISOR, NOTHING) == "You may: any amount."


def test_exactly_the_limit_is_allowed() -> None:
    answer = DEFAULT.may(Level.AGENT, Remedy.REFUND, dollars(150), NOTHING)

    assert (answer.kind, answer.ask) == ("allowed", None)
    assert answer.says == "You may: up to $150 here, $600 left today."


def test_a_cent_above_names_what_is_left_and_whom_to_ask() -> None:
    answer = DEFAULT.may(Level.AGENT, Remedy.REFUND, dollars(150.01), NOTHING)

    assert (answer.kind, answer.ask) == ("ask", Level.SENIOR)
    assert answer.says == "$150.01 for a refund is above the $150 that you have here now; a senior decides with you."


def test_what_was_given_in_the_case_and_today_counts_over_all_remedies() -> None:
    here = Spent(case={Remedy.RUSH_SHIPPING: 14_000}, day={Remedy.RUSH_SHIPPING: 14_000})
    today = Spent(day={Remedy.CREDIT: 59_500})

    assert DEFAULT.may(Level.AGENT, Remedy.REFUND, dollars(10), here).kind == "allowed"
    assert DEFAULT.may(Level.AGENT, Remedy.REFUND, dollars(11), here).kind == "ask"
    assert DEFAULT.may(Level.AGENT, Remedy.REPLACEMENT, dollars(6), today).kind == "ask"


def test_who_is_asked_is_the_least_who_may_in_this_case() -> None:
    assert DEFAULT.may(Level.AGENT, Remedy.REFUND, dollars(501), NOTHING).ask is Level.SUPERVISOR
    case = Spent(case={Remedy.REFUND: 49_000})
    assert DEFAULT.may(Level.AGENT, Remedy.REFUND, dollars(20), case).ask is Level.SUPERVISOR


def test_a_supervisor_may_anything_and_says_why() -> None:
    assert DEFAULT.may(Level.SUPERVISOR, Remedy.REMAKE, dollars(9_999), NOTHING).kind == "allowed_with_note"


def test_the_bot_gives_a_small_spare_and_nothing_else() -> None:
    assert DEFAULT.may(Level.BOT, Remedy.SPARE, dollars(14), NOTHING).kind == "allowed"
    answer = DEFAULT.may(Level.BOT, Remedy.REFUND, dollars(1), NOTHING)
    assert (answer.says, answer.ask) == ("A refund takes two people; an agent decides with you.", Level.AGENT)


def test_a_remedy_with_a_limit_of_its_own_counts_against_both() -> None:
    authority = Authority(
        "EUR",
        {**DEFAULT.grants, Level.AGENT: Grant(Limit(15_000, None), {Remedy.LOANER: Limit(5_000, 8_000)})},
    )
    lent = Spent(case={}, day={Remedy.LOANER: 6_000})

    assert authority.may(Level.AGENT, Remedy.LOANER, Money(2_000, "EUR"), lent).kind == "allowed"
    answer = authority.may(Level.AGENT, Remedy.LOANER, Money(2_100, "EUR"), lent)
    assert (
        answer.says == "€21 for a loaner or a ride is above the €20 that you have here now; a senior decides with you."
    )
    assert authority.may(Level.AGENT, Remedy.CREDIT, Money(15_000, "EUR"), NOTHING).kind == "allowed"


def test_what_is_given_at_once_counts_together_and_each_against_its_own_limit() -> None:
    both = [(Remedy.SPARE, 9_000), (Remedy.RUSH_SHIPPING, 7_000)]
    answer = DEFAULT.weigh(Level.AGENT, both, "USD", NOTHING)

    assert answer.says == "$160 in all is above the $150 that you have here now; a senior decides with you."
    assert DEFAULT.weigh(Level.AGENT, both[:1], "USD", NOTHING).kind == "allowed"
    with pytest.raises(BadAmount):
        DEFAULT.weigh(Level.AGENT, [], "USD", NOTHING)


def test_a_second_person_lets_pass_what_takes_two_within_their_own_limits() -> None:
    two = Authority("USD", {**DEFAULT.grants, Level.SENIOR: Grant(Limit(50_000, None), {Remedy.REFUND: None})})

    assert two.weigh(Level.SENIOR, [(Remedy.REFUND, 100)], "USD", NOTHING).kind == "ask"
    assert two.confirms(Level.SENIOR, [(Remedy.REFUND, 100)], NOTHING)
    assert not two.confirms(Level.SENIOR, [(Remedy.REFUND, 50_001)], NOTHING)


def test_an_admin_decides_as_a_supervisor_and_everybody_else_as_what_they_are() -> None:
    assert [Level.of(role) for role in Role] == [Level.AGENT, Level.SENIOR, Level.SUPERVISOR, Level.SUPERVISOR]


def test_another_currency_is_refused_with_the_one_that_counts() -> None:
    with pytest.raises(OtherCurrency, match=r"set in USD, and this is in EUR; give the amount in USD\."):
        DEFAULT.may(Level.AGENT, Remedy.REFUND, Money(1_000, "EUR"), NOTHING)


@pytest.mark.parametrize("minor", [-1, 10**13])
def test_an_amount_that_makes_no_sense_is_refused(minor: int) -> None:
    with pytest.raises(BadAmount):
        DEFAULT.may(Level.SUPERVISOR, Remedy.REFUND, Money(minor, "USD"), NOTHING)


def test_money_reads_as_people_write_it() -> None:
    amounts = [Money(1_234_500, "USD"), Money(999, "EUR"), Money(5_000, "JPY"), Money(50, "CHF")]

    assert [str(each) for each in amounts] == ["$12,345", "€9.99", "¥5,000", "CHF 0.50"]


def test_the_matrix_survives_json() -> None:
    assert Authority.from_dict(json.loads(json.dumps(DEFAULT.to_dict()))) == DEFAULT


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"currency": "usd"}, "ISO 4217"),
        ({"roles": {"agent": {"per_case": 1, "per_day": 1}}}, "the role bot has no limits"),
        ({"roles": {"boss": {"per_case": 1, "per_day": 1}}}, "boss"),
        ({"roles": {"agent": {"per_case": -1, "per_day": 1}}}, "agent.per_case must be"),
        ({"roles": {"agent": {"per_case": 1.5, "per_day": 1}}}, "agent.per_case must be"),
        ({"roles": {"agent": {"per_day": 1}}}, "per_case"),
        ({"roles": 5}, "cannot be read"),
    ],
)
def test_a_matrix_that_cannot_be_used_says_which_part(change: dict[str, object], wrong: str) -> None:
    with pytest.raises(BadMatrix, match=wrong):
        Authority.from_dict({**DEFAULT.to_dict(), **change})


@given(
    level=st.sampled_from(Level),
    amounts=st.lists(st.tuples(st.sampled_from(Remedy), st.integers(0, 70_000)), max_size=30),
)
def test_nobody_gives_more_than_their_limits_however_it_is_split(
    level: Level, amounts: list[tuple[Remedy, int]]
) -> None:
    given_away: dict[Remedy, int] = {}
    for remedy, minor in amounts:
        answer = DEFAULT.may(level, remedy, Money(minor, "USD"), Spent(given_away, given_away))
        if answer.kind != "ask":
            given_away[remedy] = given_away.get(remedy, 0) + minor
        else:
            assert answer.ask is not None
            assert answer.says.count(".") - answer.says.count("$0.") <= 3
    limit = DEFAULT.grants[level].total.per_case
    assert limit is None or sum(given_away.values()) <= limit
