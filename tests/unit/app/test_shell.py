"""Chatting with a bot in the terminal, and training it into a file: what is typed, what is printed, how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.shell import Shell
from bot import Assistant
from tests.unit.bot.projects import DOMAIN, RULES, a_project, with_action
from tests.unit.bot.test_translations import GERMAN

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRINTS = """
class Weigh(Action):
    def name(self): return "action_weigh"
    def run(self, dispatcher, tracker, domain):
        print("on the scales")
        raise RuntimeError("the scales broke")
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands keep what they learned in the folder they are started in."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def a_shell(folder: Path) -> Shell:
    return Shell(Assistant.load(folder, None), lambda: NOON)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return a_shell(a_project(tmp_path))


async def test_buttons_are_tapped_by_number(shell: Shell) -> None:
    assert await shell.answer("i want to order a pipe") == 'Which size?\n  1: Large  (/inform{"size": "large"})'
    assert await shell.answer("2") == "There are buttons 1 to 1."
    assert await shell.answer("1") == "Where to?"
    assert await shell.answer("12 Elm Street") == "A large one goes to 12 Elm Street."


async def test_a_number_is_said_where_there_are_no_buttons(shell: Shell) -> None:
    await shell.answer("i want to order a pipe")
    await shell.answer("1")
    assert await shell.answer("1") == "A large one goes to 1."


async def test_a_translated_bot_is_talked_to_in_its_other_language(tmp_path: Path) -> None:
    folder = a_project(tmp_path, {"translations/de.yml": GERMAN})
    shell = Shell(Assistant.load(folder, None), lambda: NOON, "de")
    assert await shell.answer("i want to order a pipe") == 'Welche Größe?\n  1: Groß  (/inform{"size": "large"})'
    assert await shell.answer("1") == "Wohin?"


async def test_payloads_are_played_and_unknown_ones_named(shell: Shell) -> None:
    await shell.answer("/order")
    assert await shell.answer('/inform{"size": "small"}') == "Where to?"
    assert "neither a command nor an intent" in await shell.answer("/ordr")


async def test_the_trace_says_what_was_understood_and_done_and_where_that_is_written(shell: Shell) -> None:
    assert await shell.answer("/trace") == "Nothing has been said yet."
    await shell.answer("i want to order a large pipe")
    trace = await shell.answer("/trace")
    assert trace.startswith("intent order  0.")
    assert "  not greet" in trace
    assert '  entity size = "large"  (18-23,' in trace
    assert "action order_form  (RulePolicy 1.00)" in trace
    assert 'the rule "order" (data/rules.yml:' in trace
    assert '  slot size = "large"' in trace


async def test_the_trace_shows_what_an_action_printed_and_why_it_failed(tmp_path: Path) -> None:
    shell = a_shell(a_project(tmp_path, with_action("action_weigh", "greet"), actions=PRINTS))
    assert "! action_weigh: RuntimeError: the scales broke" in await shell.answer("hello")
    trace = await shell.answer("/trace")
    assert "action_weigh raised: RuntimeError" in trace
    assert "The actions printed:\non the scales" in trace


async def test_slots_and_the_active_form_are_shown(shell: Shell) -> None:
    await shell.answer("i want to order a large pipe")
    slots = await shell.answer("/slots")
    assert 'size = "large"' in slots
    assert "active form: order_form" in slots
    assert "empty: address" in slots


async def test_a_restart_forgets_the_conversation(shell: Shell) -> None:
    await shell.answer("i want to order a large pipe")
    await shell.answer("/restart")
    assert "size =" not in await shell.answer("/slots")
    assert await shell.answer("hello") == "Hello."


async def test_a_wish_for_a_person_is_told(shell: Shell) -> None:
    assert "→ a person takes over: person." in await shell.answer("let me talk to a person")


def run(*arguments: str | Path, typed: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(each) for each in arguments], input=typed)
    return result.exit_code, result.stdout, result.stderr


def test_lines_from_a_pipe_are_answered_to_the_end(tmp_path: Path) -> None:
    code, out, _ = run("shell", "--project", a_project(tmp_path), typed="hello\n\nhow are you doing\n/quit\nhello\n")
    assert (code, out) == (0, "Hello.\nNice weather.\n")


def test_a_bot_is_trained_into_a_file_and_talked_to_from_there(tmp_path: Path) -> None:
    folder, file = a_project(tmp_path / "project"), tmp_path / "out" / "bot.model"
    code, out, _ = run("train", "--project", folder, "--out", file, "--json")
    written = json.loads(out)
    assert code == 0
    assert written["model"] == str(file)
    assert written["bytes"] == file.stat().st_size
    assert run("shell", "--model", file, typed="hello\n")[1] == "Hello.\n"


def test_a_model_gets_its_actions_from_the_project(tmp_path: Path) -> None:
    code = PRINTS.replace('raise RuntimeError("the scales broke")', 'return dispatcher.utter_message(text="2 kg")')
    folder = a_project(tmp_path / "project", with_action("action_weigh", "greet"), actions=code)
    file = tmp_path / "bot.model"
    run("train", "--project", folder, "--out", file)
    assert run("shell", "--model", file, "--project", folder, typed="hello\n")[1] == "2 kg\n"


def test_a_project_with_errors_is_not_trained(tmp_path: Path) -> None:
    folder = a_project(tmp_path / "project", {"data/rules.yml": RULES.replace("utter_greet}", "utter_nothing}")})
    code, _, err = run("train", "--project", folder, "--out", tmp_path / "bot.model")
    assert code == 1
    assert "data/rules.yml:4: error:" in err
    assert not (tmp_path / "bot.model").exists()


@pytest.mark.parametrize("command", [("train", "--project"), ("shell", "--project"), ("shell", "--model")])
def test_what_is_not_there_is_named(tmp_path: Path, command: tuple[str, str]) -> None:
    code, _, err = run(*command, tmp_path / "nowhere")
    assert code == 2
    assert "nowhere" in err


def test_a_foreign_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bot.model").write_bytes(b"something else")
    code, _, err = run("shell", "--model", tmp_path / "bot.model")
    assert code == 2
    assert "no Kickstand model" in err


def test_an_intent_of_the_project_goes_before_a_command_only_by_payload(tmp_path: Path) -> None:
    domain = DOMAIN.replace("chitchat,", "chitchat, slots,")
    code, out, _ = run("shell", "--project", a_project(tmp_path, {"domain.yml": domain}), typed="/slots{}\n")
    assert code == 0
    assert "empty: " not in out
