"""A learned tagger: which words of a message are entities, from how annotated words are used in the examples."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bot.examples import Example
from bot.model import ModelReader, ModelWriter
from bot.nlu.gains import OUTSIDE, Gains
from bot.nlu.neighbours import Hints, Spans, Word, beside, features, pair_heads, tokens, unknown_number, word_of

FEWEST_EXAMPLES: Final = 8
"""Annotations of an entity below which nothing general is to be learned from them."""
LEAST_CONFIDENCE: Final = 0.5
_ROUNDS: Final = 50
_REMEMBERED_WORDS: Final = 4_096
_NUMBER = re.compile(r"\d+")
_MARK: Final = "\x1f"


class Tagged(NamedTuple):
    """Words that are used as an entity's words are. `start` and `end` count characters."""

    start: int
    end: int
    entity: str
    role: str | None
    group: str | None
    confidence: float


class EntityTagger:
    """A conditional random field over words, their shapes and their neighbours.

    The model is a CRFsuite file, which holds names and numbers and no code; it is read from memory.
    """

    def __init__(self, model: bytes, entities: Sequence[str], weighed: Sequence[str]) -> None:
        """`model` is a CRFsuite file that `train` has made for `entities`; `weighed` are the features it knows.

        No other feature is handed to it: it would leave it out, which is most of them and most of the time it takes.
        """
        self.entities = frozenset(entities)
        self._model = model
        self._weighed = frozenset(weighed)
        self._weighed_pairs = frozenset(each.encode() for each in weighed if "|" in each)
        self._pair_heads = frozenset(pair_heads(weighed))
        self._numbers = frozenset(number for each in weighed for number in _NUMBER.findall(each))
        self._seen: dict[str, Word] = {}
        # Here and below, as it takes 6 MB: only projects with annotated examples pay.
        from pycrfsuite import Tagger  # type: ignore[import-untyped]

        self._tagger = Tagger()
        self._tagger.open_inmemory(model)
        self._gains = Gains(self._tagger)

    @classmethod
    def train(
        cls, examples: Sequence[Example], formed: Container[str], hints: Callable[[str], Hints]
    ) -> EntityTagger | None:
        """Learn the entities that have annotations enough; None if there are none such. Deterministic.

        Those that are `formed` have a recogniser already.
        """
        counts = Counter(span.entity for example in examples for span in example.spans)
        entities = sorted(name for name, count in counts.items() if count >= FEWEST_EXAMPLES and name not in formed)
        if not entities:
            return None
        from pycrfsuite import Trainer

        trainer = Trainer(verbose=False)
        trainer.select("lbfgs")
        trainer.set_params({"c1": 0.02, "c2": 0.05, "max_iterations": _ROUNDS, "feature.possible_transitions": True})
        word = cache(word_of)
        for example in examples:
            spans = tokens(example.text)
            if spans:
                seen = [word(example.text[start:end]) for start, end in spans]
                trainer.append(
                    features(seen, beside(seen, spans, hints(example.text))), _labels(example, spans, entities)
                )
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "model"
            trainer.train(str(file))
            trained = cls(file.read_bytes(), entities, ())
        return cls(trained._model, entities, list(trained._tagger.info().attributes))

    def to_model(self, writer: ModelWriter) -> None:
        writer.put_json("entities", sorted(self.entities))
        writer.put_json("weighed", sorted(self._weighed))
        writer.put("crf", np.frombuffer(self._model, dtype=np.uint8))

    @classmethod
    def from_model(cls, reader: ModelReader) -> EntityTagger:
        """What `to_model` has written. Raises ModelError."""
        return cls(reader.get("crf").tobytes(), reader.get_json("entities"), reader.get_json("weighed"))

    def find(self, text: str, hints: Hints) -> Iterator[Tagged]:
        """What is used as an entity, from left to right; `hints` are of the kind it was trained with."""
        spans = tokens(text)
        if not spans:
            return
        seen = [self._known(text[start:end]) for start, end in spans]
        also = beside(seen, spans, hints, self._weighed_pairs)
        if self.entities.isdisjoint([name for _, _, name in hints]) and self._gains.rule_out(seen, also):
            return
        self._tagger.set(features(seen, also))
        labels = self._tagger.tag()
        if labels.count(OUTSIDE) == len(labels):
            return
        first = 0
        while first < len(labels):
            label = labels[first]
            if label == OUTSIDE:
                first += 1
                continue
            last = first
            while last + 1 < len(labels) and labels[last + 1] == "I" + label[1:]:
                last += 1
            confidence = sum(self._tagger.marginal(labels[at], at) for at in range(first, last + 1)) / (
                last + 1 - first
            )
            if confidence >= LEAST_CONFIDENCE:
                entity, role, group = label[1:].split(_MARK)
                yield Tagged(spans[first][0], spans[last][1], entity, role or None, group or None, confidence)
            first = last + 1

    def _known(self, surface: str) -> Word:
        """A word with what is weighed of what is told of it."""
        word = self._seen.get(surface)
        if word is not None:
            return word
        if surface[0].isdigit() and surface not in self._numbers:
            # It may be somebody's, and is not remembered.
            return unknown_number(surface, self._weighed)
        if len(self._seen) >= _REMEMBERED_WORDS:
            self._seen.clear()
        self._seen[surface] = word = word_of(surface, self._weighed, self._pair_heads)
        return word


def _labels(example: Example, spans: Spans, entities: Sequence[str]) -> list[str]:
    """B with entity, role and group for the first word of an annotation, I for the others, O elsewhere."""
    labels = [OUTSIDE] * len(spans)
    for span in example.spans:
        if span.entity not in entities:
            continue
        name = _MARK.join((span.entity, span.role or "", span.group or ""))
        inside = [at for at, (start, end) in enumerate(spans) if span.start <= start and end <= span.end]
        for at in inside:
            labels[at] = ("B" if at == inside[0] else "I") + name
    return labels
