"""The workshop: bike and day are asked one at a time, and only what is unknown."""

from __future__ import annotations

import pytest

from bot.ports import CaseKind, Services
from tests.dialogs.rider import Rider, cards, words


async def test_a_visit_takes_bike_and_day_and_becomes_a_case(rider: Rider, services: Services) -> None:
    assert "Which bike" in words(await rider.says("i'd like a workshop appointment"))
    assert "Which day" in words(await rider.says("mt07 from 2019"))
    turn = await rider.says("next friday morning")
    (card,) = cards(turn)
    assert (card["title"], card["due"]) == ("Workshop visit asked for", "Thu 26 Nov")
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.kind is CaseKind.VISIT
    assert case.about == "i'd like a workshop appointment; mt07 from 2019; next friday morning"
    assert len(turn.promises) == 1


async def test_a_bike_that_was_named_before_is_not_asked_for(rider: Rider, services: Services) -> None:
    await rider.says("does the fell r fit my 2022 mt07")
    assert "Which day" in words(await rider.says("can you mount it for me"))
    await rider.says("any saturday")
    (case,) = await services.cases.list(rider.visitor_id)
    assert "Yamaha MT-07 2022" in case.about


async def test_the_bike_of_the_garage_is_not_asked_for_in_a_later_conversation(rider: Rider) -> None:
    await rider.says("does the fell r fit my 2022 mt07")
    await rider.taps("Remember my bike")
    later = Rider(rider._assistant, rider.visitor_id)
    assert "Which day" in words(await later.says("book an appointment in the workshop"))


async def test_an_estimate_for_a_known_bike_is_asked_for_at_once(rider: Rider, services: Services) -> None:
    await rider.says("does the fell r fit my 2022 mt07")
    (card,) = cards(await rider.says("what would you charge to mount it"))
    assert card["title"] == "Written estimate asked for"
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.about == "what would you charge to mount it; Yamaha MT-07 2022"


@pytest.mark.parametrize("question", ["what are your opening hours", "what?"])
async def test_a_question_in_between_leaves_the_visit_where_it_was(rider: Rider, question: str) -> None:
    await rider.says("i'd like a workshop appointment")
    turn = await rider.says(question)
    assert "Which bike is it?" in words(turn)
    assert rider.tracker.active_loop == "visit_form"


async def test_a_person_is_had_in_the_middle_of_it(rider: Rider) -> None:
    await rider.says("i'd like a workshop appointment")
    turn = await rider.says("i want to speak to a person")
    assert turn.wish is not None
    assert rider.tracker.active_loop is None


@pytest.mark.parametrize(
    "day", ["monday", "as soon as possible", "tomorrow at 10", "mornings are best", "the 3rd of march"]
)
async def test_any_way_to_name_a_day_will_do(rider: Rider, services: Services, day: str) -> None:
    await rider.says("i'd like a workshop appointment")
    await rider.says("my 2019 mt07")
    await rider.says(day)
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.about.endswith(f"; {day}")


async def test_a_tapped_day_goes_onto_the_case(rider: Rider, services: Services) -> None:
    await rider.says("i'd like a workshop appointment")
    await rider.says("my 2019 mt07")
    await rider.taps("A Saturday")
    (case,) = await services.cases.list(rider.visitor_id)
    assert case.about.endswith("; a Saturday")


async def test_a_day_without_a_matter_is_asked_what_it_is_for(rider: Rider) -> None:
    assert "What is it for?" in words(await rider.says("next monday at nine"))
