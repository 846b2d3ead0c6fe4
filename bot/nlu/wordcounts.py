"""Intents as a LogisticRegressionClassifier of Rasa sees them: by counts of whole words alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bot.model import ModelReader, ModelWriter
from bot.nlu.classifier import Ranking, ranked
from bot.nlu.regression import fit
from bot.nlu.words import whole_words

Floats = NDArray[np.float32]
_PENALTY = 1.0
"""Rasa's default."""


class WordCountClassifier:
    """See `IntentClassifier`. Slower to commit itself than `LinearClassifier`, and lost where the words are new."""

    kind: ClassVar[str] = "word counts"

    def __init__(self, intents: Sequence[str], vocabulary: Sequence[str], weights: Floats, offsets: Floats) -> None:
        """`weights` are (vocabulary, intents)."""
        self.intents = tuple(intents)
        self._columns = {word: number for number, word in enumerate(vocabulary)}
        self._weights = weights
        self._offsets = offsets

    @classmethod
    def train(cls, examples: Sequence[tuple[str, str]]) -> WordCountClassifier:
        """Learn from (text, intent) pairs, every intent of equal weight."""
        examples = list(dict.fromkeys(examples))
        intents = sorted({intent for _, intent in examples})
        if not intents:
            return cls((), (), np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
        counted = [Counter(whole_words(text)) for text, _ in examples]
        vocabulary = sorted(set().union(*counted))
        columns = {word: number for number, word in enumerate(vocabulary)}
        rows = np.zeros((len(examples), len(vocabulary)), dtype=np.float32)
        for row, counts in zip(rows, counted, strict=True):
            for word, count in counts.items():
                row[columns[word]] = count
        numbers = {intent: number for number, intent in enumerate(intents)}
        targets = np.array([numbers[intent] for _, intent in examples], dtype=np.int64)
        sizes = np.bincount(targets, minlength=len(intents))
        importance = (len(examples) / (len(intents) * sizes[targets])).astype(np.float32)
        coefficients, offsets = fit(rows @ rows.T, targets, len(intents), _PENALTY, importance)
        return cls(intents, vocabulary, rows.T @ coefficients, offsets)

    def rank(self, text: str, most: int | None = None) -> Ranking:
        if not self.intents:
            return []
        scores = self._offsets.copy()
        for word, count in Counter(whole_words(text)).items():
            column = self._columns.get(word)
            if column is not None:
                scores += np.float32(count) * self._weights[column]
        return ranked(self.intents, scores, most)

    def to_model(self, writer: ModelWriter) -> None:
        writer.put_json("about", {"intents": self.intents, "vocabulary": list(self._columns)})
        writer.put("weights", self._weights)
        writer.put("offsets", self._offsets)

    @classmethod
    def from_model(cls, reader: ModelReader) -> WordCountClassifier:
        about = reader.get_json("about")
        return cls(about["intents"], about["vocabulary"], reader.get("weights"), reader.get("offsets"))
