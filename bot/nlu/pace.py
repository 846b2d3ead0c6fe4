"""How somebody writes, in a hurry or in doubt: told from their words and from the shape of the message. English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

NAME: Final = "PaceDetector"
ENTITY: Final = "pace"
LONGEST: Final = 2_000
"""Characters that are looked at."""
_MANY_WORDS: Final = 60
"""Words from which on a message is one of somebody who wants to be sure that all is understood."""
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
_CLIPS: Final = re.compile(r"\b(?:u|ur|r|pls|plz|thx|wheres|whens|whats|hows|asap|gimme|cuz|idk)\b", re.IGNORECASE)
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


def without_preamble(text: str) -> str:
    """A message without "quick question, i'm at work:", which says how and not what; too little left is left alone."""
    if _HURRIED.search(text) is None and _DOUBTFUL.search(text) is None:
        return text
    rest = _ENDS.sub(" ", _DOUBTFUL.sub(" ", _HURRIED.sub(" ", text))).strip(" ,:;.-")
    return rest if len(_WORD.findall(rest)) >= _ENOUGH_WORDS else text


def pace_of(text: str) -> Seen | None:
    """The pace that a message shows; None for the many that show none. Doubt outweighs hurry."""
    text = text[:LONGEST]
    for pattern, value in ((_DOUBTFUL, "careful"), (_HURRIED, "brief")):
        found = pattern.search(text)
        if found is not None:
            return Seen("careful" if value == "careful" else "brief", found.start(), found.end())
    count = len(_WORD.findall(text))
    if count >= _MANY_WORDS:
        return Seen("careful", 0, len(text))
    if count <= _FEW_WORDS and len(_CLIPS.findall(text)) >= _CLIPPED:
        return Seen("brief", 0, len(text))
    return None
