"""Many phrases tried at once: each only where a word stands that it can begin with.

One big alternation costs a regular-expression engine every alternative at every word. Most phrases begin with one of a
few words, which can be read off their pattern, so a message asks a table first.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property

from handoff.triage.reading import Reading

_MOST = 400
"""First words of one phrase; one with more is tried everywhere."""
_MORE = "…"
"""Ends a first word of which only the beginning is known."""
_REMEMBERED = 10_000


_LETTERS = re.compile(r"\[[a-z0-9.!?-]+\]")


class _Anything(Exception):
    """The phrase may begin with any word."""


Begun = list[tuple[re.Pattern[str], int]]
"""The phrases of one list that can begin at a word of a text, and where the word stands."""


class Beginnings:
    """Which lists have a phrase that can begin with a word. Asked once for each word of a text, for all lists."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[Phrases]] = {}
        self._by_start: dict[str, list[Phrases]] = {}
        self._starts: tuple[str, ...] = ()
        self._known: dict[str, tuple[tuple[Phrases, re.Pattern[str]], ...]] = {}

    def add(self, phrases: "Phrases", words: Iterable[str], starts: Iterable[str]) -> None:
        """Note the first words of a list, and the beginnings of such."""
        for word in words:
            self._by_word.setdefault(word, []).append(phrases)
        for start in starts:
            self._by_start.setdefault(start, []).append(phrases)
        self._starts = tuple(self._by_start)
        self._known.clear()

    def of(self, reading: Reading) -> "dict[Phrases, Begun]":
        """By list, in the order of the words; found once for a reading."""
        begun = reading.memo.get(self)
        if begun is None:
            begun = reading.memo[self] = {}
            known = self._known
            for word, at in zip(reading.words, reading.starts, strict=True):
                for phrases, pattern in known[word] if word in known else self._look_up(word):
                    if phrases in begun:
                        begun[phrases].append((pattern, at))
                    else:
                        begun[phrases] = [(pattern, at)]
        return begun

    def _look_up(self, word: str) -> "tuple[tuple[Phrases, re.Pattern[str]], ...]":
        lists = dict.fromkeys(self._by_word.get(word, ()))
        if word.startswith(self._starts):
            for start, more in self._by_start.items():
                if word.startswith(start):
                    lists.update(dict.fromkeys(more))
        if len(self._known) >= _REMEMBERED:  # numbers and names come without end
            self._known.clear()
        found = self._known[word] = tuple((phrases, phrases.begin_with(word)) for phrases in lists)
        return found


class Phrases:
    """Finds what ` (?:phrase|phrase|…)(?= )` would, leftmost and in order of the list.

    Lists that are tried on the same texts share their `beginnings`.
    """

    def __init__(self, phrases: Sequence[str], beginnings: Beginnings | None = None) -> None:
        self._phrases = tuple(phrases)
        self._by_word: dict[str, list[int]] = {}
        self._by_start: dict[str, list[int]] = {}
        anywhere: list[str] = []
        for place, phrase in enumerate(phrases):
            try:
                firsts = first_words(phrase)
            except _Anything:
                anywhere.append(phrase)
                continue
            for word in firsts:
                known = self._by_start if word.endswith(_MORE) else self._by_word
                known.setdefault(word.removesuffix(_MORE), []).append(place)
        self._everywhere = _compiled(tuple(anywhere)) if anywhere else None
        self._beginnings = beginnings or Beginnings()
        self._beginnings.add(self, self._by_word, self._by_start)

    def matches(self, reading: Reading, text: str) -> Sequence[re.Match[str]]:
        """In `text`, which is the reading's with parts blanked out; they do not overlap."""
        begun = self._beginnings.of(reading).get(self)
        if begun is None:
            if self._everywhere is None:
                return ()
            begun = []
        found = [match for pattern, start in begun if (match := pattern.match(text, start - 1)) is not None]
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
        if self._everywhere is not None:
            return next((match for match in self.matches(reading, reading.text) if match.start() >= start), None)
        for pattern, at in self._beginnings.of(reading).get(self, ()):
            if at > start and (match := pattern.match(reading.text, at - 1)):
                return match
        return None

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """All in one, for text that is no reading."""
        return _compiled(self._phrases)

    def begin_with(self, word: str) -> re.Pattern[str]:
        """The phrases that can begin with `word`, of which there is one."""
        places = set(self._by_word.get(word, ()))
        for start, more in self._by_start.items():
            if word.startswith(start):
                places.update(more)
        return _compiled(tuple(self._phrases[place] for place in sorted(places)))


@cache
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(phrases)})(?= )")


def first_words(pattern: str) -> frozenset[str]:
    """Every word that a phrase can begin with. Raises _Anything when that cannot be read off."""
    begun, _ = _alternatives(pattern, 0, frozenset({""}))
    words = frozenset(prefix.strip() for prefix in begun)
    if not words.isdisjoint(("", _MORE)) or len(words) > _MOST:
        raise _Anything
    return words


def _alternatives(pattern: str, at: int, begun: frozenset[str]) -> tuple[frozenset[str], int]:
    """What `begun` can become through the alternatives from `at` to the closing bracket, and where that is."""
    ended: frozenset[str] = frozenset()
    current = begun
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            ended, current, at = ended | current, begun, at + 1
            continue
        current, at = _item(pattern, at, current)
    return ended | current, at


def _item(pattern: str, at: int, begun: frozenset[str]) -> tuple[frozenset[str], int]:
    """One letter, class or group with its quantifier. A prefix that ends in a space is a whole word."""
    open_ends = frozenset(prefix for prefix in begun if not prefix.endswith((" ", _MORE)))
    if not open_ends:  # every word is complete: the rest cannot change the first
        return begun, _past(pattern, at)
    done = begun - open_ends
    char = pattern[at]
    looks = pattern.startswith(("(?=", "(?!", "(?<"), at)
    if looks:
        return begun, _past(pattern, at)
    if pattern.startswith("(?:", at):
        grown, at = _alternatives(pattern, at + 3, open_ends)
        at += 1
    elif char == "[" and (letters := _LETTERS.match(pattern, at)):
        at = letters.end()
        if pattern[at : at + 1] in ("+", "*", "{"):  # what follows the beginning may be anything
            _, at = _quantifier(pattern, at)
            begins = {prefix + (_MORE if prefix else "") for prefix in open_ends}
            if "" in begins:
                if letters.group() != "[0-9]":
                    raise _Anything
                begins = begins - {""} | {digit + _MORE for digit in "0123456789"}
            return done | begins, at
        if "-" in letters.group():
            raise _Anything
        grown = frozenset(prefix + letter for prefix in open_ends for letter in letters.group()[1:-1])
    elif char in "[.\\(":
        raise _Anything
    else:
        grown, at = frozenset(prefix + char for prefix in open_ends), at + 1
    after, at = _quantifier(pattern, at)
    if after in ("+", "*"):
        raise _Anything
    if after == "?":
        grown |= open_ends
    if len(grown) > 4 * _MOST:
        raise _Anything
    return done | grown, at


def _quantifier(pattern: str, at: int) -> tuple[str, int]:
    """`?`, `*`, `+`, or "" for exactly once; a count from 0 is `*`, from 1 `+`."""
    kind = pattern[at : at + 1]
    if kind == "{":
        end = pattern.index("}", at) + 1
        kind = "*" if pattern[at + 1] == "0" else "+"
    elif kind and kind in "?*+":
        end = at + 1
    else:
        return "", at
    return kind, end + (pattern[end : end + 1] == "?")


def _past(pattern: str, at: int) -> int:
    return _quantifier(pattern, _past_atom(pattern, at))[1]


def _past_atom(pattern: str, at: int) -> int:
    """Behind the letter, class or group that begins at `at`."""
    if pattern[at] == "[":
        return pattern.index("]", at + 1) + 1
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "(":
        return at + 1
    depth = 0
    while True:
        if pattern[at] == "[":
            at = pattern.index("]", at + 1)
        elif pattern[at] == "\\":
            at += 1
        else:
            depth += (pattern[at] == "(") - (pattern[at] == ")")
        at += 1
        if depth == 0:
            return at
