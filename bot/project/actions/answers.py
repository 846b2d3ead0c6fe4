"""Matters of which some are answered on the spot and others become a case: payments, accounts, spare parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Cases, Clock, Shop

from .cards import stock_words
from .cases import ActionOpenCase
from .messages import PERSON, chip, intent, said, turn_to, words_or

_SMALL: Final = {"spare", "gasket", "link pipe"}
"""Families of pieces that are sold singly."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that settles the messages of an intent which read like this."""

    words: re.Pattern[str]
    response: str
    otherwise: bool = False
    """The response is for the messages that do not read like it."""


_ANSWERS: Final = {
    "payment_issue": Answer(
        re.compile(
            r"\b(?:how (?:do|can) i pay|can i (?:pay|use|split)|could i pay|do you (?:take|accept|offer|have)"
            r"|which ways|ways to pay|possible|by invoice|instal+ments?|monthly)\b"
            r"|^\W*(?:klarna|paypal|apple pay|twint)\W*$",
            re.IGNORECASE,
        ),
        "utter_payment_ways",
    ),
    "account_access": Answer(
        re.compile(r"\b(?:delete|erase|remove|close|wipe|forget me|gdpr)\b", re.IGNORECASE),
        "utter_account_access",
        otherwise=True,
    ),
}


class ActionAnswerOrOpen(Action):
    """Answers a question about ways and rules; what somebody has to look into becomes a case."""

    def __init__(self, cases: Cases, clock: Clock, timezone: tzinfo) -> None:
        self._open = ActionOpenCase(cases, clock, timezone)

    def name(self) -> str:
        return "action_answer_or_open"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        answer = _ANSWERS.get(intent(tracker) or "")
        if answer is not None and bool(answer.words.search(said(tracker))) is not answer.otherwise:
            dispatcher.utter_message(response=answer.response)
            return [*turn_to(tracker, intent(tracker) or ""), SlotSet("asked_for", None)]
        return await self._open.run(dispatcher, tracker, domain)


class ActionSpare(Action):
    """Price and stock of a piece that the catalogue has singly; the parts desk finds the others."""

    def __init__(self, shop: Shop, cases: Cases, clock: Clock, timezone: tzinfo) -> None:
        self._shop = shop
        self._open = ActionOpenCase(cases, clock, timezone)

    def name(self) -> str:
        return "action_spare"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        named = words_or(tracker, "part")
        small = [part for part in await self._shop.find_parts(named) if part.family in _SMALL] if named else []
        if not small:
            return await self._open.run(dispatcher, tracker, domain)
        piece = small[0]
        price = f"{piece.price}, " if piece.price else ""
        dispatcher.utter_message(
            text=f"We have it singly: {piece.name}, {piece.sku}, {price}{stock_words(piece)}. "
            "Shall I check that it goes with your silencer?",
            buttons=[chip("Check it with my bike", "fit_check", part=piece.sku), PERSON],
        )
        return [*turn_to(tracker, "fit_check"), SlotSet("part", piece.sku), SlotSet("asked_for", None)]


class ActionPartLookup(Action):
    """What a number or a name stands for, with its price and stock; then the visitor's own machine against it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def name(self) -> str:
        return "action_part_lookup"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        named = words_or(tracker, "part")
        parts = await self._shop.find_parts(named) if named else ()
        if not parts:
            dispatcher.utter_message(response="utter_ask_part_number")
            return [*turn_to(tracker, self.name()), SlotSet("asked_for", "part")]
        first = parts[0]
        is_line = len(parts) > 1
        kinds = (
            f"{first.line}: {first.family}, in {len(parts)} versions" if is_line else f"{first.sku} is the {first.name}"
        )
        price = f" at {first.price}" if first.price and not is_line else ""
        dispatcher.utter_message(
            text=f"{kinds}{price}. Each version is made for its own bikes and years, so tell me yours, and I check it. "
            "Which bike is it for?",
            buttons=[PERSON],
        )
        return [
            *turn_to(tracker, "fit_check"),
            SlotSet("part", first.line if is_line else first.sku),
            SlotSet("asked_for", "vehicle"),
        ]
