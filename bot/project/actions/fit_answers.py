"""Answers about fit: the one question that is missing, or whether a part goes on a machine, and what does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.ports import Clock, Fit, Garage, Shop, Vehicle, Verdict, YearRange

from .cards import fit_card
from .choices import model_chips, version_chips, year_chips
from .messages import PERSON, call_person, changes, chip, intent, said, show, slot, turn_to
from .question import Question, known_garage, read_question, settled
from .versions import OTHER, told_version

_MOST_CARDS = 4
_MOST_CHIPS = 8
"""Machines that are offered by name; of more, the rider tells the model in their own words."""
_BOUGHT = re.compile(
    r"\b(?:i|we)(?:'ve| have)?(?: just| already)? (?:bought|ordered|purchased|got|received|installed)\b"
    r"|\b(?:my|the) order\b|\b(?:arrived|came|delivered) (?:today|yesterday|this|last)\b"
    r"|\balready (?:bought|have|own)\b",
    re.IGNORECASE,
)
"""Words of somebody who has the part at home: what does not suit is exchanged."""


_EXCHANGE = [chip("Exchange it", "wrong_item"), chip("Send it back", "return_request"), PERSON]


class FitAnswers:
    """Asks for the one thing that is missing, or answers. All fit actions and their corrections end here."""

    def __init__(self, shop: Shop, garage: Garage, clock: Clock, timezone: tzinfo) -> None:
        self._shop = shop
        self._garage = garage
        self._clock = clock
        self._zone = timezone

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, *, listing: bool = False
    ) -> list[EventType]:
        """One question or one answer; `listing` asks for all parts of a machine instead of one part."""
        question = await read_question(tracker, self._shop, self._garage, self._clock())
        if listing and not await self._shop.find_parts(said(tracker)):
            question = replace(question, part=None, parts=())
        ranges = await self._ranges(question)
        versions = await self._versions(question, ranges)
        if versions and (version := told_version(tracker, versions)):
            question = replace(question, version=version)
        events = [*turn_to(tracker, "fit_find" if listing else "fit_check"), *question.slots()]
        is_open = not settled(question.years, ranges) or bool(versions and question.version is None)
        open_others = list[Vehicle]()
        if question.parts and question.others:
            open_others = await self._tell_others(dispatcher, question, first_is_open=is_open)
        asked_for = await self._missing(dispatcher, tracker, question, ranges, versions, listing=listing)
        if asked_for is None:
            await self._tell(dispatcher, tracker, question, listing=listing)
            if open_others:
                asked_for = "year"
                events += await self._ask_other(dispatcher, question, open_others[0])
        return changes(tracker, [*events, SlotSet("asked_for", asked_for)])

    async def _tell_others(
        self, dispatcher: CollectingDispatcher, question: Question, *, first_is_open: bool
    ) -> list[Vehicle]:
        """Answer the further machines first where the first of all has to be asked about; the ones still open."""
        still_open = []
        for vehicle in question.others:
            other = await self._question_of(question, vehicle)
            if not settled(other.years, await self._ranges(other)):
                still_open.append(vehicle)
            elif first_is_open:
                self._verdict(dispatcher, other, await self._shop.fits(question.skus, other.vehicle()))
        return still_open

    async def _ask_other(
        self, dispatcher: CollectingDispatcher, question: Question, vehicle: Vehicle
    ) -> list[EventType]:
        """Ask the year of the next machine, which is what the conversation is about from then on."""
        other = await self._question_of(question, vehicle)
        ranges = await self._ranges(other)
        dispatcher.utter_message(text=f"And your {vehicle.model}: which year is it?", buttons=year_chips(ranges))
        return other.slots()

    async def _question_of(self, question: Question, vehicle: Vehicle) -> Question:
        models = await self._models(vehicle)
        return replace(question, models=models, years=_one(vehicle), version=None, alias=None, others=())

    async def _versions(self, question: Question, ranges: Sequence[YearRange]) -> Sequence[str]:
        """The versions on which the answer hangs, once the part and the year are known."""
        if question.model is None or not question.parts or not settled(question.years, ranges):
            return ()
        any_version = question if question.version is None else replace(question, version=None)
        return await self._shop.versions(question.skus, any_version.vehicle())

    async def _ranges(self, question: Question) -> Sequence[YearRange]:
        model = question.model
        return await self._shop.year_ranges(question.skus, model) if model is not None else ()

    async def _missing(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        question: Question,
        ranges: Sequence[YearRange],
        versions: Sequence[str],
        *,
        listing: bool,
    ) -> str | None:
        """Ask for what is needed first; the slot's name, or None when nothing is missing."""
        if not question.models:
            if _names_a_machine(tracker):
                # The catalogue lacks the name. A person knows more bikes, and nobody is asked twice.
                dispatcher.utter_message(text="That bike deserves a fitter's eye: our catalogue is still silent on it.")
                call_person(dispatcher, "catalogue_gap", f'machine unknown to the catalogue: "{said(tracker)}"')
                return None
            dispatcher.utter_message(response="utter_ask_vehicle")
            return "vehicle"
        if len(question.models) > _MOST_CHIPS:
            name = question.unclear_name or "that"
            dispatcher.utter_message(
                text=f"There are {len(question.models)} machines named {name}. What is yours in full, with its year?"
            )
            return "vehicle"
        if len(question.models) > 1:
            dispatcher.utter_message(
                text="That name is on more than one bike. Which is yours?", buttons=model_chips(question.models)
            )
            return "vehicle"
        if not question.parts and not listing:
            if question.alias:
                dispatcher.utter_message(text=_same_bike(question).strip())
            dispatcher.utter_message(response="utter_ask_part")
            return "part"
        if not settled(question.years, ranges):
            which = f"Which year is your {question.models[0].name}?" if question.others else "Which year is yours?"
            dispatcher.utter_message(text=_same_bike(question) + which, buttons=year_chips(ranges))
            return "year"
        if versions and question.version is None:
            text = f"{_same_bike(question)}Which version of the {question.machine()} is yours?"
            dispatcher.utter_message(text=text, buttons=version_chips(versions))
            return "version"
        return None

    async def _tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, question: Question, *, listing: bool
    ) -> None:
        if not question.models:
            return
        offers = _remember_chip(tracker, question)
        if listing and not question.parts:
            fits = await self._shop.parts_for(question.vehicle(), None)
            self._list(dispatcher, question, fits, offers)
            return
        fit = await self._shop.fits(question.skus, question.vehicle())
        if _BOUGHT.search(said(tracker)) and fit.verdict is Verdict.OTHER_SUITS:
            offers = _EXCHANGE
        self._verdict(dispatcher, question, fit, offers)
        for vehicle in question.others:
            other = await self._question_of(question, vehicle)
            if settled(other.years, await self._ranges(other)):
                self._verdict(dispatcher, other, await self._shop.fits(question.skus, other.vehicle()))

    async def _models(self, vehicle: Vehicle) -> Sequence[Any]:
        mentions = await self._shop.find_vehicles(f"{vehicle.make} {vehicle.model}")
        return [model for mention in mentions for model in mention.models if model.name == vehicle.model]

    def _verdict(
        self,
        dispatcher: CollectingDispatcher,
        question: Question,
        fit: Fit,
        offers: Sequence[dict[str, str]] = (),
    ) -> None:
        part = question.parts[0].line if len(question.parts) > 1 else question.parts[0].name
        if fit.verdict is Verdict.UNKNOWN:
            dispatcher.utter_message(
                text=f"{_same_bike(question)}The {part} on your {question.machine()} deserves a fitter's eye: "
                "our catalogue is still silent on that pair."
            )
            version = ", a version that the catalogue does not name" if question.version == OTHER else ""
            call_person(dispatcher, "catalogue_gap", f"{part} on {fit.vehicle.make} {question.machine()}{version}")
            return
        card = fit_card(fit, question.machine(), part, self._zone)
        opening = _opening(fit, question.machine())
        if offers is _EXCHANGE:
            opening = f"Yours is easily swapped. {opening}"
        show(dispatcher, card, text=_same_bike(question) + opening, buttons=offers)

    def _list(
        self,
        dispatcher: CollectingDispatcher,
        question: Question,
        fits: Sequence[Fit],
        offers: Sequence[dict[str, str]],
    ) -> None:
        machine = question.machine()
        if not fits:
            dispatcher.utter_message(
                text=f"{_same_bike(question)}Your {machine} deserves a fitter's eye: "
                "our catalogue is still silent on it."
            )
            call_person(dispatcher, "catalogue_gap", f"parts for {question.models[0].make} {machine}")
            return
        dispatcher.utter_message(text=f"{_same_bike(question)}Made for your {machine}:")
        shown = [(fit, fit.part.line) for fit in fits if fit.part is not None][:_MOST_CARDS]
        for place, (fit, line) in enumerate(shown, 1):
            card = fit_card(fit, machine, line, self._zone)
            show(dispatcher, card, buttons=offers if place == len(shown) else ())


def _remember_chip(tracker: Tracker, question: Question) -> list[dict[str, str]]:
    """The offer to keep a machine of which the year is known, until the conversation knows that it is kept."""
    model, years = question.models[0], question.years
    if years is None or years.first is None or years.first != years.last or question.others:
        return []
    if question.vehicle() in (question.garage or known_garage(tracker) or ()):
        return []
    return [chip("Remember my bike", "remember_bike", model=f"{model.make} {model.name}", year=str(years.first))]


def _names_a_machine(tracker: Tracker) -> bool:
    """Whether a message in which the catalogue finds no machine seems to name one all the same."""
    if intent(tracker) != "inform_vehicle":
        return False
    return slot(tracker, "asked_for") == "vehicle" or any(letter.isdigit() for letter in said(tracker))


def _one(vehicle: Vehicle) -> YearRange | None:
    return YearRange(vehicle.year, vehicle.year) if vehicle.year is not None else None


def _same_bike(question: Question) -> str:
    """Says once that two names mean one machine."""
    return f"{question.alias} and {question.models[0].name} are one bike under two names. " if question.alias else ""


def _opening(fit: Fit, machine: str) -> str:
    match fit.verdict:
        case Verdict.FITS:
            return "Good news:"
        case Verdict.FITS_WITH_NOTES:
            count = len(fit.notes) + (1 if fit.needs else 0)
            return f"It fits, with {'one note' if count == 1 else f'{count} notes'} for you:"
        case _:
            return f"This one is made for your {machine}:"
