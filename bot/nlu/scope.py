"""Whether a message is about any of the intents at all: where to draw the line, and how sure one may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Flags = NDArray[np.bool_]

SHARE_LET_GO = 0.03
"""Of the messages in scope that fall under the line, where no example of one out of scope helps to draw it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A line through the greatest of a message's scores (`LinearClassifier.scores`): below, none of them is meant."""

    threshold: float
    slope: float
    """Of the probability of being in scope, as a logistic function of the score."""
    middle: float
    """The score at which both are as likely."""

    @classmethod
    def between(cls, inside: Scores, right: Flags, outside: Scores) -> Scope:
        """From validation messages in scope, with whether their intent was found, and messages out of scope.

        The line is where most are judged rightly, being out of scope counted as one more intent (Larson et al., 2019);
        of several such places, the middle one. The probability takes both kinds as equally frequent.
        """
        scores = np.concatenate([inside, outside])
        order = np.argsort(scores, kind="stable")
        gain = np.concatenate([-right.astype(np.int64), np.ones(len(outside), dtype=np.int64)])[order]
        judged = np.concatenate([[0], np.cumsum(gain)])
        places = np.flatnonzero(judged == judged.max())
        best = int(places[len(places) // 2])
        ends = np.concatenate([[scores[order[0]] - 1.0], scores[order], [scores[order[-1]] + 1.0]])
        slope, middle = _logistic(inside, outside)
        return cls(float((ends[best] + ends[best + 1]) / 2), slope, middle)

    @classmethod
    def below(cls, inside: Scores) -> Scope:
        """From validation messages in scope alone: few of them are let go."""
        threshold = float(np.quantile(inside, SHARE_LET_GO))
        # A logistic function that is even at the line and sure where most messages are.
        spread = max(float(np.median(inside)) - threshold, 1e-6)
        return cls(threshold, 3.0 / spread, threshold)

    def probability(self, score: float) -> float:
        """That a message with this greatest score is about one of the intents."""
        return float(1.0 / (1.0 + np.exp(-np.clip(self.slope * (score - self.middle), -30.0, 30.0))))


def separation(inside: Scores, outside: Scores) -> float:
    """The share of pairs in which the message in scope has the higher score (area under the ROC curve)."""
    ordered = np.sort(inside)
    lower = np.searchsorted(ordered, outside, side="left")
    tied = np.searchsorted(ordered, outside, side="right") - lower
    return float((len(inside) - lower - tied / 2).sum() / (len(inside) * len(outside)))


def _logistic(inside: Scores, outside: Scores) -> tuple[float, float]:
    """(slope, middle) by Newton's method, both kinds of equal weight; a slight penalty keeps the slope finite."""
    scores = np.concatenate([inside, outside]).astype(np.float64)
    wanted = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    weight = np.concatenate([np.full(len(inside), 0.5 / len(inside)), np.full(len(outside), 0.5 / len(outside))])
    center, spread = float(scores.mean()), float(scores.std()) or 1.0
    features = np.stack([(scores - center) / spread, np.ones(len(scores))], axis=1)
    found = np.array([1.0, 0.0])
    penalty = np.diag([1e-3, 1e-6])
    for _ in range(50):
        share = 1.0 / (1.0 + np.exp(-np.clip(features @ found, -30.0, 30.0)))
        gradient = features.T @ (weight * (share - wanted)) + penalty @ found
        curvature = (features * (weight * share * (1.0 - share))[:, None]).T @ features + penalty
        step = np.linalg.solve(curvature, gradient)
        found = found - np.clip(step, -2.0, 2.0)
        if float(np.abs(step).max()) < 1e-8:
            break
    slope = max(float(found[0]), 1e-3)
    return slope / spread, center - float(found[1]) / slope * spread
