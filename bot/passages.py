"""Finds the passage of an article that answers a question: BM25 over its words, united with what texts mean."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.articles import Passage

BY_WORDS: Final = 0.5
BY_MEANING: Final = 0.3
"""Confidence from which on a passage is an answer, without and with vectors: where one of 25 questions that no
passage of a small help centre answers gets one all the same."""
LONGEST_ANSWER: Final = 600
"""Characters; an answer ends with a paragraph or a sentence."""
_MOST_WORDS: Final = 40
"""Words of a question that count."""
_CANDIDATES: Final = 20
_WORD = re.compile(r"[^\W_]+")
_EMPTY: Final = frozenset(
    """
    a about after all also am an and any are as at be been but by can could did do does for from get had has have he
    hello her hey hi how i if in into is it its just like long many may me much must my need no not of on or our out
    please shall she should so some tell than thanks that the their them then there these they this those to too up us
    want was we were what when where which who why will with would yes you your
    aber als am auch auf aus bei bin bitte da das dass dem den der des die dir doch du ein eine einen er es für habe
    haben hallo hat ich ihr im in ist ja kann können man mein meine mich mir mit nach nicht noch nur oder sein sich sie
    sind so über um und uns von war was wann wenn wer werden wie wir wo zu zum zur
    au aux avec ce ces c combien comment dans de des du elle en est et il ils j je la le les leur l ma mais me mes mon
    ne nous on ou où par pas peut pour qu quand que quel quelle qui sa se ses son sont sur ta te tu un une vous
    """.split()  # noqa: SIM905 - a list of quotes says less
)
"""Words that say nothing of what is asked."""

Vectors: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, as rows: texts that mean the same have a large product."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an article says to a question."""

    text: str
    passage: Passage
    confidence: float
    """The share of what was asked that the passage speaks of, from 0 to 1."""


class PassageIndex:
    """Passages in SQLite's full-text index, in memory. Safe for one thread at a time."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors | None = None) -> None:
        """Without `vectors` the words alone decide."""
        self._passages = tuple(passages)
        self._vectors = vectors
        self._rows = (
            # What a heading says in two words would be lost among the hundred below it.
            [
                vectors([f"{each.title}. {each.heading}. {each.text}" for each in passages]),
                vectors([f"{each.title}. {each.heading}" for each in passages]),
            ]
            if vectors is not None and passages
            else []
        )
        self._words = sqlite3.connect(":memory:", check_same_thread=False)
        self._words.execute("CREATE VIRTUAL TABLE words USING fts5(title, heading, body, tokenize='porter unicode61')")
        self._words.executemany(
            "INSERT INTO words (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
            ((number, each.title, each.heading, each.text) for number, each in enumerate(passages)),
        )

    def answer(self, question: str, threshold: float | None = None) -> Answer | None:
        """The passage that answers best, where one does with a confidence of `threshold` or more.

        None: BY_MEANING with vectors, BY_WORDS without.
        """
        if threshold is None:
            threshold = BY_MEANING if self._rows else BY_WORDS
        words = [word for word in dict.fromkeys(_WORD.findall(question.casefold())) if word not in _EMPTY][:_MOST_WORDS]
        if not words or not self._passages:
            return None
        places = {word: self._having(word) for word in words}
        weights = {word: math.log(1 + len(self._passages) / (1 + len(places[word]))) for word in words}
        meant = self._meanings(question)
        candidates = dict.fromkeys(self._best_by_words(words))
        if meant is not None:
            candidates.update(dict.fromkeys(np.argsort(-meant, kind="stable")[:_CANDIDATES].tolist()))
        best, confidence = -1, 0.0
        for number in candidates:
            share = sum(weights[word] for word in words if number in places[word]) / sum(weights.values())
            if meant is not None:
                share = (share + 2 * float(meant[number])) / 3
            if share > confidence:
                best, confidence = number, share
        if best < 0 or confidence < threshold:
            return None
        passage = self._passages[best]
        return Answer(_shortened(passage.text), passage, confidence)

    def _having(self, word: str) -> frozenset[int]:
        rows = self._words.execute("SELECT rowid FROM words WHERE words MATCH ?", (f'"{word}"',))
        return frozenset(number for (number,) in rows)

    def _best_by_words(self, words: Sequence[str]) -> list[int]:
        either = " OR ".join(f'"{word}"' for word in words)
        query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 3.0, 2.0, 1.0), rowid LIMIT ?"
        return [number for (number,) in self._words.execute(query, (either, _CANDIDATES))]

    def _meanings(self, question: str) -> NDArray[np.float32] | None:
        if self._vectors is None or not self._rows:
            return None
        asked = self._vectors([question])[0]
        likeness: NDArray[np.float32] = sum(np.maximum(rows @ asked, 0.0) for rows in self._rows) / np.float32(2)
        return likeness


def _shortened(text: str) -> str:
    """The first paragraphs, or sentences of the first, that are no longer than an answer may be."""
    if len(text) <= LONGEST_ANSWER:
        return text
    start = text[:LONGEST_ANSWER]
    for end in ("\n\n", ". ", " "):
        cut = start.rfind(end)
        if cut > LONGEST_ANSWER // 4:
            return start[: cut + (end == ". ")].rstrip() + (" …" if end == " " else "")
    return start
