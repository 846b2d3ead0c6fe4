"""RulePolicy: fixed answers, and forms that go on asking until they reject a message.

How it decides is section 12 of Rasa's documented behaviour: built-in intents first, then an active loop, then the
most specific rule that applies, then the fallback.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot import events, names
from bot.config import PolicySettings
from bot.events import Event
from bot.model import ModelReader, ModelWriter
from bot.policies.keys import Key, get_keys, get_sources, put_keys, put_sources
from bot.policies.prediction import Prediction
from bot.states import State, StateMaker, key_text
from bot.tracker import Tracker

INTERRUPTED = "interrupted"
"""Unhappy path: the loop comes back after another answer and must not judge the message."""
NOT_THE_LOOP = "not the loop"
"""Unhappy path: something else than the loop comes next."""

_POLICY = "RulePolicy"


@dataclass(frozen=True, slots=True)
class RuleTables:
    """What training makes of rules and stories."""

    actions: dict[Key, str]
    unhappy: dict[Key, str]
    hidden_sources: frozenset[object]
    """Rule keys, intents and loops that no story shows: what they predict is hidden from stories."""
    rule_only_slots: frozenset[str]
    rule_only_loops: frozenset[str]

    def to_model(self, writer: ModelWriter) -> None:
        put_keys(writer, "actions", self.actions)
        put_keys(writer, "unhappy", self.unhappy)
        put_sources(writer, "hidden", self.hidden_sources)
        writer.put_json("rule_only", {"slots": sorted(self.rule_only_slots), "loops": sorted(self.rule_only_loops)})

    @classmethod
    def from_model(cls, reader: ModelReader) -> RuleTables:
        """What `to_model` has written. Raises ModelError."""
        only = reader.get_json("rule_only")
        return cls(
            get_keys(reader, "actions"),
            get_keys(reader, "unhappy"),
            get_sources(reader, "hidden"),
            frozenset(only["slots"]),
            frozenset(only["loops"]),
        )


class _Rule(NamedTuple):
    key: Key
    says: str
    """The action, or the condition of an unhappy path."""
    text: str


class _Index:
    """Rules by the previous action and intent or text of their last state, most specific first."""

    def __init__(self, table: Mapping[Key, str]) -> None:
        self._by_end: dict[tuple[str | None, str | None, str | None], list[_Rule]] = defaultdict(list)
        for key, says in table.items():
            last = key[-1]
            self._by_end[last.previous, last.intent, last.text].append(_Rule(key, says, key_text(key)))
        for found in self._by_end.values():
            found.sort(key=_specific)
        self.longest = max(map(len, table), default=0)

    def is_extended(self, key: Key) -> bool:
        """Whether another key begins as this one and goes on."""
        start = key_text(key)[: -len("}]")]
        return any(rule.text.startswith(start) for found in self._by_end.values() for rule in found if rule.key != key)

    def remove(self, key: Key) -> None:
        last = key[-1]
        end = last.previous, last.intent, last.text
        self._by_end[end] = [rule for rule in self._by_end[end] if rule.key != key]

    def matches(self, states: Sequence[State]) -> list[_Rule]:
        """Every rule that applies to `states` (the newest last), most specific first."""
        newest = states[-1]
        found = list(self._by_end.get((newest.previous, newest.intent, newest.text), ()))
        if newest.intent is not None or newest.text is not None:
            found += self._by_end.get((newest.previous, None, None), ())
        found = [rule for rule in found if applies(rule.key, states)]
        if len(found) > 1:
            found.sort(key=_specific)
        return found


def _specific(rule: _Rule) -> int:
    return -len(rule.text)


def applies(key: Key, states: Sequence[State]) -> bool:
    """Whether a rule's states, walked back from the newest, all agree with the conversation's."""
    for rule, state in zip(reversed(key), reversed(states), strict=False):
        if rule.previous is None or state.previous is None:
            return rule.previous is None and state.previous is None
        if rule.previous != state.previous or not _agrees(rule, state):
            return False
    return True


def _agrees(rule: State, state: State) -> bool:
    if rule.intent is not None and rule.intent != state.intent:
        return False
    if rule.text is not None and rule.text != state.text:
        return False
    if rule.entities and rule.entities != state.entities:
        return False
    if rule.loop == names.UNSET:
        if state.active_loop is not None:
            return False
    elif rule.loop is not None and rule.loop != state.loop:
        return False
    if rule.slots:
        features = dict(state.slots)
        for name, wanted in rule.slots:
            feature = features.get(name)
            if wanted == names.UNSET:
                if feature is not None and feature != names.UNSET:
                    return False
            elif feature != wanted:
                return False
    return True


def _returning(returns: bool) -> tuple[Event, ...]:
    """The loop comes back from an interruption: said even if another policy brings it back."""
    return (events.loop_interrupted(True),) if returns else ()


class RulePolicy:
    """See `bot.policies.prediction.Policy`."""

    def __init__(self, tables: RuleTables, settings: PolicySettings, maker: StateMaker) -> None:
        self.tables = tables
        self._settings = settings
        self._maker = maker
        self._rules = _Index(tables.actions)
        self._unhappy = _Index(tables.unhappy)
        self._reach = max(self._rules.longest, self._unhappy.longest)
        self._given: dict[tuple[object, ...], Prediction] = {}
        """What was predicted before: as many as there are rules, loops and built-in intents."""
        self._reads_text = any(state.text is not None for key in tables.actions for state in key[-1:])

    def to_model(self, writer: ModelWriter) -> None:
        self.tables.to_model(writer)

    @property
    def priority(self) -> int:
        return self._settings.priority

    def predict(self, tracker: Tracker) -> Prediction:
        return self.explain(tracker)[0]

    def explain(self, tracker: Tracker) -> tuple[Prediction, object]:
        """The prediction, and the rule key, intent or loop that made it (None: the fallback)."""
        has_listened = tracker.latest_action == names.LISTEN
        action_name, source, returns = None, None, False
        if self._reads_text and has_listened:
            action_name, source, returns = self._from_rules(tracker, by_text=True)
        by_text = action_name is not None
        if has_listened and not by_text:
            intent = tracker.latest_intent
            if intent in names.INTENT_ACTIONS:
                return self._sure(names.INTENT_ACTIONS[intent], intent), intent
        loop = tracker.loop
        if loop is not None and not loop.rejected:
            action = names.LISTEN if tracker.latest_action == loop.name else loop.name
            going_on = (loop.name, action)
            return self._sure(action, going_on, ignores_visitor=True), going_on
        if not by_text:
            action_name, source, returns = self._from_rules(tracker, by_text=False)
        if action_name is not None:
            return self._sure(action_name, source, by_text=by_text, returns=returns), source
        return Prediction(_POLICY, self._settings.priority, self._fallback(), events=_returning(returns)), None

    def gives_way(self, source: object) -> bool:
        """Take the rule key `source` out, as a story contradicts it, if it says no more than that the bot listens.

        So says the beginning of a rule that starts with an action, which may follow anything, and goes on with the
        visitor's next message: that rule is meant for where the bot does listen. True if it was taken out.
        """
        actions = self.tables.actions
        if not isinstance(source, tuple) or actions.get(source) != names.LISTEN:
            return False
        if sum(state.previous is not None for state in source) != 1 or not self._rules.is_extended(source):
            return False
        del actions[source]
        self._rules.remove(source)
        return True

    def _fallback(self) -> dict[str, float]:
        settings = self._settings
        return {settings.fallback_action: settings.fallback_threshold} if settings.has_fallback else {}

    def _sure(
        self,
        action: str,
        source: object,
        *,
        ignores_visitor: bool = False,
        by_text: bool = False,
        returns: bool = False,
    ) -> Prediction:
        asked = (action, source, ignores_visitor, by_text, returns)
        prediction = self._given.get(asked)
        if prediction is None:
            prediction = self._given[asked] = Prediction(
                policy=_POLICY,
                priority=self._settings.priority,
                scores={**self._fallback(), action: 1.0},
                ignores_visitor=ignores_visitor,
                by_text=by_text,
                events=_returning(returns),
                hidden=source in self.tables.hidden_sources,
            )
        return prediction

    def _from_rules(self, tracker: Tracker, *, by_text: bool) -> tuple[str | None, object, bool]:
        """(action, rule key, whether a loop returns from an interruption)."""
        maker, cuts = self._maker, tracker.cuts
        states = [maker.state(cut.before) for cut in cuts[max(0, len(cuts) - self._reach + 1) :]]
        states.append(maker.newest(tracker, by_text=by_text))
        rules = self._rules.matches(states)
        action, best = (rules[0].says, rules[0].key) if rules else (None, None)
        loop = tracker.active_loop
        if loop is None:
            return action, best, False
        conditions = {rule.says for rule in self._unhappy.matches(states)}
        if action == names.LISTEN and best is not None and best[-1].active_loop is None:
            # A rule that knows nothing of the loop has finished, so the loop goes on.
            return (None, best, False) if NOT_THE_LOOP in conditions else (loop, best, False)
        return action, best, INTERRUPTED in conditions
