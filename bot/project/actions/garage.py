"""The garage: a bike is kept when its rider asks for it, and forgotten when its rider asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Clock, Garage, Shop, Vehicle

from .messages import PERSON, chip, slot, turn_to, visitor, words_or
from .question import garage_slot, known_garage, read_question


class ActionRememberBike(Action):
    """Keeps the machine that the conversation is about, and says how it is forgotten."""

    def __init__(self, shop: Shop, garage: Garage, clock: Clock) -> None:
        self._shop = shop
        self._garage = garage
        self._clock = clock

    def name(self) -> str:
        return "action_remember_bike"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        question = await read_question(tracker, self._shop, self._garage, self._clock())
        if question.model is None:
            dispatcher.utter_message(response="utter_ask_own_bike")
            return [*turn_to(tracker, self.name()), *question.slots(), SlotSet("asked_for", "vehicle")]
        years = question.years
        year = years.first if years and years.first == years.last else None
        vehicle = Vehicle(question.model.make, question.model.name, year)
        corrected = await self._corrected(tracker, vehicle)
        await self._garage.keep(visitor(tracker), vehicle)
        forget = chip("Forget my bike", "forget_bike", model=f"{vehicle.make} {vehicle.model}")
        kept = f"Your {vehicle} is kept as your bike from now on"
        if corrected:
            kept = f"Your garage says {vehicle} from now on, in place of {corrected[0]}"
        dispatcher.utter_message(
            text=f"{kept}, and “Forget my bike” takes it out again.",
            buttons=[forget, PERSON],
        )
        others = [each for each in known_garage(tracker) or () if each != vehicle and each not in corrected]
        return [
            *turn_to(tracker, "fit_check"),
            *question.slots(),
            garage_slot([vehicle, *others]),
            SlotSet("asked_for", None),
        ]

    async def _corrected(self, tracker: Tracker, vehicle: Vehicle) -> Sequence[Vehicle]:
        """The same machine with another year or none: it was corrected, and is taken out."""
        kept = await self._garage.vehicles(visitor(tracker))
        same = [each for each in kept if (each.make, each.model) == (vehicle.make, vehicle.model) and each != vehicle]
        for each in same:
            await self._garage.forget(visitor(tracker), each)
        return same


class ActionForgetBike(Action):
    """Takes the machine that is named out of the garage, or all of them where none is."""

    def __init__(self, shop: Shop, garage: Garage) -> None:
        self._shop = shop
        self._garage = garage

    def name(self) -> str:
        return "action_forget_bike"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        named = await self._named(tracker)
        if named:
            for vehicle in await self._garage.vehicles(visitor(tracker)):
                if (vehicle.make, vehicle.model) in named:
                    await self._garage.forget(visitor(tracker), vehicle)
        else:
            await self._garage.forget(visitor(tracker))
        which = f"clear of the {named[0][1]}" if named else "empty"
        dispatcher.utter_message(text=f"Done, your garage is {which}. Which bike shall we look at next?")
        events: list[EventType] = [
            *turn_to(tracker, "fit_check"),
            garage_slot(None if named else []),
            SlotSet("asked_for", "vehicle"),
        ]
        if not named or (slot(tracker, "make"), slot(tracker, "model")) in named:
            events += [SlotSet("make", None), SlotSet("model", None), SlotSet("year", None)]
        return events

    async def _named(self, tracker: Tracker) -> Sequence[tuple[str, str]]:
        words = words_or(tracker, "model")
        mentions = await self._shop.find_vehicles(words) if words else ()
        return [(model.make, model.name) for mention in mentions for model in mention.models]
