"""Projects that load, or that Rasa refuses for a reason: each gets a finding that names file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import check
from tests.unit.bot.projects import CONFIG, DOMAIN, RULES, Chat, a_project, an_assistant, texts

LAX = CONFIG + "  check_for_contradictions: false\n"


def found(folder: Path, files: dict[str, str]) -> list[tuple[str, str, int, str]]:
    return [(each.severity, each.file, each.line, each.message) for each in check(a_project(folder, files))]


def the_one(folder: Path, files: dict[str, str]) -> tuple[str, str, int, str]:
    (problem,) = found(folder, files)
    return problem


FLAGGED = DOMAIN.replace("forms:", "  flag: {type: bool, mappings: [{type: custom}]}\nforms:").replace(
    "actions: []", "actions: [action_set]"
)
SETS = """
- rule: sets
  steps: [{intent: inform}, {action: action_set}, {slot_was_set: [{flag: true}]}, {action: utter_chitchat}]
- rule: says nothing of it
  steps: [{intent: cancel}, {action: action_set}%s]
%s"""


def test_a_rule_that_leaves_out_a_slot_which_its_action_sets_elsewhere_is_refused(tmp_path: Path) -> None:
    rules = "rules:" + SETS % (", {action: utter_chitchat}", "")
    severity, file, line, message = the_one(tmp_path, {"domain.yml": FLAGGED, "data/more.yml": rules})
    assert (severity, file, line) == ("error", "data/more.yml", 4)
    assert "after 'action_set' other rules have `slot_was_set: flag`" in message


def test_a_rule_that_goes_on_to_nowhere_is_told_of(tmp_path: Path) -> None:
    more = (
        "rules:\n- rule: stuck\n  steps: [{intent: inform}, {action: utter_chitchat}]\n  wait_for_user_input: false\n"
    )
    severity, file, line, message = the_one(tmp_path, {"data/more.yml": more})
    assert (severity, file, line) == ("warning", "data/more.yml", 2)
    assert "does not wait after 'utter_chitchat', but nothing says what comes next" in message


def test_a_rule_that_another_one_goes_on_from_is_no_dead_end(tmp_path: Path) -> None:
    more = (
        "rules:\n- rule: first\n  steps: [{intent: inform}, {action: utter_ordered}]\n  wait_for_user_input: false\n"
        "- rule: then\n  steps: [{action: utter_ordered}, {action: utter_cancelled}]\n"
    )
    assert found(tmp_path, {"data/more.yml": more}) == []


@pytest.mark.parametrize("lax", ["rule", "config"])
def test_it_may_leave_it_out_where_it_ends_or_nobody_checks(tmp_path: Path, lax: str) -> None:
    ends = "  wait_for_user_input: false\n" if lax == "rule" else ""
    rules = "rules:" + SETS % ("", ends)
    files = {"domain.yml": FLAGGED, "data/more.yml": rules, "config.yml": CONFIG if lax == "rule" else LAX}
    assert [each for each in found(tmp_path, files) if each[0] == "error"] == []


def test_a_rule_that_runs_a_form_without_its_loop_is_refused(tmp_path: Path) -> None:
    rules = "rules:\n- rule: short\n  steps: [{intent: inform}, {action: order_form}]\n"
    severity, file, line, message = the_one(tmp_path, {"data/more.yml": rules})
    assert (severity, file, line) == ("error", "data/more.yml", 2)
    assert "`active_loop: order_form`" in message
    assert "`active_loop: null`" in message


def test_stories_that_part_after_the_same_turns_are_told_of(tmp_path: Path) -> None:
    stories = """
stories:
- story: one
  steps: [{intent: inform}, {action: utter_chitchat}]
- story: two
  steps: [{intent: inform}, {action: utter_cancelled}]
"""
    severity, file, line, message = the_one(tmp_path, {"data/stories.yml": stories})
    assert (severity, file, line) == ("warning", "data/stories.yml", 5)
    assert "'one' (data/stories.yml:3) goes on with 'utter_chitchat'" in message


def test_contradictions_that_nobody_wants_checked_are_warnings(tmp_path: Path) -> None:
    rules = "rules:\n- rule: rude\n  steps: [{intent: greet}, {action: utter_cancelled}]\n"
    severity, _, _, message = the_one(tmp_path, {"data/more.yml": rules, "config.yml": LAX})
    assert severity == "warning"
    assert "utter_cancelled" in message


CHECKPOINTS = """
stories:
- story: begins
  steps: [{intent: inform}, {action: utter_chitchat}, {checkpoint: there}%s]
- story: goes on
  steps: [{checkpoint: %s%s}, {intent: cancel}, {action: utter_cancelled}]
"""


def test_a_checkpoint_that_nothing_leads_to_and_one_that_leads_nowhere(tmp_path: Path) -> None:
    first, second = found(tmp_path, {"data/stories.yml": CHECKPOINTS % ("", "elsewhere", "")})
    assert first[:3] == ("warning", "data/stories.yml", 3)
    assert "checkpoint 'there', from which nothing goes on" in first[3]
    assert second[:3] == ("warning", "data/stories.yml", 5)
    assert "checkpoint 'elsewhere', which nothing leads to" in second[3]


async def test_a_checkpoint_in_the_middle_of_a_story_lets_others_join_there(tmp_path: Path) -> None:
    rest = ", {intent: greet}, {action: utter_greet}, {intent: cancel}, {action: utter_ordered}"
    folder = a_project(tmp_path, {"data/stories.yml": CHECKPOINTS % (rest, "there", "")})
    straight, joined = Chat(an_assistant(folder)), Chat(an_assistant(folder))
    await straight.taps("/inform")
    await straight.taps("/greet")
    assert (await straight.taps("/cancel")).trace.steps[0].action == "utter_ordered"
    await joined.taps("/inform")
    assert texts(await joined.taps("/cancel")) == ["Cancelled."]


@pytest.mark.parametrize(("size", "reply"), [("large", "Cancelled."), ("small", "Say that again?")])
async def test_a_checkpoint_lets_through_what_has_its_slots(tmp_path: Path, size: str, reply: str) -> None:
    inform = "{intent: inform, entities: [{size: %s}]}"
    stories = (CHECKPOINTS % ("", "there", ", slot_was_set: [{size: large}]")).replace(
        "{intent: inform}", inform % size
    )
    chat = Chat(an_assistant(a_project(tmp_path, {"data/stories.yml": stories})))
    await chat.taps(f'/inform{{"size": "{size}"}}')
    assert texts(await chat.taps("/cancel")) == [reply]


@pytest.mark.parametrize(
    ("files", "line", "message"),
    [
        (
            {"data/more.yml": "rules:\n- rule: words\n  steps: [{user: open sesame}, {action: utter_greet}]\n"},
            2,
            "answers only the very words 'open sesame'",
        ),
        (
            {
                "config.yml": CONFIG + "  restrict_rules: false\n",
                "data/more.yml": "rules:\n- rule: long\n  steps: [{intent: inform}, {action: utter_chitchat}, "
                "{intent: cancel}, {action: utter_cancelled}]\n",
            },
            2,
            "more than one visitor message",
        ),
        (
            {
                "data/more.yml": "rules:\n- rule: idle\n  condition: [{slot_was_set: [{address: here}]}]\n"
                "  steps: [{intent: inform}, {action: utter_chitchat}]\n"
            },
            2,
            "'address', which does not influence the conversation",
        ),
        (
            {"data/more.yml": "rules:\n- rule: odd\n  steps: [{intent: nowhere}, {action: utter_greet}]\n"},
            2,
            "the intent 'nowhere', which is not in the domain",
        ),
        ({"domain.yml": DOMAIN.replace("[size, address]", "[size, address, moon]")}, 17, "asks for 'moon'"),
        ({"domain.yml": DOMAIN.replace("utter_ask_size", "utter_size")}, 17, "no question for 'size'"),
    ],
)
def test_what_loads_but_hardly_does_what_was_meant_is_a_warning(
    tmp_path: Path, files: dict[str, str], line: int, message: str
) -> None:
    severity, file, at, told = the_one(tmp_path, files)
    assert (severity, file, at) == ("warning", next(name for name in reversed(files) if name != "config.yml"), line)
    assert message in told


def test_what_every_finished_form_tells_is_no_finding(tmp_path: Path) -> None:
    rules = RULES.replace(
        "{active_loop: null}, {action: utter_ordered}",
        "{active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: utter_ordered}",
    )
    assert found(tmp_path, {"data/rules.yml": rules}) == []


MIDWAY = """
rules:
- rule: after a greeting
  steps: [{action: utter_greet}, {intent: inform}, {action: utter_cancelled}]
"""
LONGER = """
stories:
- story: talkative
  steps: [{intent: person}, {action: utter_greet}, {action: utter_chitchat}]
"""


async def test_a_rule_that_starts_with_an_action_leaves_stories_free_to_go_on_after_it(tmp_path: Path) -> None:
    rules = RULES.replace("- rule: a person\n  steps: [{intent: person}, {action: action_handoff}]\n", "")
    files = {"data/rules.yml": rules, "data/midway.yml": MIDWAY, "data/stories.yml": LONGER}
    assert found(tmp_path, files) == []
    chat = Chat(an_assistant(tmp_path))
    assert texts(await chat.taps("/person")) == ["Hello.", "Nice weather."]
    assert texts(await chat.taps("/greet")) == ["Hello."]
    assert texts(await chat.taps("/inform")) == ["Cancelled."]
