"""The engine against recordings of the real one, where `KICKSTAND_RECORDINGS` names a folder that holds them.

The folder has `bots/<name>/` (projects), `<name>.json` (what each did) and `invalid.json` (projects with a fault).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from bot import Assistant, Event, Problem, check, rest_messages
from bot.replay import Replay, read_recording, replay

RECORDINGS = Path(os.environ.get("KICKSTAND_RECORDINGS", "/nonexistent"))
GUIDE = Path(__file__).parents[3] / "docs" / "from-rasa.md"

pytestmark = [
    pytest.mark.skipif(not RECORDINGS.is_dir(), reason="KICKSTAND_RECORDINGS names no folder with recordings"),
    pytest.mark.filterwarnings("ignore:No method 'extract_"),
]

WRONG = {
    "rule_vs_rule": "goes on with .* where the rules say",
    "rule_vs_story": "goes on with .* where the rules say",
    "story_after_rule_prefix": "goes on with .* where the rules say",
    "no_contradiction_check": "goes on with .* where the rules say",
    "two_user_turns": "more than one visitor message",
    "two_user_turns_allowed": "more than one visitor message",
    "incomplete_slot": "incomplete: after 'action_set' .*slot_was_set: flag",
    "incomplete_loop": "incomplete: after 'city_form' .*active_loop: city_form",
    "unknown_fallback_action": "fallback action 'action_nowhere'",
    "unknown_action": "action 'action_nowhere', which is not in the domain",
    "unknown_intent": "intent 'nowhere', which is not in the domain",
    "unknown_slot": "slot 'nowhere', which is not in the domain",
    "missing_mappings": "'flag' needs `mappings`",
    "bad_mapping_type": "unknown type 'from_moon'",
    "bad_slot_type": "unknown type 'moon'",
    "any_influences": "'flag' is of type any",
    "form_without_required": "'city_form' needs `required_slots`",
    "form_unknown_slot": "asks for 'town', which is not a slot",
    "duplicate_intent": "intent 'greet' is declared twice",
    "rules_without_policy": "lack RulePolicy",
    "response_without_text": "'utter_bye' needs a `text`",
    "stories_conflict": "neither is followed there",
    "unknown_checkpoint": "checkpoint 'nowhere', which nothing leads to",
    "bad_step": "'act' is not a step",
    "incomplete_slot_last": "does not wait after 'action_set', but nothing says what comes next",
    "user_text_in_rule": "answers only the very words 'magic word'",
}
"""What the finding says, by project; the projects that are not here have no fault."""
WE_ALSO_REFUSE = {"bad_mapping_type", "duplicate_intent"}
"""Rasa trains these into a model that says nothing."""


def bots() -> list[str]:
    return sorted(folder.name for folder in RECORDINGS.glob("bots/*"))


def faulty() -> list[dict[str, Any]]:
    file = RECORDINGS / "invalid.json"
    return json.loads(file.read_text("utf-8"))["cases"] if file.is_file() else []


@pytest.fixture(scope="module")
def replays() -> dict[str, Replay]:
    return anyio.run(_all_replays)


async def _all_replays() -> dict[str, Replay]:
    found = {}
    for name in bots():
        project = RECORDINGS / "bots" / name
        trained_with = project / "config.oracle.yml"
        assistant = Assistant.load(project, None, config=trained_with if trained_with.is_file() else None)
        found[name] = await replay(assistant, read_recording(RECORDINGS / f"{name}.json"))
    return found


def known_differences() -> Iterator[tuple[str, str]]:
    """(bot, conversation) of each difference that the guide for those who come from Rasa gives a reason for."""
    _, _, section = GUIDE.read_text("utf-8").partition("## Remaining differences")
    for match in re.finditer(r"^\| `(\w+)` / `(\w+)` \|", section, re.MULTILINE):
        yield match[1], match[2]


def test_each_difference_from_the_recordings_is_explained_in_the_guide(replays: dict[str, Replay]) -> None:
    found = {(name, each.conversation) for name, result in replays.items() for each in result.differences}
    assert found == set(known_differences())


def test_at_least_99_of_100_turns_are_equal(replays: dict[str, Replay]) -> None:
    turns = sum(result.turns for result in replays.values())
    assert sum(result.equal for result in replays.values()) >= 0.99 * turns > 0


def recorded_messages() -> Iterator[tuple[list[Event], list[dict[str, Any]]]]:
    """(bot events, what the REST channel made of them) of each recorded turn that ended well."""
    for file in RECORDINGS.glob("*.json"):
        for conversation in json.loads(file.read_text("utf-8")).get("conversations", ()):
            for turn in conversation["turns"]:
                details = turn.get("details") or {}
                if "error" not in turn["expect"] and "rest_output" in details:
                    told = [{"text": each["text"], "data": each} for each in details["messages"]]
                    yield told, details["rest_output"]


def test_the_rest_channel_sends_what_rasas_sends() -> None:
    turns = list(recorded_messages())
    assert len(turns) > 500
    for told, sent in turns:
        assert [message for event in told for message in rest_messages(event)] == sent


@pytest.mark.parametrize("case", faulty(), ids=lambda case: case["id"])
def test_a_questionable_project_gets_its_verdict(case: dict[str, Any], tmp_path: Path) -> None:
    for name, text in case["files"].items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    problems = check(tmp_path)
    refused = not case["trains"] or case["id"] in WE_ALSO_REFUSE
    assert any(problem.severity == "error" for problem in problems) == refused, problems
    wrong = WRONG.get(case["id"])
    assert bool(problems) == (wrong is not None), problems
    assert wrong is None or any(_names(problem, wrong, tmp_path) for problem in problems), problems


def _names(problem: Problem, wrong: str, folder: Path) -> bool:
    """Whether the finding says what is wrong, and in a line that is there."""
    lines = (folder / problem.file).read_text("utf-8").count("\n")
    return re.search(wrong, problem.message) is not None and 1 <= problem.line <= lines
