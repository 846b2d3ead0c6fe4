"""Cuts a message into the features its intent is judged by: words, pairs of words, pieces of words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

LONGEST_TEXT = 1_000
"""Characters of a message that count towards its intent; what a visitor wants stands early."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]+")
_WHOLE_WORD = re.compile(r"\b\w\w+\b")
_NUMBER = re.compile(r"\b[0-9]+\b")
_DIGITS = re.compile(r"\d{3,}")
_REPEATED = re.compile(r"(\D)\1{2,}")


def words(text: str) -> list[str]:
    """Lower-cased words. Long numbers keep only their length, so that any year or order number looks alike."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().replace("\u2019", "'")
    plain = _REPEATED.sub(r"\1\1", plain)
    plain = _DIGITS.sub(lambda match: "0" * min(len(match[0]), 12), plain)
    return [word[:2] if word[0] in "?!" else word[:40] for word in _WORD.findall(plain)]


def whole_words(text: str) -> list[str]:
    """Lower-cased words of two or more characters, any number the same: what Rasa's CountVectorsFeaturizer counts."""
    return _WHOLE_WORD.findall(_NUMBER.sub("__number__", text[:LONGEST_TEXT].lower()))


def word_features(found: list[str]) -> Counter[str]:
    """Words and pairs of neighbouring words."""
    counts = Counter(found)
    counts.update(f"{first} {second}" for first, second in pairwise(found))
    return counts


def piece_features(found: list[str]) -> Counter[str]:
    """Runs of 2 to 4 characters inside words with a blank at either end: they survive typos and endings."""
    counts: Counter[str] = Counter()
    for word in found:
        padded = f" {word} "
        size = len(padded)
        counts.update([padded[at : at + 2] for at in range(size - 1)])
        counts.update([padded[at : at + 3] for at in range(size - 2)])
        counts.update([padded[at : at + 4] for at in range(size - 3)])
    return counts
