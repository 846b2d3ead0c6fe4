"""Trains a classifier on labelled messages and judges it: one way for a test file, one for folds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, TypeVar

import numpy as np

from app.fitting.examples import Labelled
from app.fitting.score import UNKNOWN, Floats, Judged, OutOfScope, accuracy, macro_f1, out_of_scope, top
from bot.model import write_model
from bot.nlu.classifier import LinearClassifier
from bot.nlu.scope import Scope
from bot.nlu.sentences import sentence_table

_T = TypeVar("_T")
Follow = Callable[[str, Sequence[_T]], Iterable[_T]]
"""Goes through the items of a piece of work, showing how far it has come."""

_HELD_BACK = 5
"""Every fifth example is held back where a line has to be drawn and no validation messages were given."""
_MEASURED = 2_000
"""Messages that are classified to measure the time of one."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a classifier is trained on and judged by."""

    train: Sequence[Labelled]
    test: Sequence[Labelled] | None
    """None: the training examples themselves, in `folds` parts that are held back in turn."""
    folds: int
    valid: Sequence[Labelled] | None
    outside_valid: Sequence[Labelled] | None
    outside: Sequence[Labelled] | None


class Figures(TypedDict):
    """What is measured, by the keys that scripts may rely on. What was not measured is None."""

    accuracy: float
    top3: float
    macro_f1: float
    in_scope_accuracy: float | None
    oos_recall: float | None
    oos_precision: float | None
    oos_auroc: float | None
    train_cpu_s: float
    p50_ms: float
    p99_ms: float
    rss_mib: float | None
    intents: int
    seed: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained classifier with everything that was seen of it."""

    given: Given
    classifier: LinearClassifier
    judged: Judged
    scope: Scope | None
    outside: OutOfScope | None
    outside_best: Floats | None
    figures: Figures


def fit(given: Given, seed: int, follow: Follow[Sequence[Labelled]]) -> Fitted:
    """Train, judge and measure. `follow` goes through trainings, which are what takes long."""
    scores: list[tuple[Sequence[Labelled], Floats, Floats]] = []
    classifier, taken = _trained(given.train, seed, follow, "training")
    order = {intent: number for number, intent in enumerate(classifier.intents)}
    if given.test is not None:
        scores.append((given.test, *_scored(classifier, given.test)))
    else:
        parts = _parts(given.train, given.folds, seed)
        for held in follow(f"{given.folds} folds", parts):
            own = {id(example) for example in held}
            rest = [example for example in given.train if id(example) not in own]
            scores.append((held, *_in_order(_learn(rest, seed), held, order)))
    examples = [example for part, _, _ in scores for example in part]
    judged = Judged(
        [example.text for example in examples],
        np.array([order.get(example.intent, UNKNOWN) for example in examples], dtype=np.int64),
        np.concatenate([each for _, each, _ in scores]),
        np.concatenate([each for _, _, each in scores]),
    )
    scope = _scope(given, classifier, judged, seed, follow)
    outside_best = _scored(classifier, given.outside)[0].max(axis=1) if given.outside else None
    outside = out_of_scope(judged, outside_best, scope) if scope is not None else None
    alone = _alone(classifier, [example.text for example in examples[:_MEASURED]])
    figures = Figures(
        accuracy=round(accuracy(judged), 4),
        top3=round(top(judged, 3), 4),
        macro_f1=round(macro_f1(judged, classifier.intents), 4),
        in_scope_accuracy=_rounded(outside.in_scope_accuracy) if outside else None,
        oos_recall=_rounded(outside.recall) if outside else None,
        oos_precision=_rounded(outside.precision) if outside else None,
        oos_auroc=_rounded(outside.auroc) if outside else None,
        train_cpu_s=round(taken, 3),
        p50_ms=alone["p50_ms"],
        p99_ms=alone["p99_ms"],
        rss_mib=alone["rss_mib"],
        intents=len(classifier.intents),
        seed=seed,
    )
    return Fitted(given, classifier, judged, scope, outside, outside_best, figures)


def _learn(examples: Sequence[Labelled], seed: int) -> LinearClassifier:
    return LinearClassifier.train([(example.read, example.intent) for example in examples], seed, sentence_table())


def _trained(
    examples: Sequence[Labelled], seed: int, follow: Follow[Sequence[Labelled]], what: str
) -> tuple[LinearClassifier, float]:
    """(classifier, CPU seconds)"""
    (every,) = (list(part) for part in follow(what, [examples]))
    start = time.process_time()
    return _learn(every, seed), time.process_time() - start


def _scored(classifier: LinearClassifier, examples: Sequence[Labelled]) -> tuple[Floats, Floats]:
    scores = np.stack([classifier.scores(example.read) for example in examples])
    return scores, classifier.shares(scores)


def _in_order(
    classifier: LinearClassifier, examples: Sequence[Labelled], order: dict[str, int]
) -> tuple[Floats, Floats]:
    """As `_scored`, in the columns of all intents; one that the classifier does not know has the lowest score."""
    scores, shares = _scored(classifier, examples)
    columns = [order[intent] for intent in classifier.intents]
    wide = np.full((len(examples), len(order)), scores.min(), dtype=np.float32)
    likely = np.zeros_like(wide)
    wide[:, columns], likely[:, columns] = scores, shares
    return wide, likely


def _parts(examples: Sequence[Labelled], folds: int, seed: int) -> list[list[Labelled]]:
    """The examples in `folds` parts, each intent spread evenly over them."""
    drawn = np.random.default_rng(seed).permutation(len(examples)).tolist()
    by_intent = sorted(range(len(examples)), key=lambda number: (examples[number].intent, drawn[number]))
    parts: list[list[Labelled]] = [[] for _ in range(folds)]
    for place, number in enumerate(by_intent):
        parts[place % folds].append(examples[number])
    return [part for part in parts if part]


def _scope(
    given: Given, classifier: LinearClassifier, judged: Judged, seed: int, follow: Follow[Sequence[Labelled]]
) -> Scope | None:
    """The line for what is out of scope, drawn without the messages it will be judged by."""
    if given.valid is not None:
        scores, _ = _scored(classifier, given.valid)
        best = scores.max(axis=1)
        if given.outside_valid is None:
            return Scope.below(best)
        order = {intent: number for number, intent in enumerate(classifier.intents)}
        wanted = np.array([order.get(example.intent, UNKNOWN) for example in given.valid])
        return Scope.between(best, scores.argmax(axis=1) == wanted, _scored(classifier, given.outside_valid)[0].max(1))
    if given.outside is None:
        return None
    if given.test is None:
        return Scope.below(judged.best)  # of folds: each was judged by a classifier that had not seen it
    held, *others = _parts(given.train, _HELD_BACK, seed)
    rest = [example for part in others for example in part]
    inner, _ = _trained(rest, seed, follow, "drawing the line for what is out of scope")
    return Scope.below(_scored(inner, held)[0].max(axis=1))


class _Alone(TypedDict):
    p50_ms: float
    p99_ms: float
    rss_mib: float | None


def _alone(classifier: LinearClassifier, texts: Sequence[str]) -> _Alone:
    """Time and memory of a process that does nothing else; see `app.fitting.alone`."""
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "intents.model"
        with write_model(path, "") as writer:
            classifier.to_model(writer)
        done = subprocess.run(  # noqa: S603 - this interpreter, and our own module
            [sys.executable, "-m", "app.fitting.alone", str(path)],
            input="\n".join(map(json.dumps, texts)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env={**os.environ, **one_thread},
        )
    measured: _Alone = json.loads(done.stdout)
    return measured


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
