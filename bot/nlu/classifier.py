"""Which intent a message has: linear scores over what it looks like and what it means, numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.model import ModelReader, ModelWriter, OtherVersion
from bot.nlu.lexicon import Lexicon
from bot.nlu.network import Network
from bot.nlu.regression import softmax
from bot.nlu.sentences import SentenceTable, sentence_table
from bot.nlu.training import Sample
from bot.nlu.words import name_words

Floats = NDArray[np.float32]
Ranking: TypeAlias = list[tuple[str, float]]
"""(intent, probability), most likely first; the probabilities add up to 1."""

MOST_EXAMPLES = 40_000
"""Beyond this an even sample of each intent is used."""
_MOST_UNPACKED = 2_000_000
"""Weights of a small model that a process keeps in single precision, 8 MB: a tenth of a message's time is saved."""
_WEIGHT_OF_MEANING = np.float32(1.2)
_WEIGHT_OF_NAMES = 0.5
"""An intent's name is half an example of it: names are written to be understood, and few examples leave gaps."""


class IntentClassifier(Protocol):
    """Ranks intents by likelihood. The same text always gets the same ranking."""

    kind: ClassVar[str]
    """Its name in model files."""

    def rank(self, text: str, most: int | None = None) -> Ranking:
        """All intents for `text` or the `most` likely; none if the classifier knows none. Raises for no text."""

    def to_model(self, writer: ModelWriter) -> None:
        """Write what was learned; the class's `from_model` reads it."""


class LinearClassifier:
    """See `IntentClassifier`. Words, word pairs and pieces of words, united with the vector of the sentence.

    Without the table of sentence vectors it goes by the words alone.
    """

    kind: ClassVar[str] = "linear"

    def __init__(
        self,
        intents: Sequence[str],
        lexicon: Lexicon,
        weights: NDArray[np.float16],
        meaning: Floats,
        offsets: Floats,
        temperature: float,
        table: SentenceTable | None,
        network: Network | None = None,
    ) -> None:
        """`weights` are (lexicon, intents), `meaning` is (size of a sentence vector, intents).

        The scores of a `network` are added to theirs.
        """
        self.intents = tuple(intents)
        self._lexicon = lexicon
        self._weights = weights
        self._unpacked = weights.astype(np.float32) if weights.size <= _MOST_UNPACKED else None
        self._meaning = meaning
        self._offsets = offsets
        self._temperature = np.float32(temperature)
        self._table = table
        self._network = network

    @classmethod
    def train(
        cls, examples: Sequence[tuple[str, str]], seed: int = 0, table: SentenceTable | None = None
    ) -> LinearClassifier:
        """Learn from (text, intent) pairs: a thousand of them in 50 intents take about a second."""
        examples = _sample(list(dict.fromkeys(examples)), seed)
        intents = sorted({intent for _, intent in examples})
        if not intents:
            empty = np.zeros((0, 0), np.float32)
            return cls((), Lexicon.learn(())[0], empty.astype(np.float16), empty, np.zeros(0, np.float32), 1.0, None)
        numbers = {intent: number for number, intent in enumerate(intents)}
        names = [(name, intent) for intent in intents if (name := name_words(intent))]
        texts = [text for text, _ in (*examples, *names)]
        targets = np.array([numbers[intent] for _, intent in (*examples, *names)], dtype=np.int64)
        importance = np.ones(len(texts), dtype=np.float32)
        importance[len(examples) :] = _WEIGHT_OF_NAMES
        lexicon, rows = Lexicon.learn(texts)
        meant = table.vectors(texts) if table is not None else np.zeros((len(texts), 0), np.float32)
        found = Sample(rows, len(lexicon), _WEIGHT_OF_MEANING * meant, targets, importance).learn(seed)
        return cls(
            intents,
            lexicon,
            found.lexical.astype(np.float16),
            found.meant * _WEIGHT_OF_MEANING,
            found.offsets,
            found.temperature,
            table,
            found.network,
        )

    @property
    def knows_meanings(self) -> bool:
        """Whether sentence vectors take part, and not the words alone."""
        return self._table is not None

    def scores(self, text: str) -> Floats:
        """How much speaks for each of `intents`, before it is made a probability.

        The greatest of them tells better than a probability whether the text is about any of the intents.
        """
        columns, values = self._lexicon.vector(text)
        weights = self._unpacked if self._unpacked is not None else self._weights
        scores: Floats = values.dot(weights.take(columns, axis=0).astype(np.float32, copy=False))
        scores += self._offsets
        meaning = None
        if self._table is not None:
            meaning = self._table.vector(text, self._lexicon.remembered)
            scores += meaning.dot(self._meaning)
        if self._network is not None:
            scores += self._network.scores(columns, values, meaning)
        return scores

    def shares(self, scores: Floats) -> Floats:
        """The probabilities of `scores`, along the last axis."""
        return softmax(scores * self._temperature)

    def rank(self, text: str, most: int | None = None) -> Ranking:
        return ranked(self.intents, self.scores(text) * self._temperature, most) if self.intents else []

    def to_model(self, writer: ModelWriter) -> None:
        mark = self._table.mark if self._table is not None else None
        about = {"intents": self.intents, "temperature": float(self._temperature), "table": mark}
        writer.put_json("about", {**about, "network": self._network is not None})
        if self._network is not None:
            self._network.to_model(writer.part("network"))
        self._lexicon.to_model(writer.part("lexicon"))
        writer.put("weights", self._weights)
        writer.put("meaning", self._meaning)
        writer.put("offsets", self._offsets)

    @classmethod
    def from_model(cls, reader: ModelReader) -> LinearClassifier:
        """Raises OtherVersion where the model was trained with another table of sentence vectors than is here."""
        about = reader.get_json("about")
        table = None
        if about["table"] is not None:
            table = sentence_table()
            if table is None or table.mark != about["table"]:
                raise OtherVersion("the model was trained with another table of sentence vectors; train it again")
        return cls(
            about["intents"],
            Lexicon.from_model(reader.part("lexicon")),
            reader.get("weights"),
            reader.get("meaning"),
            reader.get("offsets"),
            float(about["temperature"]),
            table,
            Network.from_model(reader.part("network")) if about["network"] else None,
        )


def ranked(intents: Sequence[str], scores: Floats, most: int | None = None) -> Ranking:
    """The `most` likely intents, or all, for scores that are logarithms of their likelihoods."""
    shares = np.exp(scores - scores[scores.argmax()])
    shares /= shares.sum()
    order = (-shares).argsort(kind="stable")[:most]
    return [*zip([intents[place] for place in order.tolist()], shares.take(order).tolist(), strict=True)]


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
