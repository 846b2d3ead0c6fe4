"""From a message's words to its intent and entities, as the project's configuration asks."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from bot import names
from bot.config import UnderstandingSettings
from bot.events import Event
from bot.loader import Project
from bot.nlu.classifier import FORMAT, IntentClassifier, LexicalClassifier, Ranking
from bot.nlu.entities import EntityExtractor
from bot.nlu.payload import parse_payload
from bot.nlu.selection import ResponseSelector

_log = logging.getLogger(__name__)
_RANKED = 10
"""How many intents a parse lists."""


class KeywordClassifier:
    """See `IntentClassifier`. An intent is found when one of its example texts occurs as whole words.

    As in Rasa an example is a regular expression ("a bot?" finds "a bot" and "a bo"), and one that two intents
    share finds neither.
    """

    def __init__(self, examples: Sequence[tuple[str, str]], *, match_case: bool) -> None:
        """`examples` are (text, intent) pairs."""
        flags = 0 if match_case else re.IGNORECASE
        meanings: dict[str, set[str]] = {}
        for text, intent in examples:
            meanings.setdefault(text if match_case else text.lower(), set()).add(intent)
        clear = {text: next(iter(intents)) for text, intents in meanings.items() if len(intents) == 1}
        self._keywords = [(_keyword(text, flags), intent) for text, intent in clear.items()]

    def rank(self, text: str) -> Ranking:
        for pattern, intent in self._keywords:
            if pattern.search(text):
                return [(intent, 1.0)]
        return []

    def save(self, path: Path) -> None:
        """Nothing to keep: the examples are the model."""


def _keyword(text: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(rf"\b{text}\b", flags)
    except re.error:
        return re.compile(rf"\b{re.escape(text)}(?!\w)", flags)


class Understanding:
    """Parses messages. Deterministic, and never raises for any text."""

    def __init__(
        self,
        project: Project,
        classifier: IntentClassifier,
        settings: UnderstandingSettings,
        selector: ResponseSelector | None = None,
    ) -> None:
        self._intents = frozenset(project.domain.intents)
        self._entities = frozenset(project.domain.entities)
        self._classifier = classifier
        self._selector = selector
        self._settings = settings
        self._extractor = EntityExtractor(project.training, project.domain.entities, settings)

    @classmethod
    def train(cls, project: Project, *, seed: int = 0, cache: Path | None = None) -> Understanding:
        """Learn a project's examples. With a folder as `cache`, weights once learned are read from there."""
        settings = project.config.understanding
        told = [(example.text, example.intent) for example in project.training.examples]
        examples = [(text, names.base_intent(intent)) for text, intent in told]
        if settings.keywords:
            classifier: IntentClassifier = KeywordClassifier(examples, match_case=settings.keywords_match_case)
        else:
            classifier = _trained("intents", examples, project, seed, cache)
        answers = [(text, intent) for text, intent in told if names.ANSWER_MARK in intent]
        selector = None
        if answers and settings.selectors is not None:
            chooser = _trained("answers", answers, project, seed, cache)
            selector = ResponseSelector(chooser, project.domain, settings.selectors)
        return cls(project, classifier, settings, selector)

    def payload(self, payload: str) -> Event | None:
        """The parse of a button's payload; see `bot.nlu.payload.parse_payload`."""
        return parse_payload(payload, self._intents, self._entities)

    def parse(self, text: str) -> Event:
        """text, intent, intent_ranking, entities, response_selector of a message, as Rasa's `parse_data`."""
        ranking = self._classifier.rank(text) if text.strip() else []
        intents: list[Event] = [{"name": name, "confidence": share} for name, share in ranking[:_RANKED]]
        if self._falls_back(ranking):
            best = ranking[0][1] if ranking else 0.0
            intents.insert(0, {"name": names.NLU_FALLBACK, "confidence": 1.0 - best})
        parse: Event = {
            "text": text,
            "intent": intents[0] if intents else {"name": None, "confidence": 0.0},
            "intent_ranking": intents,
            "entities": self._extractor.extract(text),
        }
        if self._selector is not None:
            parse["response_selector"] = self._selector.select(text, parse["intent"]["name"])
        return parse

    def _falls_back(self, ranking: Ranking) -> bool:
        threshold = self._settings.fallback_threshold
        if threshold is None or (ranking and ranking[0][0] == names.NLU_FALLBACK):
            return False
        if not ranking or ranking[0][1] < threshold:
            return True
        return len(ranking) > 1 and ranking[0][1] - ranking[1][1] < self._settings.ambiguity_threshold


def _trained(
    what: str, examples: Sequence[tuple[str, str]], project: Project, seed: int, cache: Path | None
) -> IntentClassifier:
    kept = cache / f"{what}-{FORMAT}-{project.digest[:32]}-{seed}.npz" if cache is not None else None
    if kept is not None and kept.is_file():
        try:
            return LexicalClassifier.load(kept)
        except ValueError as error:
            _log.warning("%s", error)
    counts_words = project.config.understanding.counts_words
    train = LexicalClassifier.train_on_words if counts_words else LexicalClassifier.train
    classifier = train(examples, seed)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".part")
        classifier.save(unfinished)
        unfinished.replace(kept)
    return classifier
