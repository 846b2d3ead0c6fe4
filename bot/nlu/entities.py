"""Finds what a message names: parts, models, numbers. By patterns, lists, recognisers and annotated examples."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from bot.config import UnderstandingSettings
from bot.domain import Entity
from bot.events import Event
from bot.examples import TrainingData
from bot.model import ModelReader, ModelWriter
from bot.nlu.fuzzy import FuzzyNames
from bot.nlu.patterns import BoundedPattern, Stopwatch
from bot.nlu.phrases import Cut, Phrases, cut
from bot.nlu.recognisers.recognisers import Recognisers
from bot.nlu.tagger import EntityTagger, Tagged

LONGEST_TEXT: Final = 2_000
"""Characters that are searched; patterns are the project's own and may be slow on long texts."""
MOST_ENTITIES: Final = 50
TIME_FOR_PATTERNS: Final = timedelta(milliseconds=100)
"""What the patterns of a project may take for one message together; they need a thousandth of it."""
_ANY_TIME: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""When examples are taken to be written: what was learned is not to depend on the day of the training."""
_USUAL_WORD = re.compile(r"[^\W_]+")


class Found(NamedTuple):
    """Words that may be an entity. Which of those that overlap are, is for `_settled` to say."""

    start: int
    end: int
    entity: str
    extractor: str
    rank: int
    """Among equally long findings the smaller wins."""
    role: str | None = None
    group: str | None = None
    value: Any = None
    """None: the words themselves."""
    more: Mapping[str, Any] | None = None
    """What else the event tells: a confidence, details."""


class EntityExtractor:
    """All entities of a text; docs/entities.md says which one stays where two overlap."""

    def __init__(
        self,
        patterns: Sequence[tuple[str, str]],
        lists: Phrases,
        examples: Phrases,
        synonyms: Mapping[str, str],
        recognisers: Sequence[Recognisers] = (),
    ) -> None:
        """`patterns` are (entity, regular expression)s, `lists` word lists, `examples` annotated words."""
        self._patterns = [(name, BoundedPattern(pattern, ignore_case=True)) for name, pattern in patterns]
        self._lists = lists
        self._examples = examples
        self._synonyms = synonyms
        self._recognisers = [each for each in recognisers if not each.settings.stands_beside]
        self._beside = [each for each in recognisers if each.settings.stands_beside]
        self.tagger: EntityTagger | None = None
        self.fuzzy: FuzzyNames | None = None

    @classmethod
    def train(
        cls,
        data: TrainingData,
        entities: Mapping[str, Entity],
        settings: UnderstandingSettings,
        timezone: tzinfo = UTC,
    ) -> EntityExtractor:
        """The entities of a domain, as far as the configuration wants them found."""
        patterns = [
            (name, pattern)
            for name, found in data.patterns.items()
            if settings.patterns and name in entities
            for pattern in found
        ]
        lists = Phrases()
        if settings.tables or settings.fuzzy is not None:
            for name, phrases in data.lookups.items():
                if name in entities:
                    for phrase in phrases:
                        lists.add(phrase, name)
        recognisers = _recognisers(entities, settings, timezone)
        # What has a form is known by it: that some example holds the number 2019 makes no year of every other.
        formed = {name for each in recognisers if not each.settings.stands_beside for name in each.entities}
        examples = _annotated(data, formed) if settings.annotations else Phrases()
        synonyms = data.synonyms if settings.synonyms else {}
        extractor = cls(patterns, lists, examples, synonyms, recognisers)
        if settings.annotations:
            extractor.tagger = EntityTagger.train(
                data.examples, formed, lambda text: _hints(extractor._forms(text, cut(text), _ANY_TIME))
            )
        if settings.fuzzy is not None:
            names = [(phrase, name) for name, phrases in data.lookups.items() if name in entities for phrase in phrases]
            extractor.fuzzy = FuzzyNames(names, settings.fuzzy, _usual_words(data))
        return extractor

    def to_model(self, writer: ModelWriter) -> None:
        writer.put_json("patterns", [(name, pattern.pattern) for name, pattern in self._patterns])
        writer.put_json("synonyms", dict(self._synonyms))
        self._lists.to_model(writer, "lists")
        self._examples.to_model(writer, "examples")
        writer.put_json("learned", {"tagger": self.tagger is not None, "fuzzy": self.fuzzy is not None})
        if self.tagger is not None:
            self.tagger.to_model(writer.part("tagger"))
        if self.fuzzy is not None:
            self.fuzzy.to_model(writer)

    @classmethod
    def from_model(
        cls,
        reader: ModelReader,
        entities: Mapping[str, Entity],
        settings: UnderstandingSettings,
        timezone: tzinfo = UTC,
    ) -> EntityExtractor:
        """What `to_model` has written. Raises ModelError."""
        extractor = cls(
            [(name, pattern) for name, pattern in reader.get_json("patterns")],
            Phrases.from_model(reader, "lists"),
            Phrases.from_model(reader, "examples"),
            reader.get_json("synonyms"),
            _recognisers(entities, settings, timezone),
        )
        learned = reader.get_json("learned")
        if learned["tagger"]:
            extractor.tagger = EntityTagger.from_model(reader.part("tagger"))
        if learned["fuzzy"]:
            extractor.fuzzy = FuzzyNames.from_model(reader)
        return extractor

    def extract(self, text: str, now: datetime) -> list[Event]:
        """Rasa's entity dicts, in the order of the text; `start` and `end` count characters.

        Dates are reckoned from `now`, which is aware.
        """
        text = text[:LONGEST_TEXT]
        words = cut(text)
        forms = self._forms(text, words, now)
        known = self._by_heart(text, words)
        learned = self.tagger.entities if self.tagger is not None else frozenset()
        taken = _settled([*forms, *[each for each in known if each.entity not in learned]], [])
        if self.tagger is not None:
            tagged = list(self.tagger.find(text, _hints(forms)))
            if tagged:
                taken = [seen for each in taken if (seen := _beside_tagged(each, tagged)) is not None]
                taken = _settled([_of_tagger(each) for each in tagged], taken)
            if known:
                taken = _settled([each for each in known if each.entity in learned], taken)
        if self.fuzzy is not None:
            taken = _settled(self._nearly(self.fuzzy, text), taken)
        taken += _recognised(self._beside, text, now)
        if len(taken) > 1:
            taken.sort(key=lambda item: (item.start, item.rank))
        return [self._as_event(item, text[item.start : item.end]) for item in taken[:MOST_ENTITIES]]

    def _forms(self, text: str, words: Cut, now: datetime) -> list[Found]:
        """What is known by its form or from a list."""
        forms = [*self._listed(text, words), *_recognised(self._recognisers, text, now)]
        return [*self._matched(text), *forms] if self._patterns else forms

    def _matched(self, text: str) -> Iterator[Found]:
        watch = Stopwatch(TIME_FOR_PATTERNS)
        for name, pattern in self._patterns:
            for match in pattern.finditer(text, watch):
                if match.end() > match.start():
                    yield Found(match.start(), match.end(), name, "RegexEntityExtractor", 0)

    def _listed(self, text: str, words: Cut) -> list[Found]:
        return [
            Found(start, end, entity, "RegexEntityExtractor", 1, role, group)
            for start, end, entity, role, group in self._lists.find(text, words)
        ]

    def _by_heart(self, text: str, words: Cut) -> list[Found]:
        return [
            Found(start, end, entity, "AnnotatedEntityExtractor", 200, role, group)
            for start, end, entity, role, group in self._examples.find(text, words)
        ]

    def _nearly(self, fuzzy: FuzzyNames, text: str) -> Iterator[Found]:
        for start, end, entity, name, alike in fuzzy.find(text):
            value = self._synonyms.get(name.lower(), name)
            yield Found(start, end, entity, "FuzzyLookups", 0, value=value, more={"confidence": alike})

    def _as_event(self, item: Found, surface: str) -> Event:
        value = surface if item.value is None else item.value
        entity: Event = {
            "entity": item.entity,
            "start": item.start,
            "end": item.end,
            "value": self._synonyms.get(surface.lower(), value),
            "extractor": item.extractor,
        }
        if item.role is not None:
            entity["role"] = item.role
        if item.group is not None:
            entity["group"] = item.group
        entity.update(item.more or {})
        return entity


def _settled(found: Iterable[Found], taken: Iterable[Found]) -> list[Found]:
    """`taken`, and of `found` what overlaps nothing that is taken: the longest first, then the smallest rank."""
    kept, items = list(taken), list(found)
    if len(items) > 1:
        items.sort(key=lambda item: (item.start - item.end, item.rank, item.start))
    for item in items:
        if len(kept) == MOST_ENTITIES:
            break
        for other in kept:
            if item.start < other.end and other.start < item.end:
                break
        else:
            kept.append(item)
    return kept


def _recognisers(
    entities: Mapping[str, Entity], settings: UnderstandingSettings, timezone: tzinfo
) -> list[Recognisers]:
    return [Recognisers(each, entities, timezone) for each in settings.recognisers]


def _recognised(recognisers: Sequence[Recognisers], text: str, now: datetime) -> list[Found]:
    found = []
    for each in recognisers:
        for rank, entity, finding in each.find(text, now):
            more: dict[str, Any] = {"confidence": finding.confidence}
            details = each.details(finding)
            if details:
                more["additional_info"] = dict(details)
            place, value = (finding.start, finding.end), each.value(finding)
            found.append(Found(*place, entity, each.settings.extractor, 100 + rank, value=value, more=more))
    return found


def _of_tagger(tagged: Tagged) -> Found:
    more = {"confidence_entity": tagged.confidence}
    return Found(
        tagged.start, tagged.end, tagged.entity, "LearnedEntityExtractor", 0, tagged.role, tagged.group, more=more
    )


def _beside_tagged(item: Found, tagged: Sequence[Tagged]) -> Found | None:
    """A finding with the role and group that the words around it give to it.

    None where the words around it belong to it: "new york" is more than the "york" of a list.
    """
    beside = [each for each in tagged if each.entity == item.entity and each.start < item.end and item.start < each.end]
    for each in beside:
        if each.start <= item.start and item.end <= each.end and each.end - each.start > item.end - item.start:
            return None
    if not beside or item.role is not None or item.group is not None:
        return item
    role, group = beside[0].role, beside[0].group
    return item if role is None and group is None else item._replace(role=role, group=group)


def _hints(forms: Iterable[Found]) -> list[tuple[int, int, str]]:
    return [(each.start, each.end, each.entity) for each in forms]


def _annotated(data: TrainingData, formed: Container[str]) -> Phrases:
    """Annotated words are recognised again; a role or group only where the words always have the same."""
    readings: dict[tuple[str, str], set[tuple[str | None, str | None]]] = {}
    for example in data.examples:
        for span in example.spans:
            key = (example.text[span.start : span.end], span.entity)
            readings.setdefault(key, set()).add((span.role, span.group))
    phrases = Phrases()
    for (phrase, entity), options in readings.items():
        if entity in formed:
            continue
        role, group = next(iter(options)) if len(options) == 1 else (None, None)
        phrases.add(phrase, entity, role, group)
    return phrases


def _usual_words(data: TrainingData) -> set[str]:
    """Words that the examples use outside of entities: they are right as they are."""
    usual: set[str] = set()
    for example in data.examples:
        for match in _USUAL_WORD.finditer(example.text):
            if not any(span.start <= match.start() < span.end for span in example.spans):
                usual.add(match[0].casefold())
    return usual
