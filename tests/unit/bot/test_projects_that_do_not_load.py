from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import Assistant, Problem, ProjectError, check
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
