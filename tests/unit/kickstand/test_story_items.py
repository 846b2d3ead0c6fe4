"""The plugin of pytest, tried in runs of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import rasa_sdk.executor

import bot.testing
from bot.starting import start_project
from tests.unit.bot.storied import a_storied_project

LOADED = (bot.testing, rasa_sdk.executor)
"""Loaded once here: a run inside this one would otherwise load and drop them each time."""
STORIES = """
stories:
- story: a greeting
  steps:
  - {user: hello, intent: greet}
  - action: utter_greet
- story: a wrong one
  steps:
  - {user: hello, intent: greet}
  - action: utter_chitchat
"""


@pytest.fixture
def shop(pytester: pytest.Pytester) -> Path:
    """A bot project in the folder of the inner run, with two test stories."""
    folder = a_storied_project(pytester.path)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_orders.yml").write_text(STORIES, "utf-8")
    return folder


@pytest.mark.usefixtures("shop")
def test_test_stories_are_test_items_and_failures_are_conversations(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*a wrong one*",
            "line 10: expected utter_chitchat, got utter_greet",
            'In the story "a wrong one" (tests/test_orders.yml:7):',
            "     9  visitor  hello",
            ">   10  bot      utter_chitchat",
            "*why *RulePolicy chose `utter_greet`*",
            '*So says the rule "greet" (data/rules.yml:4).',
            "FAILED tests/test_orders.yml::a wrong one - Failed: line 10: *",
        ]
    )
    assert "Traceback" not in result.stdout.str()


@pytest.mark.usefixtures("shop")
def test_one_story_is_selected_by_its_name(pytester: pytest.Pytester) -> None:
    pytester.runpytest("tests/test_orders.yml::a greeting").assert_outcomes(passed=1)
    pytester.runpytest("-k", "greeting").assert_outcomes(passed=1, deselected=1)


def test_a_broken_file_is_one_failing_test_that_names_the_line(pytester: pytest.Pytester, shop: Path) -> None:
    (shop / "tests" / "test_broken.yml").write_text("stories:\n- story: one\n  steps:\n  - action: [\n", "utf-8")
    result = pytester.runpytest("-k", "not wrong")
    result.assert_outcomes(passed=1, failed=1, deselected=1)
    result.stdout.fnmatch_lines(["These test stories cannot be read:", "tests/test_broken.yml:5: broken YAML: *"])


def test_a_project_with_errors_tells_them_once(pytester: pytest.Pytester, shop: Path) -> None:
    rules = "rules:\n- rule: greet\n  steps: [{intent: greet}, {action: utter_nothing}]\n"
    (shop / "data" / "rules.yml").write_text(rules, "utf-8")
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    told, _ = result.stdout.str().split("short test summary info")  # which repeats what a continuous integration reads
    assert told.count("names the action 'utter_nothing'") == 1
    result.stdout.fnmatch_lines(["*does not load; its first test says why."])


def test_actions_run_where_the_project_says_so(pytester: pytest.Pytester, shop: Path) -> None:
    story = "stories:\n- story: hello\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - bot: Hello.\n"
    (shop / "tests" / "test_orders.yml").write_text(story, "utf-8")
    pytester.runpytest().assert_outcomes(failed=1)
    (shop / "pyproject.toml").write_text("[tool.kickstand]\nrun_actions = true\n", "utf-8")
    pytester.runpytest().assert_outcomes(passed=1)
    (shop / "pyproject.toml").write_text("[tool.kickstand]\nrun_actions = 'yes'\n", "utf-8")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*`run_actions` of [[]tool.kickstand[]] is true or false, not 'yes'*"])


def test_the_fixture_bot_converses_and_a_failure_shows_what_was_said(pytester: pytest.Pytester, shop: Path) -> None:
    (shop / "tests" / "test_orders.yml").unlink()
    pytester.makepyfile(
        **{
            "tests/test_bot": """
            def test_good(bot):
                assert bot.says("hello").text == "Hello."

            def test_bad(bot):
                assert bot.says("nice weather today").text == "Hello."
            """
        }
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*The conversation*", "visitor  nice weather today", "    bot  Nice weather."])


def test_services_of_the_project_reach_its_actions(pytester: pytest.Pytester) -> None:
    domain = a_storied_project(pytester.path) / "domain.yml"
    files = {
        "domain.yml": domain.read_text("utf-8").replace("actions: []", "actions: [action_price]"),
        "data/rules.yml": "rules:\n- rule: price\n  steps: [{intent: greet}, {action: action_price}]\n",
        "pyproject.toml": "[tool.kickstand]\nrun_actions = true\n",
        "tests/conftest.py": "import types, pytest\n@pytest.fixture(scope='session')\ndef kickstand_services():\n"
        "    return types.SimpleNamespace(price=200)\n",
        "tests/test_price.yml": "stories:\n- story: price\n  steps:\n  - intent: greet\n  - action: action_price\n"
        "  - bot: It costs 200.\n",
    }
    actions = (
        "class Price(Action):\n    def __init__(self, price):\n        self.price = price\n"
        "    def name(self):\n        return 'action_price'\n"
        "    async def run(self, dispatcher, tracker, domain):\n"
        "        dispatcher.utter_message(text=f'It costs {self.price}.')\n        return []\n"
    )
    a_storied_project(pytester.path, files, actions=actions)
    pytester.runpytest().assert_outcomes(passed=1)


def test_yaml_of_others_is_left_alone(pytester: pytest.Pytester) -> None:
    (pytester.path / "test_api.yml").write_text("stories:\n- story: no project is near\n", "utf-8")
    pytester.runpytest().assert_outcomes()
    a_storied_project(pytester.path)
    (pytester.path / "test_api.yml").write_text("test_name: get a page\nstages: []\n", "utf-8")
    (pytester.path / "orders.yml").write_text(STORIES, "utf-8")
    pytester.runpytest().assert_outcomes()


def test_the_fixture_bot_says_when_there_is_no_project(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(bot):\n    pass\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no folder above * holds domain.yml*"])


def test_a_folder_that_hides_our_package_is_named(pytester: pytest.Pytester, shop: Path) -> None:
    (shop / "bot").mkdir()
    (shop / "bot" / "__init__.py").touch()
    # In a process of its own, as here our package is imported already; `python -m` puts the folder first.
    result = pytester.runpytest_subprocess("tests/test_orders.yml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"{shop.resolve()}/bot hides Kickstand's own package `bot`*Rename it*"])


def test_a_run_without_bots_loads_nothing_of_the_engine(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n\ndef test_it():\n    assert 'kickstand.pytest_plugin' in sys.modules\n"
        "    assert not {'bot', 'app', 'numpy', 'anyio.from_thread'} & set(sys.modules)\n"
    )
    pytester.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


def test_what_init_makes_passes_its_own_tests(pytester: pytest.Pytester) -> None:
    start_project(pytester.path / "workshop")
    result = pytester.runpytest("--rootdir", "workshop", "workshop")
    counts = result.parseoutcomes()
    assert set(counts) == {"passed"}
    assert counts["passed"] >= 10


def test_the_command_says_which_folder_is_in_its_way(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    program = "from kickstand.command import main; main()"
    result = subprocess.run([sys.executable, "-c", program, "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 2
    assert f"{tmp_path.resolve()}/app hides Kickstand's own package `app`" in result.stderr
