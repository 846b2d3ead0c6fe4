"""Conversations in Python, where a test story is too plain: `bot` is one that nobody has written in yet."""

from __future__ import annotations

import pytest

from bot.testing import Conversation


def test_the_greeting_offers_what_the_bot_can_do(bot: Conversation) -> None:
    reply = bot.says("hello")
    assert reply.actions == ["utter_greet"]
    assert reply.buttons == ["Book a visit", "Opening hours"]


def test_a_visit_is_booked_with_taps(bot: Conversation) -> None:
    bot.says("hello")
    assert bot.taps("Book a visit").text == "Gladly. Which bike is it about?"
    bot.says("old commuter")
    reply = bot.taps("Friday")
    assert reply.text == "Done: we expect you and your old commuter on Friday at 9:00."
    assert bot.active_loop is None


@pytest.mark.parametrize("day", ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"])
def test_the_workshop_takes_bikes_on_every_day_that_it_is_open(bot: Conversation, day: str) -> None:
    bot.means("book_visit", bike="speed triple")
    assert bot.means("inform", day=day).actions == ["visit_form", "action_book_visit"]


def test_a_booked_visit_can_move_to_another_day(bot: Conversation) -> None:
    bot.says("can you look at my mt-07 on tuesday")
    reply = bot.says("can we move it to thursday")
    assert bot.slots["day"] == "thursday"
    assert reply.text == "Done: we expect you and your mt-07 on Thursday at 9:00."


def test_who_asks_for_a_person_gets_one(bot: Conversation) -> None:
    reply = bot.says("let me talk to a mechanic")
    assert reply.wish is not None
