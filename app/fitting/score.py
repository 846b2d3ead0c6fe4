"""How often a classifier is right, and how well it knows when it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.nlu.scope import Scope, separation

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

UNKNOWN = -1
"""The number of an intent that the training examples do not have."""
_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """Messages with what was found for them."""

    texts: Sequence[str]
    wanted: Numbers
    """Numbers of the intents they have; UNKNOWN for those that cannot be found."""
    scores: Floats
    """(messages, intents)"""
    shares: Floats
    """(messages, intents): probabilities"""

    @property
    def found(self) -> Numbers:
        return np.asarray(self.scores.argmax(axis=1), dtype=np.int64)

    @property
    def right(self) -> NDArray[np.bool_]:
        return np.asarray(self.found == self.wanted)

    @property
    def best(self) -> Floats:
        """The greatest score of each message, which tells whether it is in scope."""
        return np.asarray(self.scores.max(axis=1), dtype=np.float32)

    @property
    def confidence(self) -> Floats:
        return np.asarray(self.shares.max(axis=1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class IntentScore:
    intent: str
    messages: int
    precision: float
    recall: float
    f1: float


def accuracy(judged: Judged) -> float:
    return float(judged.right.mean())


def top(judged: Judged, size: int) -> float:
    """The share of messages whose intent is among the first `size`."""
    ahead = np.argsort(-judged.scores, axis=1, kind="stable")[:, :size]
    return float((ahead == judged.wanted[:, None]).any(axis=1).mean())


def by_intent(judged: Judged, intents: Sequence[str]) -> list[IntentScore]:
    """Of the intents that were wanted or found."""
    table = []
    for number, intent in enumerate(intents):
        wanted, found = judged.wanted == number, judged.found == number
        hit = int((wanted & found).sum())
        if wanted.any() or found.any():
            precision = hit / max(1, int(found.sum()))
            recall = hit / max(1, int(wanted.sum()))
            f1 = 2 * hit / max(1, int(wanted.sum()) + int(found.sum()))
            table.append(IntentScore(intent, int(wanted.sum()), precision, recall, f1))
    return table


def macro_f1(judged: Judged, intents: Sequence[str]) -> float:
    """The mean F1 of the intents that the messages have."""
    return float(np.mean([each.f1 for each in by_intent(judged, intents) if each.messages] or [0.0]))


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """How messages about none of the intents are told from the others, by one line through the scores."""

    threshold: float
    in_scope_accuracy: float
    """The share of messages in scope that are let through with the right intent."""
    recall: float | None
    precision: float | None
    auroc: float | None


def out_of_scope(judged: Judged, outside: Floats | None, scope: Scope) -> OutOfScope:
    """`outside` are the greatest scores of messages out of scope; None: there are none to judge by."""
    kept = judged.best >= scope.threshold
    inside = float((judged.right & kept).mean())
    if outside is None:
        return OutOfScope(scope.threshold, inside, None, None, None)
    told = int((outside < scope.threshold).sum())
    refused = told + int((~kept).sum())
    return OutOfScope(
        scope.threshold,
        inside,
        told / len(outside),
        told / refused if refused else 0.0,
        separation(judged.best, outside),
    )


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages of one intent that were taken for another."""

    wanted: str
    found: str
    texts: tuple[str, ...]
    share: float
    """Of the messages of `wanted`."""


def confusions(judged: Judged, intents: Sequence[str]) -> list[Confusion]:
    """All pairs that were confused, the most frequent first."""
    pairs: dict[tuple[int, int], list[str]] = {}
    for text, wanted, found in zip(judged.texts, judged.wanted.tolist(), judged.found.tolist(), strict=True):
        if wanted not in (found, UNKNOWN):
            pairs.setdefault((wanted, found), []).append(text)
    sizes = np.bincount(judged.wanted[judged.wanted != UNKNOWN], minlength=len(intents))
    listed = [
        Confusion(intents[wanted], intents[found], tuple(texts), len(texts) / int(sizes[wanted]))
        for (wanted, found), texts in pairs.items()
    ]
    return sorted(listed, key=lambda each: (-len(each.texts), -each.share, each.wanted, each.found))


def calibration(judged: Judged) -> list[tuple[float, float, int]]:
    """(mean confidence, share of right ones, messages) for each tenth of the confidence that occurs."""
    tenth = np.minimum((judged.confidence * _BINS).astype(np.int64), _BINS - 1)
    return [
        (float(judged.confidence[tenth == each].mean()), float(judged.right[tenth == each].mean()), int(count))
        for each, count in enumerate(np.bincount(tenth, minlength=_BINS).tolist())
        if count
    ]


def calibration_error(judged: Judged) -> float:
    """The mean distance of confidence and accuracy, weighted by messages (ECE with ten bins)."""
    total = len(judged.texts)
    return sum(abs(confidence - right) * count / total for confidence, right, count in calibration(judged))
