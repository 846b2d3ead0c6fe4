"""Finding back: the same question in other words, and the nearest topics for what was not understood."""

from __future__ import annotations

from typing import Any, Final

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from .messages import PERSON, call_person, chip, slot

_ASKED: Final = {
    "vehicle": "utter_explain_vehicle",
    "part": "utter_explain_part",
    "year": "utter_explain_year",
    "version": "utter_explain_version",
    "case_order": "utter_explain_order",
    "order_number": "utter_explain_order",
    "order_proof": "utter_explain_proof",
    "case_bike": "utter_explain_vehicle",
    "case_wish": "utter_explain_day",
}
_TOPICS: Final = {
    "fit_check": "Does it fit my bike?",
    "fit_find": "What fits my bike?",
    "order_status": "Where's my order?",
    "delivery_delayed": "My parcel is late",
    "return_request": "Send something back",
    "return_policy": "How returns work",
    "refund_status": "Where's my refund?",
    "warranty_claim": "It broke in use",
    "warranty_info": "Warranty terms",
    "damaged_in_transit": "It came damaged",
    "missing_item": "Something's missing",
    "wrong_item": "Wrong part came",
    "shipping_options": "Shipping",
    "modify_order": "Change my order",
    "cancel_order": "Cancel my order",
    "payment_issue": "Payment",
    "invoice_request": "Invoice",
    "repair_status": "How's my repair?",
    "repair_quote": "Repair estimate",
    "book_service": "Workshop visit",
    "install_help": "Mounting",
    "install_problem": "Mounting trouble",
    "running_problem": "It runs differently",
    "spare_parts": "Spare parts",
    "sound_level": "How loud is it?",
    "street_legal": "Is it road legal?",
    "stock_availability": "Is it in stock?",
    "price_discount": "Price",
    "store_hours": "Opening hours",
    "dealer_locator": "Find a dealer",
    "care_maintenance": "Care",
    "material_finish": "Material",
    "performance_weight": "Weight and power",
}
_USUAL: Final = ("fit_check", "order_status")
_FEWEST: Final = 2
_MOST: Final = 3
_MISSES: Final = {"out_of_scope", "nlu_fallback"}


class ActionClarify(Action):
    """ "What?": the question that is open, said another way; without one, what can be done here."""

    never_blocks = True

    def name(self) -> str:
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        asked = slot(tracker, "requested_slot") or slot(tracker, "asked_for")
        dispatcher.utter_message(response=_ASKED.get(asked or "", "utter_starts_again"))
        return []


class ActionNearest(Action):
    """Something else altogether: what can be done here, the topics nearest to what was said, and a person."""

    never_blocks = True

    def name(self) -> str:
        return "action_nearest"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        if _missed_before(tracker):
            call_person(dispatcher, "bot_gave_up", "Two messages in a row were about something the bot does not know.")
            return []
        dispatcher.utter_message(response="utter_out_of_scope", buttons=[*nearest(tracker), PERSON])
        return []


def nearest(tracker: Tracker) -> list[dict[str, str]]:
    """Chips for the two or three topics that a message comes nearest to."""
    ranked = [str(guess.get("name")) for guess in tracker.latest_message.get("intent_ranking") or ()]
    names = [name for name in ranked if name in _TOPICS][:_MOST]
    usual = [name for name in _USUAL if name not in names]
    return [chip(_TOPICS[name], name) for name in (names + usual)[: max(len(names), _FEWEST)]]


def _missed_before(tracker: Tracker) -> bool:
    """Whether the visitor's message before the latest was a miss as well."""
    said = (event for event in reversed(tracker.events) if event.get("event") == "user")
    next(said, None)  # the latest
    before = next(said, None) or {}
    return ((before.get("parse_data") or {}).get("intent") or {}).get("name") in _MISSES
