"""Cards that the bot sends of its own: a form where two things are asked, a promise wherever it names a day."""

from __future__ import annotations

import pytest

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


async def test_a_return_is_completed_by_its_form_and_what_was_told_goes_onto_the_case(
    rider: Rider, services: Services
) -> None:
    case, form = cards(await rider.says("I want to return my exhaust"))
    order, reason = form["fields"]
    assert (form["title"], reason["kind"], reason["required"]) == (f"For {case['number']}", "choice", False)
    turn = await rider.says(f"{order['label']}: #1019\n{reason['label']}: {reason['options'][1]}")
    assert f"order #1019 is on {case['number']} now" in words(turn)
    (kept,) = await services.cases.list(rider.visitor_id)
    assert (kept.order_number, kept.about) == ("1019", "I want to return my exhaust; Reason: The sound")


@pytest.mark.parametrize(
    ("said", "detail"),
    [("the weld cracked after a year, warranty please", "3 March 2025"), ("it arrived with a dent", "Part and box")],
)
async def test_a_case_is_completed_whatever_its_detail_would_be_taken_for_alone(
    rider: Rider, services: Services, said: str, detail: str
) -> None:
    _, form = cards(await rider.says(said))
    order, more = form["fields"]
    await rider.says(f"{order['label']}: 1042\n{more['label']}: {detail}")
    (kept,) = await services.cases.list(rider.visitor_id)
    assert (kept.order_number, kept.about) == ("1042", f"{said}; {more['label']}: {detail}")


async def test_a_form_without_a_number_in_it_asks_for_the_number_again(rider: Rider, services: Services) -> None:
    _, form = cards(await rider.says("I want to return my exhaust"))
    asked = await rider.says(f"{form['fields'][0]['label']}: the one from last week")
    assert "order number" in words(asked)
    await rider.says("1019")
    (kept,) = await services.cases.list(rider.visitor_id)
    assert kept.order_number == "1019"


async def test_who_writes_something_else_beside_a_form_is_answered_that(rider: Rider) -> None:
    await rider.says("I want to return my exhaust")
    turn = await rider.says("first: how loud is the fell r?")
    assert turn.trace.intent == "sound_level"


async def test_whatever_names_a_day_stands_on_a_card(rider: Rider, services: Services) -> None:
    await rider.says("I want to return my exhaust")
    turn = await rider.says("order 1042")
    (card,) = cards(turn)
    (promised,) = turn.promises
    assert (card["kind"], card["what"], card["due"]) == ("promise", promised.what, promised.due_at.isoformat())
    assert card["state"] == "on_track"
