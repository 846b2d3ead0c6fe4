"""Chooses the answer of a retrieval intent: one intent `faq` with many `faq/shipping`, `faq/returns` behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain import Domain
from bot.events import Event
from bot.names import base_intent
from bot.nlu.classifier import IntentClassifier, Ranking

_RANKED = 10
DEFAULT = "default"
"""The selector that chooses among the answers of all retrieval intents."""


class ResponseSelector:
    """Ranks the full names of retrieval intents for a text, in the form of Rasa's `response_selector`."""

    def __init__(self, classifier: IntentClassifier, domain: Domain, selectors: Sequence[str]) -> None:
        """`classifier` ranks full names; `selectors` are the retrieval intents that have one of their own."""
        self._classifier = classifier
        self._responses = domain.responses
        self._intents = sorted(domain.retrieval_intents)
        self._selectors = tuple(selectors) or (DEFAULT,)

    def select(self, text: str, intent: str | None) -> Event:
        """The best answers for `text` by selector; where `intent` is a retrieval intent, among its own."""
        ranking = self._classifier.rank(text)
        found: Event = {"all_retrieval_intents": self._intents}
        for selector in self._selectors:
            wanted = intent if selector == DEFAULT else selector
            own = _shares([entry for entry in ranking if base_intent(entry[0]) == wanted])
            shares = own or (ranking if selector == DEFAULT else [])
            if shares:
                found[selector] = self._selected(shares)
        return found

    def _selected(self, shares: Ranking) -> Event:
        key, confidence = shares[0]
        action = f"utter_{key}"
        return {
            "response": {
                "responses": [dict(variation.content) for variation in self._responses.get(action, ())],
                "confidence": confidence,
                "intent_response_key": key,
                "utter_action": action,
            },
            "ranking": [{"intent_response_key": name, "confidence": share} for name, share in shares[:_RANKED]],
        }


def selected_response(message: Any, intent: str) -> str | None:
    """The response that a parsed message was matched with for a retrieval intent; None: none was chosen."""
    selected = message.get("response_selector") or {}
    entry = selected.get(intent) or selected.get(DEFAULT)
    name: str | None = entry["response"].get("utter_action") if entry else None
    return name


def _shares(ranking: Iterable[tuple[str, float]]) -> Ranking:
    """The ranking of some, their confidences adding up to 1 again."""
    kept = list(ranking)
    total = sum(share for _, share in kept)
    return [(name, share / total) for name, share in kept] if total > 0 else []
