"""Which skills a conversation asks for, of those that somebody has."""

import re
from collections.abc import Collection, Iterable

LONGEST = 40
MOST = 20
"""Skills of one person."""
_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """A skill as it is kept: in small letters, with single blanks; "" for none."""
    return " ".join(text.casefold().split())[:LONGEST]


def needed(known: Collection[str], *, tags: Iterable[str], intents: Iterable[str]) -> frozenset[str]:
    """The skills among `known` that are a tag of the conversation, or a word of what it was about last.

    `intents` as the bot's project names them: "warranty_claim" asks for "warranty". Each is compared in whole words,
    so nobody is asked for "art" because of a part.
    """
    said = {plain(tag) for tag in tags}
    for intent in intents:
        words = [word.casefold() for word in _WORD.findall(intent)]
        said |= {*words, " ".join(words)}
    return frozenset(skill for skill in known if skill in said)
