"""What a bot knows of its world: intents, entities, slots, forms, responses, actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bot.names import BUILT_IN_ACTIONS, BUILT_IN_INTENTS, BUILT_IN_SLOTS

MappingKind = Literal["from_entity", "from_text", "from_intent", "from_trigger_intent", "custom"]


@dataclass(frozen=True, slots=True)
class Intent:
    name: str
    uses: frozenset[str] | None = None
    """Entities that count in dialogue states; None: all."""
    ignores: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influences: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """When a slot mapping applies: inside `active_loop` (None: outside every loop)."""

    active_loop: str | None
    requested_slot: str | None = None


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way a slot is filled from a visitor's message."""

    kind: MappingKind
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: Any = None
    conditions: tuple[Condition, ...] = ()
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    kind: str = "any"
    """text, bool, categorical, float, list or any."""
    influences: bool = False
    initial: Any = None
    values: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = 1.0
    mappings: tuple[SlotMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    required: tuple[str, ...]
    ignored_intents: tuple[str, ...] = ()
    file: str = "domain.yml"
    line: int = 1


@dataclass(frozen=True, slots=True)
class Variation:
    """One way to word a response."""

    content: Mapping[str, Any]
    """text, buttons, image, custom, attachment and whatever else the author wrote."""
    channel: str | None = None
    conditions: tuple[tuple[str, Any], ...] = ()
    """(slot, value) pairs that must all hold."""


@dataclass(frozen=True, slots=True)
class SessionRules:
    expires_after: timedelta = timedelta(minutes=60)
    """Silence after which a new session starts; zero: never."""
    carries_slots: bool = True


@dataclass(frozen=True)
class Domain:
    intents: Mapping[str, Intent]
    entities: Mapping[str, Entity]
    slots: Mapping[str, Slot]
    """In the order of the domain file; the built-in ones last."""
    forms: Mapping[str, Form]
    responses: Mapping[str, tuple[Variation, ...]]
    custom_actions: tuple[str, ...]
    session: SessionRules = SessionRules()
    plain: Mapping[str, Any] = field(default_factory=dict)
    """The merged domain as plain data, as custom actions receive it."""
    translations: Mapping[str, Mapping[str, tuple[Variation, ...]]] = field(default_factory=dict)
    """`responses` in other languages, each as a whole, by ISO 639-1 code."""

    def __post_init__(self) -> None:
        known = {*BUILT_IN_ACTIONS, *self.custom_actions, *self.responses, *self.forms}
        known.update(f"utter_{name}" for name in self.retrieval_intents)
        object.__setattr__(self, "_actions", frozenset(known))

    @property
    def actions(self) -> frozenset[str]:
        """Every action that may be predicted: built-in, custom, responses and forms."""
        actions: frozenset[str] = self.__dict__["_actions"]
        return actions

    def worded(self, name: str, language: str | None) -> tuple[Variation, ...]:
        """The variations of a response in `language`; the project's own where it has no such translation."""
        translated = self.translations.get(language) if language is not None else None
        return (translated or self.responses).get(name, ())

    @property
    def retrieval_intents(self) -> frozenset[str]:
        """Intents whose answers are chosen among `utter_<intent>/<key>` responses."""
        return frozenset(
            key.removeprefix("utter_").partition("/")[0]
            for key in self.responses
            if key.startswith("utter_") and "/" in key
        )

    def initial_slots(self) -> dict[str, Any]:
        """Every slot's value before anything was said."""
        return {name: slot.initial for name, slot in self.slots.items()}


def built_in_intents() -> dict[str, Intent]:
    return {name: Intent(name) for name in BUILT_IN_INTENTS}


def built_in_slots() -> dict[str, Slot]:
    return {name: Slot(name, kind) for name, kind in BUILT_IN_SLOTS.items()}
