"""all-MiniLM-L6-v2 in numpy: unit sentence vectors of texts, from the weights of the safetensors file alone."""

from __future__ import annotations

import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Floats = NDArray[np.float32]

SIZE = 384
_LAYERS, _HEADS = 6, 12
_LONGEST = 60
"""Pieces of a text that are read."""
_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_WORD = re.compile(r"\w+|[^\w\s]")


class WordPieces:
    """Cuts texts into the numbers of the vocabulary's pieces: the longest that fits, from left to right."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, list[int]] = {}

    def cut(self, text: str) -> list[int]:
        apart = unicodedata.normalize("NFD", text.lower().replace("_", " "))
        plain = "".join(each for each in apart if unicodedata.category(each) != "Mn")
        return [number for word in _WORD.findall(plain) for number in self._word(word)][:_LONGEST]

    def _word(self, word: str) -> list[int]:
        if word not in self._known:
            self._known[word] = list(self._pieces(word))
        return self._known[word]

    def _pieces(self, word: str) -> Iterator[int]:
        start, found = 0, []
        while start < len(word):
            before = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if before + word[start:end] in self.numbers)
            end = next(ends, None)
            if end is None:
                yield self.numbers[_UNKNOWN]
                return
            found.append(self.numbers[before + word[start:end]])
            start = end
        yield from found


class Encoder:
    """The network as its authors trained it; vectors are means over all pieces, of length 1."""

    def __init__(self, weights: Path, pieces: WordPieces) -> None:
        self._weights = _safetensors(weights)
        self._ends = pieces.numbers[_START], pieces.numbers[_END]

    def vectors(self, texts: Sequence[Sequence[int]], at_once: int = 4_000) -> Iterator[tuple[list[int], Floats]]:
        """(places in `texts`, vectors): batches of texts of one length, so that none is padded."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        start = 0
        while start < len(order):
            length = len(texts[order[start]])
            end = start + 1
            while end < len(order) and len(texts[order[end]]) == length and (end - start) * (length + 2) < at_once:
                end += 1
            places = order[start:end]
            yield places, self._batch(np.array([[self._ends[0], *texts[place], self._ends[1]] for place in places]))
            start = end

    def _batch(self, numbers: NDArray[np.int64]) -> Floats:
        count, length = numbers.shape
        found = self._weights["embeddings.word_embeddings.weight"][numbers]
        found = found + self._weights["embeddings.position_embeddings.weight"][:length]
        found = found + self._weights["embeddings.token_type_embeddings.weight"][0]
        states = self._norm(found.reshape(count * length, SIZE), "embeddings.LayerNorm")
        for number in range(_LAYERS):
            states = self._layer(states, count, length, f"encoder.layer.{number}")
        means: Floats = states.reshape(count, length, SIZE).mean(axis=1)
        unit: Floats = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit

    def _layer(self, states: Floats, count: int, length: int, name: str) -> Floats:
        width = SIZE // _HEADS
        query, key, value = (
            self._linear(states, f"{name}.attention.self.{part}")
            .reshape(count, length, _HEADS, width)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        looks = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width))
        looks = np.exp(looks - looks.max(axis=-1, keepdims=True))
        looks /= looks.sum(axis=-1, keepdims=True)
        seen = (looks @ value).transpose(0, 2, 1, 3).reshape(count * length, SIZE)
        seen = self._linear(seen, f"{name}.attention.output.dense")
        states = self._norm(states + seen, f"{name}.attention.output.LayerNorm")
        inner = self._linear(states, f"{name}.intermediate.dense")
        inner = inner * np.float32(0.5) * (1 + erf(inner * np.float32(np.sqrt(0.5)))).astype(np.float32)
        return self._norm(states + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _linear(self, states: Floats, name: str) -> Floats:
        product: Floats = states @ self._weights[f"{name}.weight"].T
        return product + self._weights[f"{name}.bias"]

    def _norm(self, states: Floats, name: str) -> Floats:
        centered = states - states.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(centered).mean(axis=1, keepdims=True) + np.float32(1e-12))
        return np.asarray(centered / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _safetensors(path: Path) -> dict[str, Floats]:
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    return {
        name: np.frombuffer(
            content, "<f4", offset=8 + size + about["data_offsets"][0], count=int(np.prod(about["shape"]))
        ).reshape(about["shape"])
        for name, about in header.items()
        if name != "__metadata__" and about["dtype"] == "F32"
    }
