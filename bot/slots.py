"""Fills slots from the visitor's latest message, by the mappings of the domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from bot import names
from bot.domain import Domain, Slot, SlotMapping
from bot.tracker import Tracker

_Named: TypeAlias = tuple[str | None, str | None, str | None]
"""An entity with its role and group."""


class SlotFiller:
    """Reads slot values out of messages. Knows nothing of actions: custom mappings are listed for the caller."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        mapped = [
            (slot, mapping)
            for name, slot in domain.slots.items()
            if name not in names.BUILT_IN_SLOTS
            for mapping in slot.mappings
        ]
        self._custom = [(slot, each) for slot, each in mapped if each.kind == "custom"]
        self._mapped = [(slot, each) for slot, each in mapped if each.kind != "custom"]
        """In the order of the domain. The two below say which of these, by place, a message can be of use to."""
        self._by_entity: dict[_Named, list[int]] = defaultdict(list)
        for place, (_, each) in enumerate(self._mapped):
            if each.kind == "from_entity":
                self._by_entity[each.entity, each.role, each.group].append(place)
        self._by_loop: dict[str | None, list[int]] = {}

    def candidates(self, tracker: Tracker) -> Iterator[tuple[str, Any]]:
        """(slot, value) for each slot that the latest message fills, in the order of the domain."""
        places = set(self._without_entity(tracker.active_loop))
        for e in tracker.latest_message.get("entities") or ():
            places.update(self._by_entity.get((e.get("entity"), e.get("role"), e.get("group")), ()))
        filled: Slot | None = None
        for place in sorted(places):
            slot, mapping = self._mapped[place]
            if slot is filled or not self._wanted(slot, mapping, tracker):
                continue
            found = self._values(mapping, tracker)
            if not found:
                continue
            value = found if slot.kind == "list" and mapping.kind == "from_entity" else found[-1]
            if value is not None or tracker.slots.get(slot.name, slot.initial) is not None:
                yield slot.name, value
                filled = slot

    def _without_entity(self, loop: str | None) -> list[int]:
        """The mappings that need no entity and may apply while `loop` is active."""
        if loop not in self._by_loop:
            self._by_loop[loop] = [
                place
                for place, (_, each) in enumerate(self._mapped)
                if each.kind == "from_trigger_intent"
                or (
                    each.kind != "from_entity"
                    and (not each.conditions or loop in [c.active_loop for c in each.conditions])
                )
            ]
        return self._by_loop[loop]

    def custom_actions(self, tracker: Tracker) -> list[str]:
        """The actions of custom mappings that apply now, each once."""
        if not self._custom:
            return []
        return list(
            dict.fromkeys(
                mapping.action
                for slot, mapping in self._custom
                if mapping.action and self._wanted(slot, mapping, tracker)
            )
        )

    def _wanted(self, slot: Slot, mapping: SlotMapping, tracker: Tracker) -> bool:
        if mapping.kind == "from_entity" and mapping.entity not in self._domain.entities:
            return False
        return (
            self._intent_fits(mapping, tracker)
            and self._conditions_hold(slot, mapping, tracker)
            and self._unambiguous(slot, mapping, tracker)
        )

    def _intent_fits(self, mapping: SlotMapping, tracker: Tracker) -> bool:
        intent = tracker.latest_intent
        if mapping.intents:
            return intent in mapping.intents
        refused: Sequence[str] = mapping.not_intents
        form = self._domain.forms.get(tracker.active_loop or "")
        if form is not None and (
            not mapping.conditions or any(condition.active_loop == form.name for condition in mapping.conditions)
        ):
            refused = (*refused, *form.ignored_intents)
        return intent not in refused

    @staticmethod
    def _conditions_hold(slot: Slot, mapping: SlotMapping, tracker: Tracker) -> bool:
        if not mapping.conditions or mapping.kind == "from_trigger_intent":
            return True
        loop = tracker.loop
        requested = tracker.slots.get(names.REQUESTED_SLOT)
        if loop is not None and loop.rejected and requested == slot.name:
            return False
        return any(
            condition.active_loop == (loop.name if loop else None)
            and (condition.requested_slot is None or condition.requested_slot == requested)
            for condition in mapping.conditions
        )

    def _unambiguous(self, slot: Slot, mapping: SlotMapping, tracker: Tracker) -> bool:
        """Inside a form an entity may fill a slot that was not asked for only if it can mean no other one."""
        form = self._domain.forms.get(tracker.active_loop or "")
        if mapping.kind != "from_entity" or form is None or slot.name not in form.required:
            return True
        if tracker.slots.get(names.REQUESTED_SLOT) == slot.name:
            return True
        return (
            sum(
                self._domain.slots[name].mappings.count(mapping) for name in form.required if name in self._domain.slots
            )
            == 1
        )

    @staticmethod
    def _values(mapping: SlotMapping, tracker: Tracker) -> list[Any]:
        message = tracker.latest_message
        if mapping.kind == "from_entity":
            wanted = (mapping.entity, mapping.role, mapping.group)
            return [
                entity.get("value")
                for entity in message.get("entities") or ()
                if (entity.get("entity"), entity.get("role"), entity.get("group")) == wanted
            ]
        if mapping.kind == "from_intent":
            return [mapping.value] if message.get("intent") else []
        if mapping.kind == "from_trigger_intent":
            loops = [condition.active_loop for condition in mapping.conditions]
            inside = tracker.active_loop is not None and (not loops or tracker.active_loop in loops)
            return [mapping.value] if inside else []
        text = message.get("text")
        return [text] if text else []
