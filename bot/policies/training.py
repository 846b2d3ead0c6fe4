"""Turns rules and stories into the tables of the RulePolicy, by replaying them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import events, names
from bot.config import PolicySettings
from bot.domain import Domain
from bot.events import Event
from bot.policies.keys import Key
from bot.policies.rules import INTERRUPTED, NOT_THE_LOOP, RulePolicy, RuleTables
from bot.sequences import Sequence as Told
from bot.states import State, StateMaker
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A rule or story that goes on differently from what the rules say."""

    sequence: Told
    said: str
    """The action that the sequence has."""
    predicted: str
    """The action that the rules predict there."""


def train_rules(
    domain: Domain,
    told: Sequence[Told],
    settings: PolicySettings,
    report: Callable[[Contradiction], None] = lambda found: None,
) -> RulePolicy:
    """The rule policy for these rules and stories; each contradiction among them goes to `report`."""
    maker = StateMaker(domain)
    set_only = StateMaker(domain, only_set_slots=True)
    actions: dict[Key, str] = {}
    unhappy: dict[Key, str] = {}
    for sequence in told:
        for states, action in steps(sequence.events, set_only if sequence.is_rule else maker):
            if sequence.is_rule:
                key = _since_marker(states)
                if key and action != names.SNIPPET:
                    actions[key] = action
            _learn_unhappy(states, action, unhappy)
    slots, loops = _rule_only(told, set_only, maker)
    tables = RuleTables(actions, unhappy, frozenset(), slots, loops)
    policy = RulePolicy(tables, settings, maker)
    shown, seen = _replay(policy, told, report)
    sources: set[object] = {*seen, *names.INTENT_ACTIONS}
    for form in domain.forms:
        sources |= {(form, form), (form, names.LISTEN)}
    return RulePolicy(replace(tables, hidden_sources=frozenset(sources - shown)), settings, maker)


def steps(told: Sequence[Event], maker: StateMaker) -> Iterator[tuple[list[State], str]]:
    """(the states so far, the action that comes next) for each action of a sequence."""
    tracker = Tracker("")
    for event in told:
        tracker.extend((event,))
    states = maker.all(tracker)
    for number, cut in enumerate(tracker.cuts):
        event = tracker.applied_events[cut.at]
        yield states[: number + 1], event.get("name") or event["action_text"]


def _since_marker(states: Sequence[State]) -> Key:
    for index in range(len(states) - 1, -1, -1):
        if states[index].previous == names.SNIPPET:
            return tuple(states[index + 1 :])
    return tuple(states)


def _learn_unhappy(states: Sequence[State], action: str, unhappy: dict[Key, str]) -> None:
    newest = states[-1]
    loop = newest.active_loop
    if loop is None:
        return
    before = states[-2].previous if len(states) > 1 else None
    key = _since_marker([newest] if before is None else [State(previous=before), newest])
    if not key:
        return
    listened = newest.previous == names.LISTEN
    if listened and action == loop:
        unhappy[key] = INTERRUPTED
    elif not listened and action != loop:
        unhappy[key] = NOT_THE_LOOP


def _rule_only(told: Sequence[Told], set_only: StateMaker, maker: StateMaker) -> tuple[frozenset[str], frozenset[str]]:
    """Slots and loops that occur in the states of rules but of no story."""
    found: dict[bool, tuple[set[str], set[str]]] = {True: (set(), set()), False: (set(), set())}
    for sequence in told:
        slots, loops = found[sequence.is_rule]
        for states, _ in steps(sequence.events, set_only if sequence.is_rule else maker):
            slots.update(name for name, _ in states[-1].slots)
            if states[-1].active_loop:
                loops.add(states[-1].active_loop)
    return frozenset(found[True][0] - found[False][0]), frozenset(found[True][1] - found[False][1])


def _replay(
    policy: RulePolicy, told: Sequence[Told], report: Callable[[Contradiction], None]
) -> tuple[set[object], set[object]]:
    """(sources that predict a story's action, sources that predict anything)."""
    shown: set[object] = set()
    seen: set[object] = set()
    for sequence in told:
        tracker = Tracker("")
        free = True
        complained = False
        for event in sequence.events:
            name = event.get("name") or event.get("action_text")
            if event["event"] != "action" or name == names.SNIPPET:
                free = free or event["event"] == "action"
            elif free:
                free = False
            else:
                predicted, source = _predict(policy, tracker, str(name))
                if source is not None:
                    seen.add(source)
                    if not sequence.is_rule and predicted == name:
                        shown.add(source)
                contradicts = source is not None and predicted != name
                if contradicts and not complained and (sequence.is_rule or not policy.gives_way(source)):
                    complained = True
                    report(Contradiction(sequence, str(name), predicted))
            tracker.extend((event,))
    return shown, seen


def _predict(policy: RulePolicy, tracker: Tracker, wanted: str) -> tuple[str, object]:
    prediction, source = policy.explain(tracker)
    predicted = _best(prediction.scores)
    loop = tracker.active_loop
    if loop is not None and predicted == loop != wanted:
        tracker.extend((events.rejected(loop),))
        prediction, source = policy.explain(tracker)
        predicted = _best(prediction.scores)
    return predicted, source


def _best(scores: Mapping[str, float]) -> str:
    return max(scores, key=scores.__getitem__) if scores else names.LISTEN
