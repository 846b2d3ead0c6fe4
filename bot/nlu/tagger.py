"""A learned tagger: which words of a message are entities, from how annotated words are used in the examples."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from bot.examples import Example
from bot.model import ModelReader, ModelWriter

FEWEST_EXAMPLES: Final = 8
"""Annotations of an entity below which nothing general is to be learned from them."""
LONGEST: Final = 300
"""Words of a message that are tagged."""
LEAST_CONFIDENCE: Final = 0.5
_ROUNDS: Final = 50
_REMEMBERED_WORDS: Final = 4_096
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_OUTSIDE: Final = "O"
_PAIRS: Final = "-w|w=", "+w|w="
_MARK: Final = "\x1f"

Hints: TypeAlias = Sequence[tuple[int, int, str]]
"""(start, end, name) of what is known of a text before it is tagged: words of lists, patterns, recognised forms."""


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
        self._weighed_pairs = frozenset(each.encode() for each in weighed if each.startswith(_PAIRS))
        self._pair_heads = frozenset(_heads(weighed))
        self._seen: dict[str, _Word] = {}
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
        word = cache(_word)
        for example in examples:
            tokens = _tokens(example.text)
            if tokens:
                seen = [word(example.text[start:end]) for start, end in tokens]
                trainer.append(_features(seen, tokens, hints(example.text)), _labels(example, tokens, entities))
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
        tokens = _tokens(text)
        if not tokens:
            return
        seen = [self._known(text[start:end]) for start, end in tokens]
        self._tagger.set(_features(seen, tokens, hints, self._weighed_pairs))
        labels = self._tagger.tag()
        if labels.count(_OUTSIDE) == len(labels):
            return
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

    def _known(self, surface: str) -> _Word:
        """A word with what is weighed of what is told of it. Numbers are remembered only if an example has them."""
        word = self._seen.get(surface)
        if word is None:
            word = _word(surface, self._weighed, self._pair_heads)
            if not surface[0].isdigit() or f"w={surface}" in self._weighed:
                if len(self._seen) >= _REMEMBERED_WORDS:
                    self._seen.clear()
                self._seen[surface] = word
        return word


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


@dataclass(frozen=True, slots=True)
class _Word:
    """What is told of a word, and of its neighbours because of it: put into strings once, as CRFsuite reads them."""

    word: bytes
    alone: tuple[bytes, ...] = ()
    before: tuple[bytes, ...] = ()
    """Told of the word behind it."""
    after: tuple[bytes, ...] = ()
    two_before: tuple[bytes, ...] = ()
    two_after: tuple[bytes, ...] = ()
    pair_before: bytes | None = None
    """How the feature of the pair with the next word begins."""
    pair_after: bytes | None = None


_NOTHING = _Word(b"")
_START = _Word(b"", before=(b"-end",))
_END = _Word(b"", after=(b"+end",))


def _word(surface: str, weighed: Container[str] | None = None, pair_heads: Container[str] = ()) -> _Word:
    """The word with the features that are `weighed`, if that is given; `pair_heads` is how pairs that are begin."""
    word, shape = surface.casefold(), _shape(surface)

    def kept(*told: str) -> tuple[bytes, ...]:
        return tuple(each.encode() for each in told if weighed is None or each in weighed)

    def near(sign: str) -> tuple[bytes, ...]:
        return kept(f"{sign}w={word}", f"{sign}s={shape}")

    before, after = (
        head.encode() if weighed is None or head in pair_heads else None
        for head in (f"{begin}{word}|" for begin in _PAIRS)
    )
    alone = kept(f"w={word}", f"s={shape}", f"e={word[-3:]}", f"a={word[:3]}")
    return _Word(word.encode(errors="replace"), alone, near("-"), near("+"), near("--"), near("++"), before, after)


def _features(
    words: Sequence[_Word], tokens: Sequence[tuple[int, int]], hints: Hints, weighed: Container[bytes] | None = None
) -> list[list[bytes]]:
    """What is told of each word: itself, its shape and ends, what it is known as, and its two neighbours.

    Of pairs of words only those that are `weighed`, if that is given.
    """
    none: list[bytes] = []
    here, left, right = ([none] * len(words) for _ in range(3))
    for start, end, name in hints:
        for at, span in enumerate(tokens):
            if start <= span[0] and span[1] <= end:
                known = (b"k=" if start == span[0] else b"K=") + name.encode()
                here[at] = [*here[at], known]
                if at:
                    right[at - 1] = [*right[at - 1], b"+" + known]
                if at + 1 < len(words):
                    left[at + 1] = [*left[at + 1], b"-" + known]
    for at, (word, following) in enumerate(pairwise(words)):
        if tokens[at][1] == tokens[at + 1][0]:
            here[at + 1] = [*here[at + 1], b"joined"]
        if word.pair_before is not None:
            pair = word.pair_before + following.word
            if weighed is None or pair in weighed:
                left[at + 1] = [*left[at + 1], pair]
        if following.pair_after is not None:
            pair = following.pair_after + word.word
            if weighed is None or pair in weighed:
                right[at] = [*right[at], pair]
    row = [_NOTHING, _START, *words, _END, _NOTHING]
    return [
        [
            *word.alone,
            *also,
            *two_before.two_before,
            *before.before,
            *behind,
            *after.after,
            *ahead,
            *two_after.two_after,
        ]
        for two_before, before, word, after, two_after, also, behind, ahead in zip(
            row, row[1:], words, row[3:], row[4:], here, left, right, strict=False
        )
    ]


def _heads(features: Iterable[str]) -> Iterator[str]:
    """How features of pairs begin, up to the second word."""
    for feature in features:
        if feature.startswith(_PAIRS):
            yield from (feature[: at + 1] for at, sign in enumerate(feature) if sign == "|")


def _shape(word: str) -> str:
    if word[0].isdigit():
        return f"d{min(len(word), 7)}"
    if not word[0].isalpha():
        return word
    return f"l{min(len(word), 4)}"
