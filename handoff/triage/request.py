"""What a message asks for, and of what: so much of it is compared with other messages."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from handoff.triage.lexicon import Lexicon, stem
from handoff.triage.reading import Reading

_CODE = 0.5
"""What a number, year or model name counts where two messages share it: one asks many things about one machine."""


class Request(NamedTuple):
    """What two messages have in common when they ask for the same."""

    words: frozenset[str]
    """As `wanted` finds them."""
    kind: str
    """The question word: "how much", "when"; "" where it is no such question."""
    codes: Mapping[str, frozenset[str]]
    """Those of the words that are a number or a name of a machine, by kind."""

    def differs_in_code(self, before: "Request") -> bool:
        """Whether a code has another of its kind in its place: a 2019 stands against a 2020, not against an MT-07."""
        words, others = before.words, before.codes
        for kind, codes in self.codes.items():
            if not codes <= words and kind in others and not others[kind] <= self.words:
                return True
        return False


NOTHING = Request(frozenset(), "", {})


def request(reading: Reading, lexicon: Lexicon) -> Request:
    """What `reading` asks for."""
    question = lexicon.question_word.search(reading)
    words = wanted(reading, lexicon)
    codes: dict[str, frozenset[str]] = {}
    for word in words:
        if kind := _code(word):
            codes[kind] = codes.get(kind, frozenset()) | {word}
    return Request(words, question.group().strip() if question else "", codes)


def wanted(reading: Reading, lexicon: Lexicon) -> frozenset[str]:
    """The words of a message without filling words, those that ask for the same as one."""
    words = frozenset(word for word in set(map(lexicon.wanted, reading.words)) if word is not None)
    return words | {"price"} if "€" in reading.raw or "$" in reading.raw else words


def content(reading: Reading, lexicon: Lexicon) -> frozenset[str]:
    """The words that say what a message is about, cut to their first letters so that forms agree."""
    return frozenset(
        stem(word) for word in reading.words if word not in lexicon.stop and (len(word) > 2 or word.isdigit())
    )


@lru_cache(maxsize=4096)
def worth(word: str) -> float:
    """What a word counts."""
    return _CODE if _code(word) else 1.0


@lru_cache(maxsize=4096)
def _code(word: str) -> str:
    """The kind of name or number that `word` is: it has a digit, or is a letter or two. "" where it is a plain word."""
    if len(word) <= 2:
        return "short"
    if not any(map(str.isdigit, word)):
        return ""
    return "year" if len(word) == 4 and word[:2] in ("19", "20") and word.isdigit() else "name"
