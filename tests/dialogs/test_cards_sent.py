"""Cards that the bot sends of its own: a form where two things are asked, a promise wherever it names a day."""

from __future__ import annotations

from bot.ports import Services
from tests.dialogs.rider import Rider, cards, words


async def test_number_and_proof_of_an_order_may_be_filled_in_at_once(rider: Rider) -> None:
    (form,) = cards(await rider.says("where is my order?"))
    assert form["kind"] == "form"
    number, proof = (field["label"] for field in form["fields"])
    (order,) = cards(await rider.says(f"{number}: 1042\n{proof}: jonas.weber@example.com"))
    assert (order["kind"], order["number"]) == ("order", "1042")


async def test_a_form_that_is_half_right_asks_for_what_is_missing(rider: Rider) -> None:
    (form,) = cards(await rider.says("where is my order?"))
    number, proof = (field["label"] for field in form["fields"])
    asked = await rider.says(f"{number}: 1042\n{proof}: I forgot")
    assert "e-mail or postcode" in words(asked)
    (order,) = cards(await rider.says("80331"))
    assert order["number"] == "1042"


async def test_a_form_is_answered_in_free_words_as_well(rider: Rider) -> None:
    await rider.says("where is my order?")
    (order,) = cards(await rider.says("it's 1042, postcode 80331"))
    assert order["number"] == "1042"


async def test_whatever_names_a_day_stands_on_a_card(rider: Rider, services: Services) -> None:
    await rider.says("I want to return my exhaust")
    turn = await rider.says("order 1042")
    (card,) = cards(turn)
    (promised,) = turn.promises
    assert (card["kind"], card["what"], card["due"]) == ("promise", promised.what, promised.due_at.isoformat())
    assert card["state"] == "on_track"
