"""What a text looks like: words, pairs of words and pieces of words, weighted by how rare they are."""

from __future__ import annotations

import math
import zlib
from collections import Counter
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
REMEMBERED_FEATURES = 20_000
"""Words and pairs of words."""
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
    told: Columns
    """The columns of words and pairs of words that more than one text has."""


_LookedUp: TypeAlias = tuple[list[int], int]
"""The columns of features that are known, and how many are not."""


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
        self._pieces: dict[str, _LookedUp] = {}
        self._columns: dict[str, int] = {}
        self._rarest = float(rarity.max(initial=0.0)) ** 2

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
            parts = [_keys(_word_features(found))]
            for word in found:
                if word not in pieces:
                    pieces[word] = _piece_keys(word)
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
        """(columns, values) of the features that are known.

        Each block has the length sqrt(1/2) with its unknown features counted in, as rare as can be: what shares
        only the odd pair of letters with the training texts stays short.
        """
        found = words(text)
        columns, unknown = self._looked_up(found)
        pieces: list[int] = []
        unknown_pieces = 0
        for word in found:
            known, missing = self._pieces_of(word)
            pieces += known
            unknown_pieces += missing
        # Both blocks in one go: each call of numpy costs more than what it reckons here. Counting so few in a
        # dictionary takes a quarter of the time of sorting an array of them.
        told, cut = Counter(columns), Counter(pieces)
        found_columns = np.array([*told, *cut], dtype=np.int64)
        weights = self._rarity.take(found_columns)
        weights *= np.float32(1.0) + np.log(np.array([*told.values(), *cut.values()], dtype=np.float32))
        for block, missing in ((weights[: len(told)], unknown), (weights[len(told) :], unknown_pieces)):
            if len(block):
                block *= _BLOCK_LENGTH / math.sqrt(float(block @ block) + missing * self._rarest)
        return found_columns, weights

    def _looked_up(self, found: Sequence[str]) -> _LookedUp:
        """Of words and of those that stand together."""
        features = _word_features(found)
        places = list(map(self._columns.get, features))
        if None in places:
            missing = [feature for feature in features if feature not in self._columns]
            if len(self._columns) >= REMEMBERED_FEATURES:
                self._columns.clear()
                missing = features
            self._columns.update(zip(missing, self._places(_keys(missing)), strict=True))
            places = [self._columns[feature] for feature in features]
        columns = [place for place in places if place is not None and place >= 0]
        return columns, len(features) - len(columns)

    def _pieces_of(self, word: str) -> _LookedUp:
        looked_up = self._pieces.get(word)
        if looked_up is None:
            places = self._places(_piece_keys(word))
            known = [place for place in places if place >= 0]
            looked_up = known, len(places) - len(known)
            if len(self._pieces) >= REMEMBERED_WORDS:
                self._pieces.clear()
            self._pieces[word] = looked_up
        return looked_up

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


def _word_features(found: Sequence[str]) -> list[str]:
    """Words, pairs of neighbours, and pairs with one word between them: "cancel my order" is "cancel the order"."""
    return [
        *found,
        *(f"{first} {second}" for first, second in pairwise(found)),
        *(f"{first} * {second}" for first, second in zip(found, found[2:], strict=False)),
    ]


def _keys(features: Sequence[str]) -> Keys:
    return np.array([zlib.crc32(feature.encode("utf-8", "replace")) for feature in features], dtype=np.uint32)


def _piece_keys(word: str) -> Keys:
    return _keys([f"#{piece}" for piece in pieces_of(word)])
