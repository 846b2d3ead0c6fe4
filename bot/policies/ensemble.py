"""Chooses among what the policies propose, by Rasa's order of precedence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot import names
from bot.config import PolicySettings
from bot.events import Event
from bot.loader import Project
from bot.model import ModelReader, ModelWriter
from bot.policies.history import History
from bot.policies.learned import POLICY as LEARNED
from bot.policies.learned import LearnedPolicy
from bot.policies.learning import learned_policy
from bot.policies.memoization import Conflict, MemoizationPolicy
from bot.policies.prediction import Policy, Prediction
from bot.policies.rules import RulePolicy, RuleTables
from bot.policies.training import Contradiction, train_rules
from bot.states import StateMaker
from bot.tracker import Tracker


class Choice(NamedTuple):
    """The next action, and who chose it."""

    action: str
    policy: str
    confidence: float
    events: tuple[Event, ...] = ()
    hidden: bool = False
    by_text: bool = False


class Ensemble:
    def __init__(self, policies: Sequence[Policy]) -> None:
        self._policies = tuple(policies)
        self._by_priority = [(each.priority, each) for each in sorted(policies, key=lambda policy: -policy.priority)]

    @classmethod
    def train(
        cls, project: Project, report: Callable[[Contradiction | Conflict], None], *, learns: bool = True
    ) -> Ensemble:
        """The policies that the project's configuration names, compiled from its rules and stories.

        `learns`: also the one that has to be fitted, which takes longer than all others and reports nothing.
        """
        settings = {policy.name: policy for policy in project.config.policies}
        maker = StateMaker(project.domain)
        rules = None
        if "RulePolicy" in settings:
            rules = train_rules(project.domain, project.sequences, settings["RulePolicy"], report)
        history = History(maker, rules.tables if rules else None)

        def made(policy: PolicySettings) -> Policy:
            if policy.name == "RulePolicy" and rules is not None:
                return rules
            if policy.name == LEARNED:
                return learned_policy(project.sequences, policy, history)
            return MemoizationPolicy.train(project.sequences, policy, history, report)

        return cls([made(policy) for policy in project.config.policies if learns or policy.name != LEARNED])

    @property
    def policies(self) -> tuple[Policy, ...]:
        """In the order of the configuration."""
        return self._policies

    def to_model(self, writer: ModelWriter) -> None:
        for number, policy in enumerate(self._policies):
            policy.to_model(writer.part(str(number)))

    @classmethod
    def from_model(cls, reader: ModelReader, project: Project) -> Ensemble:
        """What `to_model` has written for this project. Raises ModelError."""
        maker = StateMaker(project.domain)
        named = [(policy, reader.part(str(number))) for number, policy in enumerate(project.config.policies)]
        rules = None
        for policy, part in named:
            if policy.name == "RulePolicy":
                rules = RulePolicy(RuleTables.from_model(part), policy, maker)
        history = History(maker, rules.tables if rules else None)

        def made(policy: PolicySettings, part: ModelReader) -> Policy:
            if policy.name == "RulePolicy" and rules is not None:
                return rules
            if policy.name == LEARNED:
                return LearnedPolicy.from_model(part, policy, history)
            return MemoizationPolicy.from_model(part, policy, history)

        return cls([made(policy, part) for policy, part in named])

    def choose(self, tracker: Tracker) -> Choice:
        """The action that comes next after everything in `tracker`."""
        banned = tracker.just_rejected
        best: tuple[tuple[bool, bool, float, int], str, Prediction] | None = None
        before: list[Event] = []
        for priority, policy in self._by_priority:
            if best is not None and best[0][2] >= 1.0 and priority < best[2].priority:
                break  # the others can at most be as sure, and give way
            prediction = policy.predict(tracker)
            before += prediction.events  # what a policy has noticed counts even if another one wins
            scores = prediction.scores
            open_to = scores if banned is None else [name for name in scores if name != banned]
            action = max(open_to, key=scores.__getitem__, default=None)
            if action is None:
                continue
            rank = (prediction.ignores_visitor, prediction.by_text, scores[action], prediction.priority)
            if best is None or rank > best[0]:
                best = (rank, action, prediction)
        if best is None:
            return Choice(names.LISTEN, self._last_resort(), 0.0, tuple(before))
        _, action, prediction = best
        return Choice(
            action,
            prediction.policy,
            prediction.scores[action],
            tuple(before),
            prediction.hidden,
            prediction.by_text,
        )

    def _last_resort(self) -> str:
        """Whom the log names when nobody has anything to say and the bot listens."""
        return "RulePolicy" if self._policies else ""
