from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from app.cli import app
from tests.unit.bot.projects import ACTION_HEADER, a_project
from tests.unit.bot.test_replay import order


def recorded(folder: Path, *, message: str = "Which size?") -> list[str]:
    """Arguments of the command: a project and one recording of it."""
    a_project(folder)
    recording = order()
    recording["conversations"][0]["turns"][0]["expect"]["messages"] = [[message]]
    (folder / "recorded.json").write_text(json.dumps(recording))
    return ["replay", str(folder), str(folder / "recorded.json")]


def test_an_equal_replay_ends_well(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*recorded(tmp_path), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"bot": "shop", "turns": 2, "equal": 2, "differences": []}


def test_a_difference_is_shown_and_ends_with_1(tmp_path: Path) -> None:
    arguments = recorded(tmp_path, message="Which one?")
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["differences"]
    assert found == {
        "conversation": "order",
        "turn": 1,
        "user": "/order",
        "field": "messages",
        "expected": [["Which one?"]],
        "got": ["Which size?"],
    }
    told = CliRunner().invoke(app, arguments)
    assert "order, turn 1: /order" in told.stdout
    assert "shop: 1 of 2 turns equal" in told.stdout


def test_what_actions_print_stays_out_of_the_answer(tmp_path: Path) -> None:
    arguments = recorded(tmp_path)
    (tmp_path / "actions.py").write_text(ACTION_HEADER + "print('loaded')\n")
    assert json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)["equal"] == 2


def test_bad_input_ends_with_2_and_says_why(tmp_path: Path) -> None:
    arguments = recorded(tmp_path)
    (tmp_path / "recorded.json").write_text("{}")
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "recorded.json is no recording: bot" in result.stderr
    broken = CliRunner().invoke(app, ["replay", str(tmp_path / "nowhere"), str(tmp_path / "recorded.json")])
    assert broken.exit_code == 2


def test_another_configuration_may_be_named(tmp_path: Path) -> None:
    arguments = recorded(tmp_path)
    (tmp_path / "other.yml").write_text("policies:\n- name: MemoizationPolicy\n")
    result = CliRunner().invoke(app, [*arguments, "--config", str(tmp_path / "other.yml")])
    assert result.exit_code == 2
    assert "lack RulePolicy" in result.stderr
