"""Continues what the conversation is about when a fact comes on its own: "2019", "mt-07", "the fell r"."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Clock, Garage, Shop

from .facts import (
    ActionPartBox,
    ActionPartFitting,
    ActionPartLegal,
    ActionPartPrice,
    ActionPartSound,
    ActionPartStock,
    PartFacts,
)
from .fit import FitAnswers
from .messages import slot

_SHEETS: tuple[type[PartFacts], ...] = (
    ActionPartBox,
    ActionPartFitting,
    ActionPartLegal,
    ActionPartPrice,
    ActionPartSound,
    ActionPartStock,
)


class ActionContinue(Action):
    """Answers the topic's question again with the new fact; a fit question where there is none yet."""

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._fit = FitAnswers(shop, garage, clock, timezone)
        sheets = [sheet(shop, garage, clock, timezone) for sheet in _SHEETS]
        self._sheets = {sheet.name(): sheet for sheet in sheets}

    def name(self) -> str:
        return "action_continue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        topic = slot(tracker, "topic")
        if topic in self._sheets:
            return await self._sheets[topic].run(dispatcher, tracker, domain)
        return await self._fit.answer(dispatcher, tracker, listing=topic == "fit_find")
