"""When a conversation with an agent has turned for the worse, and who is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff import AgentId, Evidence, Reason, Role
from handoff.routing import Colleague
from handoff.second import choose_second, worse
from tests.factories import MONDAY_MORNING, a_request, an_agent
from tests.unit.handoff.test_routing import a_ticket

HELD = replace(a_ticket(), state="assigned", reason=Reason.HUMAN_REQUEST, evidence=())
ANSWERED = replace(HELD, answered_at=MONDAY_MORNING)


def somebody(name: str, role: Role = Role.AGENT, *, load: int = 0, present: bool = True) -> Colleague:
    return Colleague(an_agent(name, role=role), present, load, MONDAY_MORNING)


@pytest.mark.parametrize("reason", [Reason.SAFETY, Reason.LEGAL, Reason.REPEAT, Reason.EMOTION])
def test_what_was_not_there_when_the_agent_took_it_is_worse(reason: Reason) -> None:
    assert worse(HELD, a_request(reason)) == [reason]


def test_what_the_agent_took_on_is_no_turn_for_the_worse_before_they_answered() -> None:
    angry = replace(HELD, reason=Reason.EMOTION)
    assert not worse(angry, a_request(Reason.EMOTION))
    assert worse(replace(angry, answered_at=MONDAY_MORNING), a_request(Reason.EMOTION)) == [Reason.EMOTION]


def test_the_worst_of_what_is_new_names_it() -> None:
    evidence = (Evidence(Reason.EMOTION, "angry words"), Evidence(Reason.LEGAL, "says “lawyer”"))
    assert worse(HELD, a_request(Reason.EMOTION, evidence=evidence)) == [Reason.LEGAL, Reason.EMOTION]


def test_the_bots_own_reasons_and_asking_again_for_a_person_ring_nobody() -> None:
    assert not worse(ANSWERED, a_request(Reason.OTHER))
    assert not worse(ANSWERED, a_request(Reason.HUMAN_REQUEST))


def test_supervisors_are_told_first_then_whoever_holds_the_fewest() -> None:
    maya, dana, ola = somebody("Maya"), somebody("Dana", Role.SUPERVISOR, load=5), somebody("Ola", load=1)
    lee = somebody("Lee", Role.SENIOR, present=False)
    everybody = [maya, dana, ola, lee, somebody("Iris", Role.ADMIN)]

    order = []
    asked: list[AgentId] = []
    while (chosen := choose_second(everybody, maya.agent.id, asked)) is not None:
        order.append(chosen.name)
        asked.append(chosen.id)

    assert order == ["Dana", "Iris", "Ola"]  # not the holder, not who is away
