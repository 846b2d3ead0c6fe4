"""What the bot does beyond saying fixed sentences. Each class is an action; its name stands in domain.yml."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

OPEN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
LONGEST_NAME = 60
"""Characters."""


class ValidateVisitForm(FormValidationAction):
    """Judges what the visitor answers to the questions of `visit_form`."""

    def name(self) -> str:
        return "validate_visit_form"

    def validate_bike(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Any name will do, as long as it is a name."""
        name = str(value).strip()
        if name and len(name) <= LONGEST_NAME:
            return {"bike": name}
        dispatcher.utter_message(text="Maker and model are enough, for example Street Twin.")
        return {"bike": None}

    def validate_day(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A day on which the workshop is open; otherwise the form asks again."""
        day = str(value).lower()
        if day in OPEN_DAYS:
            return {"day": day}
        dispatcher.utter_message(text=f"On {day.title()} the workshop rests; Monday to Saturday it is open.")
        return {"day": None}


class BookVisit(Action):
    """Books the visit. A real bot would call the workshop's calendar here."""

    def name(self) -> str:
        return "action_book_visit"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        bike, day = tracker.get_slot("bike"), tracker.get_slot("day")
        dispatcher.utter_message(text=f"Done: we expect you and your {bike} on {str(day).title()} at 9:00.")
        return []
