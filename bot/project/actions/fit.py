"""Fit: whether a part goes on a machine, and what does."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Clock, Garage, Shop

from .fit_answers import FitAnswers
from .messages import PERSON, slot, turn_to


class ActionFitCheck(Action):
    """ "Does this part fit my bike?" """

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._answers = FitAnswers(shop, garage, clock, timezone)

    def name(self) -> str:
        return "action_fit_check"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        return await self._answers.answer(dispatcher, tracker)


class ActionFitFind(Action):
    """ "What do you have for my bike?" """

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._answers = FitAnswers(shop, garage, clock, timezone)

    def name(self) -> str:
        return "action_fit_find"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        return await self._answers.answer(dispatcher, tracker, listing=True)


class ActionYearUnsure(Action):
    """ "Not sure": where the year stands, and who finds it out; of a version, what is made for any of them."""

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._answers = FitAnswers(shop, garage, clock, timezone)

    def name(self) -> str:
        return "action_year_unsure"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        if slot(tracker, "asked_for") == "version":
            return await self._answers.answer(dispatcher, tracker)
        text = (
            "The tenth character of the frame number tells: E is 2014, J is 2018, M is 2021. It's on the headstock "
            "and in the papers. A fitter reads it for you, too."
        )
        dispatcher.utter_message(text=text, buttons=[{**PERSON, "title": "Ask a fitter"}])
        return [*turn_to(tracker, slot(tracker, "topic") or "fit_check"), SlotSet("asked_for", "year")]
