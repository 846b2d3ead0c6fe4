"""How a visitor likes to be answered: short or in steps, what matters most to them. Kept on request, and forgotten."""

from __future__ import annotations

import re
from typing import Any, Final

from rasa_sdk.events import ActionExecuted, EventType, FollowupAction, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Concern, Pace, Preferences

from .messages import PERSON, chip, entity, said, slot, visitor

_PACES: Final = (
    (Pace.CAREFUL, re.compile(r"\b(?:detail\w*|step by step|slow\w*|thorough\w*|long\w*|everything)\b", re.IGNORECASE)),
    (Pace.STANDARD, re.compile(r"\b(?:normal\w*|usual\w*|standard)\b", re.IGNORECASE)),
)
_TIME: Final = re.compile(r"\b(?:time|fast\w*|quick\w*|soon\w*|wait\w*|long|days?|weeks?)\b", re.IGNORECASE)
_OF_A_SESSION: Final = {"requested_slot", "session_started_metadata"}
_SAID: Final = {
    Pace.BRIEF: "Short it is, from here on and next time. What can we sort out?",
    Pace.STANDARD: "Back to the usual length, from here on. What can we sort out?",
    Pace.CAREFUL: "Gladly, one step after the other, from here on and next time. What would it help you most to know?",
}


class ActionSetPace(Action):
    """Answers as somebody likes it from now on, also in later conversations."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def name(self) -> str:
        return "action_set_pace"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        words = entity(tracker, "pace") or said(tracker)
        pace = next((pace for pace, pattern in _PACES if pattern.search(words)), Pace.BRIEF)
        if words in set(Pace):
            pace = Pace(words)
        await self._preferences.keep(visitor(tracker), pace=pace)
        forget = chip("Forget that", "forget_preferences")
        if entity(tracker, "order_number"):  # "where's 1042, keep it short": the order is what they came for
            dispatcher.utter_message(text=_SAID[pace].split(".")[0] + ".", buttons=[forget])
            return [SlotSet("pace", pace.value), FollowupAction("order_form")]
        dispatcher.utter_message(text=_SAID[pace], buttons=[forget, PERSON])
        return [SlotSet("pace", pace.value)]


class ActionAskConcern(Action):
    """Asks somebody who hesitates what concerns them most: once, and never again once it is known."""

    never_blocks = True

    def name(self) -> str:
        return "action_ask_concern"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        if slot(tracker, "asked_for") in {"year", "version"}:
            return [FollowupAction("action_year_unsure")]  # "no idea" is what they answer, not how they feel
        if slot(tracker, "concern"):
            dispatcher.utter_message(response=f"utter_concern_{slot(tracker, 'concern')}")
            return []
        if tracker.get_slot("concern_asked"):
            dispatcher.utter_message(response="utter_take_your_time")
            return []
        dispatcher.utter_message(response="utter_ask_concern")
        return [SlotSet("concern_asked", True)]


class ActionConcern(Action):
    """Helps with the time or with the expense, and keeps which of them it is."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def name(self) -> str:
        return "action_concern"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        words = entity(tracker, "concern") or said(tracker)
        concern = Concern.TIME if _TIME.search(words) else Concern.EXPENSE
        await self._preferences.keep(visitor(tracker), concern=concern)
        dispatcher.utter_message(response=f"utter_concern_{concern.value}")
        return [SlotSet("concern", concern.value), SlotSet("concern_asked", True)]


class ActionForgetPreferences(Action):
    """Forgets how somebody likes to be answered and what concerns them."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def name(self) -> str:
        return "action_forget_preferences"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        await self._preferences.forget(visitor(tracker))
        dispatcher.utter_message(response="utter_preferences_forgotten")
        return [SlotSet("pace", None), SlotSet("concern", None), SlotSet("concern_asked", None)]


class ActionSessionStart(Action):
    """A conversation begins with what its visitor asked us to keep."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def name(self) -> str:
        return "action_session_start"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        liking = await self._preferences.of(visitor(tracker))
        kept = {name: value for name, value in tracker.slots.items() if value is not None and name not in _OF_A_SESSION}
        if liking.pace:
            kept["pace"] = liking.pace.value
        if liking.concern:
            kept |= {"concern": liking.concern.value, "concern_asked": True}
        return [
            SessionStarted(),
            *(SlotSet(name, value) for name, value in kept.items()),
            ActionExecuted("action_listen"),
        ]
