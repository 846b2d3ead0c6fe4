from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import Assistant, Problem, ProjectError, check
from bot.documents import LARGEST_FILE, read
from bot.loader import read_project
from bot.problems import Findings
from tests.unit.bot.projects import DOMAIN, NLU, RULES, a_project


def errors(folder: Path) -> list[tuple[str, int]]:
    return [(problem.file, problem.line) for problem in check(folder) if problem.severity == "error"]


def the_error(folder: Path) -> Problem:
    (found,) = [problem for problem in check(folder) if problem.severity == "error"]
    return found


def test_a_sound_project_has_no_problems(tmp_path: Path) -> None:
    assert check(a_project(tmp_path)) == []


def test_broken_yaml_names_file_and_line(tmp_path: Path) -> None:
    a_project(tmp_path, {"data/rules.yml": "rules:\n- rule: greet\n  steps: [{intent: greet}\n- rule: x\n"})
    found = the_error(tmp_path)
    assert (found.file, found.line) == ("data/rules.yml", 4)
    assert "broken YAML" in found.message


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    a_project(
        tmp_path,
        {
            "domain.yml": DOMAIN.replace("type: text", "type: moon", 1),
            "data/nlu.yml": NLU.replace("- intent: greet", "- intend: greet"),
            "data/rules.yml": RULES.replace("utter_chitchat", "utter_nothing"),
        },
    )
    with pytest.raises(ProjectError) as raised:
        Assistant.load(tmp_path, SimpleNamespace())  # type: ignore[arg-type]
    assert {problem.file for problem in raised.value.problems if problem.severity == "error"} == {
        "domain.yml",
        "data/nlu.yml",
        "data/rules.yml",
    }
    assert "domain.yml:7: error" in str(raised.value)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    a_project(tmp_path, {"domain.yml": DOMAIN + "entities: [size]\n"})
    found = the_error(tmp_path)
    assert "'entities' stands here twice (first in line 4)" in found.message


def test_an_intent_that_is_declared_twice_is_refused(tmp_path: Path) -> None:
    a_project(tmp_path, {"domain.yml": DOMAIN.replace("[greet, order", "[greet, greet, order")})
    assert errors(tmp_path) == [("domain.yml", 3)]


def test_words_that_other_yaml_versions_take_for_booleans_stay_words(tmp_path: Path) -> None:
    a_project(
        tmp_path,
        {
            "domain.yml": DOMAIN.replace("[greet, order", "[yes, no, greet, order"),
            "data/more.yml": "rules:\n- rule: agreed\n  steps: [{intent: yes}, {action: utter_greet}]\n",
        },
    )
    assert check(tmp_path) == []


def test_tags_that_would_build_objects_are_refused(tmp_path: Path) -> None:
    a_project(tmp_path, {"data/evil.yml": "nlu: !!python/object/apply:os.system ['echo']\n"})
    assert ("data/evil.yml", 1) in errors(tmp_path)


def test_aliases_that_unfold_to_billions_are_refused(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 10)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    a_project(tmp_path, {"data/bomb.yml": "\n".join(lines)})
    assert "unfolds" in the_error(tmp_path).message


def test_an_alias_within_itself_is_refused(tmp_path: Path) -> None:
    a_project(tmp_path, {"data/loop.yml": "nlu: &a [*a]\n"})
    assert errors(tmp_path) == [("data/loop.yml", 1)]


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    a_project(tmp_path)
    (tmp_path / "data" / "picture.yml").write_bytes(b"\x89PNG\xff\xfe")
    assert errors(tmp_path) == [("data/picture.yml", 1)]


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    a_project(tmp_path)
    for file in tmp_path.rglob("*.yml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert check(tmp_path) == []


def test_two_rules_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    more = "rules:\n- rule: greet rudely\n  steps: [{intent: greet}, {action: utter_cancelled}]\n"
    a_project(tmp_path, {"data/more.yml": more})
    found = the_error(tmp_path)
    assert "utter_cancelled" in found.message
    assert "utter_greet" in found.message


def test_a_story_against_a_rule_is_refused(tmp_path: Path) -> None:
    story = "stories:\n- story: odd\n  steps: [{intent: greet}, {action: utter_chitchat}]\n"
    a_project(tmp_path, {"data/stories.yml": story})
    assert errors(tmp_path) == [("data/stories.yml", 2)]


def test_components_that_have_no_counterpart_are_named_in_one_warning(tmp_path: Path) -> None:
    config = "pipeline:\n- name: SpacyEntityExtractor\npolicies:\n- name: RulePolicy\n- name: UnexpecTEDIntentPolicy\n"
    a_project(tmp_path, {"config.yml": config})
    (found,) = check(tmp_path)
    assert found.severity == "warning"
    assert "UnexpecTEDIntentPolicy, SpacyEntityExtractor" in found.message


def test_a_folder_without_a_project_says_so(tmp_path: Path) -> None:
    assert "no domain" in the_error(tmp_path).message


def test_actions_that_do_not_import_name_their_line(tmp_path: Path) -> None:
    a_project(tmp_path, actions="\nx = 1\nimport not_a_module_of_ours\n")
    with pytest.raises(ProjectError) as raised:
        Assistant.load(tmp_path, SimpleNamespace())  # type: ignore[arg-type]
    (found,) = raised.value.problems
    assert (found.file, found.line) == ("actions.py", 6)


def test_an_action_that_asks_for_an_unknown_service_is_refused(tmp_path: Path) -> None:
    code = "class A(Action):\n    def __init__(self, moon): ...\n    def name(self): return 'action_a'\n"
    a_project(tmp_path, actions=code)
    with pytest.raises(ProjectError, match="asks for 'moon'"):
        Assistant.load(tmp_path, SimpleNamespace())  # type: ignore[arg-type]


def test_a_tab_that_indents_names_its_line(tmp_path: Path) -> None:
    a_project(tmp_path, {"data/more.yml": "rules:\n- rule: greet\n\tsteps: []\n"})
    found = the_error(tmp_path)
    assert (found.file, found.line) == ("data/more.yml", 3)
    assert "broken YAML" in found.message


@pytest.mark.parametrize("opened", ["[", "{a: ", "- "])
def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path, opened: str) -> None:
    for depth in (100, 50_000):
        a_project(tmp_path, {"data/deep.yml": "nlu:\n  " + opened * depth + "\n"})
        (line,) = [at for file, at in errors(tmp_path) if file == "data/deep.yml"]
        assert line >= 1


def test_a_key_that_stands_twice_deep_in_a_story_names_its_line(tmp_path: Path) -> None:
    a_project(tmp_path, {"data/more.yml": "stories:\n- story: a\n  steps:\n  - intent: greet\n    intent: order\n"})
    assert ("data/more.yml", 5) in errors(tmp_path)


def test_numbers_and_constants_are_read_by_the_newer_rules(tmp_path: Path) -> None:
    text = "a: 0o17\nb: 017\nc: 1_000\nd: 12:30\ne: on\nf: ~\ng: TRUE\nh: .inf\ni: 2026-11-22\nj: 0x1f\nk: 1e3\n"
    (tmp_path / "file.yml").write_text(text)
    findings = Findings()
    assert read(tmp_path / "file.yml", "file.yml", findings) == {
        **{"a": 15, "b": 17, "c": "1_000", "d": "12:30", "e": "on", "f": None, "g": True},
        **{"h": float("inf"), "i": "2026-11-22", "j": 31, "k": 1000.0},
    }
    assert not list(findings)


def test_a_hundred_thousand_examples_are_read(tmp_path: Path) -> None:
    examples = "".join(f"    - i want number {number} in [large](size)\n" for number in range(100_000))
    a_project(tmp_path, {"data/nlu.yml": f"nlu:\n- intent: order\n  examples: |\n{examples}"})
    findings = Findings()
    project = read_project(tmp_path, findings)
    assert not findings.has_errors
    assert len(project.training.examples) == 100_000
    assert project.training.examples[-1].line == 100_003
    assert project.training.examples[-1].spans[0].entity == "size"


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    a_project(tmp_path)
    with (tmp_path / "data" / "large.yml").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert "larger than" in the_error(tmp_path).message


def test_stories_that_multiply_without_end_are_refused(tmp_path: Path) -> None:
    either = "  - or: [{intent: greet}, {intent: inform}, {intent: cancel}]\n  - action: utter_greet\n"
    a_project(tmp_path, {"data/stories.yml": "stories:\n- story: many\n  steps:\n" + either * 40})
    found = the_error(tmp_path)
    assert (found.file, found.line) == ("data/stories.yml", 2)
    assert "make more than" in found.message


def test_stories_that_go_round_in_circles_end(tmp_path: Path) -> None:
    circle = """
stories:
- story: in
  steps: [{intent: inform}, {action: utter_chitchat}, {checkpoint: round}]
- story: round
  steps: [{checkpoint: round}, {intent: cancel}, {action: utter_cancelled}, {checkpoint: round}]
"""
    assert check(a_project(tmp_path, {"data/stories.yml": circle})) == []


def test_a_pattern_that_does_not_compile_names_its_line(tmp_path: Path) -> None:
    a_project(tmp_path, {"data/more.yml": "nlu:\n- regex: size\n  examples: |\n    - [0-9\n"})
    assert errors(tmp_path) == [("data/more.yml", 4)]
