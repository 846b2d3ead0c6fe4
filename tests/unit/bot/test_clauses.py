"""A message of two matters is told apart from one that tells a single story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ProjectError
from bot.nlu.clauses import ClauseSettings, clauses, matters
from tests.unit.bot.projects import a_project, an_assistant

SETTINGS = ClauseSettings((frozenset({"order", "late"}), frozenset({"hours"})))


def parse(part: str) -> dict[str, Any]:
    name = next((each for each in ("order", "late", "hours", "hello") if each in part), "nothing")
    return {"text": part, "intent": {"name": name, "confidence": 0.4 if "perhaps" in part else 0.9}}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("where is my order? what are your hours?", 2),
        ("where is my order and what are your hours", 2),
        ("where is my order, also your hours please", 2),
        ("a 2019 mt07 and a z900", 1),
        ("hi! where is it now", 1),
    ],
)
def test_parts_are_sentences_and_questions_joined_by_and(text: str, parts: int) -> None:
    assert len(clauses(text)) == parts


def test_two_clear_matters_are_found_in_their_order() -> None:
    found = matters("what are your hours? where is my order now?", SETTINGS, parse)
    assert [each["intent"]["name"] for each in found] == ["hours", "order"]


@pytest.mark.parametrize(
    "text",
    [
        "where is my order? it is so late!",
        "hello to all of you. what are your hours?",
        "where is my order? perhaps tell me your hours",
        "where is my order? " + "x " * 400 + "what are your hours?",
    ],
)
def test_one_matter_a_greeting_or_a_doubtful_part_is_none(text: str) -> None:
    assert matters(text, SETTINGS, parse) == ()


@given(st.text())
def test_any_text_is_cut_without_adding_to_it(text: str) -> None:
    assert all(part in text for part in clauses(text))


def test_settings_that_name_no_groups_are_refused_with_their_line(tmp_path: Path) -> None:
    config = "pipeline:\n- name: ClauseSplitter\n  matters: order\npolicies:\n- name: RulePolicy\n"
    with pytest.raises(ProjectError, match=r"config.yml:3.*two lists of intents or more"):
        an_assistant(a_project(tmp_path, {"config.yml": config}))
