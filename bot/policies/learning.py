"""Learns from stories what `bot.policies.learned` then goes by."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot import names
from bot.config import PolicySettings
from bot.policies.history import History
from bot.policies.learned import REACH, Feature, Floats, LearnedPolicy, Weights, chances, features
from bot.sequences import Sequence as Told
from bot.states import State
from bot.tracker import Tracker

STRENGTH = 3.0
"""How closely the stories are followed: the inverse of the penalty on large weights. From 1 to 10 it made no
difference to what was right of held-back stories, and neither did `FADING` from 0.3 to 0.8."""
FOLDS = 5
MOST_STEPS = 20_000
"""Steps of stories that are learned from; of a project with more, so many are drawn."""
LEAST_CHANCE = 1e-3
"""Nothing is taken for more certain, or less, by this much."""


_TOLERANCE = 1e-3
"""The greatest slope at which the search ends."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a story and what was to be seen before it."""

    story: str
    """Its name, which the ways through it have in common."""
    window: tuple[State, ...]
    features: Mapping[Feature, float]
    action: str

    @property
    def said(self) -> str | None:
        """The intent of what was just said; None where the bot goes on acting."""
        newest = self.window[-1]
        return newest.intent if newest.previous == names.LISTEN else None


def learned_policy(told: Iterable[Told], settings: PolicySettings, history: History) -> LearnedPolicy:
    """The policy for these stories; rules, of which nothing is left to learn, are left out. Deterministic."""
    steps = _drawn(_steps(told, settings.max_history or REACH, history))
    return LearnedPolicy(_fitted(steps, _temperature(steps)), settings, history)


def _steps(told: Iterable[Told], reach: int, history: History) -> list[Step]:
    found = []
    for sequence in told:
        if sequence.is_rule:
            continue
        tracker = Tracker.fold("", sequence.events)
        states = history.told(tracker)
        for number, cut in enumerate(tracker.cuts):
            event = tracker.applied_events[cut.at]
            name = event.get("name")
            if number == 0 or name is None:
                continue
            window = tuple(states[max(0, number + 1 - reach) : number + 1])
            found.append(Step(sequence.name, window, features(window), name))
    return found


def _drawn(steps: list[Step]) -> list[Step]:
    if len(steps) <= MOST_STEPS:
        return steps
    chosen = sorted(random.Random(0).sample(range(len(steps)), MOST_STEPS))  # noqa: S311
    return [steps[index] for index in chosen]


def _fitted(steps: Sequence[Step], temperature: float) -> Weights:
    actions = tuple(sorted({step.action for step in steps}))
    intents = frozenset(step.said for step in steps if step.said is not None)
    if len(actions) < 2:
        return Weights({}, (), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), intents)
    # Here and not above, as it takes half a second: only projects that name the policy pay for it.
    from scipy.optimize import minimize
    from scipy.sparse import csr_array

    # Stories tell many steps more than once, and folds of them a few: what is the same is learned once, with its count.
    rows: dict[Feature, int] = {}
    at, columns, values = [0], [], []
    counted = Counter((tuple(step.features.items()), step.action) for step in steps)
    for seen, _ in counted:
        for feature, value in seen:
            columns.append(rows.setdefault(feature, len(rows)))
            values.append(value)
        at.append(len(columns))
    told = csr_array((values, columns, at), shape=(len(counted), len(rows)))
    turned = told.T.tocsr()
    numbers = {action: number for number, action in enumerate(actions)}
    share = np.array(list(counted.values()), dtype=np.float64)[:, None]
    wanted = np.zeros((len(counted), len(actions)))
    wanted[np.arange(len(counted)), [numbers[action] for _, action in counted]] = 1.0
    shape = (len(rows) + 1, len(actions))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Cross-entropy with a penalty on large weights, and its slope; the last row are offsets, which are free."""
        weights = flat.reshape(shape)
        sums = told @ weights[:-1] + weights[-1]
        sums -= sums.max(axis=1, keepdims=True)
        total = np.log(np.exp(sums).sum(axis=1, keepdims=True))
        wrong = share * (np.exp(sums - total) - wanted)
        slope = np.vstack([turned @ wrong + weights[:-1] / STRENGTH, wrong.sum(axis=0)])
        missed = (share * (total - (sums * wanted).sum(axis=1, keepdims=True))).sum()
        return float(missed + (weights[:-1] ** 2).sum() / (2 * STRENGTH)), slope.ravel()

    found = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300, "gtol": _TOLERANCE}
    )
    weights = np.asarray(found.x.reshape(shape) * temperature, dtype=np.float32)
    return Weights(rows, actions, np.ascontiguousarray(weights[:-1]), weights[-1].copy(), intents)


def _temperature(steps: Sequence[Step]) -> float:
    """The factor on all weights under which confidence is the chance to be right.

    Judged by stories that are held back in turn, at the steps that the others do not know by heart.
    """
    stories = sorted({step.story for step in steps})
    random.Random(0).shuffle(stories)  # noqa: S311
    judged: list[tuple[Floats, bool]] = []
    for fold in range(min(FOLDS, len(stories))):
        held = set(stories[fold::FOLDS])
        rest = [step for step in steps if step.story not in held]
        known = {step.window for step in rest}
        weights = _fitted(rest, 1.0)
        for step in steps:
            if step.story in held and step.window not in known and weights.knows(step.window[-1]):
                sums = weights.sums(step.features)
                judged.append((sums, weights.actions[int(sums.argmax())] == step.action))
    factors: list[float] = np.geomspace(0.1, 3.0, 30).tolist()
    return min(factors, key=lambda factor: _loss(factor, judged))


def _loss(factor: float, judged: Iterable[tuple[Floats, bool]]) -> float:
    """How badly the confidence under `factor` tells what is right; few steps are little reason to move from 1."""
    loss = math.log(factor) ** 2
    for sums, is_right in judged:
        chance = min(max(float(chances(sums * np.float32(factor)).max()), LEAST_CHANCE), 1.0 - LEAST_CHANCE)
        loss -= math.log(chance if is_right else 1.0 - chance)
    return loss
