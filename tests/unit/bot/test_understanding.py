from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import Assistant
from bot.nlu.phrases import Phrases, cut
from tests.unit.bot.projects import CONFIG, NLU, a_project, an_assistant

LISTS = """
nlu:
- lookup: city
  examples: |
    - Rome
    - New York
    - York
- regex: size
  examples: |
    - \\d{2,3} ?mm
- synonym: New York
  examples: |
    - the big apple
    - NYC
- lookup: city
  examples: |
    - nyc
"""


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return an_assistant(a_project(tmp_path, {"data/lists.yml": LISTS}))


def entities(assistant: Assistant, text: str) -> list[tuple[str, Any, str]]:
    return [
        (found["entity"], found["value"], text[found["start"] : found["end"]])
        for found in assistant.parse(text)["entities"]
    ]


def test_messages_like_the_examples_have_their_intent(assistant: Assistant) -> None:
    assert assistant.parse("hello there")["intent"]["name"] == "greet"
    assert assistant.parse("i would like to order")["intent"]["name"] == "order"
    assert assistant.parse("stop the ordr pls")["intent"]["name"] == "cancel"


def test_confidences_are_ranked_and_sane(assistant: Assistant) -> None:
    ranking = assistant.parse("order one for me")["intent_ranking"]
    shares = [entry["confidence"] for entry in ranking]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0, abs=1e-4)


def test_gibberish_is_a_fallback_with_the_guess_behind_it(assistant: Assistant) -> None:
    parse = assistant.parse("qqqq zzzz")
    assert parse["intent"]["name"] == "nlu_fallback"
    assert parse["intent_ranking"][1]["name"] != "nlu_fallback"
    assert assistant.parse("   ")["intent"]["name"] == "nlu_fallback"


def test_without_a_fallback_classifier_the_best_guess_stands(tmp_path: Path) -> None:
    config = CONFIG.replace("- name: FallbackClassifier\n  threshold: 0.4\n", "")
    assistant = an_assistant(a_project(tmp_path, {"config.yml": config}))
    assert assistant.parse("qqqq zzzz")["intent"]["name"] != "nlu_fallback"


def test_lists_patterns_and_examples_give_entities_with_their_place(assistant: Assistant) -> None:
    assert entities(assistant, "send the LARGE one to new  york") == [
        ("size", "LARGE", "LARGE"),
        ("city", "new  york", "new  york"),
    ]
    assert entities(assistant, "a 50 mm pipe to rome") == [("size", "50 mm", "50 mm"), ("city", "rome", "rome")]


def test_entities_are_whole_words(assistant: Assistant) -> None:
    assert entities(assistant, "romeo enlarged chromed yorkshire") == []


def test_synonyms_give_the_value_they_stand_for(assistant: Assistant) -> None:
    assert entities(assistant, "to NYC please, the big one") == [("city", "New York", "NYC"), ("size", "large", "big")]


def test_keywords_are_found_literally(tmp_path: Path) -> None:
    config = "pipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: RulePolicy\n"
    assistant = an_assistant(a_project(tmp_path, {"config.yml": config}))
    assert assistant.parse("oh hello you")["intent"]["name"] == "greet"
    assert assistant.parse("Hello you")["intent"]["name"] is None


def test_training_twice_gives_the_same_confidences(tmp_path: Path) -> None:
    folder = a_project(tmp_path)
    assert an_assistant(folder).parse("order a big one") == an_assistant(folder).parse("order a big one")


def test_weights_are_kept_between_starts_until_the_project_changes(tmp_path: Path) -> None:
    folder, cache = a_project(tmp_path / "project"), tmp_path / "cache"
    services: Any = SimpleNamespace()
    first = Assistant.load(folder, services, cache=cache)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    second = Assistant.load(folder, services, cache=cache)
    assert kept.stat().st_mtime_ns == written
    assert second.parse("order a big one") == first.parse("order a big one")
    (folder / "data" / "nlu.yml").write_text(NLU + "    - another example\n")
    Assistant.load(folder, services, cache=cache)
    assert len(list(cache.iterdir())) == 2


def test_a_damaged_cache_is_trained_again(tmp_path: Path) -> None:
    folder, cache = a_project(tmp_path / "project"), tmp_path / "cache"
    services: Any = SimpleNamespace()
    Assistant.load(folder, services, cache=cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert Assistant.load(folder, services, cache=cache).parse("hello")["intent"]["name"] == "greet"


def test_a_project_without_examples_understands_payloads_only(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path, {"data/nlu.yml": 'version: "3.1"\n'}))
    assert assistant.parse("hello")["intent"]["name"] == "nlu_fallback"


def test_a_hundred_thousand_names_are_looked_up_at_once(tmp_path: Path) -> None:
    phrases = Phrases()
    for number in range(100_000):
        phrases.add(f"Model {number}", "model")
    text = "my model 99999 leaks"
    assert list(phrases.find(text, cut(text))) == [(3, 14, "model", None, None)]
