"""Small neural networks over words and the sentence vector: where examples are many, they err elsewhere than lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.model import ModelReader, ModelWriter
from bot.nlu.regression import softmax

Floats = NDArray[np.float32]
Columns = NDArray[np.int64]

_TOGETHER = 2
"""Networks, each from a start of its own: their mean hangs less on chance than one of their size together."""
_HIDDEN = 96
"""Units of each."""
_SIDE_BY_SIDE = _TOGETHER * _HIDDEN
_ROUNDS = 25
_AT_ONCE = 128
_RATE = np.float32(0.01)
_ROW_RATE = np.float32(0.01)
"""Of the weights of words: each is seen in few steps and has to go further in them."""
_FORGETS = np.float32(0.01)
"""The share of the newest step in what is kept of slopes' sizes."""
_WORDS_LEFT_OUT = 0.4
_MEANING_LEFT_OUT = 0.4
"""Of the numbers of a sentence vector: it alone says enough of examples to learn them by heart."""
_UNITS_LEFT_OUT = 0.3
_LENGTH = np.float32(np.sqrt(2.0))
"""Brings the half of a text's features that are words to length 1."""
_SHARE = np.float32(0.2)
"""Of the networks' mean in scores that it is one part of."""
_DOUBT = 0.05
"""The share of an example that counts for all intents alike."""


@dataclass(frozen=True, slots=True)
class Network:
    """`max(words @ inner + meaning @ inner_meaning + inner_offsets, 0) @ outer + outer_offsets` are the scores.

    The mean of networks is one network again: their hidden units side by side.
    """

    places: NDArray[np.int32]
    """The row of `inner` of each column of the lexicon; -1 where it takes no part."""
    inner: NDArray[np.float16]
    """(words, hidden units)"""
    inner_meaning: Floats
    """(size of a sentence vector, hidden units)"""
    inner_offsets: Floats
    outer: Floats
    """(hidden units, intents)"""
    outer_offsets: Floats

    def scores(self, columns: Columns, values: Floats, meaning: Floats | None) -> Floats:
        """Of one text: its features as `Lexicon.vector` tells them, and its sentence vector."""
        rows = self.places[columns]
        taking_part = rows >= 0
        hidden = values[taking_part] @ self.inner[rows[taking_part]].astype(np.float32) + self.inner_offsets
        if meaning is not None:
            hidden += meaning @ self.inner_meaning
        found: Floats = np.maximum(hidden, 0) @ self.outer + self.outer_offsets
        return found

    def all_scores(self, lexical: Any, meanings: Floats) -> Floats:
        """As `scores`, of the rows of a sparse matrix over the lexicon's columns."""
        used = np.flatnonzero(self.places >= 0)
        hidden = lexical[:, used] @ self.inner[self.places[used]].astype(np.float32) + self.inner_offsets
        found: Floats = np.maximum(hidden + meanings @ self.inner_meaning, 0) @ self.outer + self.outer_offsets
        return found

    def to_model(self, writer: ModelWriter) -> None:
        for name in _PARTS:
            writer.put(name, getattr(self, name))

    @classmethod
    def from_model(cls, reader: ModelReader) -> Network:
        return cls(*(reader.get(name) for name in _PARTS))


_PARTS = ("places", "inner", "inner_meaning", "inner_offsets", "outer", "outer_offsets")


def learn(
    lexical: Any,
    used: Columns,
    meanings: Floats,
    targets: NDArray[np.int64],
    classes: int,
    importance: Floats,
    seed: int,
) -> Network:
    """From examples: sparse rows over the lexicon, of which the columns `used` take part, and sentence vectors.

    Deterministic for a seed.
    """
    words = lexical[:, used].tocsr() * _LENGTH
    inner, inner_meaning, inner_offsets, outer, outer_offsets = _learned(
        words, meanings, targets, classes, importance, np.random.default_rng(seed)
    )
    places = np.full(lexical.shape[1], -1, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    inner *= _LENGTH
    share = _SHARE / np.float32(_TOGETHER)
    return Network(
        places,
        inner.astype(np.float16),
        inner_meaning,
        inner_offsets,
        outer.reshape(_SIDE_BY_SIDE, classes) * share,
        outer_offsets.sum(axis=(0, 1)) * share,
    )


def _learned(
    words: Any,
    meanings: Floats,
    targets: NDArray[np.int64],
    classes: int,
    importance: Floats,
    chance: np.random.Generator,
) -> tuple[Floats, ...]:
    """Steps of Adam with a falling rate; words and units are left out by chance, so that none is relied on alone.

    All networks see the same examples at once, which saves a third of the time; each judges by its own units alone.
    """
    from scipy.sparse import csr_array  # only training needs it

    count, size = len(targets), meanings.shape[1]
    inner: Floats = np.zeros((words.shape[1], _SIDE_BY_SIDE), np.float32)
    sizes: Floats = np.zeros(words.shape[1], np.float32)
    dense: list[Floats] = [
        chance.standard_normal((size, _SIDE_BY_SIDE), np.float32) * np.float32(np.sqrt(2.0)),
        np.zeros(_SIDE_BY_SIDE, np.float32),
        chance.standard_normal((_TOGETHER, _HIDDEN, classes), np.float32) * np.float32(np.sqrt(1.0 / _HIDDEN)),
        np.zeros((_TOGETHER, 1, classes), np.float32),
    ]
    wanted: Floats = np.full((count, classes), _DOUBT / classes, np.float32)
    wanted[np.arange(count), targets] += np.float32(1.0 - _DOUBT)
    optimiser = _Adam(dense)
    steps = _ROUNDS * -(-count // _AT_ONCE)
    step = 0
    for _ in range(_ROUNDS):
        order = chance.permutation(count)
        for start in range(0, count, _AT_ONCE):
            chosen = order[start : start + _AT_ONCE]
            step += 1
            rate = np.float32(1.0 - step / (steps + 1))
            batch: Any = words[chosen]
            # Only the rows of words that are there: of all words it would take ten times as long.
            rows, columns = np.unique(batch.indices, return_inverse=True)
            told = _thinned(batch.data, _WORDS_LEFT_OUT, chance), columns, batch.indptr
            batch = csr_array(told, shape=(len(chosen), len(rows)))
            meant = _thinned(meanings[chosen], _MEANING_LEFT_OUT, chance)
            weights = inner[rows]
            sums = batch @ weights + meant @ dense[0] + dense[1]
            mask = _thinned((sums > 0).astype(np.float32), _UNITS_LEFT_OUT, chance)
            hidden = (sums * mask).reshape(-1, _TOGETHER, _HIDDEN).swapaxes(0, 1)
            wrong = softmax(hidden @ dense[2] + dense[3]) - wanted[chosen]
            wrong *= (importance[chosen] / len(chosen))[:, None]
            below = np.asarray((wrong @ dense[2].swapaxes(1, 2)).swapaxes(0, 1).reshape(sums.shape) * mask)
            slope = batch.T @ below
            sizes[rows] += _FORGETS * (np.square(slope).mean(axis=1) - sizes[rows])
            inner[rows] = weights - (rate * _ROW_RATE / (np.sqrt(sizes[rows]) + np.float32(1e-7)))[:, None] * slope
            slopes = [
                meant.T @ below,
                below.sum(axis=0),
                hidden.swapaxes(1, 2) @ wrong,
                wrong.sum(axis=1, keepdims=True),
            ]
            optimiser.step(dense, slopes, rate)
    return inner, *dense


def _thinned(values: Floats, share: float, chance: np.random.Generator) -> Floats:
    """`values` without a share of them, the others the greater for it."""
    kept = chance.random(values.shape, np.float32) >= np.float32(share)
    return np.asarray(values * kept * np.float32(1.0 / (1.0 - share)), dtype=np.float32)


class _Adam:
    """Each weight goes as far as its slopes agree (Kingma and Ba, 2015)."""

    def __init__(self, weights: list[Floats]) -> None:
        self._means = [np.zeros_like(each) for each in weights]
        self._squares = [np.zeros_like(each) for each in weights]
        self._steps = 0

    def step(self, weights: list[Floats], slopes: list[Floats], rate: np.float32) -> None:
        self._steps += 1
        for weight, slope, mean, square in zip(weights, slopes, self._means, self._squares, strict=True):
            mean += np.float32(0.1) * (slope - mean)
            square += _FORGETS * (np.square(slope) - square)
            unbiased = np.sqrt(square / np.float32(1.0 - 0.99**self._steps)) + np.float32(1e-8)
            weight -= rate * _RATE * mean / np.float32(1.0 - 0.9**self._steps) / unbiased
