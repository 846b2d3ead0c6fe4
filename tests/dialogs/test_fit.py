"""Fit: one question at most, years only where the answer changes, and a yes that shows its notes."""

from __future__ import annotations

import pytest

from tests.dialogs.rider import Rider, cards, chips, words


async def test_only_the_year_is_asked_and_only_where_the_answer_changes(rider: Rider) -> None:
    turn = await rider.says("does the fell 2 fit my fz07?")
    assert words(turn) == "FZ-07 and MT-07 are one bike under two names. Which year is yours?"
    assert chips(turn) == ["2014–17", "2018–20", "2021+", "Not sure"]


async def test_two_names_of_one_bike_are_explained_once(rider: Rider) -> None:
    await rider.says("does the fell 2 fit my fz07?")
    await rider.taps("2021+")
    turn = await rider.says("does the fell r fit my fz-07?")
    assert "two names" not in words(turn)


async def test_a_year_chip_is_answered_with_what_suits_those_years(rider: Rider) -> None:
    await rider.says("does the fell 2 fit my fz07?")
    turn = await rider.taps("2014–17")
    (card,) = cards(turn)
    assert card["verdict"] == "other_suits"
    assert card["headline"] == "Your 2014–17 MT-07 takes the Fell 1"
    assert card["sub"] == "The Fell 2 starts with the 2018 MT-07"
    assert card["part"]["sku"] == "LM-F1-0714"


@pytest.mark.parametrize("year", ["2019", "its a 2019", "'19", "19"])
async def test_a_typed_year_is_answered_with_the_notes_and_what_else_is_needed(rider: Rider, year: str) -> None:
    await rider.says("does the fell 2 fit my mt07?")
    (card,) = cards(await rider.says(year))
    assert card["verdict"] == "fits_with_notes"
    assert card["headline"] == "Fits your 2019 MT-07"
    assert card["notes"] == ["Closed course only. For the road, choose the Fell R with e-mark."]
    assert [need["sku"] for need in card["needs"]] == ["LP-07"]
    assert card["source"] == "Our catalogue, 15 Nov"
    assert card["action"] == {"label": "See the Fell 2", "url": "https://larkmoor.example/#fell-2"}


async def test_nothing_is_asked_when_everything_was_said(rider: Rider) -> None:
    (card,) = cards(await rider.says("and the fell r for a 2022 mt07?"))
    assert (card["verdict"], card["headline"], card["needs"]) == ("fits", "Fits your 2022 MT-07", [])


async def test_the_year_is_left_alone_where_every_year_has_the_same_answer(rider: Rider) -> None:
    (card,) = cards(await rider.says("does the fell 1 fit my sv650?"))
    assert card["headline"] == "Fits your SV650"


async def test_corrections_change_the_year_the_part_and_the_bike(rider: Rider) -> None:
    await rider.says("does the fell 2 fit my 2014 mt07?")
    (by_year,) = cards(await rider.says("no, 2018"))
    assert by_year["headline"] == "Fits your 2018 MT-07"
    (by_part,) = cards(await rider.says("and the fell r?"))
    assert (by_part["headline"], by_part["part"]["sku"]) == ("Fits your 2018 MT-07", "LM-FR-0721")
    by_bike = await rider.says("sorry, i meant the mt-09")
    assert words(by_bike) == "Which year is yours?"


async def test_a_name_shared_by_two_makes_is_settled_by_the_make_alone(rider: Rider) -> None:
    turn = await rider.says("does the fell 1 fit a scrambler?")
    assert chips(turn) == ["Triumph Scrambler 900", "Ducati Scrambler 800"]
    turn = await rider.says("the ducati")
    assert "Scrambler 800" in words(turn)


async def test_a_hole_in_the_catalogue_is_neither_yes_nor_no_and_wants_a_person(rider: Rider) -> None:
    turn = await rider.says("does the fell 2 fit my 2009 mt-07?")
    assert cards(turn) == []
    assert turn.wish is not None
    assert (turn.wish.reason, turn.wish.detail) == ("catalogue_gap", "Fell 2 on Yamaha 2009 MT-07")


async def test_a_bike_unknown_to_the_catalogue_wants_a_person_instead_of_a_second_question(rider: Rider) -> None:
    await rider.says("does it fit my bike?")
    turn = await rider.says("kawasaki w800")
    assert turn.wish is not None
    assert turn.wish.reason == "catalogue_gap"


async def test_two_bikes_in_one_message_are_answered_one_after_the_other(rider: Rider) -> None:
    turn = await rider.says("does the fell r fit my 2022 mt07 and a 2019 z900?")
    assert [card["headline"] for card in cards(turn)] == ["Fits your 2022 MT-07", "Fits your 2019 Z900"]


async def test_all_that_fits_is_listed_with_its_notes(rider: Rider) -> None:
    turn = await rider.says("what do you make for a 2022 mt-07")
    assert [card["part"]["sku"] for card in cards(turn)] == ["LM-F2-0718", "LM-FR-0721"]


async def test_whoever_is_unsure_of_the_year_learns_where_it_stands(rider: Rider) -> None:
    await rider.says("does the fell 2 fit my mt07?")
    turn = await rider.taps("Not sure")
    assert "frame number" in words(turn)
    assert chips(turn) == ["Ask a fitter"]
    (card,) = cards(await rider.says("2018"))
    assert card["headline"] == "Fits your 2018 MT-07"


async def test_a_question_about_a_part_goes_on_once_the_part_is_named(rider: Rider) -> None:
    turn = await rider.says("how loud is it")
    assert chips(turn) == ["Fell 1", "Fell 2", "Fell R"]
    await rider.taps("Fell R")
    turn = await rider.says("z900")
    assert words(turn).startswith("Fell R: 93 dB(A)")
