"""Whoever takes a conversation says a word in it soon, or somebody else does."""

from __future__ import annotations

import pytest

from app.testing.expectations import Expect
from app.testing.fixtures import Agents, Clock
from app.testing.rider import Rider
from app.testing.sockets import Refused


def test_a_conversation_that_was_taken_in_silence_returns_to_the_line(
    rider: Rider, expect: Expect, agent: Agents, clock: Clock
) -> None:
    dana, maya = agent("Dana"), agent("Maya")
    rider.asks_for_a_person()
    dana.claims()
    clock.advance("4m")
    expect.with_agent("Dana")

    clock.advance("70s")

    expect.desk("You keep your place in line")
    expect.waiting(place=1)
    with pytest.raises(Refused, match="no longer hold"):
        dana.says("Hello, I'm here")
    maya.claims()
    expect.agent("Maya").has_chat()


def test_one_word_is_enough(rider: Rider, expect: Expect, agent: Agents, clock: Clock) -> None:
    agent("Dana")
    rider.asks_for_a_person()
    agent("Dana").claims()
    agent("Dana").says("Hi, I'm reading what you wrote.")

    clock.advance("1h")

    expect.with_agent("Dana")


def test_after_a_restart_of_the_wait_the_next_agent_has_the_same_time(
    rider: Rider, expect: Expect, agent: Agents, clock: Clock
) -> None:
    dana, maya = agent("Dana"), agent("Maya")
    rider.asks_for_a_person()
    dana.claims()
    dana.says("Let me fetch Maya.")
    dana.gives_back()
    maya.claims()

    clock.advance("4m")
    expect.with_agent("Maya")
    clock.advance("70s")

    expect.waiting(place=1)
