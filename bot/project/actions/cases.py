"""Cases: returns, claims, damage, missing and wrong parts. Opened at once, once a turn, with a day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta, tzinfo
from typing import Any, ClassVar

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Case, CaseKind, Cases, Clock

from . import days
from .cards import case_card
from .messages import PERSON, said, show, slot, turn_key, turn_to, visitor

_SAME_MATTER = timedelta(days=1)
"""A case of the same kind and age is the same matter: it is shown again."""


class OpenCase(Action, ABC):
    """Opens a case of one kind, says three steps and the day, and asks for the order number if it is missing."""

    kind: ClassVar[CaseKind]
    heard: ClassVar[str]
    """What the visitor told us, said back."""
    steps: ClassVar[tuple[str, str, str]]
    working_days: ClassVar[int]
    """By when they hear back."""

    def __init__(self, cases: Cases, clock: Clock, timezone: tzinfo) -> None:
        self._cases = cases
        self._clock = clock
        self._zone = timezone

    @abstractmethod
    def name(self) -> str: ...

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        order = slot(tracker, "order_number")
        known = await self._known(tracker, order)
        case = known or await self._cases.open(
            self.kind,
            key=f"{turn_key(tracker)}:{self.kind.value}",
            visitor_id=visitor(tracker),
            about=said(tracker) or self.heard,
            due_on=days.working_days_after(self._clock().astimezone(self._zone).date(), self.working_days),
            order_number=order,
        )
        opening = f"That's with us already as {case.number}:" if known else self.heard
        show(dispatcher, case_card(case, self.steps), text=opening)
        if case.order_number is None:
            dispatcher.utter_message(
                text=f"Which order is it? Its number goes straight onto {case.number}.", buttons=[PERSON]
            )
        return [
            *turn_to(tracker, "case"),
            SlotSet("case_number", case.number),
            SlotSet("asked_for", None if case.order_number else "case_order"),
        ]

    async def _known(self, tracker: Tracker, order: str | None) -> Case | None:
        """An open case of theirs that is about the same thing, opened by another turn."""
        if slot(tracker, "case_number") is None:
            return None
        for case in await self._cases.list(visitor(tracker)):
            is_recent = self._clock() - case.opened_at < _SAME_MATTER
            same_order = order is None or case.order_number in {None, order}
            if case.kind is self.kind and is_recent and same_order:
                return case
        return None


class ActionOpenReturn(OpenCase):
    kind = CaseKind.RETURN
    heard = "Your return is open. The label is on us, and this is how it goes:"
    steps = (
        "Our team sends the label to the e-mail on your order",
        "Drop the parcel at any pick-up point within 14 days",
        "Money or exchange within 5 working days of its arrival",
    )
    working_days = 1

    def name(self) -> str:
        return "action_open_return"


class ActionOpenWarranty(OpenCase):
    kind = CaseKind.WARRANTY
    heard = "A part of ours has let you down, and we put that right. Your claim is open:"
    steps = (
        "A fitter reads what you wrote; photos help and are optional",
        "You hear the decision by the day below",
        "Repair or a new part leaves the working day after",
    )
    working_days = 2

    def name(self) -> str:
        return "action_open_warranty"


class ActionOpenDamage(OpenCase):
    kind = CaseKind.DAMAGE
    heard = "It arrived damaged, and we make that right. Keep the part and the box for now:"
    steps = (
        "Our team sets a replacement aside for you",
        "We take it up with the carrier; photos help and are optional",
        "You hear by the day below when the new one arrives",
    )
    working_days = 1

    def name(self) -> str:
        return "action_open_damage"


class ActionOpenMissing(OpenCase):
    kind = CaseKind.MISSING
    heard = "Something is missing from your box, so we send it after you:"
    steps = (
        "Our team checks the parts list of your kit",
        "The missing piece leaves by letter or parcel, at our expense",
        "You hear by the day below when it arrives",
    )
    working_days = 1

    def name(self) -> str:
        return "action_open_missing"


class ActionOpenWrong(OpenCase):
    kind = CaseKind.WRONG
    heard = "The wrong part reached you; that's our mistake. The right one comes to you first:"
    steps = (
        "Our team sets the right part aside for you",
        "It leaves at our expense, with a label for the other one",
        "You hear by the day below when it arrives",
    )
    working_days = 1

    def name(self) -> str:
        return "action_open_wrong"


class ActionOpenDelivery(OpenCase):
    kind = CaseKind.DELIVERY
    heard = "You have nothing in your hands, so we treat the parcel as lost until it turns up:"
    steps = (
        "Our team takes your claim to the carrier",
        "A look at neighbours and the letter box helps them search",
        "New parcel or money back: decided by the day below",
    )
    working_days = 2

    def name(self) -> str:
        return "action_open_delivery"


async def name_order(
    cases: Cases, dispatcher: CollectingDispatcher, tracker: Tracker, order: str
) -> list[EventType] | None:
    """Put the order number that was asked for on the open case; None where there is none."""
    number = slot(tracker, "case_number")
    case = await cases.name_order(number, order) if number else None
    if case is None:
        return None
    dispatcher.utter_message(
        text=f"Thanks, order #{case.order_number} is on {case.number} now. "
        f"You hear from us by {days.full(case.due_on)}."
    )
    return [*turn_to(tracker, "case"), SlotSet("asked_for", None)]
