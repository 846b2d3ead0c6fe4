"""The guide for those who come from Rasa says of each component what the code does with it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rasa_sdk.events

from bot import Event, Tracker, check, fault, names, pending
from tests.unit.bot.projects import NOON, a_project

GUIDE = Path(__file__).parents[3] / "docs" / "from-rasa.md"
COMPONENT = re.compile(r"\b[A-Z]\w*(?:Policy|Classifier|Extractor|Selector|Mapper|Tokenizer|Featurizer|NLP)\b")


def told() -> Iterator[tuple[str, str]]:
    """(component, what the guide says of it)."""
    for line in GUIDE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            for name in COMPONENT.findall(cells[0]):
                yield name, cells[1]


def rows() -> Iterator[tuple[set[str], str]]:
    """(the names in backquotes, what the guide says of them)."""
    for line in GUIDE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            yield set(re.findall(r"`(\w+)`", cells[0])), cells[1]


def said_of(name: str) -> str:
    (status,) = [status for named, status in rows() if name in named]
    return status


RASAS = {
    *("RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy", "TEDPolicy", "UnexpecTEDIntentPolicy"),
    *("DIETClassifier", "FallbackClassifier", "KeywordIntentClassifier", "LogisticRegressionClassifier"),
    *("MitieIntentClassifier", "SklearnIntentClassifier", "ResponseSelector"),
    *("CRFEntityExtractor", "DucklingEntityExtractor", "EntitySynonymMapper", "MitieEntityExtractor"),
    *("RegexEntityExtractor", "SpacyEntityExtractor"),
    *("ConveRTFeaturizer", "CountVectorsFeaturizer", "LanguageModelFeaturizer", "LexicalSyntacticFeaturizer"),
    *("MitieFeaturizer", "RegexFeaturizer", "SpacyFeaturizer"),
    *("JiebaTokenizer", "MitieTokenizer", "SpacyTokenizer", "WhitespaceTokenizer", "MitieNLP", "SpacyNLP"),
}
"""Every component of Rasa 3.6 that a configuration may name."""


def left_out(folder: Path, name: str) -> bool:
    """Whether a project that names the component is told that it is left out."""
    policy = name.endswith("Policy")
    pipeline = "" if policy else f"pipeline: [{{name: {name}}}]\n"
    policies = f"policies: [{{name: RulePolicy}}{f', {{name: {name}}}' if policy and name != 'RulePolicy' else ''}]\n"
    problems = check(a_project(folder, {"config.yml": pipeline + policies}))
    assert all(name in problem.message for problem in problems), problems
    return bool(problems)


@pytest.mark.parametrize(("name", "status"), sorted(set(told())))
def test_a_component_is_treated_as_the_guide_says(tmp_path: Path, name: str, status: str) -> None:
    assert left_out(tmp_path, name) == (status == "left out")


def test_the_guide_tells_of_every_component_of_rasas() -> None:
    assert {name for name, _ in told()} >= RASAS


ACTIONS = {
    *("action_listen", "action_restart", "action_session_start", "action_default_fallback"),
    *("action_deactivate_loop", "action_revert_fallback_events", "action_default_ask_affirmation"),
    *("action_default_ask_rephrase", "action_two_stage_fallback", "action_unlikely_intent", "action_back"),
    *("action_extract_slots", "action_send_text"),
}
"""Rasa's own; `...` is never named by a project, `action_validate_slot_mappings` is the project's."""


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_the_guide_tells_of_every_default_action(name: str) -> None:
    assert name in names.BUILT_IN_ACTIONS
    assert said_of(name) in ("supported", "partly")


EVENTS = {
    name: kind
    for name, kind in vars(rasa_sdk.events).items()
    if inspect.isfunction(kind) and kind.__module__ == "rasa_sdk.events" and name[0].isupper()
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_of_rasa_sdk_does_to_the_tracker_what_the_guide_says(name: str) -> None:
    needed = [each for each in inspect.signature(EVENTS[name]).parameters.values() if each.default is each.empty]
    given: dict[str, Any] = {each.name: VALUES.get(each.name, "order_form") for each in needed}
    if name == "ReminderScheduled":
        given["trigger_date_time"] = NOON
    event = EVENTS[name](**given)
    assert fault(event) is None
    new = {**event, "timestamp": 2.0}
    effects = [has_effect(Tracker.fold("c", told), Tracker.fold("c", [*told, new])) for told in (BRIEF, CONVERSATION)]
    assert any(effects) == (said_of(name) == "supported")


VALUES = {"validate": False, "is_interrupted": True}
CONVERSATION: list[Event] = [
    {"event": "action", "name": "action_session_start"},
    {"event": "session_started"},
    {"event": "action", "name": "action_listen"},
    {"event": "user", "text": "hi", "parse_data": {"intent": {"name": "greet"}}, "timestamp": 1.0},
    {"event": "slot", "name": "size", "value": "large"},
    {"event": "action", "name": "utter_greet"},
    {"event": "active_loop", "name": "city_form"},
    {"event": "pause"},
    {"event": "reminder", "name": "r", "intent": "greet", "date_time": "2026-11-22T13:00:00"},
]

BRIEF = [*CONVERSATION[:6], {"event": "active_loop", "name": "order_form"}]


def has_effect(before: Tracker, after: Tracker) -> bool:
    """Whether anything that the engine reads of a tracker differs."""
    return any(look(before) != look(after) for look in SEEN)


SEEN: tuple[Callable[[Tracker], Any], ...] = (
    lambda tracker: dict(tracker.slots),
    lambda tracker: tracker.latest_message,
    lambda tracker: tracker.latest_action,
    lambda tracker: tracker.loop,
    lambda tracker: tracker.followup,
    lambda tracker: tracker.is_paused,
    lambda tracker: [event for event in tracker.applied_events if event["event"] in ("action", "user", "bot")],
    lambda tracker: pending(tracker.events),
)
