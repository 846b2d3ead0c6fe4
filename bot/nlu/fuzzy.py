"""Names of lookup tables that are written nearly right: "Yamaha Tracr" is the Tracer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from bot.model import ModelReader, ModelWriter

SHORTEST_NAME: Final = 5
"""Letters below which a slip makes another name."""
MOST_WORDS: Final = 4
_MOST_TOKENS: Final = 60
_TOKEN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


class FuzzyNames:
    """Looks names up where some letters differ; the first letter and every digit are the name's own.

    Among 100,000 names a look-up compares with the few hundred that share these and have about the length.
    """

    def __init__(self, names: Iterable[tuple[str, str]], alike: float, usual: Collection[str]) -> None:
        """`names` are (name, entity)s, `alike` the least share of letters that agree, `usual` words that are right.

        A slip of the finger counts once: a letter more, less, other, or two that changed places.
        """
        # Here and not above, as it takes 6 MB: only projects that ask for it pay.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        self._best, self._likeness = process.extractOne, OSA.normalized_similarity
        self._alike = alike
        self._usual = frozenset(usual)
        self._names: dict[tuple[str, tuple[str, ...], int], dict[str, tuple[str, str]]] = {}
        for name, entity in names:
            tokens = _TOKEN.findall(name.casefold())
            key = " ".join(tokens)
            if len(key) >= SHORTEST_NAME and len(tokens) <= MOST_WORDS:
                self._names.setdefault(_shelf(key, len(tokens)), {})[key] = entity, name

    def to_model(self, writer: ModelWriter) -> None:
        names = [(name, entity) for shelf in self._names.values() for entity, name in shelf.values()]
        writer.put_json("fuzzy", {"alike": self._alike, "usual": sorted(self._usual), "names": names})

    @classmethod
    def from_model(cls, reader: ModelReader) -> FuzzyNames:
        """What `to_model` has written. Raises ModelError."""
        written = reader.get_json("fuzzy")
        return cls([(name, entity) for name, entity in written["names"]], written["alike"], written["usual"])

    def find(self, text: str) -> Iterator[tuple[int, int, str, str, float]]:
        """(start, end, entity, the name as it is right, likeness), the longest first at each word."""
        if not self._names:
            return
        tokens = [match.span() for match in _TOKEN.finditer(text)][:_MOST_TOKENS]
        index = 0
        while index < len(tokens):
            found = self._at(text, tokens[index : index + MOST_WORDS])
            if found is None:
                index += 1
                continue
            count, entity, name, alike = found
            yield tokens[index][0], tokens[index + count - 1][1], entity, name, alike
            index += count

    def _at(self, text: str, tokens: list[tuple[int, int]]) -> tuple[int, str, str, float] | None:
        words = [text[start:end].casefold() for start, end in tokens]
        for count in range(len(words), 0, -1):
            said = " ".join(words[:count])
            if len(said) < SHORTEST_NAME or self._usual.issuperset(words[:count]):
                continue
            shelf = self._names.get(_shelf(said, count))
            if shelf is None or said in shelf:
                continue
            best = self._best(said, shelf.keys(), scorer=self._likeness, processor=None, score_cutoff=self._alike)
            if best is not None:
                return count, *shelf[best[0]], float(best[1])
        return None


def _shelf(name: str, words: int) -> tuple[str, tuple[str, ...], int]:
    return name[0], tuple(_DIGITS.findall(name)), words
