"""What stories suggest where none of them goes on exactly like this: runs where a project names TEDPolicy.

A multinomial logistic regression over what the policies see of the last turns: intents, entities, slots, actions and
the active loop, each with its distance, and the pairs that dialogues hang on (what was asked and what was answered).
Choosing an action adds up a few rows of one matrix. `bot.policies.learning` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot import names
from bot.config import PolicySettings
from bot.model import DamagedModel, ModelReader, ModelWriter
from bot.policies.history import History
from bot.policies.prediction import Prediction
from bot.states import State
from bot.tracker import Tracker

Floats = NDArray[np.float32]
Feature = tuple[str | int | float | None, ...]
"""What is seen, as a key: its kind, its distance in states where that counts, names, numbers of a slot."""

POLICY = "TEDPolicy"
"""The name that the project's configuration knows it by."""
REACH = 8
"""States looked back on where the project sets no `max_history`."""
FADING = 0.6
"""The weight of a state against the one after it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What training makes of stories, as plain data."""

    rows: Mapping[Feature, int]
    """The row of `matrix` of each feature."""
    actions: tuple[str, ...]
    matrix: Floats
    """Shape (features, actions)."""
    offsets: Floats
    """Shape (actions,)."""
    intents: frozenset[str]
    """Those that stories tell of; what follows others was never learned."""

    def knows(self, newest: State) -> bool:
        """Whether anything was learned of what may follow."""
        return bool(self.actions) and (newest.previous != names.LISTEN or newest.intent in self.intents)

    def sums(self, seen: Mapping[Feature, float]) -> Floats:
        """What speaks for each action."""
        rows, values = [], []
        for feature, value in seen.items():
            row = self.rows.get(feature)
            if row is not None:
                rows.append(row)
                values.append(value)
        return np.asarray(np.asarray(values, dtype=np.float32) @ self.matrix[rows] + self.offsets, dtype=np.float32)


class LearnedPolicy:
    """See `bot.policies.prediction.Policy`."""

    def __init__(self, weights: Weights, settings: PolicySettings, history: History) -> None:
        self.weights = weights
        self.priority = settings.priority
        self._reach = settings.max_history or REACH
        self._history = history
        self._nothing = Prediction(POLICY, settings.priority)

    def to_model(self, writer: ModelWriter) -> None:
        weights = self.weights
        writer.put_json("features", [list(feature) for feature in weights.rows])
        writer.put_json("actions", list(weights.actions))
        writer.put_json("intents", sorted(weights.intents))
        writer.put("matrix", weights.matrix)
        writer.put("offsets", weights.offsets)

    @classmethod
    def from_model(cls, reader: ModelReader, settings: PolicySettings, history: History) -> LearnedPolicy:
        """What `to_model` has written. Raises ModelError."""
        try:
            rows = {tuple(feature): row for row, feature in enumerate(reader.get_json("features"))}
            actions, intents = tuple(reader.get_json("actions")), frozenset(reader.get_json("intents"))
        except TypeError as error:
            raise DamagedModel("what was learned of stories cannot be read; train the model again") from error
        matrix, offsets = reader.get("matrix"), reader.get("offsets")
        if matrix.shape != (len(rows), len(actions)) or offsets.shape != (len(actions),):
            raise DamagedModel("what was learned of stories does not fit together; train the model again")
        return cls(Weights(rows, actions, matrix, offsets, intents), settings, history)

    def predict(self, tracker: Tracker) -> Prediction:
        weights = self.weights
        states = self._history.shown(tracker, self._reach)
        if not states or not weights.knows(states[-1]):
            return self._nothing
        scores = chances(weights.sums(features(states))).tolist()
        return Prediction(POLICY, self.priority, dict(zip(weights.actions, scores, strict=True)))


def features(states: Sequence[State]) -> dict[Feature, float]:
    """What is seen of the last states, the newest of which comes last, and how much each thing weighs."""
    newest = states[-1]
    asked, done = _since_message(states)
    found: dict[Feature, float] = {
        ("previous", 0, newest.previous): 1.0,
        ("intent", 0, newest.intent): 1.0,
        ("loop", newest.loop): 1.0,
        ("intent, done", newest.intent, *done): 1.0,
        ("asked, intent, done", asked, newest.intent, *done): 1.0,
        ("loop, previous", newest.loop, newest.previous): 1.0,
    }
    for entity in newest.entities:
        found["entity", entity] = 1.0
        found["intent, entity", newest.intent, entity] = 1.0
    for slot, numbers in newest.slots:
        found["slot", slot, *numbers] = 1.0
        found["previous, intent, slot", newest.previous, newest.intent, slot, *numbers] = 1.0
    weight = 1.0
    for distance in range(1, len(states)):
        weight *= FADING
        state = states[-1 - distance]
        found["previous", distance, state.previous] = weight
        found["seen", state.previous] = max(weight, found.get(("seen", state.previous), 0.0))
        if state.previous == names.LISTEN:
            found["heard", state.intent] = max(weight, found.get(("heard", state.intent), 0.0))
    return found


def _since_message(states: Sequence[State]) -> tuple[str | None, tuple[str, ...]]:
    """(the bot's last action before the visitor's latest message, its actions since)."""
    done: list[str] = []
    for index in range(len(states) - 1, -1, -1):
        previous = states[index].previous
        if previous == names.LISTEN:
            return (states[index - 1].previous if index else None), tuple(reversed(done))
        if previous is not None:
            done.append(previous)
    return None, tuple(reversed(done))


def chances(sums: Floats) -> Floats:
    """Of each action."""
    powers = np.exp(sums - sums.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)
