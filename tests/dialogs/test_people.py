"""People: one word brings them in, the bot says nothing about it, and nobody is stuck with a machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Services
from tests.dialogs.rider import Load, Rider, cards, chips, words


@pytest.mark.parametrize(
    "cry",
    [
        "i need a human",
        "this is really bad service",
        "this is the third time i'm writing",
        "the silencer fell off at speed",
    ],
)
async def test_a_person_is_wanted_at_once_and_the_bot_stays_silent(rider: Rider, cry: str) -> None:
    turn = await rider.says(cry)
    assert turn.wish is not None
    assert turn.messages == ()


async def test_a_repair_that_failed_is_a_case_on_the_same_job_and_a_person(rider: Rider) -> None:
    turn = await rider.says("you repaired it and it leaks again")
    (card,) = cards(turn)
    assert (card["title"], card["due"]) == ("Second look opened", "Thu 26 Nov")
    assert turn.wish is not None
    assert turn.wish.reason == "repair_not_fixed"
    assert "you repaired it and it leaks again" in turn.wish.detail
    assert "person" not in words(turn), "only the desk says that somebody comes"


async def test_a_person_is_wanted_in_the_middle_of_an_order_question(rider: Rider) -> None:
    await rider.says("where's my order?")
    turn = await rider.says("i want to speak to a person")
    assert turn.wish is not None
    assert turn.messages == ()


async def test_two_misses_in_a_row_want_a_person(rider: Rider) -> None:
    first = await rider.says("xylo qwrt zzkp")
    assert first.wish is None
    assert chips(first)[-1] == "Talk to a person"
    assert len(chips(first)) in (3, 4), "the two or three nearest topics, and a person"
    second = await rider.says("brmf klonk")
    assert second.wish is not None


class BrokenShop:
    """Raises at every question, as a shop does whose server is down."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionError("the shop does not answer")


async def test_a_shop_that_is_down_is_reported_and_the_conversation_goes_on(services: Services, loaded: Load) -> None:
    broken = replace(services, shop=BrokenShop())  # type: ignore[arg-type]
    rider = Rider(loaded(broken), "visitor-of-a-broken-shop")
    turn = await rider.says("does the fell 2 fit my 2019 mt07?")
    (failure,) = turn.failures
    assert (failure.action, failure.kind) == ("action_fit_check", "raised")
    assert cards(turn) == []
    assert words(await rider.says("hello")) != ""
