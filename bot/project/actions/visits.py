"""What the workshop has to know before a visit: the bike, if the conversation or the garage knows it already."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Garage

from .messages import slot, visitor
from .versions import named_version


class ActionKnownBike(Action):
    """Puts the bike that is known already onto the workshop's form, so that nobody is asked for it twice."""

    def __init__(self, garage: Garage) -> None:
        self._garage = garage

    def name(self) -> str:
        return "action_known_bike"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        if slot(tracker, "model"):
            told = [slot(tracker, "make"), slot(tracker, "model"), named_version(tracker), slot(tracker, "year")]
            return [SlotSet("case_bike", " ".join(each for each in told if each))]
        kept = await self._garage.vehicles(visitor(tracker))
        return [SlotSet("case_bike", f"{kept[0].make} {kept[0]}" if len(kept) == 1 else None)]
