from __future__ import annotations

from pathlib import Path

import pytest

from bot import Assistant
from tests.unit.bot.projects import DOMAIN, NLU, RULES, Chat, a_project, an_assistant, texts

FAQ = """
nlu:
- intent: faq/shipping
  examples: |
    - how long does shipping take
    - when will my parcel arrive
    - do you ship abroad
- intent: faq/noise
  examples: |
    - how loud is the pipe
    - is it road legal
    - what are the decibels
responses:
  utter_faq/shipping: [{text: "Two days."}]
  utter_faq/noise: [{text: "88 dB.", image: "https://shop.example/noise.png"}]
rules:
- rule: faq
  steps: [{intent: faq}, {action: utter_faq}]
"""
PIPELINE = """
pipeline:
- name: KeywordIntentClassifier
{selector}
policies:
- name: RulePolicy
"""


def a_faq(
    folder: Path, selector: str = "- name: ResponseSelector", domain: str = "[faq, greet,", faq: str = FAQ
) -> Chat:
    files = {
        "domain.yml": DOMAIN.replace("[greet,", domain),
        "data/faq.yml": faq,
        "config.yml": PIPELINE.format(selector=selector),
    }
    return Chat(an_assistant(a_project(folder, files)))


async def test_one_action_gives_the_answer_that_was_asked_for(tmp_path: Path) -> None:
    chat = a_faq(tmp_path)
    turn = await chat.says("how long does shipping take")
    assert texts(turn) == ["Two days."]
    assert turn.trace.intent == "faq"
    loud = await chat.says("is it road legal")
    assert [(message.text, message.image) for message in loud.messages] == [
        ("88 dB.", "https://shop.example/noise.png")
    ]
    said = next(event for event in loud.events if event["event"] == "bot")
    assert said["metadata"]["utter_action"] == "utter_faq/noise"


async def test_a_parse_tells_which_answer_was_chosen(tmp_path: Path) -> None:
    parse = a_faq(tmp_path).assistant.parse("do you ship abroad")
    selected = parse["response_selector"]
    assert selected["all_retrieval_intents"] == ["faq"]
    response = selected["default"]["response"]
    assert (response["intent_response_key"], response["utter_action"]) == ("faq/shipping", "utter_faq/shipping")
    assert response["responses"] == [{"text": "Two days."}]
    assert sum(entry["confidence"] for entry in selected["default"]["ranking"]) == pytest.approx(1.0)


async def test_a_payload_chooses_no_answer_and_the_action_says_nothing(tmp_path: Path) -> None:
    turn = await a_faq(tmp_path).taps("/faq")
    assert [step.action for step in turn.trace.steps][-2:] == ["utter_faq", "action_listen"]
    assert turn.messages == ()


async def test_a_selector_may_belong_to_one_intent(tmp_path: Path) -> None:
    chat = a_faq(tmp_path, "- name: ResponseSelector\n  retrieval_intent: faq")
    assert texts(await chat.says("is it road legal")) == ["88 dB."]
    assert list(chat.assistant.parse("hello")["response_selector"]) == ["all_retrieval_intents", "faq"]


async def test_answers_of_another_retrieval_intent_are_out_of_the_question(tmp_path: Path) -> None:
    faq = FAQ.replace("faq/noise", "talk/noise").replace("{intent: faq}", "{or: [{intent: faq}, {intent: talk}]}")
    chat = a_faq(tmp_path, domain="[faq, talk, greet,", faq=faq)
    await chat.says("is it road legal")
    ranked = chat.assistant.parse("is it road legal")["response_selector"]["default"]["ranking"]
    assert [entry["intent_response_key"] for entry in ranked] == ["talk/noise"]


async def test_without_a_selector_nothing_is_chosen(tmp_path: Path) -> None:
    turn = await a_faq(tmp_path, selector="").says("is it road legal")
    assert turn.trace.steps[-2].action == "utter_faq"
    assert turn.messages == ()


async def test_a_story_that_names_one_answer_means_the_intent(tmp_path: Path) -> None:
    chat = a_faq(tmp_path, faq=FAQ.replace("{intent: faq}", "{intent: faq/shipping}"))
    assert texts(await chat.says("is it road legal")) == ["88 dB."]


async def test_a_keyword_is_found_as_whole_words(tmp_path: Path) -> None:
    config = {"config.yml": PIPELINE.format(selector=""), "data/nlu.yml": NLU + "    - can I talk (now)?\n"}
    parse = an_assistant(a_project(tmp_path, config)).parse
    assert parse("well hello there")["intent"] == {"name": "greet", "confidence": 1.0}
    assert parse("othello")["intent"]["name"] is None
    assert parse("Hello")["intent"]["name"] is None
    assert parse("can I talk now")["intent"]["name"] == "person"


async def test_a_keyword_of_two_intents_finds_neither(tmp_path: Path) -> None:
    more = "nlu:\n- intent: chitchat\n  examples: |\n    - hello\n"
    files = {"config.yml": PIPELINE.format(selector=""), "data/more.yml": more}
    parse = an_assistant(a_project(tmp_path, files)).parse
    assert parse("hello")["intent"]["name"] is None
    assert parse("hi there")["intent"]["name"] == "greet"


async def test_counted_words_leave_new_words_to_the_fallback(tmp_path: Path) -> None:
    config = """
pipeline:
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
- name: FallbackClassifier
  threshold: 0.3
policies: [{name: RulePolicy}]
"""
    folder = a_project(tmp_path, {"config.yml": config})
    assistant = an_assistant(folder)
    assert assistant.parse("nice weather")["intent"]["name"] == "chitchat"
    assert assistant.parse("nicely weathered")["intent"]["name"] == "nlu_fallback"
    (folder / "config.yml").write_text(config.replace("Featurizer\n", "Featurizer\n  analyzer: char_wb\n"))
    assert an_assistant(folder).parse("nicely weathered")["intent"]["name"] == "chitchat"


async def test_counted_words_are_kept_in_the_cache(tmp_path: Path) -> None:
    config = "pipeline:\n- name: CountVectorsFeaturizer\n- name: LogisticRegressionClassifier\n"
    folder = a_project(tmp_path / "project", {"config.yml": config, "data/rules.yml": RULES})
    first, second = (Assistant.load(folder, None, cache=tmp_path / "cache") for _ in range(2))
    assert first.parse("order a pipe") == second.parse("order a pipe")
    assert len(list((tmp_path / "cache").iterdir())) == 1
