"""Which intent a message has: linear scores over word and character features, numpy only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.model import DamagedModel, ModelReader, ModelWriter
from bot.nlu.regression import Floats, best_temperature, fit, softmax
from bot.nlu.words import piece_features, whole_words, word_features, words

Ranking: TypeAlias = list[tuple[str, float]]
"""(intent, probability), most likely first; the probabilities add up to 1."""

MOST_EXAMPLES = 6_000
"""Training compares every example with every other; beyond this an even sample of each intent is used."""
REMEMBERED_WORDS = 20_000
_PENALTY = 0.1
_RASA_PENALTY = 1.0
_FOLDS = 3


class IntentClassifier(Protocol):
    """Ranks intents by likelihood. The same text always gets the same ranking."""

    def rank(self, text: str) -> Ranking:
        """All intents for `text`; empty if the classifier knows none. Never raises for any text."""

    kind: ClassVar[str]
    """Its name in model files."""

    def to_model(self, writer: ModelWriter) -> None:
        """Keep what was learned; the class's `from_model(reader)` makes a classifier of that again."""


class LexicalClassifier:
    """See `IntentClassifier`. Logistic regression over TF-IDF of words, word pairs and pieces of words."""

    kind: ClassVar[str] = "lexical"

    def __init__(
        self,
        intents: Sequence[str],
        vocabulary: dict[str, int],
        rarity: Floats,
        weights: Floats,
        offsets: Floats,
        *,
        counts_words: bool = False,
    ) -> None:
        self.intents = tuple(intents)
        self._counts_words = counts_words
        self._vocabulary = vocabulary
        self._columns: dict[str, list[int]] = {}
        self._rarity = rarity
        self._weights = weights
        """(features, intents); the confidence temperature is already in it."""
        self._offsets = offsets

    @classmethod
    def train(cls, examples: Sequence[tuple[str, str]], seed: int = 0) -> LexicalClassifier:
        """Learn from (text, intent) pairs: a thousand of them in 50 intents take a second or two."""
        examples = _sample(list(dict.fromkeys(examples)), seed)
        intents = sorted({intent for _, intent in examples})
        if not intents:
            return cls((), {}, *(np.zeros(shape, np.float32) for shape in ((0,), (0, 0), (0,))))
        counted = [_count(text) for text, _ in examples]
        frequency: Counter[str] = Counter(feature for blocks in counted for block in blocks for feature in block)
        vocabulary = {feature: number for number, feature in enumerate(sorted(frequency))}
        documents = np.array([frequency[feature] for feature in vocabulary], dtype=np.float32)
        rarity = np.log((1.0 + len(examples)) / (1.0 + documents)).astype(np.float32) + np.float32(1.0)
        rows = [_vector(blocks, vocabulary, rarity) for blocks in counted]
        targets = np.array([intents.index(intent) for _, intent in examples], dtype=np.int64)
        similarities = _similarities(rows, len(vocabulary))
        temperature = _temperature(similarities, targets, len(intents), seed)
        coefficients, offsets = fit(similarities, targets, len(intents), _PENALTY)
        weights = np.zeros((len(vocabulary), len(intents)), dtype=np.float32)
        for (columns, values), row in zip(rows, coefficients, strict=True):
            weights[columns] += values[:, None] * row[None, :]
        scale = np.float32(temperature)
        return cls(intents, vocabulary, rarity, weights * scale, offsets.astype(np.float32) * scale)

    @classmethod
    def train_on_words(cls, examples: Sequence[tuple[str, str]], seed: int = 0) -> LexicalClassifier:
        """As Rasa's LogisticRegressionClassifier: plain counts of whole words, every intent of equal weight.

        Slower to commit itself than `train`, and lost where the words are new.
        """
        examples = _sample(list(dict.fromkeys(examples)), seed)
        intents = sorted({intent for _, intent in examples})
        if not intents:
            return cls.train(())
        counted = [Counter(whole_words(text)) for text, _ in examples]
        vocabulary = {word: number for number, word in enumerate(sorted(set().union(*counted)))}
        rows = [_plain(counts, vocabulary) for counts in counted]
        targets = np.array([intents.index(intent) for _, intent in examples], dtype=np.int64)
        sizes = np.bincount(targets, minlength=len(intents))
        importance = (len(examples) / (len(intents) * sizes[targets])).astype(np.float32)
        coefficients, offsets = fit(
            _similarities(rows, len(vocabulary)), targets, len(intents), _RASA_PENALTY, importance
        )
        weights = np.zeros((len(vocabulary), len(intents)), dtype=np.float32)
        for (columns, values), row in zip(rows, coefficients, strict=True):
            weights[columns] += values[:, None] * row[None, :]
        rarity = np.ones(len(vocabulary), dtype=np.float32)
        return cls(intents, vocabulary, rarity, weights, offsets.astype(np.float32), counts_words=True)

    def rank(self, text: str) -> Ranking:
        if not self.intents:
            return []
        columns, values = self._features(text)
        scores = self._offsets + values @ self._weights[columns] if len(columns) else self._offsets
        shares = softmax(scores)
        order = np.argsort(-shares, kind="stable")
        return [(self.intents[index], float(shares[index])) for index in order.tolist()]

    def _features(self, text: str) -> tuple[Columns, Floats]:
        """As `_vector` of the text's counts; what a word's pieces are is remembered."""
        if self._counts_words:
            return _plain(Counter(whole_words(text)), self._vocabulary)
        found = words(text)
        pieces: Counter[int] = Counter()
        for word in found:
            pieces.update(self._pieces(word))
        vocabulary = self._vocabulary
        known = {vocabulary[each]: n for each, n in word_features(found).items() if each in vocabulary}
        return _weighted((known, pieces), self._rarity)

    def _pieces(self, word: str) -> list[int]:
        """The columns of a word's pieces, one for each time they occur."""
        columns = self._columns.get(word)
        if columns is None:
            vocabulary = self._vocabulary
            columns = [
                vocabulary[f"#{piece}"] for piece in piece_features([word]).elements() if f"#{piece}" in vocabulary
            ]
            if len(self._columns) >= REMEMBERED_WORDS:
                self._columns.clear()
            self._columns[word] = columns
        return columns

    def to_model(self, writer: ModelWriter) -> None:
        header = {"intents": self.intents, "vocabulary": list(self._vocabulary), "counts_words": self._counts_words}
        writer.put_json("header", header)
        writer.put("rarity", self._rarity)
        writer.put("weights", self._weights)
        writer.put("offsets", self._offsets)

    @classmethod
    def from_model(cls, reader: ModelReader) -> LexicalClassifier:
        """What `to_model` has written. Raises ModelError."""
        header = reader.get_json("header")
        vocabulary = {feature: number for number, feature in enumerate(header["vocabulary"])}
        weights = reader.get("weights")
        if weights.shape != (len(vocabulary), len(header["intents"])):
            raise DamagedModel("the weights of the intents are not of this vocabulary; train the model again")
        return cls(
            header["intents"],
            vocabulary,
            reader.get("rarity"),
            weights,
            reader.get("offsets"),
            counts_words=header["counts_words"],
        )


Trainer: TypeAlias = Callable[[Sequence[tuple[str, str]], int], IntentClassifier]
"""Makes a classifier of (text, intent) pairs and a seed."""

Columns: TypeAlias = NDArray[np.int64]
_Blocks: TypeAlias = tuple[Counter[str], Counter[str]]


def _count(text: str) -> _Blocks:
    found = words(text)
    return word_features(found), Counter({f"#{piece}": n for piece, n in piece_features(found).items()})


def _plain(counts: Counter[str], vocabulary: dict[str, int]) -> tuple[Columns, Floats]:
    """(columns, values) of the known words, each as often as it occurs."""
    known = {vocabulary[word]: count for word, count in counts.items() if word in vocabulary}
    return np.array(list(known), dtype=np.int64), np.array(list(known.values()), dtype=np.float32)


def _vector(blocks: _Blocks, vocabulary: dict[str, int], rarity: Floats) -> tuple[Columns, Floats]:
    """(columns, values) of a text: each block of features has length sqrt(1/2), so that neither drowns the other."""
    known = ({vocabulary[each]: n for each, n in block.items() if each in vocabulary} for block in blocks)
    return _weighted(known, rarity)


def _weighted(blocks: Iterable[Mapping[int, int]], rarity: Floats) -> tuple[Columns, Floats]:
    """`_vector` from the counts of known features, by column."""
    all_columns: list[int] = []
    parts: list[Floats] = []
    for block in blocks:
        if not block:
            continue
        columns = list(block)
        counts = np.fromiter(block.values(), dtype=np.float32, count=len(block))
        values = (np.float32(1.0) + np.log(counts)) * rarity[columns]
        all_columns += columns
        parts.append(np.asarray(values * np.float32(np.sqrt(0.5) / np.linalg.norm(values)), dtype=np.float32))
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    return np.array(all_columns, dtype=np.int64), np.concatenate(parts)


def _similarities(rows: Sequence[tuple[Columns, Floats]], width: int) -> Floats:
    """Dot products of all pairs of rows. A feature of one row alone only adds to the diagonal."""
    columns = np.concatenate([columns for columns, _ in rows])
    shared = np.flatnonzero(np.bincount(columns, minlength=width) > 1)
    place = np.full(width, -1, dtype=np.int64)
    place[shared] = np.arange(len(shared))
    dense = np.zeros((len(rows), len(shared)), dtype=np.float32)
    alone = np.zeros(len(rows), dtype=np.float32)
    for number, (found, values) in enumerate(rows):
        kept = place[found] >= 0
        dense[number, place[found[kept]]] = values[kept]
        alone[number] = float(np.square(values[~kept]).sum())
    product: Floats = dense @ dense.T
    product[np.diag_indices(len(rows))] += alone
    return product


def _temperature(similarities: Floats, targets: Columns, classes: int, seed: int) -> float:
    """How much sharper the scores may be before held-back examples are judged too boldly."""
    fold = np.random.default_rng(seed).permutation(len(targets)) % _FOLDS
    if len(targets) < 30 or classes < 2:
        return 2.0
    scores = np.zeros((len(targets), classes), dtype=np.float32)
    for number in range(_FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        coefficients, offsets = fit(similarities[np.ix_(inside, inside)], targets[inside], classes, _PENALTY)
        scores[outside] = similarities[np.ix_(outside, inside)] @ coefficients + offsets
    return best_temperature(scores, targets)


def _sample(examples: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    if len(examples) <= MOST_EXAMPLES:
        return examples
    by_intent: dict[str, list[tuple[str, str]]] = {}
    for example in examples:
        by_intent.setdefault(example[1], []).append(example)
    generator = np.random.default_rng(seed)
    share = MOST_EXAMPLES / len(examples)
    chosen: list[tuple[str, str]] = []
    for group in by_intent.values():
        size = max(min(len(group), 10), int(len(group) * share))
        chosen += [group[index] for index in sorted(generator.permutation(len(group))[:size].tolist())]
    return chosen
