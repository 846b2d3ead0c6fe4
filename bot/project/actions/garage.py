"""The garage: a bike is kept when its rider asks for it, and forgotten when its rider asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Clock, Garage, Shop, Vehicle

from .messages import PERSON, chip, slot, turn_to, visitor, words_or
from .question import garage_slot, known_garage, read_question

_ALL: Final = re.compile(r"\b(?:all|both|every\w*|garage|bikes|machines|what(?:ever)?)\b", re.IGNORECASE)
"""Words with which all that is kept is meant."""


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
        vehicle = replace(question.vehicle(), year=year)
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


class ActionShowGarage(Action):
    """Says which machines are kept, and how one is added, changed and taken out."""

    def __init__(self, garage: Garage) -> None:
        self._garage = garage

    def name(self) -> str:
        return "action_show_garage"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        kept = await self._garage.vehicles(visitor(tracker))
        add = chip("Add a bike" if kept else "Add my bike", "remember_bike", model="another")
        if kept:
            bikes = [f"{each.make} {each}" for each in kept]
            told = f"{', '.join(bikes[:-1])} and {bikes[-1]}" if len(bikes) > 1 else bikes[0]
            text = f"In your garage: {told}. Tell me what has changed, or shall we look what fits?"
            buttons = [chip("What fits my bike?", "fit_find"), add, chip("Take one out", "forget_bike"), PERSON]
        else:
            text = "Your garage is empty so far: a bike goes in when you say so. Shall I keep yours?"
            buttons = [add, PERSON]
        dispatcher.utter_message(text=text, buttons=buttons)
        return [*turn_to(tracker, "fit_check"), garage_slot(kept), SlotSet("asked_for", None)]


class ActionForgetBike(Action):
    """Takes the machine that is named out of the garage, or all of them; asks which, where it may be one of several."""

    def __init__(self, shop: Shop, garage: Garage) -> None:
        self._shop = shop
        self._garage = garage

    def name(self) -> str:
        return "action_forget_bike"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        words = words_or(tracker, "model")
        kept = await self._garage.vehicles(visitor(tracker))
        named = await self._named(words)
        if not named and len(kept) > 1 and not _ALL.search(words):
            buttons = [chip(str(each), "forget_bike", model=f"{each.make} {each.model}") for each in kept]
            buttons.append(chip("All of them", "forget_bike", model="all"))
            dispatcher.utter_message(text="Gladly. Which one shall I take out?", buttons=buttons)
            return [*turn_to(tracker, self.name()), garage_slot(kept), SlotSet("asked_for", "vehicle")]
        left = [each for each in kept if named and (each.make, each.model) not in named]
        for vehicle in kept:
            if vehicle not in left:
                await self._garage.forget(visitor(tracker), vehicle)
        which = f"clear of the {named[0][1]}" if named else "empty"
        dispatcher.utter_message(text=f"Done, your garage is {which}. Which bike shall we look at next?")
        events: list[EventType] = [
            *turn_to(tracker, "fit_check"),
            garage_slot(left),
            SlotSet("asked_for", "vehicle"),
        ]
        if not named or (slot(tracker, "make"), slot(tracker, "model")) in named:
            events += [SlotSet("make", None), SlotSet("model", None), SlotSet("year", None), SlotSet("version", None)]
        return events

    async def _named(self, words: str) -> Sequence[tuple[str, str]]:
        mentions = await self._shop.find_vehicles(words) if words else ()
        return [(model.make, model.name) for mention in mentions for model in mention.models]
