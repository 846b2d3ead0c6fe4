"""A learned tagger: which words of a message are entities, from how annotated words are used in the examples."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from bot.examples import Example
from bot.model import ModelReader, ModelWriter

FEWEST_EXAMPLES: Final = 8
"""Annotations of an entity below which nothing general is to be learned from them."""
LONGEST: Final = 300
"""Words of a message that are tagged."""
LEAST_CONFIDENCE: Final = 0.5
_ROUNDS: Final = 50
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_OUTSIDE: Final = "O"
_MARK: Final = "\x1f"

Hints: TypeAlias = Sequence[tuple[int, int, str]]
"""(start, end, name) of what is known of a text before it is tagged: words of lists, patterns, recognised forms."""


@dataclass(frozen=True, slots=True)
class Tagged:
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

    def __init__(self, model: bytes, entities: Sequence[str]) -> None:
        """`model` is a CRFsuite file that `train` has made for `entities`."""
        self.entities = frozenset(entities)
        self._model = model
        # Here and below, as it takes 6 MB: only projects with annotated examples pay.
        from pycrfsuite import Tagger  # type: ignore[import-untyped]

        self._tagger = Tagger()
        self._tagger.open_inmemory(model)

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
        for example in examples:
            tokens = _tokens(example.text)
            if tokens:
                trainer.append(_features(example.text, tokens, hints(example.text)), _labels(example, tokens, entities))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "model"
            trainer.train(str(file))
            return cls(file.read_bytes(), entities)

    def to_model(self, writer: ModelWriter) -> None:
        writer.put_json("entities", sorted(self.entities))
        writer.put("crf", np.frombuffer(self._model, dtype=np.uint8))

    @classmethod
    def from_model(cls, reader: ModelReader) -> EntityTagger:
        """What `to_model` has written. Raises ModelError."""
        return cls(reader.get("crf").tobytes(), reader.get_json("entities"))

    def find(self, text: str, hints: Hints) -> Iterator[Tagged]:
        """What is used as an entity, from left to right; `hints` are of the kind it was trained with."""
        tokens = _tokens(text)
        if not tokens:
            return
        self._tagger.set(_features(text, tokens, hints))
        labels = self._tagger.tag()
        first = 0
        while first < len(labels):
            label = labels[first]
            if label == _OUTSIDE:
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
                yield Tagged(tokens[first][0], tokens[last][1], entity, role or None, group or None, confidence)
            first = last + 1


def _tokens(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _TOKEN.finditer(text)][:LONGEST]


def _labels(example: Example, tokens: Sequence[tuple[int, int]], entities: Sequence[str]) -> list[str]:
    """B with entity, role and group for the first word of an annotation, I for the others, O elsewhere."""
    labels = [_OUTSIDE] * len(tokens)
    for span in example.spans:
        if span.entity not in entities:
            continue
        name = _MARK.join((span.entity, span.role or "", span.group or ""))
        inside = [at for at, (start, end) in enumerate(tokens) if span.start <= start and end <= span.end]
        for at in inside:
            labels[at] = ("B" if at == inside[0] else "I") + name
    return labels


def _features(text: str, tokens: Sequence[tuple[int, int]], hints: Hints) -> list[list[str]]:
    """What is told of each word: itself, its shape and ends, what it is known as, and its two neighbours."""
    words = [_seen(text[start:end]) for start, end in tokens]
    last = len(words) - 1
    known: dict[int, list[str]] = {}
    for start, end, name in hints:
        for at, span in enumerate(tokens):
            if start <= span[0] and span[1] <= end:
                known.setdefault(at, []).append(("k=" if start == span[0] else "K=") + name)
    found = []
    for at, word in enumerate(words):
        told = [*word.alone, *known.get(at, ())]
        if at and tokens[at - 1][1] == tokens[at][0]:
            told.append("joined")
        if at > 1:
            told += words[at - 2].two_before
        if at:
            near = words[at - 1]
            told += near.before
            told += [f"-{each}" for each in known.get(at - 1, ())]
            told.append(f"{near.pair_before}{word.word}")
        else:
            told.append("-end")
        if at < last:
            near = words[at + 1]
            told += near.after
            told += [f"+{each}" for each in known.get(at + 1, ())]
            told.append(f"{near.pair_after}{word.word}")
        else:
            told.append("+end")
        if at < last - 1:
            told += words[at + 2].two_after
        found.append(told)
    return found


@dataclass(frozen=True, slots=True)
class _Word:
    """What is told of a word, and of its neighbours because of it, put into strings once."""

    word: str
    alone: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    two_before: tuple[str, ...]
    two_after: tuple[str, ...]
    pair_before: str
    pair_after: str


@lru_cache(maxsize=4_096)
def _seen(surface: str) -> _Word:
    word, shape = surface.casefold(), _shape(surface)

    def near(sign: str) -> tuple[str, str]:
        return f"{sign}w={word}", f"{sign}s={shape}"

    alone = (f"w={word}", f"s={shape}", f"e={word[-3:]}", f"a={word[:3]}")
    return _Word(word, alone, near("-"), near("+"), near("--"), near("++"), f"-w|w={word}|", f"+w|w={word}|")


def _shape(word: str) -> str:
    if word[0].isdigit():
        return f"d{min(len(word), 7)}"
    if not word[0].isalpha():
        return word
    return f"l{min(len(word), 4)}"
