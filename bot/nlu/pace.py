"""How somebody writes, in a hurry or in doubt: told from their words and from the shape of the message. English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

NAME: Final = "PaceDetector"
ENTITY: Final = "pace"
LONGEST: Final = 2_000
"""Characters that are looked at."""
_MANY_WORDS: Final = 60
"""Words from which on a message is one of somebody who wants to be sure that all is understood."""
_LETTERS_OF_MANY_WORDS: Final = 2 * _MANY_WORDS - 1
"""Fewer do not have to be counted."""
_CLIPPED: Final = 2
"""Clipped words in a message of few words that tell a hurry."""
_FEW_WORDS: Final = 10

_HURRIED: Final = re.compile(
    r"\b(?:quick (?:one|question|q)|real(?:ly)? quick|quickly|asap|(?:in a|no time|big) (?:hurry|rush)|hurry|no time"
    r"|short on time|(?:i ?['’]?m|am) at work|on my (?:lunch )?break|got (?:a|one|two) minutes?|make it (?:short|quick)"
    r"|just (?:a )?yes or no|yes or no|in short|tl;?dr|urgent(?:ly)?|rn)\b",
    re.IGNORECASE,
)
_DOUBTFUL: Final = re.compile(
    r"\b(?:i ?['’]?m (?:new to (?:this|it|all this|bikes)|nervous|worried|afraid|not a mechanic|no mechanic|a beginner"
    r"|unsure|scared)|first time"
    r"|never (?:done|fitted|bought|ordered|changed) (?:this|that|one|it|anything)|step by step|in detail|are you sure"
    r"|just (?:want|wanna) (?:to )?(?:be|make) sure|to be (?:sure|on the safe side)|explain|don['’]?t want to"
    r" (?:break|ruin|damage)|walk me through)\b",
    re.IGNORECASE,
)
_CLIPPED_WORDS: Final = frozenset(
    ("u", "ur", "r", "pls", "plz", "thx", "wheres", "whens", "whats", "hows", "asap", "gimme", "cuz", "idk")
)
_CLIPS: Final = re.compile(rf"\b(?:{'|'.join(sorted(_CLIPPED_WORDS))})\b", re.IGNORECASE)
_TELLING: Final = frozenset(
    """
    quick quickly asap hurry rush time work break minute minutes short yes tldr dr urgent urgently rn
    new nervous worried afraid mechanic beginner unsure scared never step detail sure side explain ruin damage through
    """.split()  # noqa: SIM905 - forty quotes say less
)
"""One of these words is in whatever tells hurry or doubt; most messages have none."""
_LETTERS: Final = re.compile("[a-z]+")
_ENDS: Final = re.compile(r"\s*[,:;-]?\s+[,:;-]\s*|\s{2,}")
"""What is left between two words when those between them are gone."""
_ENOUGH_WORDS: Final = 3
_WORD: Final = re.compile(r"\w+")

Value = Literal["brief", "careful"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What told the pace; `start` and `end` count characters, of the whole message where its shape told it."""

    value: Value
    start: int
    end: int


class Signs(NamedTuple):
    """Where words of a message tell doubt, and where hurry; false where none do."""

    doubt: re.Match[str] | None = None
    hurry: re.Match[str] | None = None
    clips: int = 0
    """Clipped words."""

    def __bool__(self) -> bool:
        return self.doubt is not None or self.hurry is not None


_NONE: Final = Signs()


def signs_of(text: str) -> Signs:
    """The words of a message that tell its pace."""
    # Letters beyond ASCII may stand for one within it where case is ignored, as the long s does.
    if text.isascii():
        said = _LETTERS.findall(text.lower())
        if _TELLING.isdisjoint(said) and sum(map(_CLIPPED_WORDS.__contains__, said)) < _CLIPPED:
            return _NONE
    return Signs(_DOUBTFUL.search(text), _HURRIED.search(text), len(_CLIPS.findall(text, 0, LONGEST)))


def without_preamble(text: str, signs: Signs) -> str:
    """A message without "quick question, i'm at work:", which says how and not what; too little left is left alone."""
    if not signs:
        return text
    rest = _ENDS.sub(" ", _DOUBTFUL.sub(" ", _HURRIED.sub(" ", text))).strip(" ,:;.-")
    return rest if len(_WORD.findall(rest)) >= _ENOUGH_WORDS else text


def pace_of(text: str, signs: Signs) -> Seen | None:
    """The pace that a message shows; None for the many that show none. Doubt outweighs hurry."""
    if signs.doubt is not None and signs.doubt.end() <= LONGEST:
        return Seen("careful", *signs.doubt.span())
    if signs.hurry is not None and signs.hurry.end() <= LONGEST:
        return Seen("brief", *signs.hurry.span())
    text = text[:LONGEST]
    if len(text) >= _LETTERS_OF_MANY_WORDS and len(_WORD.findall(text)) >= _MANY_WORDS:
        return Seen("careful", 0, len(text))
    if signs.clips >= _CLIPPED and len(_WORD.findall(text)) <= _FEW_WORDS:
        return Seen("brief", 0, len(text))
    return None
