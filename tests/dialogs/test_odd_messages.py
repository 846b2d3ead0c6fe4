"""Odd messages: short, long, of pictures, of other languages, contradictory. Nobody is left standing."""

from __future__ import annotations

import pytest

from bot.exploring import fault
from bot.ports import Services
from tests.dialogs.rider import Rider, cards, chips, words

ODD = [
    "🙈🙈🙈",
    "👍",
    "?",
    "...",
    "   ",
    "x" * 4_000,
    "the exhaust is broken " * 180,
    "1042",
    "mt07",
    "2019",
    "fell 2",
    "80331",
    "yes",
    "no",
    "asdf",
    "no yes no",
    "does the fell 2 fit my 1894 mt07",
    "does the fell 2 fit my 2019 mt07 or is it a 2014?",
    "does the fell 2 fit my mt07 and my z900",
    "SELECT * FROM orders; --",
    "/human_request",
    "<script>alert(1)</script>",
    "{order_number}",
    "\u202eevil\u202c",
]


@pytest.mark.parametrize("said", ODD, ids=lambda said: repr(said[:20]))
async def test_an_odd_message_has_a_next_step(rider: Rider, said: str) -> None:
    turn = await rider.says(said)
    assert fault(turn) is None


@pytest.mark.parametrize(
    "said",
    [
        "hallo, passt der auspuff auf meine mt07?",
        "bonjour, où est mon colis?",
        "hola, dónde está mi pedido",
        "ciao, vorrei restituire il silenziatore",
    ],
)
async def test_another_language_is_offered_a_person_and_told_which_there_are(rider: Rider, said: str) -> None:
    turn = await rider.says(said)
    assert "Deutsch, français, español, italiano" in words(turn)
    assert chips(turn) == ["Talk to a person"]


@pytest.mark.parametrize("said", ["what?", "huh?", "i don't understand", "what do you mean"])
async def test_what_was_asked_is_said_another_way(rider: Rider, said: str) -> None:
    await rider.says("does it fit my bike?")
    turn = await rider.says(said)
    assert "It's in the papers" in words(turn)
    assert turn.wish is None


async def test_without_a_question_what_can_be_done_is_said_more_simply(rider: Rider) -> None:
    assert "more simply" in words(await rider.says("what?"))


async def test_cancel_my_order_is_a_case_and_no_other_matter(rider: Rider, services: Services) -> None:
    card, _ = cards(await rider.says("cancel my order"))
    assert card["title"] == "Cancellation noted"
    assert "order #1042 is on" in words(await rider.says("1042"))
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.order_number == "1042"


@pytest.mark.parametrize("part", ["fell 2", "link pipe", "the slip-on", "the silencer"])
async def test_a_part_after_the_question_for_the_bike_stays_with_the_fit(rider: Rider, part: str) -> None:
    await rider.says("does it fit my bike?")
    turn = await rider.says(part)
    assert turn.trace.intent == "inform_part"
    assert "Which bike" in words(turn)


@pytest.mark.parametrize(
    ("correction", "slot", "value"),
    [
        ("no, 2018", "year", "2018"),
        ("sorry, 2020", "year", "2020"),
        ("sorry i mean the z900", "model", "Z900"),
        ("i meant the xsr700", "model", "XSR700"),
        ("no, the fell r", "part", "Fell R"),
    ],
)
async def test_a_correction_changes_the_one_thing(rider: Rider, correction: str, slot: str, value: str) -> None:
    await rider.says("does the fell 2 fit my 2014 mt07?")
    await rider.says(correction)
    assert rider.tracker.slots[slot] == value


@pytest.mark.parametrize(
    "said", ["does the fell 2 fit my 2019 mt07 or is it a 2014?", "fell 2 on an mt07, 2015 or 2021"]
)
async def test_years_that_contradict_each_other_are_asked_about(rider: Rider, said: str) -> None:
    turn = await rider.says(said)
    assert cards(turn) == []
    assert "Which year is yours?" in words(turn)


async def test_out_of_scope_twice_in_a_row_brings_a_person(rider: Rider) -> None:
    first = await rider.says("what is the capital of peru")
    assert 3 <= len(chips(first)) <= 4
    second = await rider.says("sing me a song")
    assert second.wish is not None
    assert second.wish.reason == "bot_gave_up"


async def test_a_miss_after_an_answer_is_a_first_one_again(rider: Rider) -> None:
    await rider.says("what is the capital of peru")
    await rider.says("what are your opening hours")
    assert (await rider.says("sing me a song")).wish is None


async def test_a_second_matter_of_the_same_kind_says_that_it_is_with_us(rider: Rider, services: Services) -> None:
    await rider.says("i want to return my silencer")
    turn = await rider.says("send me a return label")
    (case,) = await services.cases.list(rider.visitor_id)
    assert f"already as {case.number}" in words(turn)


async def test_an_exchange_is_told_from_a_return(rider: Rider, services: Services) -> None:
    card, _ = cards(await rider.says("i want to exchange my fell 1 for a fell r"))
    assert card["title"] == "Exchange opened"


async def test_a_single_piece_has_its_price_and_an_unknown_one_a_day(rider: Rider) -> None:
    assert "LM-DB-2" in words(await rider.says("can i buy a spare db killer"))
    (card,) = cards(await rider.says("i need a spare clamp"))
    assert card["title"] == "Spare part looked up"


@pytest.mark.parametrize("said", ["delete my account please", "please erase my account and all data"])
async def test_an_account_is_deleted_by_a_day(rider: Rider, said: str) -> None:
    turn = await rider.says(said)
    (card,) = cards(turn)
    assert (card["title"], card["due"]) == ("Privacy request noted", "Wed 2 Dec")
    assert len(turn.promises) == 1


@pytest.mark.parametrize("said", ["do you take paypal", "can i pay by invoice", "klarna?"])
async def test_ways_to_pay_are_told_without_a_case(rider: Rider, services: Services, said: str) -> None:
    assert "Cards, PayPal" in words(await rider.says(said))
    assert await services.cases.list(rider.visitor_id) == ()


async def test_every_case_promises_its_day_on_record(rider: Rider) -> None:
    turn = await rider.says("the gasket is missing in my box")
    (promised,) = turn.promises
    assert promised.due_at.isoformat() == "2026-11-26T18:00:00+00:00"
    turn = await rider.says("1042")
    assert len(turn.promises) == 1
