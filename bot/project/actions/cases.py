"""Cases: opened at once, once a turn, with a number, a card and the day by which the visitor hears back."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Case, Cases, Clock

from . import days
from .cards import ORDER_NUMBER, case_card, order_form
from .messages import PERSON, call_person, intent, promise, said, slot, turn_key, turn_to, visitor
from .page import page
from .plans import Plan, plan_for
from .versions import named_version

_SAME_MATTER = timedelta(days=1)
"""A case of the same kind and age is the same matter: it is shown again."""


class ActionOpenCase(Action):
    """Opens the case that the message asks for, says three steps and the day, and asks for what is missing, once."""

    def __init__(self, cases: Cases, clock: Clock, timezone: tzinfo) -> None:
        self._cases = cases
        self._clock = clock
        self._zone = timezone

    def name(self) -> str:
        return "action_open_case"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        matter = slot(tracker, "case_intent") or intent(tracker) or ""
        words = slot(tracker, "case_words") or said(tracker)
        plan = plan_for(matter, words)
        if plan is None:
            dispatcher.utter_message(response="utter_something_wrong")
            return [SlotSet("asked_for", None)]
        order = (slot(tracker, "order_number") or page(tracker).order) if plan.takes_order else None
        known = await self._known(tracker, plan, order)
        case = known or await self._cases.open(
            plan.kind,
            key=f"{turn_key(tracker)}:{plan.kind.value}",
            visitor_id=visitor(tracker),
            about=_about(tracker, plan, words),
            due_on=days.working_days_after(self._clock().astimezone(self._zone).date(), plan.working_days),
            order_number=order,
        )
        wants_order = plan.takes_order and case.order_number is None
        self._tell(dispatcher, tracker, plan, case, known=known is not None, wants_order=wants_order)
        if plan.brings_person:
            call_person(dispatcher, plan.brings_person, f"{plan.title}, {case.number}: {case.about}")
        return [
            *turn_to(tracker, "case"),
            SlotSet("case_number", case.number),
            SlotSet("case_intent", None),
            SlotSet("case_words", None),
            SlotSet("case_bike", None),
            SlotSet("case_wish", None),
            SlotSet("asked_for", "case_order" if wants_order else None),
        ]

    def _tell(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        plan: Plan,
        case: Case,
        *,
        known: bool,
        wants_order: bool,
    ) -> None:
        opening = f"That's with us already as {case.number}:" if known else plan.heard
        buttons = [] if wants_order or plan.brings_person else [PERSON]
        promise(
            dispatcher,
            text=opening,
            what=f"{plan.title}: our team answers on {case.number}",
            due_at=days.closing(case.due_on, self._zone),
            card=case_card(case, plan, brief=slot(tracker, "pace") == "brief"),
            buttons=buttons,
        )
        if wants_order:
            dispatcher.utter_message(
                text=f"Which order is it? Its number goes straight onto {case.number}.",
                json_message={"card": order_form(case, plan), "answers": "inform_order_number"},
                buttons=[PERSON],
            )

    async def _known(self, tracker: Tracker, plan: Plan, order: str | None) -> Case | None:
        """An open case of theirs that is about the same thing, opened by another turn."""
        if slot(tracker, "case_number") is None:
            return None
        for case in await self._cases.list(visitor(tracker)):
            is_recent = self._clock() - case.opened_at < _SAME_MATTER
            same_order = order is None or case.order_number in {None, order}
            if case.kind is plan.kind and is_recent and same_order:
                return case
        return None


def _about(tracker: Tracker, plan: Plan, words: str) -> str:
    """What the team reads: the visitor's words, and the machine and wish that were told before."""
    names = [slot(tracker, "make"), slot(tracker, "model"), named_version(tracker), slot(tracker, "year")]
    machine = " ".join(each for each in names if each)
    told = [words or plan.heard, slot(tracker, "case_bike") or machine, slot(tracker, "case_wish")]
    return "; ".join(each for each in told if each)


def _told_with_it(tracker: Tracker) -> str:
    """What a filled form says besides the order number: "In use since: 3 March 2025"."""
    lines = said(tracker).splitlines()
    return "; ".join(line for line in lines if ": " in line and not line.startswith(f"{ORDER_NUMBER}: "))


async def name_order(
    cases: Cases, dispatcher: CollectingDispatcher, tracker: Tracker, order: str, zone: tzinfo
) -> list[EventType] | None:
    """Put the order number that was asked for on the open case; None where there is none."""
    number = slot(tracker, "case_number")
    case = await cases.name_order(number, order, _told_with_it(tracker)) if number else None
    if case is None:
        return None
    promise(
        dispatcher,
        text=f"Thanks, order #{case.order_number} is on {case.number} now. "
        f"You hear from us by {days.full(case.due_on)}.",
        what=f"Our team answers on {case.number}",
        due_at=days.closing(case.due_on, zone),
        buttons=[PERSON],
    )
    return [*turn_to(tracker, "case"), SlotSet("asked_for", None)]
