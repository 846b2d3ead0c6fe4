"""Many phrases tried at once: each only where a word stands that it can begin with.

One big alternation costs a regular-expression engine every alternative at every word. Most phrases begin with one of a
few words, which can be read off their pattern, so a message asks a table first. And most words that can begin some
phrase begin none: one look at a word, for all lists together, comes before each list's own.
"""

import re
from collections.abc import Sequence
from functools import cache, cached_property

from handoff.triage.first_words import MORE, Anything, first_words, loosened
from handoff.triage.reading import Reading

_REMEMBERED = 10_000

Begun = list[tuple[re.Pattern[str], int]]
"""The phrases of one list that may begin at a word of a text, and where the space before that word is."""


class Beginnings:
    """Which lists have a phrase where a word stands. Asked once for each word of a text, for all lists."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[tuple[Phrases, int, bool]]] = {}
        self._by_start: dict[str, list[tuple[Phrases, int, bool]]] = {}
        self._starts: tuple[str, ...] = ()
        self._everywhere: list[Phrases] = []
        self._openings: dict[tuple[str, tuple[str, ...]], Opening] = {}
        self._known: dict[str, Opening | None] = {}

    def add(self, phrases: "Phrases", place: int, words: dict[str, bool]) -> None:
        """Note what the phrase at a place of a list begins with, as `first_words` gives it."""
        for word, alone in words.items():
            known = self._by_start if word.endswith(MORE) else self._by_word
            known.setdefault(word.removesuffix(MORE), []).append((phrases, place, alone))
        self._starts = tuple(self._by_start)
        self._openings.clear()
        self._known.clear()

    def add_everywhere(self, phrases: "Phrases") -> None:
        """Note a list with phrases that may begin with any word."""
        self._everywhere.append(phrases)

    def of(self, reading: Reading) -> "dict[Phrases, Begun]":
        """By list, in the order of the words; found once for a reading. A list that is missing finds nothing in it.

        That holds as well where parts of the text are blanked out.
        """
        begun: dict[Phrases, Begun] | None = reading.memo.get(self)
        if begun is None:
            begun = reading.memo[self] = {phrases: [] for phrases in self._everywhere}
            text, known, at = reading.text, self._known, 0
            for word in reading.words:
                opening = known[word] if word in known else self._look_up(word)
                if opening is not None:
                    for phrases, pattern in opening.alone:
                        begun.setdefault(phrases, []).append((pattern, at))
                    if opening.look is not None and opening.look.match(text, at):
                        for phrases, look, pattern in opening.others:
                            if look.match(text, at):
                                begun.setdefault(phrases, []).append((pattern, at))
                at += len(word) + 1
        return begun

    def _look_up(self, word: str) -> "Opening | None":
        if len(self._known) >= _REMEMBERED:  # numbers and names come without end
            self._known.clear()
        found = self._by_word.get(word, [])
        starts: tuple[str, ...] = ()
        if word.startswith(self._starts):
            starts = tuple(start for start in self._starts if word.startswith(start))
        opening = None
        if found or starts:
            # Numbers that begin with the same digit have one opening between them.
            key = (word if found else "", starts)
            if key not in self._openings:
                self._openings[key] = Opening([*found, *(each for start in starts for each in self._by_start[start])])
            opening = self._openings[key]
        self._known[word] = opening
        return opening


class Opening:
    """What can begin with one word: by list, the places of its phrases, and whether the word alone can be one."""

    def __init__(self, found: "Sequence[tuple[Phrases, int, bool]]") -> None:
        alone = {phrases for phrases, _, by_itself in found if by_itself}
        places: dict[Phrases, set[int]] = {}
        for phrases, place, _ in found:
            places.setdefault(phrases, set()).add(place)
        chosen = {phrases: phrases.at(each) for phrases, each in places.items()}
        self.alone = tuple((phrases, _compiled(chosen[phrases])) for phrases in chosen if phrases in alone)
        """Lists that need no look: the word by itself is a phrase of theirs."""
        self._others = {phrases: each for phrases, each in chosen.items() if phrases not in alone}
        loose = tuple(dict.fromkeys(loosened(phrase) for each in self._others.values() for phrase in each))
        self.look = _compiled(loose) if loose else None
        """Lets through wherever one of `others` begins."""

    @cached_property
    def others(self) -> "tuple[tuple[Phrases, re.Pattern[str], re.Pattern[str]], ...]":
        """The other lists, each with a look of its own, and with its phrases. Compiled when something gets so far."""
        return tuple(
            (phrases, _compiled(tuple(map(loosened, each))), _compiled(each)) for phrases, each in self._others.items()
        )


class Phrases:
    """Finds what ` (?:phrase|phrase|…)(?= )` would, leftmost and in order of the list.

    Lists that are tried on the same texts share their `beginnings`.
    """

    def __init__(self, phrases: Sequence[str], beginnings: Beginnings | None = None) -> None:
        self._phrases = tuple(phrases)
        self._beginnings = beginnings or Beginnings()
        anywhere: list[str] = []
        for place, phrase in enumerate(phrases):
            try:
                self._beginnings.add(self, place, first_words(phrase))
            except Anything:
                anywhere.append(phrase)
        self._everywhere = _compiled(tuple(anywhere)) if anywhere else None
        if anywhere:
            self._beginnings.add_everywhere(self)

    def matches(self, reading: Reading, text: str) -> Sequence[re.Match[str]]:
        """In `text`, which is the reading's with parts blanked out; they do not overlap."""
        begun = self._beginnings.of(reading).get(self)
        if begun is None:
            return ()
        found = [match for pattern, start in begun if (match := pattern.match(text, start)) is not None]
        if self._everywhere is not None:
            found += self._everywhere.finditer(text)
            found.sort(key=re.Match.start)
        if len(found) < 2:
            return found
        end = 0
        apart = []
        for match in found:
            if match.start() >= end:
                end = match.end()
                apart.append(match)
        return apart

    def search(self, reading: Reading, start: int = 0) -> re.Match[str] | None:
        """The first one in the reading's own text from `start` on."""
        begun = self._beginnings.of(reading).get(self)
        if begun is None:
            return None
        if self._everywhere is not None:
            return next((match for match in self.matches(reading, reading.text) if match.start() >= start), None)
        for pattern, at in begun:
            if at >= start and (match := pattern.match(reading.text, at)):
                return match
        return None

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """All in one, for text that is no reading."""
        return _compiled(self._phrases)

    def at(self, places: set[int]) -> tuple[str, ...]:
        """The phrases at these places of the list, in order."""
        return tuple(self._phrases[place] for place in sorted(places))


@cache
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(phrases)})(?= )")
