"""Cuts a message into the features its intent is judged by: words, pairs of words, pieces of words."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 1_000
"""Characters of a message that count towards its intent; what a visitor wants stands early."""

FIGURE = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|(?<![?!])[?!]{1,2}")
_WHOLE_WORD = re.compile(r"\b\w\w+\b")
_NUMBER = re.compile(r"\b[0-9]+\b")
_DIGITS = re.compile(r"\d{3,}")
_NAME_PART = re.compile(r"[^\W_]+?(?=[A-Z][a-z]|[\W_]|$)")
_REPEATED = re.compile(r"(\D)\1{2,}")


def words(text: str) -> list[str]:
    """Lower-cased words. Long numbers keep only their length, so that any year or order number looks alike."""
    plain = text[:LONGEST_TEXT].lower()
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().replace("\u2019", "'")
    if _REPEATED.search(plain):
        plain = _REPEATED.sub(r"\1\1", plain)
    plain = _DIGITS.sub(lambda match: "0" * min(len(match[0]), 12), plain)
    return [word[:40] for word in _WORD.findall(plain)]


def whole_words(text: str) -> list[str]:
    """Lower-cased words of two or more characters, any number the same: what Rasa's CountVectorsFeaturizer counts."""
    return _WHOLE_WORD.findall(_NUMBER.sub("__number__", text[:LONGEST_TEXT].lower()))


def pieces_of(word: str) -> list[str]:
    """Runs of 2 to 4 characters of a word with a blank at either end: they survive typos and endings."""
    padded = f" {word} "
    size = len(padded)
    return [padded[at : at + length] for length in (2, 3, 4) for at in range(size - length + 1)]


def name_words(intent: str) -> str:
    """What an intent's name says: "faq/where_is-myOrder" is "faq where is my order"."""
    return " ".join(_NAME_PART.findall(intent)).lower()
