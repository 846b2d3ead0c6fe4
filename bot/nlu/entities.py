"""Finds what a message names: parts, models, numbers. By patterns, word lists and annotated examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.config import UnderstandingSettings
from bot.events import Event
from bot.examples import TrainingData
from bot.model import ModelReader, ModelWriter

LONGEST_TEXT = 2_000
"""Characters that are searched; patterns are the project's own and may be slow on long texts."""
MOST_ENTITIES = 50
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    entity: str
    extractor: str
    rank: int
    """Among equally long findings the smaller wins."""
    role: str | None = None
    group: str | None = None


class Phrases:
    """Looks phrases up at every word of a text, in time that does not depend on how many there are.

    Case and the kind of blank between words do not matter; a phrase never matches inside a word.
    """

    def __init__(self) -> None:
        self._entries: dict[str, dict[tuple[str, str | None, str | None], None]] = {}
        self._most_words = 0

    def add(self, phrase: str, entity: str, role: str | None = None, group: str | None = None) -> None:
        tokens = list(_TOKEN.finditer(phrase))
        if not tokens:
            return
        key = _normal(phrase[tokens[0].start() : tokens[-1].end()])
        self._entries.setdefault(key, {})[entity, role, group] = None
        self._most_words = max(self._most_words, len(tokens))

    def to_model(self, writer: ModelWriter, name: str) -> None:
        rows = [[key, *reading] for key, readings in self._entries.items() for reading in readings]
        writer.put_json(name, {"most_words": self._most_words, "phrases": rows})

    @classmethod
    def from_model(cls, reader: ModelReader, name: str) -> Phrases:
        """What `to_model` has written. Raises ModelError."""
        phrases, written = cls(), reader.get_json(name)
        phrases._most_words = int(written["most_words"])
        for key, entity, role, group in written["phrases"]:
            phrases._entries.setdefault(key, {})[entity, role, group] = None
        return phrases

    def find(self, text: str) -> Iterator[tuple[int, int, str, str | None, str | None]]:
        """(start, end, entity, role, group) of the longest phrase at each word."""
        tokens = [match.span() for match in _TOKEN.finditer(text)]
        index = 0
        while index < len(tokens):
            step = 1
            for last in range(min(index + self._most_words, len(tokens)) - 1, index - 1, -1):
                start, end = tokens[index][0], tokens[last][1]
                entries = self._entries.get(_normal(text[start:end]))
                if entries:
                    for entity, role, group in entries:
                        yield start, end, entity, role, group
                    step = last - index + 1
                    break
            index += step


class EntityExtractor:
    """All entities of a text that do not overlap: the longest wins, patterns before lists before examples."""

    def __init__(
        self,
        patterns: Sequence[tuple[str, str]],
        lists: Phrases,
        examples: Phrases,
        synonyms: Mapping[str, str],
    ) -> None:
        """`patterns` are (entity, regular expression)s, `lists` word lists, `examples` annotated words."""
        self._patterns = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in patterns]
        self._lists = lists
        self._examples = examples
        self._synonyms = synonyms

    @classmethod
    def train(cls, data: TrainingData, entities: Iterable[str], settings: UnderstandingSettings) -> EntityExtractor:
        """The entities of a domain, as far as the configuration wants them found."""
        known = set(entities)
        patterns = [
            (name, pattern)
            for name, found in data.patterns.items()
            if settings.patterns and name in known
            for pattern in found
        ]
        lists = Phrases()
        if settings.patterns:
            for name, phrases in data.lookups.items():
                if name in known:
                    for phrase in phrases:
                        lists.add(phrase, name)
        examples = _annotated(data) if settings.annotations else Phrases()
        return cls(patterns, lists, examples, data.synonyms if settings.synonyms else {})

    def to_model(self, writer: ModelWriter) -> None:
        writer.put_json("patterns", [(name, pattern.pattern) for name, pattern in self._patterns])
        writer.put_json("synonyms", dict(self._synonyms))
        self._lists.to_model(writer, "lists")
        self._examples.to_model(writer, "examples")

    @classmethod
    def from_model(cls, reader: ModelReader) -> EntityExtractor:
        """What `to_model` has written. Raises ModelError."""
        lists, examples = Phrases.from_model(reader, "lists"), Phrases.from_model(reader, "examples")
        return cls(
            [(name, pattern) for name, pattern in reader.get_json("patterns")],
            lists,
            examples,
            reader.get_json("synonyms"),
        )

    def extract(self, text: str) -> list[Event]:
        """Rasa's entity dicts, in the order of the text; `start` and `end` count characters."""
        text = text[:LONGEST_TEXT]
        found = [
            _Found(match.start(), match.end(), name, "RegexEntityExtractor", 0)
            for name, pattern in self._patterns
            for match in pattern.finditer(text)
            if match.end() > match.start()
        ]
        for rank, extractor, phrases in (
            (1, "RegexEntityExtractor", self._lists),
            (2, "AnnotatedEntityExtractor", self._examples),
        ):
            found += [
                _Found(start, end, entity, extractor, rank, role, group)
                for start, end, entity, role, group in phrases.find(text)
            ]
        found.sort(key=lambda item: (item.start - item.end, item.rank, item.start))
        taken: list[_Found] = []
        for item in found:
            if all(item.end <= other.start or item.start >= other.end for other in taken):
                taken.append(item)
                if len(taken) == MOST_ENTITIES:
                    break
        taken.sort(key=lambda item: item.start)
        return [self._as_event(item, text[item.start : item.end]) for item in taken]

    def _as_event(self, item: _Found, surface: str) -> Event:
        entity: Event = {
            "entity": item.entity,
            "start": item.start,
            "end": item.end,
            "value": self._synonyms.get(surface.lower(), surface),
            "extractor": item.extractor,
        }
        if item.role is not None:
            entity["role"] = item.role
        if item.group is not None:
            entity["group"] = item.group
        return entity


def _normal(phrase: str) -> str:
    return " ".join(phrase.casefold().split())


def _annotated(data: TrainingData) -> Phrases:
    """Annotated words are recognised again; a role or group only where the words always have the same."""
    readings: dict[tuple[str, str], set[tuple[str | None, str | None]]] = {}
    for example in data.examples:
        for span in example.spans:
            key = (example.text[span.start : span.end], span.entity)
            readings.setdefault(key, set()).add((span.role, span.group))
    phrases = Phrases()
    for (phrase, entity), options in readings.items():
        role, group = next(iter(options)) if len(options) == 1 else (None, None)
        phrases.add(phrase, entity, role, group)
    return phrases
