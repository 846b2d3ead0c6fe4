"""Test stories judged as Rasa does: the policies are asked, no action is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Assistant
from bot.testing import Unreadable, Verdict, judge, told
from tests.unit.bot.storied import a_storied_project, an_assistant, differing, stories


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_storied_project(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Assistant:
    return an_assistant(folder)


def judged(folder: Path, assistant: Assistant, steps: str) -> Verdict:
    (story,) = stories(folder, assistant, f"stories:\n- story: one\n  steps:\n{steps}")
    return judge(story, assistant)


def test_a_story_that_the_bot_follows_passes_and_its_listening_counts(folder: Path, assistant: Assistant) -> None:
    verdict = judged(folder, assistant, "  - {user: hello, intent: greet}\n  - action: utter_greet\n")
    assert verdict.passed
    assert [(pair.kind, pair.expected, pair.got) for pair in verdict.pairs] == [
        ("intent", "greet", "greet"),
        ("action", "utter_greet", "utter_greet"),
        ("action", "action_listen", "action_listen"),
    ]


def test_after_a_difference_the_story_goes_on_as_if_it_were_right(folder: Path, assistant: Assistant) -> None:
    steps = "  - intent: order\n  - action: utter_chitchat\n  - intent: greet\n  - action: utter_greet\n"
    verdict = judged(folder, assistant, steps)
    assert differing(verdict)[0] == (5, "utter_chitchat", "order_form")
    assert all(number != 7 for number, _, _ in differing(verdict)), "the greeting is judged on its own"


def test_slots_and_loops_change_only_where_the_story_says_so(folder: Path, assistant: Assistant) -> None:
    asked = "  - intent: order\n  - action: order_form\n  - active_loop: order_form\n"
    finished = f"{asked}  - intent: inform\n  - action: order_form\n  - active_loop: null\n  - action: utter_ordered\n"
    assert judged(folder, assistant, finished).passed
    unfinished = f"{asked}  - intent: inform\n  - action: order_form\n  - action: utter_ordered\n"
    assert differing(judged(folder, assistant, unfinished))[0][0] == 9


def test_another_action_than_the_form_means_that_the_form_was_rejected(folder: Path, assistant: Assistant) -> None:
    steps = (
        "  - intent: order\n  - action: order_form\n  - active_loop: order_form\n"
        "  - intent: chitchat\n  - action: utter_chitchat\n  - action: order_form\n"
    )
    assert judged(folder, assistant, steps).passed


def test_words_are_understood_and_compared_with_intent_and_entities(folder: Path, assistant: Assistant) -> None:
    answer = "  - action: utter_greet\n"
    wrong = judged(folder, assistant, "  - {user: nice weather today, intent: greet}\n" + answer)
    assert differing(wrong) == [(4, "intent greet", "intent chitchat")], "the story's own intent drives on"
    asked = "  - intent: order\n  - action: order_form\n  - active_loop: order_form\n"
    told_right = "  - {user: 'a [large](size) one', intent: inform}\n  - action: order_form\n"
    assert judged(folder, assistant, asked + told_right).passed
    missing = judged(folder, assistant, asked + told_right.replace("[large](size)", "large"))
    assert differing(missing) == [(7, "entities none", 'entities size="large"')]
    assert "write the sentence as `a [large](size) one`" in " ".join(told(missing).split())
    other_role = judged(folder, assistant, asked + told_right.replace("(size)", '{"entity": "size", "role": "inner"}'))
    assert differing(other_role) == [(7, 'entities size="large", role inner', 'entities size="large"')]


def test_without_words_the_story_says_what_was_meant(folder: Path, assistant: Assistant) -> None:
    assert judged(folder, assistant, "  - intent: greet\n  - action: utter_greet\n").passed
    entities = (
        "  - intent: order\n    entities:\n    - size: large\n  - action: order_form\n  - active_loop: order_form\n"
    )
    assert judged(folder, assistant, entities).passed


def test_a_payload_means_what_it_says(folder: Path, assistant: Assistant) -> None:
    assert judged(folder, assistant, "  - {user: /greet, intent: greet}\n  - action: utter_greet\n").passed


def test_a_bot_that_does_more_than_the_story_is_told_of(folder: Path, assistant: Assistant) -> None:
    verdict = judged(folder, assistant, "  - intent: greet\n")
    assert differing(verdict) == [(None, "nothing more: it waits for the visitor", "utter_greet")]


def test_alternatives_and_checkpoints_are_stories_of_their_own(folder: Path, assistant: Assistant) -> None:
    text = """
stories:
- story: start
  steps:
  - or: [{intent: greet}, {intent: chitchat}]
  - action: utter_greet
  - checkpoint: greeted
- story: goes on
  steps:
  - checkpoint: greeted
  - intent: chitchat
  - action: utter_chitchat
"""
    found = stories(folder, assistant, text)
    assert [story.name for story in found] == ["start > goes on", "start > goes on [2]"]
    assert [judge(story, assistant).passed for story in found] == [True, False]


def test_a_full_retrieval_intent_and_its_answer_are_compared_in_full(tmp_path: Path) -> None:
    files = {
        "domain.yml": "intents: [faq]\nresponses:\n  utter_faq/hours: [{text: At nine.}]\n"
        "  utter_faq/place: [{text: Here.}]\n",
        "data/nlu.yml": "nlu:\n- intent: faq/hours\n  examples: |\n    - when do you open\n- intent: faq/place\n"
        "  examples: |\n    - where are you\n",
        "data/rules.yml": "rules:\n- rule: faq\n  steps: [{intent: faq}, {action: utter_faq}]\n",
        "config.yml": "pipeline:\n- name: KeywordIntentClassifier\n- name: ResponseSelector\n"
        "policies:\n- name: RulePolicy\n",
    }
    folder = a_storied_project(tmp_path, files)
    assistant = an_assistant(folder)

    def verdict(intent: str, action: str) -> Verdict:
        step = f"  - {{user: when do you open, intent: {intent}}}\n  - action: {action}\n"
        return judged(folder, assistant, step)

    assert verdict("faq/hours", "utter_faq/hours").passed
    assert verdict("faq", "utter_faq").passed
    assert differing(verdict("faq/place", "utter_faq")) == [(4, "intent faq/place", "intent faq/hours")]
    assert differing(verdict("faq/hours", "utter_faq/place")) == [(5, "utter_faq/place", "utter_faq/hours")]


def test_a_turn_that_never_ends_is_stopped(folder: Path, assistant: Assistant) -> None:
    verdict = judged(folder, assistant, "  - intent: greet\n" + "  - action: utter_greet\n" * 12)
    assert (15, "utter_greet", "nothing more: stopped after 10 actions") in differing(verdict)


def test_names_that_the_domain_lacks_are_told_with_the_nearest_one(folder: Path, assistant: Assistant) -> None:
    steps = "  - slot_was_set: [{sice: large}]\n  - intent: gret\n  - active_loop: form\n  - action: utter_great\n"
    text = told(judged(folder, assistant, steps))
    for sentence in (
        "no slot `sice`; did you mean `size`?",
        "no intent `gret`; did you mean `greet`?",
        "no form `form`",
    ):
        assert sentence in " ".join(text.split())


def test_the_telling_names_the_policy_the_rule_and_what_else_was_proposed(folder: Path, assistant: Assistant) -> None:
    text = " ".join(told(judged(folder, assistant, "  - intent: greet\n  - action: utter_chitchat\n")).split())
    assert text.startswith("line 5: expected utter_chitchat, got utter_greet")
    assert "RulePolicy chose `utter_greet` (confidence 1.00)" in text
    assert 'So says the rule "greet" (data/rules.yml:4)' in text
    assert "Also asked: MemoizationPolicy nothing" in text
    assert "write `- action: utter_greet` in line 5" in text
    nothing = " ".join(told(judged(folder, assistant, "  - intent: inform\n  - action: utter_greet\n")).split())
    assert "No rule and no story goes on from here" in nothing


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("stories:\n- story: one\n  steps:\n  - action: [\n", 5),
        ("stories:\n- story: one\n", 2),
        ("stories:\n- story: one\n  steps:\n  - intnet: greet\n", 4),
        ("stories:\n- story: one\n  steps:\n  - checkpoint: nowhere\n  - intent: greet\n", 2),
        ("rules: []\n", 1),
        ("stories: yes\n", 1),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_line(
    folder: Path, assistant: Assistant, text: str, line: int
) -> None:
    with pytest.raises(Unreadable) as refused:
        stories(folder, assistant, text)
    assert refused.value.problems[0].line == line
    assert str(refused.value).startswith(f"test_orders.yml:{line}: ")
