"""Which words a phrase of the lexicon begins and ends with, read off its pattern without trying it."""

import re
from typing import NamedTuple

MORE = "…"
"""Ends a word of which only the beginning is known; by itself it is any word."""
_MOST = 400
"""Words at one place of a phrase; more are as good as any."""
_FEW = 10
"""Letters of a class that are followed one by one where it repeats, such as digits."""
_ENDLESS = 1_000

_RANGE = re.compile(r"(.)-(.)")
_COUNT = re.compile(r"([?*+]|\{([0-9]*)(,?)([0-9]*)\})[?+]?")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")


class Edges(NamedTuple):
    """Words at the edges of a phrase."""

    first: frozenset[str]
    second: frozenset[str]
    """With "" where the phrase can be one word."""
    last: frozenset[str]


ANYTHING = Edges(frozenset({MORE}), frozenset({MORE}), frozenset({MORE}))


def edges(pattern: str) -> Edges:
    """Every match of `pattern` has these words there, also one in a text of which other words are blanked out.

    What a pattern looks at without taking it is passed over, so some of the words may never be matched.
    """
    try:
        choices = _Reader(pattern).choices()
    except _Unreadable:
        return ANYTHING
    forward, backward = _Walk(2), _Walk(1, backward=True)
    forward.through(choices)
    backward.through(choices)
    last = frozenset(MORE if word.endswith(MORE) else word[::-1] for word in backward.words[0])
    return Edges(_few(forward.words[0]), _few(forward.words[1]), _few(last))


def _few(words: set[str] | frozenset[str]) -> frozenset[str]:
    return frozenset(words) if len(words) <= _MOST and MORE not in words else frozenset({MORE})


class _Unreadable(Exception):
    """The pattern has something that stands for nearly any letter."""


class _Node(NamedTuple):
    """One of some letters, or one of some sequences of nodes, so many times in a row."""

    letters: str
    choices: "tuple[tuple[_Node, ...], ...]"
    least: int
    most: int


class _Reader:
    """A regular expression as lexicons have it: letters, classes, groups, counts, and looks, which are empty."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def choices(self) -> tuple[tuple[_Node, ...], ...]:
        """What stands from here to the end of the group or the pattern."""
        choices: list[list[_Node]] = [[]]
        while self._at < len(self._pattern) and self._pattern[self._at] != ")":
            if self._pattern[self._at] == "|":
                choices.append([])
                self._at += 1
            else:
                choices[-1].append(self._node())
        return tuple(map(tuple, choices))

    def _node(self) -> _Node:
        pattern, begin = self._pattern, self._at
        letters: str = ""
        choices: tuple[tuple[_Node, ...], ...] = ((),)
        if pattern[begin] == "(":
            look = next((look for look in _LOOKS if pattern.startswith(look, begin)), None)
            if look is None and pattern.startswith("(?", begin) and pattern[begin + 2] != ":":
                raise _Unreadable
            self._at += len(look) if look else 3 if pattern.startswith("(?:", begin) else 1
            inside = self.choices()
            choices = ((),) if look else inside
        elif pattern[begin] == "[":
            self._at = pattern.index("]", begin + 1)
            letters = pattern[begin + 1 : self._at]
            if letters.startswith("^") or "\\" in letters or not letters:
                raise _Unreadable
            letters = _RANGE.sub(_spelled, letters)
        elif pattern[begin] in ".\\":
            raise _Unreadable
        elif pattern[begin] not in "^$":
            letters = pattern[begin]
        self._at += 1
        least, most = 1, 1
        if count := _COUNT.match(pattern, self._at):
            self._at = count.end()
            kind, low, comma, high = count.groups()
            least = int(low or 0) if low is not None else 1 if kind == "+" else 0
            most = int(high) if high else _ENDLESS if comma or kind in ("*", "+") else least if kind != "?" else 1
        return _Node(letters, choices, least, most)


def _spelled(span: re.Match[str]) -> str:
    first, last = map(ord, span.groups())
    return "".join(map(chr, range(first, last + 1)))


_State = tuple[int, str]
"""How many words are behind, and what of the next one is."""


class _Walk:
    """Goes through all that a pattern can match until so many words are complete, and notes the words."""

    def __init__(self, words: int, *, backward: bool = False) -> None:
        self.words: tuple[set[str], ...] = tuple(set() for _ in range(words))
        self._backward = backward

    def through(self, choices: tuple[tuple[_Node, ...], ...]) -> None:
        """Note the words of a whole pattern."""
        for behind, word in self._choices(choices, {(0, "")}):
            if behind < len(self.words):
                self.words[behind].add(word)
                for later in self.words[behind + 1 :]:
                    later.add("")

    def _choices(self, choices: tuple[tuple[_Node, ...], ...], states: set[_State]) -> set[_State]:
        return set[_State]().union(*(self._sequence(sequence, states) for sequence in choices))

    def _sequence(self, sequence: tuple[_Node, ...], states: set[_State]) -> set[_State]:
        for node in reversed(sequence) if self._backward else sequence:
            states = self._times(node, states)
        return states

    def _times(self, node: _Node, states: set[_State]) -> set[_State]:
        if node.letters and node.most > 1:
            after = self._repeated(node.letters, states)
            return after | states if node.least == 0 else after
        found = states if node.least == 0 else set()
        for times in range(1, node.most + 1):
            states = self._letter(node.letters, states) if node.letters else self._choices(node.choices, states)
            if times >= node.least:
                if states <= found:
                    break
                found = found | states
        return found

    def _letter(self, letters: str, states: set[_State]) -> set[_State]:
        return {after for state in states for letter in letters if (after := self._after(state, letter)) is not None}

    def _repeated(self, letters: str, states: set[_State]) -> set[_State]:
        """Any number of letters of a class: what follows is not known, unless they are few."""
        if " " in letters:
            return set(map(self._lost, states))
        begun = self._letter(letters if len(letters) <= _FEW else MORE, states)
        return {self._after(state, MORE) or state for state in begun}

    def _lost(self, state: _State) -> _State:
        """Behind words that may be any: this one from here on, and all that come."""
        behind, word = state
        for later in self.words[behind:]:
            later.add(word.removesuffix(MORE) + MORE)
            word = ""
        return len(self.words), ""

    def _after(self, state: _State, letter: str) -> _State | None:
        """The state behind one more letter; None for two spaces in a row, which no text has."""
        behind, word = state
        if behind == len(self.words) or (word.endswith(MORE) and letter != " "):
            return state
        if letter != " ":
            return behind, word + letter
        if word == "":
            return None
        self.words[behind].add(word)
        return behind + 1, ""
