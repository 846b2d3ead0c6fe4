"""Orders: told to whom proves them, late ones owned, cases opened once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.ports import Services
from tests.dialogs.rider import Rider, cards, chips, words


async def test_number_and_postcode_may_come_one_after_the_other(rider: Rider) -> None:
    turn = await rider.says("wheres my stuff, order 1042")
    assert cards(turn) == []
    assert "e-mail or postcode" in words(turn)
    (card,) = cards(await rider.says("80331"))
    assert (card["number"], card["mark"], card["headline"]) == ("1042", "On time", "Arrives Fri 27 Nov")
    assert [(step["label"], step["at"], step["state"]) for step in card["steps"]] == [
        ("Ordered", "Sun 22", "done"),
        ("Packed and checked", "Mon 23", "done"),
        ("On its way", "Today 06:40", "now"),
        ("At your door", "Fri 27", "to_come"),
    ]


async def test_number_and_mail_in_one_message_are_answered_at_once(rider: Rider) -> None:
    (card,) = cards(await rider.says("where is order 1042? jonas.weber@example.com"))
    assert card["number"] == "1042"


async def test_what_was_proved_is_asked_for_once(rider: Rider) -> None:
    await rider.says("where is order 1042? jonas.weber@example.com")
    (card,) = cards(await rider.says("where's my order?"))
    assert card["number"] == "1042"


async def test_an_unknown_order_and_a_wrong_mail_sound_the_same(new_rider: Callable[[], Rider]) -> None:
    stranger, mistaken = new_rider(), new_rider()
    unknown = await stranger.says("where is order 9999? jonas.weber@example.com")
    differs = await mistaken.says("where is order 1042? somebody@example.com")
    assert words(unknown) == words(differs)
    assert chips(unknown) == chips(differs)
    assert cards(unknown) == cards(differs) == []


async def test_after_a_mismatch_both_are_asked_again(rider: Rider) -> None:
    await rider.says("where is order 1042? somebody@example.com")
    turn = await rider.taps("Try again")
    assert "order number" in words(turn)
    await rider.says("1042")
    (card,) = cards(await rider.says("jonas.weber@example.com"))
    assert card["number"] == "1042"


@pytest.mark.parametrize("said", ["order 1042, somebody@example.com", "order 9999, jonas.weber@example.com"])
async def test_the_third_mismatch_brings_in_a_person_instead_of_asking_again(rider: Rider, said: str) -> None:
    for _ in range(2):
        turn = await rider.says(f"where is {said}?")
        assert turn.wish is None
        assert chips(turn) == ["Try again", "Talk to a person"]
    turn = await rider.says(f"where is {said}?")
    assert turn.wish is not None
    assert turn.wish.reason == "order_proof"
    assert turn.messages == ()
    for proof in ("1042 and jonas.weber@example.com", "9999 and 80331"):
        again = await rider.says(f"where is order {proof}?")
        assert cards(again) == [], "guessing has ended"
        assert again.wish is not None


async def test_a_match_in_between_does_not_buy_new_guesses(rider: Rider) -> None:
    await rider.says("where is order 1038? somebody@example.com")
    await rider.says("where is order 1042? jonas.weber@example.com")
    await rider.says("where is order 1038? somebody@example.com")
    turn = await rider.says("where is order 1038? joe@example.com")
    assert turn.wish is not None


async def test_a_late_order_is_owned_with_a_trace_a_day_and_a_person(rider: Rider, services: Services) -> None:
    await rider.says("#1038 hasn't moved in days??")
    turn = await rider.says("ana.pereira@example.com")
    card, promised = cards(turn)
    assert promised["kind"] == "promise"
    assert (card["mark"], card["tone"], card["sub"]) == ("2 days late", "wait", "first promised for Tue 24 Nov")
    (case,) = await services.cases.list(rider.visitor_id)
    assert f"Trace {case.number}" in words(turn)
    assert "by Thu 26 Nov" in words(turn)
    assert chips(turn) == ["Yes, a person", "I'll wait"]
    turn = await rider.says("yes please")
    assert turn.wish is not None


async def test_asking_twice_about_a_late_order_keeps_one_trace(rider: Rider, services: Services) -> None:
    await rider.says("order 1031 is late, joe.kowalski@example.com")
    await rider.says("where's my order?")
    assert len(await services.cases.list(rider.visitor_id)) == 1


async def test_a_delivered_order_says_when(rider: Rider) -> None:
    (card,) = cards(await rider.says("status of order 1019, 28013"))
    assert (card["mark"], card["headline"]) == ("Delivered", "Delivered Tue 17 Nov")


async def test_a_new_topic_leaves_the_order_question_behind(rider: Rider) -> None:
    await rider.says("where's my order?")
    turn = await rider.says("does the fell r fit a 2022 mt07?")
    assert len(cards(turn)) == 1
    assert "order number" not in words(turn)


async def test_a_return_opens_a_case_that_takes_the_order_number_next(rider: Rider, services: Services) -> None:
    turn = await rider.says("i'd like to return it")
    card, _ = cards(turn)
    (case,) = await services.cases.list(rider.visitor_id)
    assert (card["number"], card["due"], len(card["lines"])) == (case.number, "Thu 26 Nov", 3)
    assert case.number.startswith("R-")
    turn = await rider.says("1019")
    assert f"order #1019 is on {case.number} now" in words(turn)
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.order_number == "1019"


async def test_a_turn_that_is_thought_twice_opens_one_case(rider: Rider, services: Services) -> None:
    first = await rider.says("it came with a dent")
    again = await rider.thinks_again("it came with a dent")
    assert cards(first) == cards(again)
    assert len(await services.cases.list(rider.visitor_id)) == 1


async def test_saying_the_same_again_shows_the_open_case(rider: Rider, services: Services) -> None:
    await rider.says("the springs are missing")
    turn = await rider.says("a piece is missing from my order")
    (case,) = await services.cases.list(rider.visitor_id)
    assert f"already as {case.number}" in words(turn)
