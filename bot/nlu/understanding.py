"""From a message's words to its intent and entities, as the project's configuration asks."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import ClassVar

from bot import names
from bot.config import UnderstandingSettings
from bot.domain import Domain
from bot.events import Event
from bot.loader import Project
from bot.model import VERSION, DamagedModel, ModelError, ModelReader, ModelWriter, open_model, write_model
from bot.nlu import pace
from bot.nlu.classifier import IntentClassifier, LinearClassifier, Ranking
from bot.nlu.clauses import matters
from bot.nlu.entities import EntityExtractor
from bot.nlu.language import NAME as LANGUAGE_DETECTOR
from bot.nlu.language import LanguageDetector
from bot.nlu.patterns import BoundedPattern, Stopwatch
from bot.nlu.payload import parse_payload
from bot.nlu.plain import PlainText, plain, spoken
from bot.nlu.selection import ResponseSelector
from bot.nlu.sentences import sentence_table
from bot.nlu.wordcounts import WordCountClassifier

_log = logging.getLogger(__name__)
_RANKED = 10
"""How many intents a parse lists."""
_TIME_FOR_KEYWORDS = timedelta(milliseconds=200)


class KeywordClassifier:
    """See `IntentClassifier`. An intent is found when one of its example texts occurs as whole words.

    As in Rasa an example is a regular expression ("a bot?" finds "a bot" and "a bo"), and one that two intents
    share finds neither.
    """

    kind: ClassVar[str] = "keywords"

    def __init__(self, keywords: Sequence[tuple[str, str]], *, match_case: bool) -> None:
        """`keywords` are (text, intent) pairs, in the order in which they are tried."""
        self._given = (tuple(keywords), match_case)
        self._keywords = [(_keyword(text, ignore_case=not match_case), intent) for text, intent in keywords]

    @classmethod
    def train(cls, examples: Sequence[tuple[str, str]], *, match_case: bool) -> KeywordClassifier:
        """`examples` are (text, intent) pairs."""
        meanings: dict[str, set[str]] = {}
        for text, intent in examples:
            meanings.setdefault(text if match_case else text.lower(), set()).add(intent)
        clear = [(text, next(iter(intents))) for text, intents in meanings.items() if len(intents) == 1]
        return cls(clear, match_case=match_case)

    def rank(self, text: str, most: int | None = None) -> Ranking:
        watch = Stopwatch(_TIME_FOR_KEYWORDS)
        for pattern, intent in self._keywords:
            if pattern.search(text, watch):
                return [(intent, 1.0)]
        return []

    def to_model(self, writer: ModelWriter) -> None:
        keywords, match_case = self._given
        writer.put_json("keywords", {"match_case": match_case, "keywords": keywords})

    @classmethod
    def from_model(cls, reader: ModelReader) -> KeywordClassifier:
        """What `to_model` has written. Raises ModelError."""
        written = reader.get_json("keywords")
        keywords = [(text, intent) for text, intent in written["keywords"]]
        return cls(keywords, match_case=bool(written["match_case"]))


def _keyword(text: str, *, ignore_case: bool) -> BoundedPattern:
    try:
        return BoundedPattern(rf"\b{text}\b", ignore_case=ignore_case)
    except re.error:
        return BoundedPattern(rf"\b{re.escape(text)}(?!\w)", ignore_case=ignore_case)


@dataclass(frozen=True, slots=True)
class Trained:
    """The classifiers of a project."""

    intents: IntentClassifier
    answers: IntentClassifier | None
    """Ranks the answers of retrieval intents; None if there are none, or the configuration has no use for it."""

    @classmethod
    def of(cls, project: Project, seed: int) -> Trained:
        """Learn the examples of a project."""
        settings = project.config.understanding
        read = _read if settings.reads_plainly else str
        told = [(read(example.text), example.intent) for example in project.training.examples]
        examples = [(text, names.base_intent(intent)) for text, intent in told]

        def learn(pairs: Sequence[tuple[str, str]]) -> IntentClassifier:
            if settings.counts_words:
                return WordCountClassifier.train(pairs)
            return LinearClassifier.train(pairs, seed, sentence_table())

        intents: IntentClassifier
        if settings.keywords:
            intents = KeywordClassifier.train(examples, match_case=settings.keywords_match_case)
        else:
            intents = learn(examples)
        answers = [(text, intent) for text, intent in told if names.ANSWER_MARK in intent]
        chooses = bool(answers) and settings.selectors is not None
        return cls(intents, learn(answers) if chooses else None)

    def to_model(self, writer: ModelWriter) -> None:
        writer.put_json("classifiers", {"answers": self.answers is not None})
        _put_classifier(writer.part("intents"), self.intents)
        if self.answers is not None:
            _put_classifier(writer.part("answers"), self.answers)

    @classmethod
    def from_model(cls, reader: ModelReader) -> Trained:
        """What `to_model` has written. Raises ModelError."""
        has_answers = reader.get_json("classifiers")["answers"]
        answers = _get_classifier(reader.part("answers")) if has_answers else None
        return cls(_get_classifier(reader.part("intents")), answers)


CLASSIFIERS: Mapping[str, type[LinearClassifier] | type[WordCountClassifier] | type[KeywordClassifier]] = {
    each.kind: each for each in (LinearClassifier, WordCountClassifier, KeywordClassifier)
}
"""The classes of classifiers by their names in model files."""


class Understanding:
    """Parses messages. Deterministic, and never raises for any text."""

    def __init__(
        self, domain: Domain, settings: UnderstandingSettings, extractor: EntityExtractor, trained: Trained
    ) -> None:
        self._detector = LanguageDetector(settings.language) if settings.language is not None else None
        self._intents = frozenset(domain.intents)
        self._entities = frozenset(domain.entities)
        self._settings = settings
        self._extractor = extractor
        self._trained = trained
        self._classifier = trained.intents
        self._selector = None
        if trained.answers is not None and settings.selectors is not None:
            self._selector = ResponseSelector(trained.answers, domain, settings.selectors)

    @classmethod
    def train(
        cls, project: Project, *, seed: int = 0, cache: Path | None = None, timezone: tzinfo = UTC
    ) -> Understanding:
        """Learn a project's examples. With a folder as `cache`, what was learned once is read from there.

        In `timezone` are the days and hours that messages name.
        """
        settings = project.config.understanding
        kept = cache / f"understanding-{VERSION}-{project.taught()[:32]}-{seed}.model" if cache is not None else None
        if kept is not None and kept.is_file():
            try:
                return cls.from_model(open_model(kept)[0], project, timezone)
            except ModelError as error:
                _log.warning("%s", error)
        extractor = EntityExtractor.train(project.training, project.domain.entities, settings, timezone)
        understanding = cls(project.domain, settings, extractor, Trained.of(project, seed))
        if kept is not None:
            with write_model(kept, project.digest) as writer:
                understanding.to_model(writer)
        return understanding

    def to_model(self, writer: ModelWriter) -> None:
        self._trained.to_model(writer)
        self._extractor.to_model(writer.part("entities"))

    @classmethod
    def from_model(cls, reader: ModelReader, project: Project, timezone: tzinfo = UTC) -> Understanding:
        """What `to_model` has written for this project. Raises ModelError."""
        settings = project.config.understanding
        extractor = EntityExtractor.from_model(reader.part("entities"), project.domain.entities, settings, timezone)
        return cls(project.domain, settings, extractor, Trained.from_model(reader))

    def payload(self, payload: str) -> Event | None:
        """The parse of a button's payload; see `bot.nlu.payload.parse_payload`."""
        return parse_payload(payload, self._intents, self._entities)

    def parse(self, text: str, now: datetime | None = None) -> Event:
        """text, intent, intent_ranking, entities, response_selector of a message, as Rasa's `parse_data`.

        Dates are reckoned from `now`, which is aware; None: the present. Where the configuration has a language
        detector and the message is long enough there is `language` as well.
        """
        seen = plain(text)
        heard = spoken(seen.text) if self._settings.reads_plainly else text
        signs = pace.signs_of(seen.text) if self._settings.pace else None
        if signs:
            heard = pace.without_preamble(heard, signs)
        ranking = self._classifier.rank(heard, _RANKED) if heard.strip() else []
        intents: list[Event] = [{"name": name, "confidence": share} for name, share in ranking]
        if self._falls_back(ranking):
            best = ranking[0][1] if ranking else 0.0
            intents.insert(0, {"name": names.NLU_FALLBACK, "confidence": 1.0 - best})
        parse: Event = {
            "text": text,
            "intent": intents[0] if intents else {"name": None, "confidence": 0.0},
            "intent_ranking": intents,
            "entities": self._named(seen, now or datetime.now(UTC)),
        }
        if self._selector is not None:
            parse["response_selector"] = self._selector.select(heard, parse["intent"]["name"])
        if self._detector is not None:
            self._add_language(parse, self._detector.detect(seen.text))
        if signs is not None and pace.ENTITY in self._entities:
            self._add_pace(parse, seen, signs)
        return parse

    def matters(self, text: str, now: datetime | None = None) -> Sequence[Event]:
        """The parses of a message's parts where it is about two matters at once; () for all others."""
        if self._settings.clauses is None:
            return ()
        return matters(text, self._settings.clauses, lambda part: self.parse(part, now))

    def _named(self, seen: PlainText, now: datetime) -> list[Event]:
        """The entities, with their places in the text as it was written."""
        found = self._extractor.extract(seen.text, now)
        for entity in found:
            entity["start"], entity["end"] = seen.original(entity["start"], entity["end"])
        return found

    def _add_language(self, parse: Event, language: tuple[str, float] | None) -> None:
        """`language` beside the intent, and as an entity of that name where the domain has one."""
        if language is None:
            return
        code, confidence = language
        parse["language"] = {"code": code, "confidence": confidence}
        if names.LANGUAGE in self._entities:
            whole: Event = {"entity": names.LANGUAGE, "start": 0, "end": len(parse["text"]), "value": code}
            parse["entities"].append({**whole, "extractor": LANGUAGE_DETECTOR, "confidence": confidence})

    def _add_pace(self, parse: Event, seen: PlainText, signs: pace.Signs) -> None:
        """How somebody writes, as an entity that a slot can follow."""
        found = pace.pace_of(seen.text, signs)
        if found is not None:
            start, end = seen.original(found.start, found.end)
            parse["entities"].append(
                {"entity": pace.ENTITY, "start": start, "end": end, "value": found.value, "extractor": pace.NAME}
            )

    def _falls_back(self, ranking: Ranking) -> bool:
        threshold = self._settings.fallback_threshold
        if threshold is None or (ranking and ranking[0][0] == names.NLU_FALLBACK):
            return False
        if not ranking or ranking[0][1] < threshold:
            return True
        return len(ranking) > 1 and ranking[0][1] - ranking[1][1] < self._settings.ambiguity_threshold


def _read(text: str) -> str:
    return spoken(plain(text).text)


def _put_classifier(writer: ModelWriter, classifier: IntentClassifier) -> None:
    writer.put_json("kind", classifier.kind)
    classifier.to_model(writer)


def _get_classifier(reader: ModelReader) -> IntentClassifier:
    kind = reader.get_json("kind")
    if kind not in CLASSIFIERS:
        raise DamagedModel(f"the model's classifier {kind!r} is unknown here; train the model again")
    return CLASSIFIERS[kind].from_model(reader)
