"""Reads rules and stories into sequences of tracker events, each as it would have happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot import events, names
from bot.documents import Rows, Table
from bot.domain import Domain
from bot.events import Event
from bot.examples import annotated
from bot.problems import Findings
from bot.sequences import Block, Gate, Sequence, multiplied, paths

MOST_SEQUENCES = 20_000
"""What `or` steps and checkpoints may multiply the stories of a project into."""
_SOME = 100
_STEP_KEYS = frozenset(
    {"intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or", "entities"}
)
_IGNORED_KEYS = frozenset({"metadata"})


class StoryReader:
    """Gathers the rules and stories of a project's files, then gives the sequences they stand for."""

    def __init__(self, domain: Domain, findings: Findings) -> None:
        self._domain = domain
        self._findings = findings
        self._blocks: list[Block] = []

    def add(self, rows: Any, kind: str, file: str, line: int) -> None:
        """Read the list under `rules:` (kind "rule") or `stories:` (kind "story")."""
        if not isinstance(rows, Rows):
            self._findings.error(file, line, f"expected a list of `- {kind}: name` blocks")
            return
        for item, at in zip(rows, rows.lines, strict=True):
            if not isinstance(item, Table) or kind not in item:
                self._findings.error(file, at, f"expected `- {kind}: name`")
                continue
            if not isinstance(item.get("steps"), Rows) or not item["steps"]:
                self._findings.error(file, at, f"the {kind} {item[kind]!r} needs a list of `steps`")
                continue
            self._block(item, str(item[kind]), kind == "rule", at)

    def sequences(self) -> list[Sequence]:
        """Every rule and story, checkpoints joined and `or` steps multiplied out."""
        self._check_checkpoints()
        found: list[Sequence] = []
        initial = self._domain.initial_slots()
        for parts in paths(self._blocks):
            for sequence in multiplied(parts, initial):
                found.append(sequence)
                if len(found) >= MOST_SEQUENCES:
                    first = parts[0]
                    self._findings.error(
                        first.file,
                        first.line,
                        f"checkpoints and `or` steps make more than {MOST_SEQUENCES:,} stories",
                    )
                    return found[:_SOME]  # enough to find what else is wrong
        return found

    def _check_checkpoints(self) -> None:
        begun = {name for block in self._blocks for name, _ in block.starts}
        ended = {name for block in self._blocks for name in block.ends}
        for block in self._blocks:
            lost = [name for name, _ in block.starts]
            if lost and not ended.intersection(lost):
                told = f"starts from the checkpoint {lost[0]!r}, which nothing leads to; it is left out"
                self._findings.warning(block.file, block.line, f"the story {block.name!r} {told}")
            for name in block.ends:
                if name not in begun:
                    told = f"ends in the checkpoint {name!r}, from which nothing goes on"
                    self._findings.warning(block.file, block.line, f"the story {block.name!r} {told}")

    def _block(self, item: Table, name: str, is_rule: bool, line: int) -> None:
        block = Block(name, item.file, line, is_rule)
        known = {"rule", "story", "steps", "metadata"}
        if is_rule:
            known |= {"condition", "conversation_start", "wait_for_user_input"}
            block.waits = item.get("wait_for_user_input") is not False
            conditions = item.get("condition")
            if conditions is not None and not isinstance(conditions, Rows):
                self._findings.error(item.file, item.line_of("condition"), "`condition` must be a list")
                conditions = None
            for step, at in _steps(conditions):
                if not isinstance(step, Table) or not {"active_loop", "slot_was_set"} & set(step):
                    self._findings.error(item.file, at, "a rule's condition is an `active_loop` or a `slot_was_set`")
                    continue
                block.pieces.append(self._alternatives(step, at, block))
            if item.get("conversation_start") is not True:
                block.pieces.append([[events.action(names.SNIPPET)]])
        for key in item:
            if key not in known:
                self._findings.error(item.file, item.line_of(key), f"{key!r} is not a part of a story or rule")
        self._blocks.append(block)
        begun = False
        for step, at in _steps(item["steps"]):
            if isinstance(step, Table) and "checkpoint" in step:
                checkpoint = str(step["checkpoint"])
                if begun:
                    block.ends.append(checkpoint)
                else:
                    block.starts.append((checkpoint, self._gate(step)))
                continue
            if block.ends:  # a checkpoint in the middle: what follows is a story that starts there
                part = Block(name, item.file, line, is_rule, starts=[(end, Gate({})) for end in block.ends])
                block, part.waits = part, block.waits
                self._blocks.append(block)
            begun = True
            block.pieces.append(self._alternatives(step, at, block))

    def _gate(self, step: Table) -> Gate:
        set_before: list[Event] = []
        for entry in step.get("slot_was_set") or ():
            set_before += self._slot_events(entry, step.file, step.line)
        return Gate({event["name"]: event["value"] for event in set_before})

    def _alternatives(self, step: Any, line: int, block: Block) -> list[list[Event]]:
        if isinstance(step, str):
            step_table = Table(block.file, line)
            step_table["action"] = step
            step_table.lines["action"] = line
            step = step_table
        if not isinstance(step, Table) or not step:
            self._findings.error(block.file, line, "expected a step, for example `- intent: greet`")
            return [[]]
        for key in step:
            if key not in _STEP_KEYS | _IGNORED_KEYS:
                self._findings.error(block.file, step.line_of(key), f"{key!r} is not a step of a story")
        if "or" in step:
            return [
                alternative
                for choice, at in _steps(step["or"])
                for alternative in self._alternatives(choice, at, block)
            ] or [[]]
        # Test stories are shown step by step, so every event says where it stands.
        return [[{**event, "line": line} for event in self._told(step, line, block)]]

    def _told(self, step: Table, line: int, block: Block) -> list[Event]:
        """What one step says that happened."""
        if "intent" in step or "user" in step:
            return self._said(step)
        if "action" in step:
            return [events.action(str(step["action"]))]
        if "bot" in step:
            return [{"event": "action", "name": None, "action_text": str(step["bot"])}]
        if "active_loop" in step:
            name = step["active_loop"]
            return [events.active_loop(self._null(block) if name is None else str(name))]
        entries = step.get("slot_was_set")
        found: list[Event] = []
        for entry in entries if isinstance(entries, list) else [entries] if entries is not None else []:
            found += self._slot_events(entry, block.file, line, null=self._null(block))
        return found

    @staticmethod
    def _null(block: Block) -> str | None:
        """In a rule, `null` demands absence; in a story it just tells what happened."""
        return names.UNSET if block.is_rule else None

    def _slot_events(self, entry: Any, file: str, line: int, null: str | None = None) -> list[Event]:
        if isinstance(entry, str):
            slot = self._domain.slots.get(entry)
            value: Any = ["something"] if slot is not None and slot.kind == "list" else "something"
            if slot is not None and slot.kind not in ("text", "list", "any"):
                self._findings.error(file, line, f"`slot_was_set: {entry}` needs a value, as the slot is {slot.kind}")
            return [{**events.slot(entry, value), "any_value": True}]
        if not isinstance(entry, Table):
            self._findings.error(file, line, "`slot_was_set` takes `- slot: value`")
            return []
        return [events.slot(name, null if value is None else value) for name, value in entry.items()]

    def _said(self, step: Table) -> list[Event]:
        text, spans = annotated(str(step["user"])) if step.get("user") is not None else ("", ())
        intent = step.get("intent")
        entities: list[Event] = [
            _without_none({"entity": s.entity, "value": s.value, "role": s.role, "group": s.group}) for s in spans
        ]
        for entry in step.get("entities") or ():
            if isinstance(entry, Table):
                options = {key: entry[key] for key in ("role", "group") if entry.get(key)}
                entities += [
                    {"entity": key, "value": value, **options}
                    for key, value in entry.items()
                    if key not in ("role", "group")
                ]
            else:
                entities.append({"entity": str(entry), "value": ""})
        meant: Event = {"name": names.base_intent(str(intent)) if intent is not None else None}
        if intent is not None and names.ANSWER_MARK in str(intent):
            meant["full_retrieval_intent_name"] = str(intent)
        parse = {"text": text, "intent": meant, "entities": entities}
        said = [events.user(text, parse)]
        for slot in self._domain.slots.values():
            values = list(self._implied(slot.mappings, entities))
            if values:
                value = values if slot.kind == "list" else values[-1]
                said.append({**events.slot(slot.name, value), "implied": True})
        return said

    @staticmethod
    def _implied(mappings: Any, entities: list[Event]) -> Iterator[Any]:
        for mapping in mappings:
            if mapping.kind != "from_entity" or (mapping.conditions and mapping.conditions[0].active_loop):
                continue
            for entity in entities:
                wanted = (mapping.entity, mapping.role, mapping.group)
                if (entity["entity"], entity.get("role"), entity.get("group")) == wanted:
                    yield entity["value"]


def _steps(rows: Any) -> Iterator[tuple[Any, int]]:
    if isinstance(rows, Rows):
        yield from zip(rows, rows.lines, strict=True)


def _without_none(values: Mapping[str, Any]) -> Event:
    return {key: value for key, value in values.items() if value is not None}
