"""From a message's words to its intent and entities, as the project's configuration asks."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from bot import names
from bot.config import UnderstandingSettings
from bot.events import Event
from bot.examples import Example
from bot.loader import Project
from bot.nlu.classifier import FORMAT, IntentClassifier, LexicalClassifier, Ranking
from bot.nlu.entities import EntityExtractor
from bot.nlu.payload import parse_payload

_log = logging.getLogger(__name__)
_RANKED = 10
"""How many intents a parse lists."""


class KeywordClassifier:
    """See `IntentClassifier`. An intent is found when one of its example texts occurs as whole words."""

    def __init__(self, examples: Sequence[Example], *, match_case: bool) -> None:
        flags = 0 if match_case else re.IGNORECASE
        self._keywords = [
            (re.compile(r"\b" + re.escape(example.text) + r"\b", flags), example.intent) for example in examples
        ]

    def rank(self, text: str) -> Ranking:
        for pattern, intent in self._keywords:
            if pattern.search(text):
                return [(intent, 1.0)]
        return []

    def save(self, path: Path) -> None:
        """Nothing to keep: the examples are the model."""


class Understanding:
    """Parses messages. Deterministic, and never raises for any text."""

    def __init__(self, project: Project, classifier: IntentClassifier, settings: UnderstandingSettings) -> None:
        self._intents = frozenset(project.domain.intents)
        self._entities = frozenset(project.domain.entities)
        self._classifier = classifier
        self._settings = settings
        self._extractor = EntityExtractor(project.training, project.domain.entities, settings)

    @classmethod
    def train(cls, project: Project, *, seed: int = 0, cache: Path | None = None) -> Understanding:
        """Learn a project's examples. With a folder as `cache`, weights once learned are read from there."""
        settings = project.config.understanding
        examples = project.training.examples
        if settings.keywords:
            classifier: IntentClassifier = KeywordClassifier(examples, match_case=settings.keywords_match_case)
        else:
            classifier = _trained([(example.text, example.intent) for example in examples], project, seed, cache)
        return cls(project, classifier, settings)

    def payload(self, payload: str) -> Event | None:
        """The parse of a button's payload; see `bot.nlu.payload.parse_payload`."""
        return parse_payload(payload, self._intents, self._entities)

    def parse(self, text: str) -> Event:
        """text, intent, intent_ranking and entities of a message, as Rasa's `parse_data`."""
        ranking = self._classifier.rank(text) if text.strip() else []
        intents: list[Event] = [{"name": name, "confidence": share} for name, share in ranking[:_RANKED]]
        if self._falls_back(ranking):
            best = ranking[0][1] if ranking else 0.0
            intents.insert(0, {"name": names.NLU_FALLBACK, "confidence": 1.0 - best})
        return {
            "text": text,
            "intent": intents[0] if intents else {"name": None, "confidence": 0.0},
            "intent_ranking": intents,
            "entities": self._extractor.extract(text),
        }

    def _falls_back(self, ranking: Ranking) -> bool:
        threshold = self._settings.fallback_threshold
        if threshold is None or (ranking and ranking[0][0] == names.NLU_FALLBACK):
            return False
        if not ranking or ranking[0][1] < threshold:
            return True
        return len(ranking) > 1 and ranking[0][1] - ranking[1][1] < self._settings.ambiguity_threshold


def _trained(examples: Sequence[tuple[str, str]], project: Project, seed: int, cache: Path | None) -> IntentClassifier:
    kept = cache / f"intents-{FORMAT}-{project.digest[:32]}-{seed}.npz" if cache is not None else None
    if kept is not None and kept.is_file():
        try:
            return LexicalClassifier.load(kept)
        except ValueError as error:
            _log.warning("%s", error)
    classifier = LexicalClassifier.train(examples, seed)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".part")
        classifier.save(unfinished)
        unfinished.replace(kept)
    return classifier
