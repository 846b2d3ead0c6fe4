"""What a text looks like: words, pairs of words and pieces of words, weighted by how rare they are."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.model import ModelReader, ModelWriter
from bot.nlu.words import pieces_of, words

Keys = NDArray[np.uint32]
Columns = NDArray[np.int64]
Floats = NDArray[np.float32]

REMEMBERED_WORDS = 10_000
_BLOCK_LENGTH = np.float32(np.sqrt(0.5))
"""Words and pieces each make up half of a text, so that neither drowns the other."""
_NONE = np.zeros(0, dtype=np.uint32)
_PLACES = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as sparse rows: row i has `values[starts[i]:starts[i + 1]]` in the columns of the same places."""

    starts: Columns
    columns: Columns
    values: Floats


_LookedUp: TypeAlias = tuple[Columns, int]
"""The columns of features that are known, and how many are not."""


class _Found:
    """The features of one block of a text."""

    def __init__(self, parts: Sequence[_LookedUp]) -> None:
        self._parts = parts
        self.unknown = sum(unknown for _, unknown in parts)

    def counted(self) -> tuple[Columns, Columns]:
        """(known columns, how often each occurs)"""
        if not self._parts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.unique(np.concatenate([columns for columns, _ in self._parts]), return_counts=True)


class Lexicon:
    """The features of the training texts; a text becomes a unit vector of those it has.

    A feature is known by its CRC-32 alone. Two that share one count as the same; among 50,000 features there are
    about ten pairs, and an unknown feature is taken for a known one once in 80,000. In return a lexicon is two arrays
    which processes share, and opening one reads nothing.
    """

    def __init__(self, keys: Keys, rarity: Floats) -> None:
        """`keys` are the sorted features, `rarity` the weight of each."""
        self._keys = keys
        self._rarity = rarity
        self._remembered: dict[str, _LookedUp] = {}
        self._rarest = np.float32(rarity.max(initial=0.0)) ** 2

    def __len__(self) -> int:
        return len(self._keys)

    @classmethod
    def learn(cls, texts: Sequence[str]) -> tuple[Lexicon, Rows]:
        """The lexicon of `texts`, and their vectors."""
        keys: list[Keys] = []
        owners: list[NDArray[np.uint64]] = []
        pieces: dict[str, Keys] = {}
        for number, text in enumerate(texts):
            found = words(text)
            parts = [_word_keys(found)]
            for word in found:
                if word not in pieces:
                    pieces[word] = _piece_keys(word)
                parts.append(pieces[word])
            # The owner says which block of which text a feature was counted in.
            sizes = [len(parts[0]), sum(map(len, parts[1:]))]
            keys += parts
            owners.append(np.repeat(np.array([2 * number, 2 * number + 1], dtype=np.uint64), sizes))
        if not keys:
            return cls(_NONE, np.zeros(0, np.float32)), _rows(np.zeros(0, np.int64), _NONE, np.zeros(0, np.float32), 0)
        all_keys = np.concatenate(keys)
        known, columns = np.unique(all_keys, return_inverse=True)
        counted, counts = np.unique((np.concatenate(owners) << _PLACES) | columns.astype(np.uint64), return_counts=True)
        columns = (counted & np.uint64(0xFFFFFFFF)).astype(np.int64)
        owner = (counted >> _PLACES).astype(np.int64)
        seen_in = np.bincount(columns, minlength=len(known))
        rarity = (np.log((1.0 + len(texts)) / (1.0 + seen_in)) + 1.0).astype(np.float32)
        values = (np.float32(1.0) + np.log(counts.astype(np.float32))) * rarity[columns]
        lengths = np.sqrt(np.bincount(owner, weights=np.square(values), minlength=2 * len(texts)))
        values *= _BLOCK_LENGTH / lengths[owner].astype(np.float32)
        return cls(known, rarity), _rows(owner // 2, columns, values, len(texts))

    def vector(self, text: str) -> tuple[Columns, Floats]:
        """(columns, values) of the features that are known.

        Each block has the length sqrt(1/2) with its unknown features counted in, as rare as can be: what shares
        only the odd pair of letters with the training texts stays short.
        """
        found = words(text)
        columns, values = [], []
        for block in (_Found([self._look_up(_word_keys(found))]), _Found([self._pieces(word) for word in found])):
            known, counts = block.counted()
            if len(known):
                weight = (np.float32(1.0) + np.log(counts.astype(np.float32))) * self._rarity[known]
                weight *= _BLOCK_LENGTH / np.sqrt(weight @ weight + block.unknown * self._rarest)
                columns.append(known)
                values.append(weight)
        if not columns:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        return np.concatenate(columns), np.concatenate(values)

    def _pieces(self, word: str) -> _LookedUp:
        found = self._remembered.get(word)
        if found is None:
            found = self._look_up(_piece_keys(word))
            if len(self._remembered) >= REMEMBERED_WORDS:
                self._remembered.clear()
            self._remembered[word] = found
        return found

    def _look_up(self, keys: Keys) -> _LookedUp:
        if not len(self._keys):
            return np.zeros(0, dtype=np.int64), len(keys)
        places = np.searchsorted(self._keys, keys)
        places[places == len(self._keys)] = 0
        known: Columns = places[self._keys[places] == keys]
        return known, len(keys) - len(known)

    def to_model(self, writer: ModelWriter) -> None:
        writer.put("keys", self._keys)
        writer.put("rarity", self._rarity)

    @classmethod
    def from_model(cls, reader: ModelReader) -> Lexicon:
        return cls(reader.get("keys"), reader.get("rarity"))


def _word_keys(found: Sequence[str]) -> Keys:
    features = [*found, *(f"{first} {second}" for first, second in pairwise(found))]
    return np.array([zlib.crc32(feature.encode("utf-8", "replace")) for feature in features], dtype=np.uint32)


def _piece_keys(word: str) -> Keys:
    return np.array([zlib.crc32(f"#{piece}".encode("utf-8", "replace")) for piece in pieces_of(word)], dtype=np.uint32)


def _rows(owner: Columns, columns: NDArray[np.integer], values: NDArray[np.floating], texts: int) -> Rows:
    """Rows of (owner, column, value), which are sorted by owner; the two blocks of a text share no column."""
    starts = np.zeros(texts + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=texts), out=starts[1:])
    return Rows(starts, columns.astype(np.int64), values.astype(np.float32))
