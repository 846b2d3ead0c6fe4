"""What the whole-system fixtures promise to those who write tests with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.testing.expectations import Expect
from app.testing.fixtures import Agents, Clock, Shop
from app.testing.rider import Rider
from app.testing.sockets import Refused


def test_a_failing_expectation_shows_the_conversation_and_what_was_met(rider: Rider, expect: Expect) -> None:
    rider.says("does the fell 2 fit my mt07 from 2018?")
    expect.bot(card="fit")
    with pytest.raises(AssertionError) as failed:
        expect.bot("Order 1042 is on its way", buttons=["Track it"])
    told = str(failed.value)
    assert told.startswith('Expected: the bot says "Order 1042 is on its way" [Track it].')
    lines = told.splitlines()
    assert "The conversation with rider:" in lines
    assert any(line.endswith("rider       does the fell 2 fit my mt07 from 2018?") for line in lines)
    assert any("understood fit_check" in line for line in lines)
    assert any("did action_fit_check (RulePolicy)" in line for line in lines)
    assert any(line.startswith("✓ ") and "  bot  " in line for line in lines)
    assert lines[-1].startswith("✗ ")


def test_what_happened_too_early_is_told_apart(rider: Rider, expect: Expect) -> None:
    rider.asks_for_a_person()
    expect.desk()
    with pytest.raises(AssertionError, match="It did happen, but before what was expected last"):
        expect.handoff()


def test_a_wrong_state_is_shown_beside_the_right_one(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana")
    rider.says("hello")
    expect.no_handoff()
    expect.with_bot()
    with pytest.raises(AssertionError, match="Expected: Dana has the chat with rider"):
        expect.agent("Dana").has_chat()
    with pytest.raises(AssertionError, match="Maya has not been at the desk"):
        expect.agent("Maya").has_chat()
    with pytest.raises(AssertionError, match="nobody waits for Dana"):
        agent("Dana").claims()
    with pytest.raises(AssertionError, match='cannot tap "Refund"'):
        rider.taps("Refund")


def test_who_drops_out_gets_what_was_said_meanwhile(rider: Rider, expect: Expect, agent: Agents) -> None:
    rider.asks_for_a_person()
    agent("Dana").claims()
    rider.drops()
    agent("Dana").says("Are you there?")
    assert "Are you there?" not in [message["text"] for message in rider.messages]
    with pytest.raises(AssertionError, match="not connected"):
        rider.says("hello?")
    rider.comes_back()
    assert rider.messages[-1]["text"] == "Are you there?"
    expect.person("are you there")


def test_of_two_agents_one_gets_the_chat_and_the_other_hears_who(rider: Rider, expect: Expect, agent: Agents) -> None:
    dana, maya = agent("Dana"), agent("Maya")
    rider.asks_for_a_person()
    dana.claims()
    with pytest.raises(Refused, match="Dana has this conversation") as refused:
        maya.claims(rider)
    assert refused.value.code == "already_assigned"
    expect.agent("Maya").has_no_chat()
    dana.gives_back()
    expect.waiting(place=1)
    maya.claims()
    expect.agent("Maya").has_chat()
    with pytest.raises(Refused):
        dana.says("still me?", to=rider)


def test_a_laptop_that_sleeps_loses_its_chat_in_time(rider: Rider, expect: Expect, agent: Agents, clock: Clock) -> None:
    dana = agent("Dana")
    rider.asks_for_a_person()
    dana.claims()
    dana.says("One moment, I look it up.")
    dana.freezes()
    clock.advance("50s")
    expect.agent("Dana").has_chat()
    clock.advance("5m")
    expect.agent("Dana").has_no_chat()
    expect.waiting(place=1)


def test_at_night_the_bot_helps_on_and_the_ticket_stays(
    rider: Rider, expect: Expect, agent: Agents, clock: Clock, shop: Shop
) -> None:
    clock.advance("8h")
    shop.order("4711", email="ada@example.org")
    rider.asks_for_a_person()
    expect.handoff(reason="human_request")
    expect.waiting(place=1)
    rider.says("where is my order 4711?")
    expect.bot("mail")
    agent("Dana")
    expect.agent("Dana").is_rung(reason="human_request")
    rider.says("it was sent to munich")
    expect.silence()


def test_notes_are_for_the_team_alone(rider: Rider, expect: Expect, agent: Agents) -> None:
    dana, maya = agent("Dana"), agent("Maya")
    rider.asks_for_a_person()
    dana.claims()
    maya.notes("spoke to them on Friday", rider)
    expect.agent("Dana").reads("spoke to them on Friday")
    assert "Friday" not in " ".join(message["text"] for message in rider.messages)


def test_several_riders_stand_in_one_line(
    rider: Rider, expect: Expect, new_rider: Callable[[str], Rider], agent: Agents, clock: Clock
) -> None:
    agent("Dana")
    other = new_rider("Jo")
    rider.asks_for_a_person()
    clock.advance("1m")
    other.asks_for_a_person()
    expect.waiting(place=1)
    expect(other).waiting(place=2)
    agent("Dana").claims()
    expect.agent("Dana").has_chat()
    expect(other).agent("Dana").has_no_chat()
    expect(other).waiting(place=1)


def test_the_bot_remembers_what_was_said(rider: Rider, expect: Expect) -> None:
    rider.says("does the fell 2 fit my mt07 from 2018?")
    expect.bot()
    expect.slot("model", "MT-07")
    with pytest.raises(AssertionError, match="the slot model is 'R1'"):
        expect.slot("model", "R1")


def test_who_takes_no_new_chats_is_not_on_duty(rider: Rider, expect: Expect, agent: Agents) -> None:
    agent("Dana").takes_new_chats(False)
    rider.asks_for_a_person()
    expect.waiting()
    rider.says("hello")
    expect.bot()  # nobody is there for them, so the bot goes on


@pytest.mark.parametrize("written", ["soon", "", "3", "3 minutes", "m"])
def test_a_duration_that_is_none_says_how_to_write_one(clock: Clock, written: str) -> None:
    with pytest.raises(ValueError, match="is no duration; write"):
        clock.advance(written)


def test_the_clock_stands_until_it_is_advanced(clock: Clock, rider: Rider) -> None:
    before = clock.now
    rider.says("hello")
    assert clock.now == before
    clock.advance("1h 30m")
    assert clock.now == before + timedelta(minutes=90)
