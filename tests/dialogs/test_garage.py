"""The garage: a bike is kept by consent alone, found as "my bike", and forgotten on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.ports import Garage, Services, Vehicle
from tests.dialogs.rider import Load, Rider, cards, chips, words

MT_07 = Vehicle("Yamaha", "MT-07", 2022)


@pytest.fixture
def later(rider: Rider, new_rider: Callable[[], Rider]) -> Rider:
    """The same visitor in another conversation."""
    again = new_rider()
    again.visitor_id = rider.visitor_id
    return again


async def test_nothing_is_kept_without_the_tap(rider: Rider, services: Services) -> None:
    turn = await rider.says("does the fell r fit my 2022 mt07?")
    assert chips(turn) == ["Remember my bike"]
    await rider.says("what do you have for a 2019 z900?")
    await rider.says("thanks")
    assert await services.garage.vehicles(rider.visitor_id) == ()


async def test_a_tap_keeps_the_bike_and_says_how_it_is_forgotten(rider: Rider, services: Services) -> None:
    await rider.says("does the fell r fit my 2022 mt07?")
    turn = await rider.taps("Remember my bike")
    assert await services.garage.vehicles(rider.visitor_id) == (MT_07,)
    assert words(turn) == "Your 2022 MT-07 is kept as your bike from now on, and “Forget my bike” takes it out again."
    assert chips(turn) == ["Forget my bike", "Talk to a person"]


async def test_an_older_chip_keeps_the_bike_it_was_shown_with(rider: Rider, services: Services) -> None:
    (message,) = (await rider.says("does the fell r fit my 2022 mt07?")).messages
    await rider.says("does the fell 1 fit a 2020 sv650?")
    await rider.says("Remember my bike", payload=message.buttons[0].payload)
    assert await services.garage.vehicles(rider.visitor_id) == (MT_07,)


async def test_the_offer_ends_once_the_bike_is_kept(rider: Rider) -> None:
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    assert chips(await rider.says("and the fell 2?")) == []
    assert chips(await rider.says("does the fell 1 fit a 2020 sv650?")) == ["Remember my bike"]


async def test_a_list_of_parts_offers_it_once(rider: Rider) -> None:
    turn = await rider.says("what do you have for a 2022 mt-07?")
    assert len(cards(turn)) > 1
    assert chips(turn) == ["Remember my bike"]


@pytest.mark.parametrize("said", ["does the fell 2 fit my mt07?", "does the fell 1 fit my sv650?"])
async def test_a_bike_whose_year_is_open_is_not_offered(rider: Rider, said: str) -> None:
    assert "Remember my bike" not in chips(await rider.says(said))


async def test_words_keep_a_bike_as_well_as_the_tap(rider: Rider, services: Services) -> None:
    assert "Which bike is yours?" in words(await rider.says("please remember my bike"))
    await rider.says("a 2022 mt-07")
    assert await services.garage.vehicles(rider.visitor_id) == (MT_07,)


async def test_my_bike_is_the_one_that_was_kept(rider: Rider, later: Rider) -> None:
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    turn = await later.says("does the fell 2 fit my bike?")
    assert [card["headline"] for card in cards(turn)] == ["Fits your 2022 MT-07"]
    assert chips(turn) == []


async def test_the_chip_that_says_my_bike_means_it_too(rider: Rider, later: Rider) -> None:
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    await later.says("what's in the fell 2 box?")
    (card,) = cards(await later.taps("Does it fit my bike?"))
    assert card["headline"] == "Fits your 2022 MT-07"


@pytest.mark.parametrize("said", ["forget my bike", "please clear my garage", "remove the mt-07 from my garage"])
async def test_a_bike_is_forgotten_on_request(rider: Rider, later: Rider, services: Services, said: str) -> None:
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    await later.says(said)
    assert await services.garage.vehicles(rider.visitor_id) == ()
    assert cards(await later.says("does the fell 2 fit my bike?")) == []


async def test_the_chip_forgets_one_bike_of_two(rider: Rider, services: Services) -> None:
    await rider.says("does the fell 1 fit my 2020 sv650?")
    await rider.taps("Remember my bike")
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    turn = await rider.taps("Forget my bike")
    assert words(turn) == "Done, your garage is clear of the MT-07. Which bike shall we look at next?"
    assert await services.garage.vehicles(rider.visitor_id) == (Vehicle("Suzuki", "SV650", 2020),)
    (card,) = cards(await rider.says("does the fell 1 fit my bike?"))
    assert card["headline"] == "Fits your 2020 SV650"


@pytest.mark.parametrize(
    "said", ["what's in my garage?", "which bike have you kept for me", "is my motorbike saved with you"]
)
async def test_the_garage_is_shown_to_who_asks(rider: Rider, later: Rider, said: str) -> None:
    assert "empty so far" in words(await rider.says(said))
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    assert words(await later.says(said)).startswith("In your garage: Yamaha 2022 MT-07.")
    (card, *_) = cards(await later.taps("What fits my bike?"))
    assert "2022 MT-07" in card["headline"]


async def test_a_kept_bike_is_changed_by_saying_so(rider: Rider, later: Rider, services: Services) -> None:
    await rider.says("does the fell r fit my 2022 mt07?")
    await rider.taps("Remember my bike")
    turn = await later.says("change the year of my bike in the garage to 2023")
    assert "2023 MT-07 from now on, in place of 2022 MT-07" in words(turn)
    assert await services.garage.vehicles(rider.visitor_id) == (Vehicle("Yamaha", "MT-07", 2023),)


async def test_of_several_bikes_the_one_to_forget_is_asked(rider: Rider, later: Rider, services: Services) -> None:
    for said in ("does the fell r fit my 2022 mt07?", "does the fell 1 fit my 2020 sv650?"):
        await rider.says(said)
        await rider.taps("Remember my bike")
    turn = await later.says("forget my bike")
    assert chips(turn) == ["2020 SV650", "2022 MT-07", "All of them"]
    await later.taps("2020 SV650")
    assert await services.garage.vehicles(rider.visitor_id) == (MT_07,)


async def test_all_bikes_are_forgotten_at_once(rider: Rider, services: Services) -> None:
    for said in ("does the fell r fit my 2022 mt07?", "does the fell 1 fit my 2020 sv650?"):
        await rider.says(said)
        await rider.taps("Remember my bike")
    await rider.says("what's in my garage")
    await rider.taps("Take one out")
    await rider.taps("All of them")
    assert await services.garage.vehicles(rider.visitor_id) == ()


async def test_a_bike_is_added_from_the_garage(rider: Rider, services: Services) -> None:
    await rider.says("what's in my garage")
    assert "Which bike is yours?" in words(await rider.taps("Add my bike"))
    await rider.says("2022 mt-07")
    assert await services.garage.vehicles(rider.visitor_id) == (MT_07,)


class WatchedGarage:
    """A garage that counts how often it is read."""

    def __init__(self, garage: Garage) -> None:
        self._garage = garage
        self.reads = 0

    async def vehicles(self, visitor_id: str) -> Sequence[Vehicle]:
        self.reads += 1
        return await self._garage.vehicles(visitor_id)

    async def keep(self, visitor_id: str, vehicle: Vehicle) -> None:
        await self._garage.keep(visitor_id, vehicle)

    async def forget(self, visitor_id: str, vehicle: Vehicle | None = None) -> None:
        await self._garage.forget(visitor_id, vehicle)


async def test_the_garage_is_read_for_my_bike_alone_and_once_a_conversation(services: Services, loaded: Load) -> None:
    garage = WatchedGarage(services.garage)
    assistant = loaded(replace(services, garage=garage))
    named = Rider(assistant, "visitor-who-names-the-bike")
    await named.says("does the fell r fit a 2022 mt07?")
    await named.says("and the fell 2 on my bike?")
    assert garage.reads == 0
    asks = Rider(assistant, "visitor-who-says-my-bike")
    for _ in range(3):
        await asks.says("what fits my bike?")
    assert garage.reads == 1
