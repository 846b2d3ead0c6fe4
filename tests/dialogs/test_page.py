"""What the shop's page is about is known: "does this fit my bike?" on the page of a part."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.ports import Services
from tests.dialogs.rider import Rider, cards, words

FELL_2 = {"sku": "LM-F2-0718"}


async def test_this_is_the_part_on_the_page(rider: Rider) -> None:
    rider.page = FELL_2
    (card,) = cards(await rider.says("does this fit my 2019 mt-07?"))
    assert (card["kind"], card["part"]["sku"]) == ("fit", "LM-F2-0718")


async def test_the_chip_asks_only_for_the_bike_and_then_answers_about_the_part_on_the_page(rider: Rider) -> None:
    rider.page = FELL_2
    asked = await rider.says("Does it fit my bike?", payload="/fit_check")
    assert "bike" in words(asked)
    (card,) = cards(await rider.says("2019 yamaha mt-07"))
    assert card["part"]["sku"] == "LM-F2-0718"


async def test_the_bike_that_was_picked_on_the_page_is_asked_for_no_more(rider: Rider) -> None:
    rider.page = {**FELL_2, "vehicle": "Yamaha MT-07 2019"}
    (card,) = cards(await rider.says("Does it fit my bike?", payload="/fit_check"))
    assert (card["part"]["sku"], card["headline"]) == ("LM-F2-0718", "Fits your 2019 MT-07")


async def test_what_is_named_counts_more_than_the_page(rider: Rider) -> None:
    rider.page = {**FELL_2, "vehicle": "Yamaha MT-07 2019"}
    (card,) = cards(await rider.says("does the fell r fit my 2021 tracer 7?"))
    assert "Tracer 7" in card["headline"]
    assert "Fell R" in card["part"]["name"]
    (card,) = cards(await rider.says("and a 2019 mt-07?"))
    assert "Fell R" in card["part"]["name"], "a year or a bike alone goes on about what was named"


async def test_this_is_the_next_page_after_a_click(rider: Rider) -> None:
    await rider.says("does the fell 1 fit my 2019 mt-07?")
    rider.page = FELL_2
    (card,) = cards(await rider.says("and does this fit?"))
    assert card["part"]["sku"] == "LM-F2-0718"


@pytest.mark.parametrize("page", [{"sku": "NO-SUCH"}, {"vehicle": "hovercraft"}, {"order": "'; drop table"}, {}])
async def test_a_page_that_says_nothing_known_changes_nothing(
    new_rider: Callable[[], Rider], page: dict[str, str]
) -> None:
    plain, paged = new_rider(), new_rider()
    paged.page = page
    for said in ("Does it fit my bike?", "where is my order?"):
        assert words(await paged.says(said)) == words(await plain.says(said))


async def test_the_order_on_the_page_needs_its_proof_alone(rider: Rider) -> None:
    rider.page = {"order": "#1042"}
    asked = await rider.says("where is my order?")
    assert cards(asked) == []
    assert "e-mail or postcode" in words(asked)
    (card,) = cards(await rider.says("80331"))
    assert card["number"] == "1042"


async def test_a_page_proves_nothing_and_is_guessed_with_no_further(rider: Rider) -> None:
    rider.page = {"order": "1042"}
    await rider.says("where is my order?")
    refused = await rider.says("somebody@example.com")
    assert [card["kind"] for card in cards(refused)] == []
    again = await rider.taps("Try again")
    assert "order number" in words(again)


async def test_a_case_from_the_page_of_an_order_is_on_that_order(rider: Rider, services: Services) -> None:
    rider.page = {"order": "1042"}
    turn = await rider.says("I want to return it, it is too loud")
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.order_number == "1042"
    assert "Which order" not in words(turn)
