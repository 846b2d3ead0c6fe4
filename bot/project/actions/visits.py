"""What the workshop has to know before a visit: the bike, and the day. Asked one at a time, and only if unknown."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.interfaces import Tracker

from .messages import slot

_LONGEST = 200
"""Characters of an answer that go onto the case; the conversation has the rest."""


class WorkshopForm(FormValidationAction):
    """Leaves out the bike that the conversation knows already."""

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[str]:
        return [name for name in domain_slots if name != "case_bike" or slot(tracker, "model") is None]

    async def validate_case_bike(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        return {"case_bike": str(value).strip()[:_LONGEST] or None}

    async def validate_case_wish(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        return {"case_wish": str(value).strip()[:_LONGEST] or None}


class ValidateVisitForm(WorkshopForm):
    def name(self) -> str:
        return "validate_visit_form"


class ValidateEstimateForm(WorkshopForm):
    def name(self) -> str:
        return "validate_estimate_form"
