"""What the sheet of a part says: sound, approval, price, stock, contents, fitting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any, ClassVar

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from bot.ports import Clock, Garage, Money, Part, Shop, Verdict

from .cards import stock_words
from .messages import PERSON, call_person, changes, chip, turn_to
from .question import Question, read_question


class PartFacts(Action, ABC):
    """Answers one kind of question from the sheet; a sheet that is silent brings in a person."""

    topic: ClassVar[str]
    """Which of the part's facts it tells."""

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._shop = shop
        self._garage = garage
        self._clock = clock
        self._zone = timezone

    @abstractmethod
    def name(self) -> str: ...

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        question = await read_question(tracker, self._shop, self._garage, self._clock())
        events = [*turn_to(tracker, self.name()), *question.slots()]
        if not question.parts:
            dispatcher.utter_message(response="utter_ask_part")
            return changes(tracker, [*events, SlotSet("asked_for", "part")])
        parts = await self._made_for(question)
        text = self.words(parts)
        if text is None:
            line = question.parts[0].line
            dispatcher.utter_message(text=f"That figure for the {line} comes from a fitter's sheet.")
            call_person(dispatcher, "catalogue_gap", f"{self.topic} of {line}")
        else:
            dispatcher.utter_message(text=text, buttons=self._next(question))
        return changes(tracker, [*events, SlotSet("asked_for", None)])

    def words(self, parts: Sequence[Part]) -> str | None:
        """The answer for these variants of a line, or None where the sheet is silent."""
        facts = {part.facts.get(self.topic) for part in parts}
        if None in facts or not facts:
            return None
        return f"{parts[0].line}: {parts[0].facts[self.topic]}" if len(facts) == 1 else _each(parts, self.topic)

    async def _made_for(self, question: Question) -> Sequence[Part]:
        """The variants for the visitor's machine, whatever its year, where it is known; else all of the line."""
        if question.model is None:
            return question.parts
        vehicle = question.vehicle()
        if vehicle.year is None:
            ranges = await self._shop.year_ranges(question.skus, question.model)
            vehicles = [replace(vehicle, year=stretch.first) for stretch in ranges]
        else:
            vehicles = [vehicle]
        fits = [await self._shop.fits(question.skus, each) for each in vehicles]
        made = [fit.part for fit in fits if fit.part and fit.verdict in {Verdict.FITS, Verdict.FITS_WITH_NOTES}]
        return [part for part in question.parts if part in made] or question.parts

    def _next(self, question: Question) -> list[dict[str, str]]:
        if question.part and question.model is None:
            return [chip("Does it fit my bike?", "fit_check", part=question.part), PERSON]
        return [PERSON]


class ActionPartSound(PartFacts):
    topic = "sound"

    def name(self) -> str:
        return "action_part_sound"


class ActionPartLegal(PartFacts):
    topic = "legal"

    def name(self) -> str:
        return "action_part_legal"


class ActionPartFitting(PartFacts):
    topic = "fitting"

    def name(self) -> str:
        return "action_part_fitting"


class ActionPartMaterial(PartFacts):
    topic = "material"

    def name(self) -> str:
        return "action_part_material"


class ActionPartWeight(PartFacts):
    topic = "weight"

    def name(self) -> str:
        return "action_part_weight"


class ActionPartCare(PartFacts):
    topic = "care"

    def name(self) -> str:
        return "action_part_care"


class ActionPartBox(PartFacts):
    topic = "box"

    def name(self) -> str:
        return "action_part_box"

    def words(self, parts: Sequence[Part]) -> str | None:
        contents = {part.in_box for part in parts}
        if not parts[0].in_box:
            return None
        if len(contents) == 1:
            return f"In the {parts[0].line} box: {', '.join(parts[0].in_box)}."
        always = [piece for piece in parts[0].in_box if all(piece in part.in_box for part in parts)]
        some = "Some bikes get a gasket or shield on top; tell me yours."
        return f"In every {parts[0].line} box: {', '.join(always)}. {some}"


class ActionPartPrice(PartFacts):
    topic = "price"

    def name(self) -> str:
        return "action_part_price"

    def words(self, parts: Sequence[Part]) -> str | None:
        prices = sorted((part.price for part in parts if part.price), key=_amount)
        if len(prices) < len(parts):
            return None  # a version without its price: the list of the others would mislead
        low, high = prices[0], prices[-1]
        figure = f"{low}" if low == high else f"{low} to {high}, depending on the bike"
        return f"The {parts[0].line} is {figure}, VAT included. Over €150 the shipping within the EU is on us."


class ActionPartStock(PartFacts):
    topic = "stock"

    def name(self) -> str:
        return "action_part_stock"

    def words(self, parts: Sequence[Part]) -> str | None:
        if len(parts) == 1:
            return f"{parts[0].name}, {parts[0].sku}: {stock_words(parts[0])}."
        lines = "; ".join(f"{part.sku} {stock_words(part)}" for part in parts)
        return f"{parts[0].line}, by version: {lines}. Which bike is it for?"


def _amount(price: Money) -> int:
    return price.amount


def _each(parts: Sequence[Part], topic: str) -> str:
    """One line a variant."""
    return "\n".join([f"{parts[0].line}, by version:", *(f"{part.sku}: {part.facts[topic]}" for part in parts)])
