"""What a text looks like: words, pairs of words and pieces of words, weighted by how rare they are."""

from __future__ import annotations

import math
import zlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from bot.model import ModelReader, ModelWriter
from bot.nlu.words import FIGURE, pieces_of, words

Keys = NDArray[np.uint32]
Columns: TypeAlias = NDArray[np.signedinteger]
Floats = NDArray[np.float32]

REMEMBERED_WORDS = 10_000
REMEMBERED_PAIRS = 20_000
_BLOCK_LENGTH = np.float32(np.sqrt(0.5))
"""Words and pieces each make up half of a text, so that neither drowns the other."""
_NONE = np.zeros(0, dtype=np.uint32)
_PLACES = np.uint64(32)
_WEIGHT_OF_TIMES = np.log(np.arange(20_000, dtype=np.float32).clip(1.0)) + np.float32(1.0)
"""What a feature counts that is there so many times; no text has one more often."""
_FIRST_COLUMN = np.int32(0)
_PIECES_OF_A_LETTER = 3
"""One of each length begins at a letter, as the blanks at both ends make up for the last ones."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as sparse rows: row i has `values[starts[i]:starts[i + 1]]` in the columns of the same places."""

    starts: Columns
    columns: Columns
    values: Floats
    told: Columns
    """The columns of words and pairs of words that more than one text has."""


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
        self._words: dict[str, bytes] = {}
        """The columns of words and of their pieces, int32, as they are remembered."""
        self._pairs: dict[tuple[str, ...], bytes] = {}
        self._rarest = float(rarity.max(initial=0.0)) ** 2

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def remembered(self) -> Container[str]:
        """Words that texts had, without those with figures that no example has."""
        return self._words.keys()

    @classmethod
    def learn(cls, texts: Sequence[str]) -> tuple[Lexicon, Rows]:
        """The lexicon of `texts`, and their vectors."""
        keys: list[Keys] = []
        owners: list[NDArray[np.uint64]] = []
        pieces: dict[str, Keys] = {}
        for number, text in enumerate(texts):
            found = words(text)
            parts = [_keys(_word_features(found))]
            for word in found:
                if word not in pieces:
                    pieces[word] = _keys(_marked_pieces(word))
                parts.append(pieces[word])
            # The owner says which block of which text a feature was counted in.
            sizes = [len(parts[0]), sum(map(len, parts[1:]))]
            keys += parts
            owners.append(np.repeat(np.array([2 * number, 2 * number + 1], dtype=np.uint64), sizes))
        if not keys:
            nothing = np.zeros(0, np.int64)
            none = np.zeros(0, np.float32)
            return cls(_NONE, none), Rows(np.zeros(len(texts) + 1, np.int64), nothing, none, nothing)
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
        told = np.unique(columns[owner % 2 == 0])
        starts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner // 2, minlength=len(texts)), out=starts[1:])
        # The rows are sorted by owner, and the two blocks of a text share no column.
        return cls(known, rarity), Rows(starts, columns, values.astype(np.float32), told[seen_in[told] > 2])

    def vector(self, text: str) -> tuple[Columns, Floats]:
        """(columns, values) of the features that are known; columns of words and pairs count from the end, below 0.

        Each block has the length sqrt(1/2) with its unknown features counted in, as rare as can be: what shares
        only the odd pair of letters with the training texts stays short.
        """
        found = words(text)
        pairs = _pairs(found)
        known = [*map(self._words.get, found), *map(self._pairs.get, pairs)]
        parts = self._looked_up(found, pairs) if None in known else cast("list[bytes]", known)
        # A column for each time that a feature is there, in order. From here on it is a dozen calls of numpy, as a loop
        # over all of them takes longer.
        all_columns = np.frombuffer(bytearray().join(parts), dtype=np.int32)
        all_columns.sort()
        is_edge = np.empty(len(all_columns) + 1, dtype=np.bool_)
        is_edge[0] = is_edge[-1] = True
        np.not_equal(all_columns[1:], all_columns[:-1], out=is_edge[1:-1])
        edges = is_edge.nonzero()[0]
        starts = edges[:-1]
        columns = all_columns.take(starts)
        weights = self._rarity.take(columns)
        weights *= _WEIGHT_OF_TIMES.take(edges[1:] - starts, mode="clip")
        cut = columns.searchsorted(_FIRST_COLUMN)
        told = int(edges[cut])
        unknown_words = len(found) + len(pairs) - told
        unknown_pieces = _PIECES_OF_A_LETTER * len("".join(found)) - (len(all_columns) - told)
        for block, unknown in ((weights[:cut], unknown_words), (weights[cut:], unknown_pieces)):
            if len(block):
                block *= _BLOCK_LENGTH / math.sqrt(float(block.dot(block)) + unknown * self._rarest)
        return columns, weights

    def _looked_up(self, found: Sequence[str], pairs: Sequence[tuple[str, ...]]) -> list[bytes]:
        """The columns of words with their pieces, and of pairs of words.

        They are remembered, but for words with figures that no example has: those may be somebody's number.
        """
        if len(self._words) >= REMEMBERED_WORDS:
            self._words.clear()
        if len(self._pairs) >= REMEMBERED_PAIRS:
            self._pairs.clear()
        parts = [*map(self._looked_up_word, found)]
        parts += [self._pairs[pair] for pair in pairs if pair in self._pairs]
        missing = [pair for pair in pairs if pair not in self._pairs]
        for pair, place in zip(missing, self._places(_keys([*map(" ".join, missing)])), strict=True):
            columns = self._told(place)
            parts.append(columns)
            if pair[0] in self._words and pair[-1] in self._words:
                self._pairs[pair] = columns
        return parts

    def _looked_up_word(self, word: str) -> bytes:
        known = self._words.get(word)
        if known is not None:
            return known
        told, *pieces = self._places(_keys([word, *_marked_pieces(word)]))
        columns = np.array([place for place in pieces if place >= 0], np.int32).tobytes() + self._told(told)
        if told >= 0 or not FIGURE.search(word):
            self._words[word] = columns
        return columns

    def _told(self, place: int) -> bytes:
        """The column of a word or a pair of words, counted from the end; none where it is not known."""
        return np.int32(place - len(self._keys)).tobytes() if place >= 0 else b""

    def _places(self, keys: Keys) -> list[int]:
        """The column of each, -1 where it has none."""
        if not len(self._keys):
            return [-1] * len(keys)
        places = np.searchsorted(self._keys, keys)
        places[places == len(self._keys)] = 0
        places[self._keys[places] != keys] = -1
        found: list[int] = places.tolist()
        return found

    def to_model(self, writer: ModelWriter) -> None:
        writer.put("keys", self._keys)
        writer.put("rarity", self._rarity)

    @classmethod
    def from_model(cls, reader: ModelReader) -> Lexicon:
        return cls(reader.get("keys"), reader.get("rarity"))


def _pairs(found: Sequence[str]) -> list[tuple[str, ...]]:
    """Neighbours, and words with one word between them: "cancel my order" is "cancel the order"."""
    return [*pairwise(found), *zip(found, repeat("*"), found[2:], strict=False)]


def _word_features(found: Sequence[str]) -> list[str]:
    return [*found, *map(" ".join, _pairs(found))]


def _marked_pieces(word: str) -> list[str]:
    """The pieces of a word as features of their own: "#or" is no word "or"."""
    return [f"#{piece}" for piece in pieces_of(word)]


def _keys(features: Sequence[str]) -> Keys:
    return np.array([zlib.crc32(feature.encode("utf-8", "replace")) for feature in features], dtype=np.uint32)
