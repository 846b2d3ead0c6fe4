"""Each rider is answered in their own manner: short, in steps, or with what concerns them most; kept on request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import Assistant
from bot.ports import Concern, Liking, Pace, Services
from tests.dialogs.rider import Rider, cards, chips, words

QUESTION = "how do i mount the silencer"


async def test_a_hurry_in_the_words_makes_answers_short(new_rider: Callable[[], Rider]) -> None:
    usual = words(await new_rider().says(QUESTION))
    hurried = new_rider()
    short = words(await hurried.says("quick question, i'm at work: how do i mount the silencer"))
    assert len(short) < len(usual) / 2
    assert len(words(await hurried.says("how long can i return things"))) < 80, "the pace holds until another one shows"


async def test_doubt_in_the_words_brings_steps_and_reasons(rider: Rider) -> None:
    said = words(await rider.says("i'm new to this, how do i mount the silencer"))
    assert "one step at a time" in said
    assert "as metal settles with heat" in said


async def test_a_card_is_short_for_who_is_in_a_hurry(rider: Rider) -> None:
    card, _ = cards(await rider.says("quick one, the gasket is missing in my box"))
    assert (card["lines"], card["due"]) == ([], "Thu 26 Nov")


@pytest.mark.parametrize(
    ("said", "pace"),
    [
        ("please keep it short", "brief"),
        ("explain it step by step please", "careful"),
        ("normal answers again please", "standard"),
    ],
)
async def test_the_pace_is_changed_by_asking_and_kept(rider: Rider, services: Services, said: str, pace: str) -> None:
    turn = await rider.says(said)
    assert rider.tracker.slots["pace"] == pace
    assert await services.preferences.of(rider.visitor_id) == Liking(Pace(pace))
    assert chips(turn)[0] == "Forget that"


async def test_what_was_asked_for_comes_back_in_the_next_conversation(rider: Rider, assistant: Assistant) -> None:
    await rider.says("please keep it short")
    later = Rider(assistant, rider.visitor_id)
    assert words(await later.says(QUESTION)).startswith("Hanger by hand")


async def test_what_is_forgotten_does_not_come_back(rider: Rider, assistant: Assistant, services: Services) -> None:
    await rider.says("please keep it short")
    turn = await rider.taps("Forget that")
    assert "forgotten" in words(turn)
    assert await services.preferences.of(rider.visitor_id) == Liking()
    later = Rider(assistant, rider.visitor_id)
    assert not words(await later.says(QUESTION)).startswith("Hanger by hand")


async def test_a_pace_that_only_showed_is_not_kept(rider: Rider, services: Services) -> None:
    await rider.says("quick one: how do i mount the silencer")
    assert await services.preferences.of(rider.visitor_id) == Liking()


async def test_who_hesitates_is_asked_once_what_concerns_them(rider: Rider) -> None:
    first = await rider.says("hmm, i have to think about it")
    assert "Is it the time or the expense that concerns you most?" in words(first)
    assert chips(first) == ["The time", "The expense", "Talk to a person"]
    again = await rider.says("hmm i'm still undecided")
    assert "time or the expense" not in words(again)
    assert chips(again)


@pytest.mark.parametrize(
    ("said", "concern", "answer"),
    [("the time", Concern.TIME, "quickest"), ("it's the money", Concern.EXPENSE, "30 days")],
)
async def test_the_concern_is_answered_kept_and_never_asked_again(
    rider: Rider, assistant: Assistant, services: Services, said: str, concern: Concern, answer: str
) -> None:
    await rider.says("hmm, not sure yet")
    assert answer in words(await rider.says(said))
    assert (await services.preferences.of(rider.visitor_id)).concern is concern
    later = Rider(assistant, rider.visitor_id)
    turn = await later.says("hmm, not sure yet")
    assert "time or the expense" not in words(turn)
    assert answer in words(turn)
