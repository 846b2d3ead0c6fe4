"""Many phrases tried at once: each only where a word stands that it can begin with.

One big alternation costs a regular-expression engine every alternative at every word. Most phrases begin with one of a
few words, which can be read off their pattern, so a message asks a table first.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from handoff.triage.reading import Reading

_MOST = 400
"""First words of one phrase; one with more is tried everywhere."""


class _Anything(Exception):
    """The phrase may begin with any word."""


class Phrases:
    """`matches` finds what `re.finditer` would with ` (?:phrase|phrase|…)(?= )`, leftmost and in order of the list."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._by_word: dict[str, list[str]] = {}
        self._ready: dict[str, re.Pattern[str]] = {}  # compiled when their word is first met
        anywhere: list[str] = []
        for phrase in phrases:
            try:
                firsts = first_words(phrase)
            except _Anything:
                anywhere.append(phrase)
                continue
            for word in firsts:
                self._by_word.setdefault(word, []).append(phrase)
        self._everywhere = _compiled(tuple(anywhere)) if anywhere else None

    def matches(self, reading: Reading, text: str) -> Iterator[re.Match[str]]:
        """In `text`, which is the reading's with parts blanked out; they do not overlap."""
        found = []
        known = self._by_word
        for word, start in zip(reading.words, reading.starts, strict=True):
            if word in known:
                pattern = self._ready.get(word)
                if pattern is None:
                    pattern = self._ready[word] = _compiled(tuple(known[word]))
                if match := pattern.match(text, start - 1):
                    found.append(match)
        if self._everywhere is not None:
            found += self._everywhere.finditer(text)
            found.sort(key=re.Match.start)
        end = 0
        for match in found:
            if match.start() >= end:
                end = match.end()
                yield match


@cache
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(phrases)})(?= )")


def first_words(pattern: str) -> frozenset[str]:
    """Every word that a phrase can begin with. Raises _Anything when that cannot be read off."""
    begun, _ = _alternatives(pattern, 0, frozenset({""}))
    words = frozenset(prefix.strip() for prefix in begun)
    if "" in words or len(words) > _MOST:
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
    open_ends = frozenset(prefix for prefix in begun if not prefix.endswith(" "))
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
