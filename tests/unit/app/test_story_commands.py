"""`kickstand init` and `kickstand test`."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app
from bot import check
from tests.unit.bot.storied import a_storied_project

STORIES = """
stories:
- story: a greeting
  steps:
  - {user: hello, intent: greet}
  - action: utter_greet
- story: an order <b>
  steps:
  - {user: order one for me, intent: order}
  - action: utter_greet
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return a_storied_project(tmp_path / "shop", {"tests/test_orders.yml": STORIES})


def test_init_makes_a_project_without_a_fault(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["init", str(tmp_path / "new" / "my-bot")])
    assert result.exit_code == 0
    assert "kickstand shell" in result.stdout
    made = tmp_path / "new" / "my-bot"
    assert check(made) == []
    assert (made / ".gitignore").is_file()
    assert not list(made.rglob("__pycache__"))


@pytest.mark.parametrize("name", ["app", "bot", "handoff", "Bot", "kickstand"])
def test_init_refuses_the_names_of_our_packages(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(app, ["init", str(tmp_path / name)])
    assert result.exit_code == 2
    assert f"my-{name.lower()}" in result.stderr
    assert not (tmp_path / name).exists()


def test_init_writes_into_empty_folders_only(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "notes.txt"):
        result = CliRunner().invoke(app, ["init", str(place)])
        assert result.exit_code == 2
        assert "new or empty" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(app, ["init", str(tmp_path / "empty"), "--json"])
    assert "domain.yml" in json.loads(result.stdout)["files"]


def test_the_figures_are_one_json_object(shop: Path) -> None:
    result = CliRunner().invoke(app, ["test", "--project", str(shop), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"stories": 2, "passed": 1, "failed": 1, "actions_accuracy": 0.5}


def test_differences_are_shown_as_conversations(shop: Path) -> None:
    result = CliRunner().invoke(app, ["test", "--project", str(shop)])
    assert ">   10  bot      utter_greet" in result.stdout
    assert "1 of 2 stories pass, 50.0% of actions as expected" in result.stdout


def test_the_report_holds_failures_ways_and_pictures(shop: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    CliRunner().invoke(app, ["test", "--project", str(shop), "--report", str(report)])
    page = (report / "index.html").read_text("utf-8")
    assert "1 of 2" in page
    assert "an order &lt;b&gt;" in page
    assert "order_form" in page
    assert "RulePolicy chose" in page
    assert '<g class="visitor tested"><title>greet</title>' in page
    assert '<g class="bot untested"><title>utter_cancelled' in page
    assert "cancel (data/rules.yml:" in page
    for picture in ("actions", "intents"):
        assert (report / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (report / f"{picture}.svg").read_text("utf-8")


def test_without_matplotlib_it_says_how_to_get_it(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    result = CliRunner().invoke(app, ["test", "--project", str(shop), "--report", str(tmp_path / "report")])
    assert result.exit_code == 2
    assert "pip install 'kickstand[report]'" in result.stderr
    assert not (tmp_path / "report").exists()


def test_bad_input_ends_with_2(shop: Path, tmp_path: Path) -> None:
    nowhere = CliRunner().invoke(app, ["test", "--project", str(tmp_path / "nowhere")])
    assert nowhere.exit_code == 2
    (shop / "tests" / "test_orders.yml").write_text("stories:\n- story: one\n", "utf-8")
    broken = CliRunner().invoke(app, ["test", "--project", str(shop)])
    assert broken.exit_code == 2
    assert "tests/test_orders.yml:2: the story 'one' needs a list of `steps`" in broken.stderr
    (shop / "tests" / "test_orders.yml").unlink()
    none = CliRunner().invoke(app, ["test", "--project", str(shop)])
    assert none.exit_code == 2
    assert "test_*.yml" in none.stderr
