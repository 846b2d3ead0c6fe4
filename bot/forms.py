"""Forms: ask for one slot after the other until all are filled."""

from __future__ import annotations

from typing import Any

from bot import events, names
from bot.actions.others import OtherActions
from bot.actions.outcome import ActionRejected
from bot.domain import Form
from bot.events import Event
from bot.scene import Scene
from bot.tracker import Tracker


def questions(form: str, slot: str) -> tuple[str, ...]:
    """The actions and responses that may ask for a slot; the first one that the domain has does."""
    return f"action_ask_{form}_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}", f"utter_ask_{slot}"


class FormRunner:
    """One run of a form, by section 7 of Rasa's documented behaviour."""

    def __init__(self, actions: OtherActions, form: Form) -> None:
        self._actions = actions
        self._form = form
        self._validation = f"validate_{form.name}"

    async def run(self, scene: Scene, tracker: Tracker) -> list[Event]:
        """The events of the form; raises ActionRejected if the message answers nothing it asked."""
        found: list[Event] = []
        if tracker.active_loop != self._form.name:
            found = await self._activate(scene, tracker)
        if not self._is_done(found):
            found += await self._go_on(scene, tracker, found)
        if self._is_done(found):
            found.append(events.active_loop(None))
        return found

    async def _activate(self, scene: Scene, tracker: Tracker) -> list[Event]:
        start = [events.active_loop(self._form.name)]
        inside = tracker.fork()
        inside.extend(start)
        extracted = await self._actions.extract_slots(scene, inside)
        inside.extend(extracted)
        slots = self._actions.slots(inside)
        filled = {name: slots[name] for name in self._form.required if slots.get(name) is not None}
        if not filled:
            return start + extracted
        validated = await self._validate(filled, scene, inside, tracker)
        judged = {event["name"] for event in validated if event["event"] == "slot"}
        kept = [event for event in extracted if event["event"] != "slot" or event["name"] not in judged]
        return start + kept + validated

    async def _go_on(self, scene: Scene, tracker: Tracker, so_far: list[Event]) -> list[Event]:
        loop = tracker.loop
        interrupted = loop is not None and loop.interrupted
        if so_far:
            found: list[Event] = []  # the activation has judged this message
        elif tracker.latest_action == names.LISTEN and not interrupted:
            found = await self._validate_answer(scene, tracker)
        else:
            found = await self._validate({}, scene, tracker, tracker)
        if not any(event["event"] == "action_execution_rejected" for event in found):
            found += await self._ask_next(scene, tracker, so_far + found)
        return found

    async def _validate_answer(self, scene: Scene, tracker: Tracker) -> list[Event]:
        """Judge what the latest message filled; raises ActionRejected if that is nothing."""
        requested = tracker.slots.get(names.REQUESTED_SLOT)
        wanted = {*self._form.required, requested}
        candidates: dict[str, Any] = {}
        for event in reversed(tracker.events):
            if event["event"] == "user":
                break
            if event["event"] == "slot" and event["name"] in wanted:
                candidates.setdefault(event["name"], event.get("value"))
        candidates = dict(reversed(candidates.items()))
        found = await self._validate(candidates, scene, tracker, tracker)
        judged = any(event["event"] == "slot" and event["name"] != names.REQUESTED_SLOT for event in found)
        by_hand = any(event["event"] == "action_execution_rejected" for event in found)
        if requested and not candidates and not judged and not by_hand:
            raise ActionRejected(self._form.name)
        return found

    async def _validate(
        self, candidates: dict[str, Any], scene: Scene, tracker: Tracker, before: Tracker
    ) -> list[Event]:
        """What `validate_<form>` makes of the candidates; without one they stand as they are, and nothing is added."""
        if self._validation not in self._actions.domain.custom_actions:
            return []
        proposed = [events.slot(name, value) for name, value in candidates.items()]
        temporary = self._temporary(tracker, before, proposed)
        return await self._actions.custom(self._validation, scene, temporary)

    def _temporary(self, tracker: Tracker, before: Tracker, added: list[Event]) -> Tracker:
        """The tracker that validation sees: rasa_sdk reads the candidates from its end."""
        own = before.active_loop == self._form.name
        requested = before.slots.get(names.REQUESTED_SLOT) if own else None
        temporary = tracker.fork()
        temporary.extend([events.slot(names.REQUESTED_SLOT, requested), events.action(self._form.name), *added])
        return temporary

    async def _ask_next(self, scene: Scene, tracker: Tracker, so_far: list[Event]) -> list[Event]:
        if self._is_done(so_far):
            return [events.slot(names.REQUESTED_SLOT, None)]
        temporary = self._temporary(tracker, tracker, so_far)
        chosen = [
            event.get("value") for event in so_far if event["event"] == "slot" and event["name"] == names.REQUESTED_SLOT
        ]
        slot = chosen[0] if chosen else None
        found: list[Event] = []
        if not slot:
            slots = self._actions.slots(temporary)
            slot = next((name for name in self._form.required if slots.get(name) is None), None)
            found.append(events.slot(names.REQUESTED_SLOT, slot))
        if slot:
            temporary.extend(found)
            found += await self._ask(str(slot), scene, temporary)
        return found

    async def _ask(self, slot: str, scene: Scene, tracker: Tracker) -> list[Event]:
        for name in questions(self._form.name, slot):
            if self._actions.exists(name):
                return await self._actions.run(name, scene, tracker)
        return []

    @staticmethod
    def _is_done(found: list[Event]) -> bool:
        """Whether the form was ended, on its own account or by its validation."""
        if any(event["event"] == "action_execution_rejected" for event in found):
            return False
        requested = [e for e in found if e["event"] == "slot" and e["name"] == names.REQUESTED_SLOT]
        loops = [event for event in found if event["event"] == "active_loop"]
        stopped = requested and requested[-1].get("value") is None
        ended = loops and loops[-1].get("name") is None
        return bool(stopped or ended)
