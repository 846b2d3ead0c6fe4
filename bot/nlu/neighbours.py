"""What a tagger is told of each word of a message: by itself, by its shape, and by the words around it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

LONGEST: Final = 300
"""Words of a message that are tagged."""
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")
_NEAR: Final = "-", "+", "--", "++"
"""What begins a feature of the word before, behind, two before and two behind."""
_PAIRS: Final = "-w|w=", "+w|w="
"""What begins a feature of a word with the one before, and with the one behind."""

Spans: TypeAlias = Sequence[tuple[int, int]]
Hints: TypeAlias = Sequence[tuple[int, int, str]]
"""(start, end, name) of what is known of a text before it is tagged: words of lists, patterns, recognised forms."""


def tokens(text: str) -> Spans:
    """(start, end) of runs of letters, of runs of digits and of all other signs."""
    return [match.span() for match in _TOKEN.finditer(text)][:LONGEST]


@dataclass(slots=True)
class Word:
    """What is told of a word, and of its neighbours because of it: put into strings once, as CRFsuite reads them."""

    word: bytes
    alone: tuple[bytes, ...] = ()
    before: tuple[bytes, ...] = ()
    """Told of the word behind it."""
    after: tuple[bytes, ...] = ()
    two_before: tuple[bytes, ...] = ()
    two_after: tuple[bytes, ...] = ()
    pair_before: bytes | None = None
    """How the feature of the pair with the next word begins."""
    pair_after: bytes | None = None
    most: tuple[float, ...] = ()
    """What its five kinds of features, in the order above, can gain at most (`bot.nlu.gains`); () until it is asked."""


NOTHING: Final = Word(b"")
BEGIN: Final = Word(b"", before=(b"-end",))
"""Stands before the first word."""
END: Final = Word(b"", after=(b"+end",))


def word_of(surface: str, weighed: Container[str] | None = None, heads: Container[str] = ()) -> Word:
    """The word with the features that are `weighed`, if that is given; `heads` is how pairs that are begin."""
    word, shape = surface.casefold(), f"s={_shape(surface)}"
    alone = _kept((f"w={word}", shape, *_ends(word)), weighed)
    before, after, two_before, two_after = (_kept((f"{sign}w={word}", sign + shape), weighed) for sign in _NEAR)
    pair_before, pair_after = (
        head.encode() if weighed is None or head in heads else None for head in (f"{begin}{word}|" for begin in _PAIRS)
    )
    known_as = word.encode(errors="replace")
    return Word(known_as, alone, before, after, two_before, two_after, pair_before, pair_after)


def unknown_number(surface: str, weighed: Container[str]) -> Word:
    """As `word_of`, of a number of which no feature is weighed: it tells its shape and its ends."""
    shape = f"s={_shape(surface)}"
    before, after, two_before, two_after = (_kept((sign + shape,), weighed) for sign in _NEAR)
    alone = _kept((shape, *_ends(surface)), weighed)
    return Word(surface.encode(), alone, before, after, two_before, two_after)


def _kept(features: Sequence[str], weighed: Container[str] | None) -> tuple[bytes, ...]:
    return tuple([each.encode() for each in features if weighed is None or each in weighed])


def _ends(word: str) -> tuple[str, str]:
    return f"e={word[-3:]}", f"a={word[:3]}"


def beside(
    words: Sequence[Word], spans: Spans, hints: Hints, weighed: Container[bytes] | None = None
) -> list[tuple[int, bytes]]:
    """(place, feature) of what words are known as, of words without a blank before them, and of pairs of words.

    Of pairs only those that are `weighed`, if that is given.
    """
    found: list[tuple[int, bytes]] = []
    for start, end, name in hints:
        for at, span in enumerate(spans):
            if start <= span[0] and span[1] <= end:
                known = (b"k=" if start == span[0] else b"K=") + name.encode()
                found.append((at, known))
                if at:
                    found.append((at - 1, b"+" + known))
                if at + 1 < len(words):
                    found.append((at + 1, b"-" + known))
    found += [(at, b"joined") for at, (one, two) in enumerate(pairwise(spans), 1) if one[1] == two[0]]
    for at, (word, following) in enumerate(pairwise(words)):
        if word.pair_before is not None:
            pair = word.pair_before + following.word
            if weighed is None or pair in weighed:
                found.append((at + 1, pair))
        if following.pair_after is not None:
            pair = following.pair_after + word.word
            if weighed is None or pair in weighed:
                found.append((at, pair))
    return found


def features(words: Sequence[Word], also: Iterable[tuple[int, bytes]]) -> list[list[bytes]]:
    """What is told of each word: itself, its shape and ends, its neighbours, and `also` what `beside` tells."""
    none: list[bytes] = []
    here, behind, ahead = ([none] * len(words) for _ in range(3))
    for at, told in also:
        side = behind if told.startswith(b"-") else ahead if told.startswith(b"+") else here
        side[at] = [*side[at], told]
    row = [NOTHING, BEGIN, *words, END, NOTHING]
    # In the order in which a model was trained: what is added up in another one differs in its last digit.
    return [
        [*word.alone, *own, *two_before.two_before, *before.before, *left, *after.after, *right, *two_after.two_after]
        for two_before, before, word, after, two_after, own, left, right in zip(
            row, row[1:], words, row[3:], row[4:], here, behind, ahead, strict=False
        )
    ]


def pair_heads(weighed: Iterable[str]) -> Iterator[str]:
    """How features of pairs begin, up to the second word."""
    for feature in weighed:
        if feature.startswith(_PAIRS):
            yield from (feature[: at + 1] for at, sign in enumerate(feature) if sign == "|")


def _shape(word: str) -> str:
    if word[0].isdigit():
        return f"d{min(len(word), 7)}"
    if not word[0].isalpha():
        return word
    return f"l{min(len(word), 4)}"
