"""Learns linear weights from examples: by logistic regression, or where they are many by two ways at once."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu import network
from bot.nlu.lexicon import Rows
from bot.nlu.network import Network
from bot.nlu.regression import best_temperature, fit

Floats = NDArray[np.float32]
Targets = NDArray[np.int64]

MOST_COMPARED = 4_000
"""Up to so many examples each is compared with each other, which is quick and a little better where they are few."""
_PENALTY = 0.1
_FOLDS = 3
_MUCH_WORK = 100_000_000
"""Examples times examples times intents."""
_FEWEST_TO_HOLD_BACK = 30
_UNTRIED_TEMPERATURE = 2.0
_SLACK = 0.7
_LESS_MEANING = np.float32(0.7)
"""Many examples say by themselves which words mean the same."""
_TOLERANCE = 0.1
"""Of the support vector machines; a finer one takes longer and finds no other answers."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`features @ weights + offsets` are the scores; times `temperature` they are the logarithms of likelihoods."""

    lexical: Floats
    """(lexicon, intents)"""
    meant: Floats
    """(size of a sentence vector, intents)"""
    offsets: Floats
    temperature: float
    network: Network | None = None
    """Its scores are added to those."""


class Sample:
    """Examples as features, with the number of the intent of each."""

    def __init__(self, lexical: Rows, width: int, meant: Floats, targets: Targets, importance: Floats) -> None:
        """`lexical` are rows over `width` columns, `meant` sentence vectors; `importance` is 1 for an example of
        the project's own, and less for what was derived: those are never held back to try the others on."""
        from scipy.sparse import csr_array  # only training needs it

        places = lexical.columns.astype(np.int32), lexical.starts.astype(np.int32)  # liblinear reads no longer ones
        self.lexical: Any = csr_array((lexical.values, *places), shape=(len(targets), width))
        self.told = lexical.told
        self.meant = meant
        self.targets = targets
        self.importance = importance
        self.classes = int(targets.max()) + 1
        self.own = np.flatnonzero(importance == 1.0)

    def learn(self, seed: int) -> Linear:
        """Deterministic for a seed."""
        return self._compared(seed) if len(self.targets) <= MOST_COMPARED else self._separated(seed)

    def _compared(self, seed: int) -> Linear:
        similarities = np.asarray((self.lexical @ self.lexical.T).toarray(), dtype=np.float32)
        similarities += self.meant @ self.meant.T
        temperature = self._temperature(similarities, seed)
        coefficients, offsets = fit(similarities, self.targets, self.classes, _PENALTY, self.importance)
        lexical = np.asarray(self.lexical.T @ coefficients, dtype=np.float32)
        return Linear(lexical, self.meant.T @ coefficients, offsets, temperature)

    def _temperature(self, similarities: Floats, seed: int) -> float:
        """How much sharper the scores may be before held-back examples are judged too boldly."""
        if len(self.own) < _FEWEST_TO_HOLD_BACK or self.classes < 2:
            return _UNTRIED_TEMPERATURE
        fold = np.full(len(self.targets), -1)
        fold[self.own] = np.random.default_rng(seed).permutation(len(self.own)) % _FOLDS
        scores = np.zeros((len(self.targets), self.classes), dtype=np.float32)
        # One fold says enough where it takes long.
        tried = _FOLDS if len(self.targets) ** 2 * self.classes < _MUCH_WORK else 1
        for number in range(tried):
            inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            coefficients, offsets = fit(
                similarities[np.ix_(inside, inside)],
                self.targets[inside],
                self.classes,
                _PENALTY,
                self.importance[inside],
            )
            scores[outside] = similarities[np.ix_(outside, inside)] @ coefficients + offsets
        judged = np.flatnonzero((fold >= 0) & (fold < tried))
        return best_temperature(scores[judged], self.targets[judged])

    def _separated(self, seed: int) -> Linear:
        everything = np.arange(len(self.targets))
        order = np.random.default_rng(seed).permutation(self.own)
        outside = order[: len(order) // 8]
        # Less than half of the examples are enough to see how sure the others may be.
        inside = np.concatenate([order[len(order) * 5 // 8 :], np.setdiff1d(everything, self.own)])
        temperature = _UNTRIED_TEMPERATURE
        if len(np.unique(self.targets[inside])) == self.classes > 1:
            tried = self._united(inside, seed)
            temperature = best_temperature(self._scores(tried, outside), self.targets[outside])
        return replace(self._united(everything, seed), temperature=temperature)

    def _united(self, chosen: Targets, seed: int) -> Linear:
        """A support vector machine for each intent, and the network, which errs elsewhere."""
        weights, offsets = self._machines(chosen, seed)
        width = self.lexical.shape[1]
        hidden = network.learn(
            self.lexical[chosen],
            self.told,
            self.meant[chosen],
            self.targets[chosen],
            self.classes,
            self.importance[chosen],
            seed,
        )
        return Linear(weights[:width], weights[width:] * _LESS_MEANING, offsets, _UNTRIED_TEMPERATURE, hidden)

    def _scores(self, found: Linear, chosen: Targets) -> Floats:
        lexical, meant = self.lexical[chosen], self.meant[chosen]
        scores: Floats = lexical @ found.lexical + meant @ found.meant + found.offsets
        return scores if found.network is None else scores + found.network.all_scores(lexical, meant)

    def _machines(self, chosen: Targets, seed: int) -> tuple[Floats, Floats]:
        """One intent against the rest, for each: (weights, offsets)."""
        from scipy.sparse import csr_array, hstack
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        features = hstack([self.lexical, csr_array(self.meant * _LESS_MEANING)]).tocsr()[chosen]
        machine = LinearSVC(C=_SLACK, tol=_TOLERANCE, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(features, self.targets[chosen], sample_weight=self.importance[chosen])
        weights, offsets = machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32)
        if self.classes == 2:  # one machine tells two apart
            return np.hstack([-weights, weights]), np.concatenate([-offsets, offsets])
        return weights, offsets
