"""Reads one slot of a Rasa 3 domain: its type, its values and how messages fill it."""

from __future__ import annotations

from typing import Any, get_args

from bot.documents import Rows, Table
from bot.domain import Condition, MappingKind, Slot, SlotMapping
from bot.names import REQUESTED_SLOT
from bot.problems import Findings

SLOT_KINDS = ("text", "bool", "categorical", "float", "list", "any")
MAPPING_KINDS = get_args(MappingKind)


def read_slot(name: str, options: Any, file: str, line: int, findings: Findings) -> Slot | None:
    """The slot, or None after telling `findings` what is wrong with it."""
    if not isinstance(options, Table):
        findings.error(file, line, f"the slot {name!r} needs a `type` and `mappings`")
        return None
    kind = options.get("type", "text")
    if kind not in SLOT_KINDS:
        findings.error(
            file,
            options.line_of("type"),
            f"the slot {name!r} has the unknown type {kind!r}; known are {', '.join(SLOT_KINDS)}",
        )
        return None
    influences = options.get("influence_conversation")
    if kind == "any" and influences is True:
        findings.error(
            file,
            options.line_of("influence_conversation"),
            f"the slot {name!r} is of type any, which cannot influence the conversation",
        )
    mappings = options.get("mappings")
    if not isinstance(mappings, Rows) and name != REQUESTED_SLOT:
        findings.error(file, line, f"the slot {name!r} needs `mappings` (a list; `- type: custom` if actions set it)")
        return None
    values = tuple(str(value).lower() for value in options.get("values") or ())
    if kind == "categorical" and not values:
        findings.warning(file, line, f"the slot {name!r} is categorical but lists no `values`")
    read = [
        mapping
        for item, at in zip(mappings or (), mappings.lines if mappings else (), strict=True)
        if (mapping := _mapping(name, item, file, at, findings)) is not None
    ]
    return Slot(
        name=name,
        kind=kind,
        influences=kind != "any" and influences is not False,
        initial=options.get("initial_value"),
        values=values,
        minimum=float(options.get("min_value", 0.0)),
        maximum=float(options.get("max_value", 1.0)),
        mappings=tuple(read),
    )


def _mapping(slot: str, item: Any, file: str, line: int, findings: Findings) -> SlotMapping | None:
    kind: Any = item.get("type") if isinstance(item, Table) else None
    if kind not in MAPPING_KINDS:
        findings.error(
            file,
            line,
            f"a mapping of the slot {slot!r} has the unknown type {kind!r}; known are {', '.join(MAPPING_KINDS)}",
        )
        return None
    needed = {"from_entity": "entity", "from_intent": "value", "from_trigger_intent": "value"}.get(kind)
    if needed is not None and needed not in item:
        findings.error(file, line, f"a {kind} mapping of the slot {slot!r} needs `{needed}`")
        return None
    conditions = []
    for condition in item.get("conditions") or ():
        if not isinstance(condition, Table) or "active_loop" not in condition:
            findings.error(file, line, f"a condition of the slot {slot!r} needs `active_loop`")
            return None
        conditions.append(Condition(condition["active_loop"], condition.get("requested_slot")))
    return SlotMapping(
        kind=kind,
        entity=item.get("entity"),
        role=item.get("role"),
        group=item.get("group"),
        intents=_names(item.get("intent")),
        not_intents=_names(item.get("not_intent")),
        value=item.get("value"),
        conditions=tuple(conditions),
        action=item.get("action"),
    )


def _names(value: Any) -> tuple[str, ...]:
    """One name or a list of names; `None` stands for none."""
    if value is None or value == "None":
        return ()
    return tuple(str(name) for name in value) if isinstance(value, list) else (str(value),)
