"""Who is rung, why, and what comes next when they do not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import AgentId, TeamId, Ticket, TicketId, Transfer
from handoff.moves import after, rested, taken
from handoff.routing import (
    CallOwner,
    Colleague,
    Offer,
    PassOn,
    Plan,
    RingTeam,
    TakeBack,
    Wait,
    Wake,
    choose,
    decide,
    sweep,
)
from tests.factories import A_SITE, MONDAY_MORNING, a_conversation, a_request, an_agent

FORKS = TeamId("forks")
PUSH = Plan(push=True)
PULL = Plan()


def at(seconds: float) -> datetime:
    return MONDAY_MORNING + timedelta(seconds=seconds)


def a_ticket(name: str = "t1", *, waited: float = 0, **fields: object) -> Ticket:
    request = a_request()
    ticket = Ticket(
        id=TicketId(name),
        conversation_id=a_conversation(name),
        site_id=A_SITE,
        state="waiting",
        agent_id=None,
        gen=0,
        reason=request.reason,
        rank_at=at(-waited),
        requested_at=at(-waited),
        assigned_at=None,
        first_reply_at=None,
        closed_at=None,
        quote=request.quote,
        evidence=request.evidence,
        waiting_since=at(-waited),
        due_at=at(0),
    )
    return replace(ticket, **fields)  # type: ignore[arg-type]


def a_colleague(
    name: str,
    *,
    load: int = 0,
    room: int = 3,
    present: bool = True,
    idle: float = 0,
    teams: set[TeamId] | None = None,
    skills: set[str] | None = None,
) -> Colleague:
    return Colleague(
        an_agent(name, capacity=room), present, load, at(-idle), frozenset(teams or ()), frozenset(skills or ())
    )


MAYA, DANA, OLA = AgentId("maya"), AgentId("dana"), AgentId("ola")


def test_the_least_loaded_is_rung_and_the_record_says_why_and_why_not_the_others() -> None:
    choice = choose(
        [
            a_colleague("Maya", load=2),
            a_colleague("Dana", load=1),
            a_colleague("Ola", load=3),
            a_colleague("Kim", present=False),
        ],
        a_ticket(),
    )

    assert choice.agent is not None
    assert (choice.agent.id, choice.because) == (DANA, "Dana holds 1 of 3, the fewest of 2 with room")
    assert dict(choice.passed_over) == {"maya": "holds 2", "ola": "holds 3 of 3", "kim": "is away"}


def test_of_equals_the_longest_idle_is_rung() -> None:
    choice = choose([a_colleague("Maya", idle=5), a_colleague("Dana", idle=60)], a_ticket())

    assert choice.agent is not None
    assert (choice.agent.id, choice.because) == (DANA, "Dana holds 0 of 3 and has been free the longest")
    assert dict(choice.passed_over) == {"maya": "was busy more lately"}


def test_who_knows_the_customer_comes_before_who_is_free() -> None:
    choice = choose([a_colleague("Maya", load=2), a_colleague("Dana")], a_ticket(last_agent_id=MAYA))

    assert choice.agent is not None
    assert (choice.agent.id, choice.because) == (MAYA, "Maya had this conversation before")


def test_who_knows_the_customer_and_has_no_room_does_not_hold_them_up() -> None:
    choice = choose([a_colleague("Maya", load=3), a_colleague("Dana", load=1)], a_ticket(last_agent_id=MAYA))

    assert choice.agent is not None
    assert choice.agent.id == DANA


def test_teams_and_skills_are_needed_as_long_as_somebody_there_has_them() -> None:
    people = [a_colleague("Maya", load=2, teams={FORKS}, skills={"de"}), a_colleague("Dana", teams={FORKS})]
    outsider = a_colleague("Ola", skills={"de", "en"})

    by_skill = choose([*people, outsider], a_ticket(team_id=FORKS), skills=frozenset({"de"}))
    nobody_german = choose([people[1], outsider], a_ticket(team_id=FORKS), skills=frozenset({"de"}))
    nobody_of_team = choose([outsider], a_ticket(team_id=FORKS))

    assert by_skill.agent is not None
    assert (by_skill.agent.id, dict(by_skill.passed_over)) == (MAYA, {"ola": "is not on the team", "dana": "lacks de"})
    assert nobody_german.because == "Nobody there has de; Dana is the only one with room"
    assert nobody_of_team.because == "Nobody of the team is there; Ola is the only one with room"


def test_of_several_skills_who_has_the_most_is_rung() -> None:
    people = [a_colleague("Maya", skills={"de"}), a_colleague("Dana", load=2, skills={"de", "warranty"})]

    choice = choose(people, a_ticket(), skills=frozenset({"de", "warranty", "forks"}))

    assert choice.agent is not None
    assert (choice.agent.name, dict(choice.passed_over)) == ("Dana", {"maya": "lacks forks, warranty"})


def test_nobody_is_asked_twice_in_a_round() -> None:
    choice = choose([a_colleague("Maya"), a_colleague("Dana", load=3)], a_ticket(asked=(MAYA,)))

    assert (choice.agent, choice.somebody_later) == (None, True)
    assert choice.because == "Everybody has their hands full"


def test_pushed_work_goes_from_agent_to_agent_to_the_team_to_the_owner() -> None:
    people = [a_colleague(name) for name in ("Maya", "Dana", "Ola", "Kim")]
    ticket, now, seen = a_ticket(), at(0), []
    for _ in range(9):
        decision = decide(ticket, people, PUSH, now=now)
        seen.append(type(decision))
        ticket = after(ticket, decision, now=now)
        assert ticket.due_at is not None
        now = max(now, ticket.due_at)

    assert seen == [Offer, PassOn, Offer, PassOn, Offer, PassOn, RingTeam, CallOwner, CallOwner]
    assert now == at(3 * 20 + 60 + 2 * 300)


def test_with_everybody_busy_it_waits_for_room_as_long_as_was_promised() -> None:
    people = [a_colleague("Maya", load=3)]

    early = decide(a_ticket(waited=10), people, PUSH, now=at(0))
    late = decide(a_ticket(waited=180), people, PUSH, now=at(0))

    assert early == Wait(at(170), "Everybody has their hands full")
    assert isinstance(late, RingTeam)


def test_in_pull_mode_the_owner_hears_when_the_promise_is_over() -> None:
    people = [a_colleague("Maya")]

    assert decide(a_ticket(waited=100), people, PULL, now=at(0)) == Wait(at(80), "everybody can take it from the line")
    late = decide(a_ticket(waited=180), people, PULL, now=at(0))
    assert isinstance(late, CallOwner)
    assert late.late
    again = decide(after(a_ticket(waited=180), late, now=at(0)), people, PULL, now=at(300))
    assert isinstance(again, CallOwner)
    assert not again.late


def test_at_night_it_waits_for_the_morning_and_by_day_an_empty_desk_is_an_alarm() -> None:
    away = [a_colleague("Maya", present=False)]

    assert decide(a_ticket(), away, PUSH, now=at(0), opens_at=at(9_000)) == Wait(
        at(9_000), "nobody is planned to be there"
    )
    alarm = decide(a_ticket(), away, PUSH, now=at(0))
    assert isinstance(alarm, CallOwner)
    assert alarm.because == "nobody is there though the hours say so"


def test_a_team_with_hours_of_its_own_is_waited_for_by_them() -> None:
    away = [a_colleague("Maya", present=False, teams={FORKS})]
    line = [a_ticket("forks", team_id=FORKS), a_ticket("anybody")]

    decided = {
        ticket.id: decision
        for ticket, decision in sweep(line, away, PUSH, now=at(0), opens_at=None, teams_open_at={FORKS: at(600)})
    }

    assert decided[TicketId("forks")] == Wait(at(600), "nobody is planned to be there")
    assert isinstance(decided[TicketId("anybody")], CallOwner)


def test_an_appointment_is_offered_once_and_not_before_the_promise_is_over() -> None:
    away = [a_colleague("Maya", present=False)]
    ticket, offered = a_ticket(), []
    for seconds in range(0, 2_000, 10):
        decision = decide(ticket, away, PUSH, now=at(seconds))
        if isinstance(decision, CallOwner) and decision.late:
            offered.append(seconds)
        ticket = after(ticket, decision, now=at(seconds))

    assert offered == [300]  # the second call: at the first, the three minutes were not over


def test_an_offer_to_somebody_who_leaves_goes_on_at_once() -> None:
    offered = a_ticket(state="offered", offered_to=MAYA, offered_until=at(20))

    assert decide(offered, [a_colleague("Maya")], PUSH, now=at(5)) == Wait(at(20), "it rings at an agent")
    assert decide(offered, [a_colleague("Maya", present=False)], PUSH, now=at(5)) == PassOn("has left")
    assert decide(offered, [a_colleague("Maya")], PUSH, now=at(20)) == PassOn("did not take it in time")


def test_who_takes_it_has_five_minutes_for_a_first_word() -> None:
    held = taken(a_ticket(), an_agent("Maya"), now=at(0))
    people = [a_colleague("Maya")]

    assert decide(held, people, PULL, now=at(299)) == Wait(at(300), "the first word is due by then")
    assert decide(held, people, PULL, now=at(300)) == TakeBack("no word was written in time")
    answered = replace(held, answered_at=at(200))
    assert decide(answered, people, PULL, now=at(900)) == Wait(None, "it was answered")


def test_rest_ends_at_its_time_and_its_agent_is_asked_first() -> None:
    resting = rested(taken(a_ticket(), an_agent("Maya"), now=at(0)), until=at(600), now=at(10))
    people = [a_colleague("Maya", load=2), a_colleague("Dana")]

    assert decide(resting, people, PUSH, now=at(599)) == Wait(at(600), "it rests until then")
    assert decide(resting, people, PUSH, now=at(600)) == Wake()
    offer = decide(after(resting, Wake(), now=at(600)), people, PUSH, now=at(600))
    assert isinstance(offer, Offer)
    assert offer.agent.id == MAYA


def test_one_place_is_offered_once_and_to_the_first_in_line() -> None:
    tickets = [a_ticket("oldest", waited=99), a_ticket("new", waited=1), a_ticket("old", waited=60)]

    decisions = {t.id: d for t, d in sweep(tickets, [a_colleague("Maya", load=2)], PUSH, now=at(0))}

    assert isinstance(decisions[TicketId("oldest")], Offer)
    assert isinstance(decisions[TicketId("old")], Wait)
    assert isinstance(decisions[TicketId("new")], Wait)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"agent": an_agent(), "team_id": FORKS}, {"agent": an_agent()}, {"team_id": FORKS, "accept_by": at(1)}],
)
def test_a_transfer_names_one_place_and_a_person_has_a_deadline(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="transfer"):
        Transfer(**wrong)  # type: ignore[arg-type]


people = st.lists(
    st.builds(
        a_colleague,
        st.sampled_from(["Maya", "Dana", "Ola", "Kim"]),
        load=st.integers(0, 3),
        room=st.integers(1, 3),
        present=st.booleans(),
        idle=st.integers(0, 99),
        teams=st.sets(st.just(FORKS)),
        skills=st.sets(st.sampled_from(["de", "en"])),
    ),
    unique_by=lambda colleague: colleague.agent.id,
)
tickets = st.builds(
    a_ticket,
    waited=st.integers(0, 400),
    team_id=st.sampled_from([None, FORKS]),
    last_agent_id=st.sampled_from([None, MAYA, DANA]),
    asked=st.lists(st.sampled_from([MAYA, DANA, OLA]), unique=True).map(tuple),
    reach=st.sampled_from(["agent", "team", "owner"]),
)


@given(people, tickets, st.sets(st.sampled_from(["de", "en"])))
def test_a_choice_accounts_for_everybody_and_rings_only_who_can_come(
    colleagues: list[Colleague], ticket: Ticket, skills: set[str]
) -> None:
    choice = choose(colleagues, ticket, skills=frozenset(skills))

    named = [agent_id for agent_id, _ in choice.passed_over] + ([choice.agent.id] if choice.agent else [])
    assert sorted(named) == sorted(colleague.agent.id for colleague in colleagues)
    if choice.agent is not None:
        rung = next(each for each in colleagues if each.agent == choice.agent)
        assert rung.present
        assert rung.has_room
        assert rung.agent.id not in ticket.asked
    elif ticket.team_id is None and not skills:
        assert not [c for c in colleagues if c.present and c.has_room and c.agent.id not in ticket.asked]


@given(people, st.lists(tickets, max_size=8))
def test_nobody_in_the_line_is_overtaken_by_who_came_later(colleagues: list[Colleague], line: list[Ticket]) -> None:
    line = [replace(ticket, id=TicketId(f"t{number}")) for number, ticket in enumerate(line)]

    decided = sweep(line, colleagues, PUSH, now=at(0))

    load = {colleague.agent.id: colleague for colleague in colleagues}
    offered = [(ticket, decision.agent) for ticket, decision in decided if isinstance(decision, Offer)]
    for ticket, agent in offered:
        for earlier, decision in decided:
            if (earlier.rank_at, earlier.id) < (ticket.rank_at, ticket.id) and not isinstance(decision, Offer):
                assert (
                    earlier.reach != "agent"  # rings at everybody already
                    or agent.id in earlier.asked
                    or len(earlier.asked) >= PUSH.offers
                    or (earlier.team_id is not None and earlier.team_id not in load[agent.id].teams)
                )
    for colleague in colleagues:
        rung = sum(agent == colleague.agent for _, agent in offered)
        assert rung == 0 or colleague.load + rung <= colleague.agent.capacity


@given(people, tickets, st.booleans(), st.integers(0, 2_000), st.none() | st.integers(-50, 5_000))
def test_every_decision_leaves_an_open_ticket_with_a_deadline_that_is_reached_in_few_steps(
    colleagues: list[Colleague], ticket: Ticket, push: bool, seconds: int, opens: int | None
) -> None:
    opens_at = None if opens is None else at(opens)
    for _ in range(12):
        decision = decide(ticket, colleagues, Plan(push=push), now=at(seconds), opens_at=opens_at)
        ticket = after(ticket, decision, now=at(seconds))
        assert ticket.due_at is not None
        if ticket.due_at > at(seconds):
            return
    raise AssertionError("it goes round in circles")
