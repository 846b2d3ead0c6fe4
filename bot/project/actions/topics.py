"""Continues what the conversation is about when a fact comes on its own: "2019", "mt-07", "the fell r", "1042"."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Cases, Clock, Garage, Shop

from .answers import ActionPartLookup
from .cases import name_order
from .facts import (
    ActionPartBox,
    ActionPartCare,
    ActionPartFitting,
    ActionPartLegal,
    ActionPartMaterial,
    ActionPartPrice,
    ActionPartSound,
    ActionPartStock,
    ActionPartWeight,
    PartFacts,
)
from .fit_answers import FitAnswers
from .garage import ActionForgetBike, ActionRememberBike
from .messages import entity, intent, said, slot

_SHEETS: tuple[type[PartFacts], ...] = (
    ActionPartBox,
    ActionPartCare,
    ActionPartFitting,
    ActionPartLegal,
    ActionPartMaterial,
    ActionPartPrice,
    ActionPartSound,
    ActionPartStock,
    ActionPartWeight,
)


class ActionContinue(Action):
    """Answers the topic's question again with the new fact; a fit question where there is none yet."""

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._fit = FitAnswers(shop, garage, clock, timezone)
        sheets = [sheet(shop, garage, clock, timezone) for sheet in _SHEETS]
        self._topics: dict[str | None, Action] = {sheet.name(): sheet for sheet in sheets}
        self._topics["action_part_lookup"] = ActionPartLookup(shop)
        self._topics["action_forget_bike"] = ActionForgetBike(shop, garage)
        self._topics["action_remember_bike"] = ActionRememberBike(shop, garage, clock)

    def name(self) -> str:
        return "action_continue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        topic = slot(tracker, "topic")
        if topic in self._topics:
            return await self._topics[topic].run(dispatcher, tracker, domain)
        return await self._fit.answer(dispatcher, tracker, listing=topic == "fit_find")


class ActionNumber(Action):
    """A number on its own is what was asked for: a year, a case's order. Else it is an order to look up."""

    def __init__(self, shop: Shop, cases: Cases, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._fit = ActionContinue(shop, garage, clock, timezone)
        self._cases = cases
        self._zone = timezone

    def name(self) -> str:
        return "action_number"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        order = entity(tracker, "order_number")
        if slot(tracker, "asked_for") == "case_order":
            if order is None and intent(tracker) == "inform_order_number":
                dispatcher.utter_message(response="utter_explain_order")
                return []
            named = None if order is None else await name_order(self._cases, dispatcher, tracker, order, self._zone)
            if named is not None:
                return named
        is_short_year = len(said(tracker).strip()) == 2 and (slot(tracker, "topic") or "").startswith("fit")
        if is_short_year or (entity(tracker, "year") is not None and order is None):
            return await self._fit.run(dispatcher, tracker, domain)
        return [FollowupAction("order_form")]
