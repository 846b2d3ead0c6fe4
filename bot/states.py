"""Dialogue states: what the policies see of a conversation before each action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot import names
from bot.domain import Domain, Intent, Slot
from bot.fold import Fold
from bot.tracker import Tracker

Feature = tuple[float, ...] | str
"""A slot's numbers, or `names.UNSET` where a rule says that it must be absent."""


class State(NamedTuple):
    """One state; hashable, so that tables can be keyed by it."""

    previous: str | None = None
    """The action before; None at the very start."""
    intent: str | None = None
    text: str | None = None
    """Set instead of the intent where the visitor's words themselves count."""
    entities: tuple[str, ...] = ()
    slots: tuple[tuple[str, Feature], ...] = ()
    """By name, sorted; only those that influence the conversation and are set."""
    loop: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The nested form in which a rule's length is measured."""
        user: dict[str, Any] = {}
        if self.intent is not None:
            user["intent"] = self.intent
        if self.text is not None:
            user["text"] = self.text
        if self.entities:
            user["entities"] = self.entities
        parts = {
            "user": user,
            "slots": dict(self.slots),
            "prev_action": {"action_name": self.previous} if self.previous is not None else {},
            "active_loop": {"name": self.loop} if self.loop else {},
        }
        return {name: part for name, part in parts.items() if part}

    @property
    def active_loop(self) -> str | None:
        return None if self.loop == names.UNSET else self.loop


def key_text(states: tuple[State, ...]) -> str:
    """A rule's states as Rasa writes them down. Of several rules that apply, the longest text wins."""
    return json.dumps([state.as_json() for state in states], sort_keys=True)


class StateMaker:
    """Turns folds into states by the rules of one domain. States of past turns are computed once."""

    def __init__(self, domain: Domain, *, only_set_slots: bool = False) -> None:
        """`only_set_slots` leaves out initial values: rules speak only of slots they set themselves."""
        self._domain = domain
        self._slots = {name: slot for name, slot in sorted(domain.slots.items()) if slot.influences}
        self._initial: Mapping[str, Any] = (
            {}
            if only_set_slots
            else {name: slot.initial for name, slot in self._slots.items() if slot.initial is not None}
        )

        self._by_text = object()
        """Stands for this maker in a fold's memo where it reads the words."""
        self._labelled: tuple[Any, str, tuple[str, ...]] = ((), "", ())

    def newest(self, tracker: Tracker, *, by_text: bool = False) -> State:
        """The state that the next action is chosen in; `by_text` uses the words of the latest message."""
        return self.state(tracker.folded, by_text=by_text)

    def before(self, tracker: Tracker, index: int) -> State:
        """The state before the applied action number `index` (0-based)."""
        return self.state(tracker.cuts[index].before)

    def all(self, tracker: Tracker) -> list[State]:
        """Every state, oldest first, the newest included."""
        return [*(self.before(tracker, index) for index in range(len(tracker.cuts))), self.newest(tracker)]

    def state(self, fold: Fold, *, by_text: bool = False) -> State:
        """The state of one moment; several policies ask for the same one."""
        asked = self._by_text if by_text else self
        state: State | None = fold.memo.get(asked)
        if state is None:
            state = fold.memo[asked] = self._state(fold, by_text=by_text)
        return state

    def _state(self, fold: Fold, *, by_text: bool) -> State:
        message = fold.latest_message
        intent: str | None = (message.get("intent") or {}).get("name")
        text = message.get("text")
        if by_text or fold.uses_text:
            intent = None
        return State(
            previous=fold.latest_action,
            intent=intent,
            text=(text or None) if intent is None else None,
            entities=() if intent is None else self._labels(intent, message.get("entities") or ()),
            slots=self._slot_features(fold),
            loop=fold.loop.name if fold.loop else None,
        )

    def _labels(self, intent: str, entities: Any) -> tuple[str, ...]:
        """Which of a message's entities count. Each of its actions asks for the same message."""
        if not entities:
            return ()
        latest = self._labelled
        if entities is not latest[0] or intent != latest[1]:
            latest = self._labelled = entities, intent, self._entities(intent, entities)
        return latest[2]

    def _entities(self, intent: str, entities: Any) -> tuple[str, ...]:
        uses = self._domain.intents.get(intent) or Intent(intent)
        labels: set[str] = set()
        for entity in entities:
            name = entity.get("entity")
            known = self._domain.entities.get(name)
            if known is None or not known.influences or name in uses.ignores:
                continue
            is_used = uses.uses is None or name in uses.uses
            if is_used:
                labels.add(name)
            for key in ("role", "group"):
                if entity.get(key):
                    label = f"{name}#{entity[key]}"
                    if (is_used or (uses.uses is not None and label in uses.uses)) and label not in uses.ignores:
                        labels.add(label)
        return tuple(sorted(labels))

    def _slot_features(self, fold: Fold) -> tuple[tuple[str, Feature], ...]:
        given, initial = fold.slots, self._initial
        features = []
        for name, slot in self._slots.items():
            value = given[name] if name in given else initial.get(name)
            if value is None:
                continue
            feature = value if value == names.UNSET else slot_feature(slot, value)
            if feature:
                features.append((name, feature))
        return tuple(features)


def slot_feature(slot: Slot, value: Any) -> tuple[float, ...]:
    """The numbers that stand for a slot's value in a state; empty where they would all be zero."""
    if slot.kind == "text":
        return (1.0,)
    if slot.kind == "list":
        return (1.0,) if isinstance(value, list | tuple) and value else ()
    if slot.kind == "bool":
        truth = _truth(value)
        return () if truth is None else (1.0, float(truth))
    if slot.kind == "float":
        try:
            number = float(value)
        except (TypeError, ValueError):
            return ()
        width = slot.maximum - slot.minimum
        clamped = min(max(number, slot.minimum), slot.maximum)
        return (1.0, (clamped - slot.minimum) / width if width > 0 else 0.0)
    if slot.kind == "categorical":
        options = (*slot.values, "__other__")
        word = str(value).lower()
        chosen = word if word in slot.values else "__other__"
        return tuple(float(option == chosen) for option in options)
    return ()


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool | int | float):
        return bool(value) if value in (0, 1) else None
    return {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}.get(str(value).lower())
