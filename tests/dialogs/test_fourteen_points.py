"""What a good fit conversation does, point by point: on the sample catalogue and a sheet that was imported."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from app.persistence.database import upgrade
from app.shops.fitments import import_fitments, read_sheet
from bot import Assistant
from bot.ports import Services, Vehicle
from tests.dialogs.rider import Load, Rider, cards, chips, words
from tests.shops import NOON, services_of, sessions_on

SHEET = """sku,title,line,category,make,model,submodel,years,position,qty,notes,street_legal,needs_remap,requires_sku
QX-10,Quill 10 slip-on,Quill 10,slip-on,Suzuki,GSX-R600,,2011-2016,Right,1,,yes,no,
QX-10,Quill 10 slip-on,Quill 10,slip-on,Suzuki,GSX-R600,,2017+,Right,1,,yes,no,QX-LP
QX-20,Quill 20 system,Quill 20,full system,Suzuki,GSX-R600,,2011+,,1,Not with OEM centre stand,no,yes,
QX-30,Quill pair,Quill 30,slip-on,Honda,CBR600RR,ABS,2009-2012,Pair,2,,yes,no,
QX-LP,Link pipe,Link pipe,link pipe,,,,,,1,,,,
"""
_numbers = count(1)


@pytest.fixture(scope="module")
def quill(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """A brand whose catalogue came from a sheet, without prices and stock."""
    folder: Path = tmp_path_factory.mktemp("quill")
    upgrade(folder / "kickstand.db")
    (folder / "sheet.csv").write_text(SHEET, "utf-8")
    import_fitments(read_sheet(folder / "sheet.csv", this_year=2026), folder / "kickstand.db", "quill", now=NOON)
    return services_of(sessions_on(folder / "kickstand.db"), "quill")


@pytest.fixture(scope="module")
def quill_assistant(quill: Services, loaded: Load) -> Assistant:
    return loaded(quill)


@pytest.fixture
def customer(quill_assistant: Assistant) -> Rider:
    return Rider(quill_assistant, f"quill-{next(_numbers)}")


async def test_1_only_the_year_is_asked_with_chips_where_the_answer_changes(customer: Rider) -> None:
    turn = await customer.says("does the quill 10 fit my gsxr600?")
    assert words(turn) == "Which year is yours?"
    assert chips(turn) == ["2011–16", "2017+", "Not sure"]


async def test_2_the_make_is_asked_only_where_two_share_the_name(rider: Rider) -> None:
    assert cards(await rider.says("does the fell r fit a 2022 mt07?"))
    turn = await rider.says("does the fell 1 fit a scrambler?")
    assert chips(turn) == ["Triumph Scrambler 900", "Ducati Scrambler 800"]


async def test_3_another_name_is_spoken_back_once(rider: Rider) -> None:
    assert "FZ-07 and MT-07 are one bike" in words(await rider.says("does the fell 2 fit my fz07?"))
    assert "one bike" not in words(await rider.says("2019"))


async def test_4_a_yes_brings_part_price_stock_contents_and_what_else_is_needed(rider: Rider) -> None:
    (card,) = cards(await rider.says("does the fell r fit my 2019 mt07?"))
    assert card["part"]["price"] == {"amount": 44900, "currency": "EUR"}
    assert card["part"]["stock"]
    assert "hanger" in card["in_box"]
    assert [need["sku"] for need in card["needs"]] == ["LP-07"]


async def test_4_a_catalogue_without_prices_still_says_what_fits(customer: Rider) -> None:
    (card,) = cards(await customer.says("does the quill 10 fit my 2018 gsx-r 600?"))
    assert (card["part"]["price"], card["part"]["stock"]) == (None, "stock on request")
    assert [need["name"] for need in card["needs"]] == ["Link pipe"]


async def test_5_a_yes_with_notes_shows_race_use_remap_stand_side_and_count(customer: Rider) -> None:
    (card,) = cards(await customer.says("does the quill 20 fit my 2015 gsxr600"))
    assert card["verdict"] == "fits_with_notes"
    assert card["notes"] == ["Not with OEM centre stand", "Made for the closed course.", "It needs a fresh engine map."]
    await customer.says("and the quill 30 on a 2010 cbr600rr?")
    (pair,) = cards(await customer.taps("ABS"))
    assert pair["headline"] == "Fits your 2010 CBR600RR ABS"
    assert pair["notes"] == ["Comes as a pair.", "Takes 2 of them."]


async def test_6_what_suits_is_named_where_the_asked_part_does_not(rider: Rider) -> None:
    (card,) = cards(await rider.says("does the fell 2 fit my 2015 mt07?"))
    assert card["verdict"] == "other_suits"
    assert card["headline"] == "Your 2015 MT-07 takes the Fell 1"


@pytest.mark.parametrize("said", ["does the quill 10 fit my 2005 gsxr600?", "does the quill 30 fit my 2015 gsxr600"])
async def test_7_silence_of_the_data_goes_to_a_specialist_and_is_kept_as_a_gap(customer: Rider, said: str) -> None:
    turn = await customer.says(said)
    if turn.wish is None:  # another part of the same family suits, which the data does say
        assert cards(turn)[0]["verdict"] == "other_suits"
    else:
        assert cards(turn) == []
        assert turn.wish.reason == "catalogue_gap"


async def test_7_a_machine_that_nobody_knows_goes_to_a_specialist(customer: Rider) -> None:
    await customer.says("does the quill 10 fit my bike?")
    turn = await customer.says("kawasaki w800")
    assert turn.wish is not None
    assert turn.wish.reason == "catalogue_gap"


async def test_8_my_bike_is_the_garages_and_a_second_one_can_be_added(customer: Rider, quill: Services) -> None:
    await customer.says("does the quill 10 fit my 2015 gsxr600?")
    await customer.taps("Remember my bike")
    await customer.says("does the quill 30 fit my 2010 cbr600rr abs?")
    await customer.taps("Remember my bike")
    assert await quill.garage.vehicles(customer.visitor_id) == (
        Vehicle("Honda", "CBR600RR", 2010, "ABS"),
        Vehicle("Suzuki", "GSX-R600", 2015),
    )


async def test_8_a_year_in_the_garage_is_corrected_and_not_doubled(customer: Rider, quill: Services) -> None:
    await customer.says("does the quill 10 fit my 2015 gsxr600?")
    await customer.taps("Remember my bike")
    await customer.says("does the quill 10 fit my 2018 gsxr600?")
    turn = await customer.taps("Remember my bike")
    assert "2018 GSX-R600 from now on, in place of 2015 GSX-R600" in words(turn)
    assert await quill.garage.vehicles(customer.visitor_id) == (Vehicle("Suzuki", "GSX-R600", 2018),)


async def test_9_two_machines_in_one_message_are_handled_one_after_the_other(customer: Rider) -> None:
    turn = await customer.says("does the quill 10 fit a 2015 gsxr600 and a cbr600rr from 2010?")
    assert [card["headline"] for card in cards(turn)] == [
        "Fits your 2015 GSX-R600",
        "Your 2010 CBR600RR takes the Quill 30",
    ]


async def test_9_the_second_machine_is_asked_about_once_the_first_is_answered(rider: Rider) -> None:
    turn = await rider.says("does the fell 2 fit a 2022 xsr900 and an mt07?")
    assert [card["headline"] for card in cards(turn)] == ["Fits your 2022 XSR900"]
    assert "your MT-07: which year is it?" in words(turn)
    (card,) = cards(await rider.says("2019"))
    assert card["headline"] == "Fits your 2019 MT-07"


async def test_9_what_can_be_answered_comes_before_the_question(rider: Rider) -> None:
    turn = await rider.says("does the fell 2 fit an mt07 and a 2022 xsr900?")
    assert [card["headline"] for card in cards(turn)] == ["Fits your 2022 XSR900"]
    assert chips(turn)[-1] == "Not sure"


async def test_10_the_answer_says_where_it_is_from_and_how_old_it_is(customer: Rider) -> None:
    (card,) = cards(await customer.says("does the quill 10 fit my 2015 gsxr600?"))
    assert card["source"] == "Our catalogue, 25 Nov"


async def test_11_after_the_purchase_what_does_not_suit_is_exchanged(rider: Rider) -> None:
    turn = await rider.says("i already bought the fell 2, does it fit my 2015 mt07?")
    assert cards(turn)[0]["verdict"] == "other_suits"
    assert chips(turn) == ["Exchange it", "Send it back", "Talk to a person"]


async def test_12_the_law_is_told_as_it_is_on_file(customer: Rider) -> None:
    turn = await customer.says("is the quill 20 street legal?")
    assert "On file: made for the closed course." in words(turn)


async def test_12_where_the_file_is_silent_a_person_answers(customer: Rider) -> None:
    turn = await customer.says("is the link pipe street legal?")
    assert turn.wish is not None


async def test_13_riders_names_find_the_machine_whatever_the_spelling(new_rider: Callable[[], Rider]) -> None:
    for said in ("does the fell r fit my 2022 mt 07?", "does the fell r fit a 22 mt07", "fell r on my 2022 MT-07??"):
        (card,) = cards(await new_rider().says(said))
        assert card["headline"] == "Fits your 2022 MT-07"


@pytest.mark.parametrize("said", ["it's the abs version", "abs", "the abs one"])
async def test_1_the_version_is_asked_once_and_only_where_the_answer_hangs_on_it(customer: Rider, said: str) -> None:
    turn = await customer.says("does the quill 30 fit my 2010 cbr600rr?")
    assert words(turn) == "Which version of the 2010 CBR600RR is yours?"
    assert chips(turn) == ["ABS", "Another version", "Not sure"]
    (card,) = cards(await customer.says(said))
    assert card["headline"] == "Fits your 2010 CBR600RR ABS"
    (card,) = cards(await customer.says("does the quill 30 fit it?"))
    assert card["headline"] == "Fits your 2010 CBR600RR ABS"


async def test_1_a_version_that_was_told_is_not_asked(customer: Rider) -> None:
    (card,) = cards(await customer.says("does the quill 30 fit my 2010 cbr600rr abs?"))
    assert card["headline"] == "Fits your 2010 CBR600RR ABS"


@pytest.mark.parametrize("said", ["without abs", "non-abs", "the standard one", "another version"])
async def test_1_a_version_the_catalogue_does_not_name_goes_to_a_specialist(customer: Rider, said: str) -> None:
    await customer.says("does the quill 30 fit my 2010 cbr600rr?")
    turn = await customer.says(said)
    assert cards(turn) == []
    assert turn.wish is not None
    assert turn.wish.detail.endswith("a version that the catalogue does not name")


@pytest.mark.parametrize("said", ["not sure", "no idea, honestly", "i don't know"])
async def test_1_who_does_not_know_the_version_hears_for_which_it_is_made(customer: Rider, said: str) -> None:
    await customer.says("does the quill 30 fit my 2010 cbr600rr?")
    (card,) = cards(await customer.says(said))
    assert card["notes"][0] == "Made for the ABS version."


async def test_8_a_kept_bike_keeps_its_version(customer: Rider, quill_assistant: Assistant) -> None:
    await customer.says("does the quill 30 fit my 2010 cbr600rr abs?")
    await customer.taps("Remember my bike")
    later = Rider(quill_assistant, customer.visitor_id)
    (card,) = cards(await later.says("does the quill 30 fit my bike?"))
    assert card["headline"] == "Fits your 2010 CBR600RR ABS"


async def test_1_the_workshop_knows_the_version_that_was_told(customer: Rider) -> None:
    await customer.says("does the quill 30 fit my 2010 cbr600rr abs?")
    await customer.says("i want to book a workshop appointment")
    assert customer.tracker.slots["case_bike"] == "Honda CBR600RR ABS 2010"


async def test_1_the_version_is_explained_to_who_asks_back(customer: Rider) -> None:
    await customer.says("does the quill 30 fit my 2010 cbr600rr?")
    assert "side panel" in words(await customer.says("what do you mean?"))


@pytest.mark.parametrize("year", ["1894", "2091"])
async def test_14_an_absurd_year_is_asked_again_in_place_of_an_answer(rider: Rider, year: str) -> None:
    turn = await rider.says(f"does the fell 2 fit my {year} mt07?")
    assert cards(turn) == []
    assert "Which year is yours?" in words(turn)


async def test_9_what_can_be_answered_comes_before_the_question_for_the_version(customer: Rider) -> None:
    turn = await customer.says("does the quill 30 fit a 2010 cbr600rr and a 2015 gsxr600?")
    assert [card["headline"] for card in cards(turn)] == ["Your 2015 GSX-R600 takes the Quill 10"]
    assert chips(turn)[-3:] == ["ABS", "Another version", "Not sure"]
