"""The fixtures as somebody meets them who installed Kickstand and writes a bot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import app.testing.fixtures
from tests.unit.bot.projects import a_project

LOADED = app.testing.fixtures
"""Loaded once here: a run inside this one would otherwise load and drop it each time."""
TESTS = """
def test_the_bot_of_this_folder_answers(rider, expect):
    rider.says("i want to order a pipe")
    expect.bot("Which size?", buttons=["Large"])
    rider.taps("Large")
    expect.bot("Where to?")

def test_people_take_over(rider, expect, agent):
    agent("Dana")
    rider.says("let me talk to a person")
    expect.handoff(reason="human_request")
    agent("Dana").claims()
    expect.with_agent("Dana")

def test_this_one_fails(rider, expect):
    rider.says("hello")
    expect.bot("Goodbye.")
"""


def test_a_bots_folder_needs_nothing_but_tests(pytester: pytest.Pytester) -> None:
    a_project(pytester.path)
    pytester.makepyfile(test_ours=TESTS)
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            '*AssertionError: Expected: the bot says "Goodbye."*',
            "E  *The conversation with rider:",
            "E  * rider       hello",
            "E  * did utter_greet (RulePolicy)",
            "E  * bot         Hello.",
        ]
    )
    assert "expectations.py" not in result.stdout.str()  # the failure stands in the test, not in the fixtures' code


def test_a_project_that_does_not_load_says_so_with_file_and_line(pytester: pytest.Pytester) -> None:
    a_project(pytester.path, {"data/rules.yml": "rules:\n- rule: a\n  steps: [{intent: greet}, {action: utter_no}]\n"})
    pytester.makepyfile(test_ours=TESTS)
    result = pytester.runpytest("-k", "answers")
    result.assert_outcomes(errors=1, deselected=2)
    result.stdout.fnmatch_lines(["*data/rules.yml:2: error:*utter_no*"])
    assert "Traceback" not in result.stdout.str()


def test_a_run_without_the_fixtures_loads_nothing_of_the_application(tmp_path: Path) -> None:
    (tmp_path / "test_ours.py").write_text("import sys\n\ndef test_it():\n    assert 'app' not in sys.modules\n")
    command = [sys.executable, "-m", "pytest", "-q"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in result.stdout
