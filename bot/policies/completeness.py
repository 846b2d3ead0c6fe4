"""Finds rules that leave out what the same action does in other rules, which Rasa refuses as incomplete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot import names
from bot.domain import Domain
from bot.policies.training import steps
from bot.sequences import Sequence as Told
from bot.states import StateMaker


@dataclass(frozen=True, slots=True)
class Gap:
    """A rule that runs an action but does not say what came of it, as others do."""

    sequence: Told
    action: str
    slots: tuple[str, ...] = ()
    """Slots that the action sets in other rules."""
    loops: tuple[str, ...] = ()
    """What other rules say of the active loop after the action; `names.UNSET` for none."""


def gaps(told: Sequence[Told], domain: Domain) -> Iterator[Gap]:
    """Each rule at most once for each action. A rule that ends with the action and does not wait may say nothing."""
    rules = [sequence for sequence in told if sequence.is_rule]
    influencing = {name for name, slot in domain.slots.items() if slot.influences}
    slots, loops = _effects(rules, influencing)
    maker = StateMaker(domain, only_set_slots=True)
    for sequence in rules:
        told_of: set[str] = set()
        for states, following in steps(sequence.events, maker):
            newest = states[-1]
            action = newest.previous
            if action is None or action in told_of or following == names.SNIPPET:
                continue
            unset = slots.get(action, set()) - {name for name, _ in newest.slots}
            expected = loops.get(action, set())
            unsaid = expected if newest.loop not in expected else set()
            if unset or unsaid:
                told_of.add(action)
                yield Gap(sequence, action, tuple(sorted(unset)), tuple(sorted(unsaid)))


def dead_ends(told: Sequence[Told], domain: Domain) -> Iterator[Gap]:
    """Rules that do not wait for the visitor although after their last action nothing goes on for what was said."""
    maker = StateMaker(domain, only_set_slots=True)
    follows: dict[str | None, set[str | None]] = {}
    ends: list[tuple[Told, str, str | None]] = []
    for sequence in told:
        for states, following in steps(sequence.events, maker):
            newest = states[-1]
            if newest.previous in (None, names.SNIPPET, names.LISTEN):
                continue
            if following != names.SNIPPET:
                follows.setdefault(newest.previous, set()).add(newest.intent)
            elif sequence.is_rule and newest.active_loop is None and newest.previous is not None:
                ends.append((sequence, newest.previous, newest.intent))
    for sequence, action, intent in ends:
        known = follows.get(action, set())
        if None not in known and intent not in known and action != names.TWO_STAGE_FALLBACK:
            yield Gap(sequence, action)


def _effects(rules: Iterable[Told], influencing: set[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(slots, loops) that some rule sets right after an action, by action."""
    slots: dict[str, set[str]] = {}
    loops: dict[str, set[str]] = {}
    for sequence in rules:
        action: str | None = None
        for event in sequence.events:
            kind = event["event"]
            if kind == "action":
                action = event.get("name") or event.get("action_text")
            elif kind == "user":
                action = None
            elif action is not None and kind == "slot" and event["name"] in influencing:
                slots.setdefault(action, set()).add(event["name"])
            elif action is not None and kind == "active_loop":
                loops.setdefault(action, set()).add(event["name"] or names.UNSET)
    return slots, loops
