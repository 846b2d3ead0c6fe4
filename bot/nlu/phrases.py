"""Lists of words and phrases, a hundred thousand as quick to look up as ten."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from bot.model import ModelReader, ModelWriter

_TOKEN = re.compile(r"[^\W_]+")

Cut: TypeAlias = Sequence[tuple[int, int, str]]
"""(start, end, word) of the words of a text, their case undone."""


def cut(text: str) -> Cut:
    """The words of a text; what is cut once can be looked up in several lists."""
    return [(*match.span(), match[0].casefold()) for match in _TOKEN.finditer(text)]


class Phrases:
    """Looks phrases up at every word of a text, in time that does not depend on how many there are.

    Case and the kind of blank between words do not matter; a phrase never matches inside a word.
    """

    def __init__(self) -> None:
        self._entries: dict[str, dict[tuple[str, str | None, str | None], None]] = {}
        self._most_words: dict[str, int] = {}
        """Words of the longest phrase that begins with a word: most words of a message begin none."""

    def add(self, phrase: str, entity: str, role: str | None = None, group: str | None = None) -> None:
        tokens = list(_TOKEN.finditer(phrase))
        if not tokens:
            return
        key = _normal(phrase[tokens[0].start() : tokens[-1].end()])
        self._entries.setdefault(key, {})[entity, role, group] = None
        begins = tokens[0].group().casefold()
        self._most_words[begins] = max(self._most_words.get(begins, 0), len(tokens))

    def to_model(self, writer: ModelWriter, name: str) -> None:
        rows = [[key, *reading] for key, readings in self._entries.items() for reading in readings]
        writer.put_json(name, {"most_words": self._most_words, "phrases": rows})

    @classmethod
    def from_model(cls, reader: ModelReader, name: str) -> Phrases:
        """What `to_model` has written. Raises ModelError."""
        phrases, written = cls(), reader.get_json(name)
        phrases._most_words = dict(written["most_words"])
        for key, entity, role, group in written["phrases"]:
            phrases._entries.setdefault(key, {})[entity, role, group] = None
        return phrases

    def find(self, text: str, words: Cut) -> list[tuple[int, int, str, str | None, str | None]]:
        """(start, end, entity, role, group) of the longest phrase at each of the `words` that `cut` made of `text`."""
        found: list[tuple[int, int, str, str | None, str | None]] = []
        free = 0
        begins = self._most_words
        for index in [at for at, (_, _, word) in enumerate(words) if word in begins]:
            if index < free:
                continue
            start, _, word = words[index]
            for last in range(min(index + begins[word], len(words)) - 1, index - 1, -1):
                end = words[last][1]
                entries = self._entries.get(_normal(text[start:end]) if last > index else word)
                if entries:
                    found += [(start, end, *reading) for reading in entries]
                    free = last + 1
                    break
        return found


def _normal(phrase: str) -> str:
    return " ".join(phrase.casefold().split())
