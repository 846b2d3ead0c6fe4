"""What is learned of stories, for turns that no story has just so: where a project names TEDPolicy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Assistant, Event, Turn
from bot.policies.learned import POLICY, LearnedPolicy
from tests.unit.bot.projects import CONFIG, Chat, a_project, an_assistant, texts

STORIES = """
stories:
- story: talk first
  steps: [{intent: greet}, {action: utter_greet}, {intent: chitchat}, {action: utter_chitchat}]
- story: then stop
  steps: [{intent: greet}, {action: utter_greet}, {intent: cancel}, {action: utter_cancelled}]
- story: talk twice
  steps:
  - {intent: chitchat}
  - {action: utter_chitchat}
  - {intent: chitchat}
  - {action: utter_chitchat}
  - {intent: cancel}
  - {action: utter_cancelled}
- story: inform
  steps: [{intent: inform, entities: [{size: large}]}, {action: utter_ordered}]
- story: inform later
  steps:
  - {intent: chitchat}
  - {action: utter_chitchat}
  - {intent: inform, entities: [{size: large}]}
  - {action: utter_ordered}
- story: asked
  steps:
  - {intent: person}
  - {action: utter_ask_size}
  - {intent: inform, entities: [{size: large}]}
  - {action: utter_greet}
"""
SIZE = '/inform{"size": "large"}'
RULES = "rules:\n- rule: unclear\n  steps: [{intent: nlu_fallback}, {action: action_default_fallback}]\n"


def files(config: str) -> dict[str, str]:
    return {"data/rules.yml": RULES, "data/stories.yml": STORIES, "config.yml": config}


WITH = CONFIG + "- name: TEDPolicy\n  max_history: 5\n  epochs: 100\n"


def chat(folder: Path, config: str = WITH) -> Chat:
    return Chat(an_assistant(a_project(folder, files(config))))


def who(turn: Turn) -> list[tuple[str, str]]:
    return [(step.action, step.policy) for step in turn.trace.steps if step.policy]


async def test_a_path_that_no_story_takes_is_answered_by_what_stories_suggest(tmp_path: Path) -> None:
    talk = chat(tmp_path)
    await talk.taps("/greet")
    turn = await talk.taps(SIZE)
    assert who(turn) == [("utter_ordered", POLICY), ("action_listen", POLICY)]
    assert 0.3 < turn.trace.steps[0].confidence < 1.0


async def test_what_was_asked_counts_for_what_an_answer_means(tmp_path: Path) -> None:
    talk = chat(tmp_path)
    await talk.taps("/greet")
    await talk.taps("/person")
    assert texts(await talk.taps(SIZE)) == ["Hello."]


@pytest.mark.parametrize("config", [CONFIG, CONFIG[: CONFIG.index("policies:")]])
async def test_it_is_off_where_the_project_does_not_name_it(tmp_path: Path, config: str) -> None:
    talk = chat(tmp_path, config)
    await talk.taps("/greet")
    turn = await talk.taps(SIZE)
    assert texts(turn) == ["Say that again?"]
    assert POLICY not in {policy for _, policy in who(turn)}


async def test_a_story_that_is_known_by_heart_goes_first(tmp_path: Path) -> None:
    turn = await chat(tmp_path).taps("/greet")
    assert who(turn)[0] == ("utter_greet", "MemoizationPolicy")


async def test_an_intent_that_no_story_tells_of_is_left_to_the_fallback(tmp_path: Path) -> None:
    turn = await chat(tmp_path).taps("/order")
    assert texts(turn) == ["Say that again?"]
    assert who(turn)[0] == ("action_default_fallback", "RulePolicy")


async def test_confidence_below_the_threshold_of_the_fallback_is_not_enough(tmp_path: Path) -> None:
    talk = chat(tmp_path, WITH.replace("- name: RulePolicy", "- name: RulePolicy\n  core_fallback_threshold: 0.999"))
    await talk.taps("/greet")
    assert texts(await talk.taps(SIZE)) == ["Say that again?"]


async def test_it_looks_back_no_further_than_its_history(tmp_path: Path) -> None:
    short = chat(tmp_path, WITH.replace("max_history: 5\n  epochs", "max_history: 1\n  epochs"))
    (policy,) = [each for each in short.assistant._ensemble.policies if isinstance(each, LearnedPolicy)]
    assert {feature[1] for feature in policy.weights.rows if feature[0] == "previous"} == {0}


async def test_projects_without_stories_or_with_one_action_alone_learn_nothing(tmp_path: Path) -> None:
    alone = "stories:\n- story: one\n  steps: [{intent: greet}]\n"
    for number, stories in enumerate(["stories: []\n", alone]):
        folder = a_project(tmp_path / str(number), {**files(WITH), "data/stories.yml": stories})
        assert texts(await Chat(an_assistant(folder)).taps("/order")) == ["Say that again?"]


async def test_the_same_project_learns_the_same(tmp_path: Path) -> None:
    folder = a_project(tmp_path, files(WITH))
    found: list[list[Event]] = []
    for _ in range(2):
        talk = Chat(an_assistant(folder))
        await talk.taps("/greet")
        found.append(list((await talk.taps(SIZE)).events))
    assert found[0] == found[1]


async def test_a_model_file_keeps_what_was_learned(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path / "project", files(WITH)))
    assistant.save(tmp_path / "bot.model")
    first, second = Chat(assistant), Chat(Assistant.load(tmp_path / "bot.model", None))
    for talk in (first, second):
        await talk.taps("/greet")
    turn = await first.taps(SIZE)
    assert who(turn)[0][1] == POLICY
    assert turn.events == (await second.taps(SIZE)).events
