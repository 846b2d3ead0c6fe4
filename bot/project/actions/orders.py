"""Orders: told to whom names the number and the e-mail or postcode, late ones owned."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import CaseKind, Cases, Clock, Order, OrderStatus, Shop, ShopSilent

from . import days
from .cards import order_card
from .messages import PERSON, call_person, promise, show, slot, turn_key, visitor
from .page import page

_DIGITS = re.compile(r"\d{3,}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE = re.compile(r"[A-Za-z]{0,2}\d[A-Za-z\d]?[\dA-Za-z -]{1,7}")
_MOST_MISMATCHES = 3
"""Lookups that found nothing, in one conversation, after which a person takes over: guessing ends here."""
_QUIET = 2
"""Days without a scan after which a parcel counts as quiet."""


class ValidateOrderForm(FormValidationAction):
    """Takes the number and the proof out of what was written; what holds neither is asked for again."""

    never_blocks = True

    def name(self) -> str:
        return "validate_order_form"

    async def validate_order_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        digits = _DIGITS.search(str(value))
        return {"order_number": digits.group() if digits else None}

    async def validate_order_proof(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        found = _EMAIL.search(str(value)) or _POSTCODE.search(str(value))
        return {"order_proof": found.group().strip() if found else None}


class ActionOrderOfPage(Action):
    """Takes the order of the page that the visitor looks at, where none was named and none was refused yet."""

    never_blocks = True

    def name(self) -> str:
        return "action_order_of_page"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        shown = page(tracker).order
        if shown is None or slot(tracker, "order_number") is not None or tracker.get_slot("order_mismatches"):
            return []
        return [SlotSet("order_number", shown)]


class ActionOrderStatus(Action):
    """Tells an order. A late one gets a case with a day, and the offer of a person."""

    def __init__(self, shop: Shop, cases: Cases, clock: Clock, timezone: tzinfo) -> None:
        self._shop = shop
        self._cases = cases
        self._clock = clock
        self._zone = timezone

    def name(self) -> str:
        return "action_order_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        number, proof = slot(tracker, "order_number") or "", slot(tracker, "order_proof") or ""
        mismatches = int(tracker.get_slot("order_mismatches") or 0)
        try:
            order = await self._shop.order(number, proof) if mismatches < _MOST_MISMATCHES else None
        except ShopSilent:
            return await self._silent(dispatcher, tracker, number)
        if order is None:
            return self._unmatched(dispatcher, mismatches + 1, number)
        now = self._clock()
        late = order.late_days(now.astimezone(self._zone).date())
        card = order_card(order, now, self._zone)
        if not late or order.status in {OrderStatus.DELIVERED, OrderStatus.PICKUP_READY}:
            show(dispatcher, card, text=_opening(order))
            return [SlotSet("topic", "order_status"), SlotSet("person_offered", None)]
        is_quiet = order.quiet_days(now) >= _QUIET
        opening = (
            "You're right, it went quiet. Here's where it stands:"
            if is_quiet
            else "It runs late, and that's ours to fix:"
        )
        show(dispatcher, card, text=opening)
        await self._own(dispatcher, tracker, order)
        return [SlotSet("topic", "order_status"), SlotSet("person_offered", True)]

    async def _silent(self, dispatcher: CollectingDispatcher, tracker: Tracker, number: str) -> list[EventType]:
        """The order book is away: a case with a day, and a person who looks it up, so that nobody has to ask again."""
        case = await self._cases.open(
            CaseKind.DELIVERY,
            key=f"silent:{turn_key(tracker)}",
            visitor_id=visitor(tracker),
            about=f"Where is order {number}? The order book was silent when it was asked.",
            due_on=days.working_days_after(self._clock().astimezone(self._zone).date(), 1),
            order_number=number,
        )
        promise(
            dispatcher,
            text=f"The order book takes a moment longer than usual. Case {case.number} holds your question about order "
            f"#{number}, and you hear from our team by {days.full(case.due_on)}.",
            what=f"Our team answers on {case.number}",
            due_at=days.closing(case.due_on, self._zone),
        )
        call_person(dispatcher, "shop_silent", f"order {number}: the shop's system stayed silent; case {case.number}")
        return [SlotSet("topic", "order_status"), SlotSet("person_offered", None)]

    def _unmatched(self, dispatcher: CollectingDispatcher, count: int, number: str) -> list[EventType]:
        """The same words for an unknown number and a proof that differs; after the last try, a person."""
        if count < _MOST_MISMATCHES:
            dispatcher.utter_message(response="utter_order_unmatched")
        else:
            call_person(dispatcher, "order_proof", f"order {number} still needs its proof, after {count} tries")
        return [
            SlotSet("order_mismatches", count),
            SlotSet("order_number", None),
            SlotSet("order_proof", None),
            SlotSet("topic", "order_status"),
        ]

    async def _own(self, dispatcher: CollectingDispatcher, tracker: Tracker, order: Order) -> None:
        """Open the trace, once for an order and the day promised for it, and say by when they hear."""
        now = self._clock()
        case = await self._cases.open(
            CaseKind.DELIVERY,
            key=f"late:{order.number}:{order.promised_for}",
            visitor_id=visitor(tracker),
            about=f"Order {order.number} is past {order.promised_for}",
            due_on=days.working_days_after(now.astimezone(self._zone).date(), 1),
            order_number=order.number,
        )
        whom = order.carrier or "the carrier"
        promise(
            dispatcher,
            text=f"Trace {case.number} with {whom} is open, and you hear from our team by {days.full(case.due_on)}. "
            "Shall a person sort out a faster way with you now?",
            what=f"Trace with {whom}: our team answers on {case.number}",
            due_at=days.closing(case.due_on, self._zone),
            buttons=[
                {"title": "Yes, a person", "payload": PERSON["payload"]},
                {"title": "I'll wait", "payload": "/deny"},
            ],
        )


def _opening(order: Order) -> str:
    match order.status:
        case OrderStatus.RECEIVED:
            return "We have it, and it's being prepared:"
        case OrderStatus.PACKED:
            return "Packed and ready to leave:"
        case OrderStatus.OUT_FOR_DELIVERY:
            return "It's in the van:"
        case OrderStatus.PICKUP_READY:
            return "It's waiting for you:"
        case OrderStatus.DELIVERED:
            return "The carrier has handed it over:"
        case OrderStatus.CANCELLED | OrderStatus.RETURNED:
            return "Here's how it ended:"
        case _:
            return "Close to you already:"
