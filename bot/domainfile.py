"""Reads a Rasa 3 domain, one file or several, into a `Domain`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bot.documents import Rows, Table
from bot.domain import (
    Domain,
    Entity,
    Form,
    Intent,
    SessionRules,
    Slot,
    Variation,
    built_in_intents,
    built_in_slots,
)
from bot.problems import Findings
from bot.slotfile import read_slot

DOMAIN_KEYS = frozenset({"intents", "entities", "slots", "forms", "responses", "actions", "session_config"})
_OTHER_KEYS = frozenset({"version", "config", "e2e_actions", "nlu", "rules", "stories"})


class DomainReader:
    """Gathers the parts of a domain from its files, then gives one `Domain`."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._intents = built_in_intents()
        self._declared: dict[str, str] = {}
        self._entities: dict[str, Entity] = {}
        self._slots: dict[str, Slot] = {}
        self._forms: dict[str, Form] = {}
        self._responses: dict[str, tuple[Variation, ...]] = {}
        self._actions: dict[str, None] = {}
        self._session = SessionRules()
        self._plain: dict[str, Any] = {}

    def add(self, table: Table) -> None:
        """Merge one domain file in. A later file adds to an earlier one; a name declared twice is an error."""
        for key in table:
            if key in DOMAIN_KEYS:
                self._add_part(table, key)
            elif key not in _OTHER_KEYS:
                self._findings.warning(
                    table.file, table.line_of(key), f"{key!r} is not a part of a domain and is ignored"
                )

    def add_responses(self, table: Table) -> None:
        """Merge only the responses of a file of training data in."""
        self._add_part(table, "responses")

    def _add_part(self, table: Table, key: str) -> None:
        value = table[key]
        if value is None:
            return
        expected = Rows if key in ("intents", "entities", "actions") else Table
        if not isinstance(value, expected):
            shape = "a list" if expected is Rows else "`name: ...` pairs"
            self._findings.error(table.file, table.line_of(key), f"{key!r} must be {shape}")
            return
        getattr(self, f"_add_{key}")(value)
        merged = self._plain.setdefault(key, type(value)(table.file, 1))
        merged.extend(value) if isinstance(value, Rows) else merged.update(value)

    def domain(self) -> Domain:
        """The whole domain; call once every file was added."""
        slots = {**self._slots, **{k: v for k, v in built_in_slots().items() if k not in self._slots}}
        return Domain(
            intents=self._intents,
            entities=self._entities,
            slots=slots,
            forms=self._forms,
            responses=self._responses,
            custom_actions=tuple(self._actions),
            session=self._session,
            plain=_plain(self._plain),
        )

    def _declare(self, kind: str, name: str, file: str, line: int) -> bool:
        first = self._declared.get(f"{kind} {name}")
        if first is not None:
            self._findings.error(file, line, f"the {kind} {name!r} is declared twice (first in {first})")
            return False
        self._declared[f"{kind} {name}"] = f"{file}:{line}"
        return True

    def _entries(self, kind: str, rows: Rows) -> Iterable[tuple[str, Table, int]]:
        """(name, options, line) of a list whose items are a name or `{name: options}`."""
        for item, line in zip(rows, rows.lines, strict=True):
            options: Any = None
            name = item
            if isinstance(item, Table) and item:
                name, options = next(iter(item.items()))
                options = options if isinstance(options, Table) else _as_options(item, options)
            if not isinstance(name, str | int | float | bool):
                self._findings.error(rows.file, line, f"expected the name of an {kind} here")
            elif self._declare(kind, str(name), rows.file, line):
                yield str(name), options if options is not None else Table(rows.file, line), line

    def _add_intents(self, rows: Rows) -> None:
        for name, options, _ in self._entries("intent", rows):
            uses = options.get("use_entities", True)
            ignores = options.get("ignore_entities") or []
            self._intents[name] = Intent(
                name,
                uses=None if uses is True else frozenset(uses or ()),
                ignores=frozenset(ignores),
            )

    def _add_entities(self, rows: Rows) -> None:
        for name, options, _ in self._entries("entity", rows):
            self._entities[name] = Entity(
                name,
                roles=tuple(options.get("roles") or ()),
                groups=tuple(options.get("groups") or ()),
                influences=options.get("influence_conversation") is not False,
            )

    def _add_actions(self, rows: Rows) -> None:
        for name, _, _ in self._entries("action", rows):
            self._actions[name] = None

    def _add_slots(self, table: Table) -> None:
        for name, options in table.items():
            if self._declare("slot", name, table.file, table.lines[name]):
                slot = read_slot(name, options, table.file, table.lines[name], self._findings)
                if slot is not None:
                    self._slots[name] = slot

    def _add_forms(self, table: Table) -> None:
        for name, options in table.items():
            line = table.lines[name]
            if not self._declare("form", name, table.file, line):
                continue
            required = options.get("required_slots") if isinstance(options, Table) else None
            if not isinstance(required, Rows):
                self._findings.error(table.file, line, f"the form {name!r} needs `required_slots`, a list of slots")
                continue
            ignored = options.get("ignored_intents") or ()
            ignored = (ignored,) if isinstance(ignored, str) else tuple(ignored)
            self._forms[name] = Form(name, tuple(str(slot) for slot in required), ignored, table.file, line)

    def _add_responses(self, table: Table) -> None:
        for name, rows in table.items():
            line = table.lines[name]
            if not self._declare("response", name, table.file, line):
                continue
            if not isinstance(rows, Rows) or not rows:
                self._findings.error(table.file, line, f"the response {name!r} needs a list of variations")
                continue
            self._responses[name] = tuple(
                variation
                for item, at in zip(rows, rows.lines, strict=True)
                if (variation := self._variation(name, item, table.file, at)) is not None
            )

    def _variation(self, name: str, item: Any, file: str, line: int) -> Variation | None:
        if isinstance(item, str):
            return Variation({"text": item})
        if not isinstance(item, Table) or (item.get("text") is None and item.get("custom") is None):
            self._findings.error(file, line, f"a variation of {name!r} needs a `text` or a `custom` part")
            return None
        if "text" in item and item["text"] is not None and not isinstance(item["text"], str):
            item["text"] = str(item["text"])
        for button in item.get("buttons") or ():
            if not isinstance(button, Table) or "title" not in button:
                self._findings.error(file, line, f"a button of {name!r} needs a `title` and a `payload`")
                return None
        conditions = []
        for condition in item.get("condition") or ():
            if not isinstance(condition, Table) or "name" not in condition or "value" not in condition:
                self._findings.error(
                    file, item.line_of("condition"), "a condition needs `type: slot`, `name` and `value`"
                )
                return None
            conditions.append((str(condition["name"]), condition["value"]))
        content = {key: _plain(value) for key, value in item.items() if key not in ("condition", "channel")}
        return Variation(content, channel=item.get("channel"), conditions=tuple(conditions))

    def _add_session_config(self, table: Table) -> None:
        minutes = table.get("session_expiration_time", 60)
        if not isinstance(minutes, int | float) or minutes < 0:
            self._findings.error(
                table.file,
                table.line_of("session_expiration_time"),
                "`session_expiration_time` is a number of minutes; 0 means that a session never expires",
            )
            minutes = 60
        self._session = SessionRules(
            expires_after=timedelta(minutes=minutes),
            carries_slots=table.get("carry_over_slots_to_new_session") is not False,
        )


def _as_options(item: Table, value: Any) -> Table:
    """`- greet: {..}` has its options in the value, `- greet:` followed by keys at the same level beside it."""
    options = Table(item.file, item.line)
    options.update(list(item.items())[1:])
    if isinstance(value, Rows) or value is not None:
        options.setdefault("value", value)
    return options


def _plain(value: Any) -> Any:
    """Ordinary dicts and lists, which copy and serialise without the line numbers."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
