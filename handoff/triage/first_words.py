"""What can be read off a pattern of the lexicon without trying it: the words it begins with, and a looser pattern."""

import re

_MOST = 400
"""First words of one phrase; one with more is tried everywhere."""
MORE = "…"
"""Ends a first word of which only the beginning is known."""

_LETTERS = re.compile(r"\[[a-z0-9.!?-]+\]")
_RANGE = re.compile(r"([a-z0-9])-([a-z0-9])")
_NEGATIVE_LOOK = re.compile(r"\(\?<?!")
_ANYTHING_BUT = re.compile(r"\[\^|\\")


class Anything(Exception):
    """The phrase may begin with any word."""


def loosened(pattern: str) -> str:
    """A pattern that matches where `pattern` does, also where parts of the text are blanked out.

    A `_` for a letter can only take matches away, save from what asks for something to be absent.
    """
    if _ANYTHING_BUT.search(pattern):
        return "[^ ]+"
    while look := _NEGATIVE_LOOK.search(pattern):
        pattern = pattern[: look.start()] + pattern[_past_atom(pattern, look.start()) :]
    return pattern


def first_words(pattern: str) -> dict[str, bool]:
    """Every word that a phrase can begin with, and whether the phrase can be that word alone.

    Raises Anything when that cannot be read off.
    """
    begun, _ = _alternatives(pattern, 0, frozenset({""}))
    words = {prefix.strip(): prefix in begun and not prefix.endswith(MORE) for prefix in map(str.rstrip, begun)}
    if not words.keys().isdisjoint(("", MORE)) or len(words) > _MOST:
        raise Anything
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
    open_ends = frozenset(prefix for prefix in begun if not prefix.endswith((" ", MORE)))
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
            begins = {prefix + (MORE if prefix else "") for prefix in open_ends}
            if "" in begins:
                if letters.group() != "[0-9]":
                    raise Anything
                begins = begins - {""} | {digit + MORE for digit in "0123456789"}
            return done | begins, at
        spelled = _RANGE.sub(_spelled, letters.group()[1:-1])
        grown = frozenset(prefix + letter for prefix in open_ends for letter in spelled)
    elif char in "[.\\(":
        raise Anything
    else:
        grown, at = frozenset(prefix + char for prefix in open_ends), at + 1
    after, at = _quantifier(pattern, at)
    if after in ("+", "*"):
        raise Anything
    if after == "?":
        grown |= open_ends
    if len(grown) > 4 * _MOST:
        raise Anything
    return done | grown, at


def _spelled(span: re.Match[str]) -> str:
    first, last = map(ord, span.group(1, 2))
    return "".join(map(chr, range(first, last + 1)))


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
