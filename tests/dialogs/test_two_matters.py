"""Two matters in one message are both served; the one that needs an answer of the rider comes last."""

from __future__ import annotations

import pytest

from bot.ports import Services
from tests.dialogs.rider import Rider, cards, words


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("how long is the warranty? and what are your opening hours?", "3 years", "09:00 to 18:00"),
        ("how loud is the fell r and how much is shipping to france", "dB", "working days"),
        ("what does the fell 2 cost? btw are you open on saturday", "€", "09:00 to 18:00"),
        ("how long can i return things? also how do i mount the silencer", "30 days", "22 Nm"),
    ],
)
async def test_both_are_answered_in_their_order(rider: Rider, said: str, first: str, second: str) -> None:
    answer = words(await rider.says(said))
    assert 0 <= answer.find(first) < answer.rfind(second)


async def test_a_case_and_a_question_are_both_served(rider: Rider, services: Services) -> None:
    turn = await rider.says("the gasket is missing in my box. what are your opening hours?")
    card, *_ = cards(turn)
    assert card["title"] == "Missing piece noted"
    assert "09:00 to 18:00" in words(turn)
    assert len(await services.cases.list(rider.visitor_id)) == 1
    assert len(turn.promises) == 1


async def test_an_open_question_is_asked_once_and_last(rider: Rider) -> None:
    turn = await rider.says("where is my order? and what are your opening hours?")
    answer = words(turn)
    assert answer.count("order number?") == 1
    assert answer.rstrip().splitlines()[-1].startswith("Happy to look")
    assert rider.tracker.active_loop == "order_form"


async def test_two_sentences_about_one_matter_open_one_case(rider: Rider, services: Services) -> None:
    await rider.says("the box was crushed and the can has a dent. i want to return it.")
    assert len(await services.cases.list(rider.visitor_id)) == 1


async def test_a_person_who_is_wanted_ends_the_answers(rider: Rider) -> None:
    turn = await rider.says("i want to speak to a person. what are your opening hours?")
    assert turn.wish is not None
    assert turn.messages == ()


async def test_thought_again_the_turn_is_the_same(rider: Rider, services: Services) -> None:
    said = "the gasket is missing in my box. what are your opening hours?"
    first = await rider.says(said)
    again = await rider.thinks_again(said)
    assert cards(first) == cards(again)
    assert len(await services.cases.list(rider.visitor_id)) == 1
