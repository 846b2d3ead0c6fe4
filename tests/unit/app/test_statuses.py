"""Who holds a conversation never leaves the table of transitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations import TRANSITIONS, ImpossibleStep, Status, Step, after


@given(steps=st.lists(st.sampled_from(Step), max_size=40))
def test_whatever_steps_are_tried_only_those_of_the_table_move_the_status(steps: list[Step]) -> None:
    status = Status.BOT
    for step in steps:
        if (status, step) in TRANSITIONS:
            status = after(status, step)
        else:
            with pytest.raises(ImpossibleStep, match=f"{step} is impossible while {status}"):
                after(status, step)
        assert status in Status


def test_every_status_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS.values()) == set(Status)
    assert {of for of, _ in TRANSITIONS} == set(Status)


def test_an_agent_is_only_reached_through_the_line_or_from_another_agent() -> None:
    assert [of for of, to in zip(TRANSITIONS, TRANSITIONS.values(), strict=True) if to is Status.HUMAN] == [
        (Status.WAITING, Step.CLAIMED),
        (Status.HUMAN, Step.TAKEN_OVER),
    ]
