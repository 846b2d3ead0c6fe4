"""Many phrases tried at once: each only where its first word stands, the second follows, and the last comes.

One big alternation costs a regular-expression engine every alternative at every word. The words at the edges of most
phrases are a few, which can be read off their pattern, so a message asks a table first: what it leaves is seldom more
than a handful.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from handoff.triage.edges import ANYTHING, MORE, edges
from handoff.triage.reading import Reading

_REMEMBERED = 10_000

Begun = list[tuple[re.Pattern[str], int, re.Match[str] | None]]
"""Phrases of one list that may be in a text, where the space before each is, and the match in the text as it is."""


class Index:
    """Which phrases may be where in a text; for all lists that are tried on the same texts.

    A set of phrases is a number, the bit of each by its place: those that all of three tables have take two `&`.
    """

    def __init__(self) -> None:
        self._phrases: list[tuple[Phrases, str, bool]] = []
        self._patterns: list[re.Pattern[str] | None] = []
        """Of phrases that a text may have had; most never get so far."""
        self._first, self._second, self._last = _Table(), _Table(), _Table()
        self._known: dict[str, tuple[int, int, int]] = {}

    def add(self, phrases: "Phrases", phrase: str) -> None:
        """Note a phrase of a list; those of one list in their order."""
        bit = 1 << len(self._phrases)
        found = edges(phrase)
        # What must not be there may be blanked out.
        may_come = found is ANYTHING or "(?!" in phrase or "(?<!" in phrase
        self._phrases.append((phrases, phrase, may_come))
        self._patterns.append(None)
        for table, words in zip((self._first, self._second, self._last), found, strict=True):
            table.add(words, bit)
        self._known.clear()

    def of(self, reading: Reading) -> "dict[Phrases, Begun]":
        """By list, in the order of the words; found once for a reading. A list that is missing finds nothing in it.

        That holds as well where parts of the text are blanked out.
        """
        begun: dict[Phrases, Begun] | None = reading.memo.get(self)
        if begun is None:
            begun = reading.memo[self] = {}
            known = self._known
            rows = [known[word] if word in known else self._look_up(word) for word in reading.words]
            tries = []
            ends, follows = 0, self._second.always
            for (first, second, last), start in zip(reversed(rows), reversed(reading.starts), strict=True):
                ends |= last  # of this word and those behind it
                if first and (places := first & follows & ends):
                    tries.append((places, start - 1))
                follows = second
            for places, start in reversed(tries):
                self._try(places, reading.text, start, begun)
        return begun

    def _try(self, places: int, text: str, start: int, begun: "dict[Phrases, Begun]") -> None:
        while places:
            place = (places & -places).bit_length() - 1
            places &= places - 1
            phrases, phrase, may_come = self._phrases[place]
            pattern = self._patterns[place]
            if pattern is None:
                pattern = self._patterns[place] = _compiled(phrase)
            match = pattern.match(text, start)
            if match is not None or may_come:
                begun.setdefault(phrases, []).append((pattern, start, match))

    def _look_up(self, word: str) -> tuple[int, int, int]:
        if len(self._known) >= _REMEMBERED:  # numbers and names come without end
            self._known.clear()
        row = self._known[word] = (self._first.of(word), self._second.of(word), self._last.of(word))
        return row


class _Table:
    """The phrases that can have a word at one place."""

    def __init__(self) -> None:
        self.always = 0
        """Those that can have any word there, or none."""
        self._by_word: dict[str, int] = {}
        self._by_start: dict[str, int] = {}
        self._starts: tuple[str, ...] = ()

    def add(self, words: Iterable[str], bit: int) -> None:
        """Note the words of a phrase, as `edges` gives them."""
        for word in words:
            if word in ("", MORE):
                self.always |= bit
            else:
                known = self._by_start if word.endswith(MORE) else self._by_word
                word = word.removesuffix(MORE)
                known[word] = known.get(word, 0) | bit
        self._starts = tuple(self._by_start)

    def of(self, word: str) -> int:
        """The phrases that can have `word` there."""
        found = self._by_word.get(word, 0)
        if word.startswith(self._starts):
            for start in self._starts:
                found |= self._by_start[start] if word.startswith(start) else 0
        return found | self.always if found else self.always


class Phrases:
    """Finds what ` (?:phrase|phrase|…)(?= )` would, leftmost and in order of the list.

    Lists that are tried on the same texts share their `index`.
    """

    def __init__(self, phrases: Sequence[str], index: Index | None = None) -> None:
        self._phrases = tuple(phrases)
        self._index = index or Index()
        for phrase in phrases:
            self._index.add(self, phrase)

    def matches(self, reading: Reading, text: str) -> Sequence[re.Match[str]]:
        """In `text`, which is the reading's with parts blanked out; they do not overlap."""
        found: list[re.Match[str]] = []
        end = 0
        for pattern, start, match in self._index.of(reading).get(self, ()):
            if text is not reading.text:
                match = pattern.match(text, start)
            if match is not None and start >= end:
                found.append(match)
                end = match.end()
        return found

    def search(self, reading: Reading, start: int = 0) -> re.Match[str] | None:
        """The first one in the reading's own text from `start` on."""
        for _, at, match in self._index.of(reading).get(self, ()):
            if match is not None and at >= start:
                return match
        return None

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """All in one, for text that is no reading."""
        return _compiled("|".join(self._phrases))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f" (?:{pattern})(?= )")
