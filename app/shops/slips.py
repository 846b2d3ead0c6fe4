"""Mends slips of the finger: a letter more, fewer or other, or two that changed places."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

_SHORTEST = 6
"""Letters. Below that, one wrong letter is another machine."""
SHORTEST_SLIP = _SHORTEST - 1
"""Letters of the shortest slip that is mended, one left out."""
_LONG = 10
"""Letters from which two slips are forgiven."""
MOST_SLIPS = 2
_REMEMBERED = 20_000


class Slips:
    """Words that are found by a misspelling of theirs. Looking one up takes microseconds, however many there are.

    Two words one slip apart have a word in common that comes from each by leaving out at most one letter; two slips,
    two letters. All such remains of the words are kept, so that only words which can be meant are compared.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_rest: dict[str, list[str]] = {}
        self._known = set(words)
        self._seen: dict[str, tuple[str, int] | None] = {}
        for word in sorted(self._known):
            if len(word) >= _SHORTEST:
                for rest in _rests(word):
                    self._by_rest.setdefault(rest, []).append(word)

    def nearest(self, word: str) -> tuple[str, int] | None:
        """The word that `word` most likely is, with its slips; None where none is near enough."""
        if word in self._known:
            return word, 0
        if len(word) < SHORTEST_SLIP or not self._by_rest:
            return None
        if word not in self._seen:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[word] = self._look_up(word)
        return self._seen[word]

    def _look_up(self, word: str) -> tuple[str, int] | None:
        near = {known for rest in _rests(word) for known in self._by_rest.get(rest, ())}
        best: tuple[str, int] | None = None
        for known in sorted(near):
            forgiven = MOST_SLIPS if len(known) >= _LONG else 1
            slips = OSA.distance(word, known, score_cutoff=forgiven)
            if slips <= forgiven and (best is None or slips < best[1]):
                best = known, slips
        return best


def _rests(word: str) -> set[str]:
    one = {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
    if len(word) < _LONG - 2:
        return one
    return one | {rest[:at] + rest[at + 1 :] for rest in one for at in range(len(rest))}
