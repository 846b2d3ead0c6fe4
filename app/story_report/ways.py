"""The ways through a project's rules and stories as trees, and which of their steps the test stories go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.loader import Project
from bot.testing import Verdict

State = Literal["tested", "failing", "untested"]
Kind = Literal["start", "visitor", "bot"]
ANYWHERE = "at any time"
START = "at the start"
_SILENT = ("action_listen", "...", "action_session_start")


@dataclass(slots=True)
class Step:
    """One node: where a tree begins, what a visitor means, or what the bot does."""

    kind: Kind
    label: str
    state: State = "untested"
    children: list[Step] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """The rules and stories that end here: name (file:line)."""

    def child(self, kind: Kind, label: str) -> Step:
        """The child with this meaning, made if there is none."""
        for each in self.children:
            if (each.kind, each.label) == (kind, label):
                return each
        made = Step(kind, label)
        self.children.append(made)
        return made

    def walk(self) -> Iterator[Step]:
        yield self
        for each in self.children:
            yield from each.walk()


def ways(project: Project, verdicts: Iterable[Verdict]) -> list[Step]:
    """One tree for each place where rules and stories begin, steps marked by how the test stories went them."""
    roots: dict[str, Step] = {}
    for sequence in project.sequences:
        where, steps = _told(sequence.events, sequence.is_rule)
        at = roots.setdefault(where, Step("start", where))
        for kind, label in steps:
            at = at.child(kind, label)
        at.told.append(f"{sequence.name} ({sequence.file}:{sequence.line})")
    gone, failing = _gone(verdicts)
    for root in roots.values():
        _mark(root, None, gone, failing)
    order = sorted(roots.values(), key=lambda root: (root.label not in (ANYWHERE, START), root.label))
    return [root for root in order if root.children]


def untested(roots: Iterable[Step]) -> list[str]:
    """Rules and stories with a step that no test story goes rightly."""
    found: dict[str, None] = {}
    for root in roots:
        for path in _paths(root, []):
            if any(step.state == "untested" for step in path[1:]):
                found.update(dict.fromkeys(path[-1].told))
    return list(found)


def _paths(step: Step, before: list[Step]) -> Iterator[list[Step]]:
    here = [*before, step]
    if step.told:
        yield here
    for child in step.children:
        yield from _paths(child, here)


def _told(events: Sequence[dict[str, Any]], is_rule: bool) -> tuple[str, list[tuple[Kind, str]]]:
    """(where a rule or story begins, its visible steps)."""
    conditions: list[str] = []
    steps: list[tuple[Kind, str]] = []
    anywhere = False
    for event in events:
        kind, name = event["event"], event.get("name")
        if kind == "action" and name == "...":
            anywhere = True
        elif kind == "user":
            intent = event["parse_data"]["intent"]
            label = intent.get("full_retrieval_intent_name") or intent["name"]
            steps.append(("visitor", str(label or f'"{event["text"]}"')))
        elif kind == "action" and name not in _SILENT:
            steps.append(("bot", str(name or event.get("action_text"))))
        elif not steps and not event.get("implied"):
            conditions += _condition(event)
    if conditions:
        return " and ".join(dict.fromkeys(conditions)), steps
    return ANYWHERE if anywhere or not is_rule else START, steps


def _condition(event: dict[str, Any]) -> list[str]:
    name, value = event.get("name"), event.get("value")
    if event["event"] == "active_loop":
        return ["outside forms"] if name in (None, "should_not_be_set") else [f"while {name} asks"]
    if event["event"] == "slot":
        return [f"{name} not set"] if value in (None, "should_not_be_set") else [f"{name} = {value}"]
    return []


def _gone(verdicts: Iterable[Verdict]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(steps that test stories go as told, steps where the bot goes another way: both ways), each as (from, to)."""
    gone: set[tuple[str, str]] = set()
    failing: set[tuple[str, str]] = set()
    for verdict in verdicts:
        before = ""
        differs = {line.number: line.difference.got for line in verdict.lines if line.difference is not None}
        unplayed = {line.number for line in verdict.lines if not line.reached}
        for event in verdict.story.steps:
            if event["line"] in unplayed:
                break
            if event["event"] == "user":
                intent = event["parse_data"]["intent"]
                label = str(intent.get("full_retrieval_intent_name") or intent["name"])
            elif event["event"] == "action":
                label = str(event.get("name") or event.get("action_text"))
            else:
                continue
            # What begins a way is gone wherever the visitor says it.
            (failing if event["line"] in differs else gone).update({(before, label), ("", label)})
            if event["line"] in differs:
                failing.add((before, differs[event["line"]]))
            before = label
    return gone, failing


def _mark(step: Step, before: Step | None, gone: set[tuple[str, str]], failing: set[tuple[str, str]]) -> None:
    if before is not None:
        key = ("" if before.kind == "start" else before.label, step.label)
        reached = before.kind == "start" or before.state != "untested"
        if reached and (key in failing or key in gone):
            step.state = "failing" if key in failing else "tested"
    for child in step.children:
        _mark(child, step, gone, failing)
