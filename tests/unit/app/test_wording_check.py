"""`kickstand check` reads what customers will read."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from app.cli import app
from app.main import BUILT_IN_PROJECT
from app.wording import promise_problems, wording_problems

DOMAIN = """\
version: "3.1"
intents: [greet]
responses:
  utter_late:
  - text: "Unfortunately, it ships on Monday."
    buttons:
    - title: "No thanks"
      payload: /deny
  utter_good:
  - text: "It ships on Monday."
"""
ACTION = """\
class Late:
    def run(self, dispatcher, tracker, domain):
        name = "cannot be seen"
        dispatcher.utter_message(text=f"We can't ship to {name}.")
"""


def a_project(folder: Path, *, language: str = "en") -> Path:
    (folder / "domain.yml").write_text(DOMAIN)
    (folder / "config.yml").write_text(f"language: {language}\npolicies:\n- name: RulePolicy\n")
    (folder / "actions").mkdir()
    (folder / "actions" / "actions.py").write_text(ACTION)
    return folder


def test_each_negative_phrase_is_shown_with_file_line_and_a_way_to_say_it(tmp_path: Path) -> None:
    found = wording_problems(a_project(tmp_path))

    assert [(each.file, each.line, each.severity) for each in found] == [
        ("actions/actions.py", 4, "warning"),
        ("domain.yml", 5, "warning"),
        ("domain.yml", 7, "warning"),
    ]
    assert "“Unfortunately,”: bad news announced is bad news twice; leave it out" in found[1].message


def test_projects_in_another_language_are_left_alone(tmp_path: Path) -> None:
    assert wording_problems(a_project(tmp_path, language="es")) == []


def test_files_that_cannot_be_read_are_left_to_the_projects_own_check(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text("responses: [\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "actions.py").write_text("def (")

    assert wording_problems(tmp_path) == []


def test_the_command_lists_wording_as_warnings_and_still_passes(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--project", str(a_project(tmp_path)), "--json"])

    told = json.loads(result.stdout)
    assert (result.exit_code, told["errors"]) == (0, 0)
    assert sum("customers read" in each["message"] for each in told["problems"]) == 3


def test_the_built_in_bot_turns_nobody_away() -> None:
    assert wording_problems(BUILT_IN_PROJECT) == []


PROMISING = """\
class Promising:
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"You hear from us by {due}.")
        dispatcher.utter_message(text="We will call you by Tuesday 12:00.")
        dispatcher.utter_message(text=f"We will call you by {due}.", json_message={"promise": payload})
        promise(dispatcher, text=f"We will call you by {due}.", due_at=due)
        tell(dispatcher, text=f"We will call you by {due}.")
        dispatcher.utter_message(text=f"We open at nine, {name}.")
"""


def test_a_time_that_is_promised_on_no_record_is_shown_by_line(tmp_path: Path) -> None:
    (tmp_path / "actions.py").write_text(PROMISING)
    (tmp_path / "domain.yml").write_text(
        'responses:\n  utter_soon:\n  - text: "We will call you by Tuesday noon."\n  utter_open:\n  - text: "Open."\n'
    )

    found = promise_problems(tmp_path)

    assert [(each.file, each.line) for each in found] == [
        ("actions.py", 3),
        ("actions.py", 4),
        ("actions.py", 7),
        ("domain.yml", 3),
    ]


def test_the_built_in_bot_promises_on_record_alone() -> None:
    assert promise_problems(BUILT_IN_PROJECT) == []
