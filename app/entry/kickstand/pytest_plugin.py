"""The plugin of pytest: test stories of Rasa projects are test items, and `bot` is a conversation.

pytest loads it in every run of whoever has Kickstand installed, so it imports nothing of the engine and does nothing
until a test story stands below a bot project, or a test asks for one of its fixtures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kickstand.projects import project_of
from kickstand.shadows import shadows

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from bot import Assistant
    from bot.testing import Conversation, TestStory, Verdict

_LOOKS_LIKE_STORIES = re.compile(rb"^\s*(-\s*)?(stories|story)\s*:", re.MULTILINE)
_assistants = pytest.StashKey["dict[Any, Assistant | str]"]()
_conversations = pytest.StashKey["list[Conversation]"]()

Load = Callable[..., "Assistant"]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_assistants] = {}


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Packages of Kickstand that are hidden, where a bot project is tested that needs them later."""
    if project_of(config.rootpath) is None:
        return []
    return [f"kickstand: {shadow}" for shadow in shadows(("app", "handoff"))]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yml", ".yaml") or not file_path.name.startswith("test_"):
        return None
    project = project_of(file_path.parent)
    if project is None or not _LOOKS_LIKE_STORIES.search(file_path.read_bytes()):
        return None
    file: StoryFile = StoryFile.from_parent(parent, path=file_path)
    file.project = project
    return file


class StoryFile(pytest.File):
    """A file of test stories."""

    project: Path

    def collect(self) -> Iterator[pytest.Item]:
        found = shadows(("bot",))
        if found:
            yield self._failing(str(found[0]))
            return
        from bot.loader import read_project
        from bot.problems import Findings
        from bot.testing import Unreadable, read_stories, runs_actions

        try:
            domain = read_project(self.project, Findings()).domain  # what is wrong with it is told once it is trained
            stories = read_stories(self.path, domain, shown_as=self.nodeid)
            runs = runs_actions(self.project)
        except Unreadable as error:
            yield self._failing(f"These test stories cannot be read:\n{error}")
        except ValueError as error:
            yield self._failing(str(error))
        else:
            for story in stories:
                judging = _judging(story, self.nodeid, self.project, runs)
                yield _Item.from_parent(self, name=story.name, callobj=judging, line=story.line)

    def _failing(self, message: str) -> pytest.Item:
        """One failing test; an error of collecting would keep all other tests from running."""

        def stories_are_readable() -> None:
            pytest.fail(message, pytrace=False)

        item: pytest.Item = _Item.from_parent(self, name=self.path.name, callobj=stories_are_readable, line=1)
        return item


class _Item(pytest.Function):
    """One test story. A function of pytest, so that fixtures of the project's conftest.py reach it."""

    def __init__(self, *, line: int, **more: Any) -> None:
        super().__init__(**more)
        self._line = line

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._line - 1, self.name


def _judging(story: TestStory, shown_as: str, project: Path, runs: bool) -> Callable[..., None]:
    def story_is_followed(kickstand_load: Load, kickstand_portal: BlockingPortal) -> None:
        from bot.testing import judge, play, told

        assistant = kickstand_load(project, run_actions=runs)
        verdict: Verdict
        verdict = play(story, assistant, kickstand_portal.call) if runs else judge(story, assistant)
        if not verdict.passed:
            pytest.fail(told(verdict, shown_as=shown_as), pytrace=False)

    return story_is_followed


@pytest.fixture(scope="session")
def kickstand_portal() -> Iterator[BlockingPortal]:
    """The event loop in which bots answer, in a thread of its own: tests need not be asynchronous."""
    from anyio.from_thread import start_blocking_portal

    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def kickstand_services() -> Any:
    """What actions ask for in their `__init__`, as attributes of one object; a conftest.py may put its own here."""
    return None


@pytest.fixture
def kickstand_load(request: pytest.FixtureRequest, kickstand_services: Any) -> Load:
    """Loads a bot project: each is trained once for all tests of a run."""
    loaded = request.config.stash[_assistants]

    def load(project: Path, *, run_actions: bool = True) -> Assistant:
        key = (project, run_actions, id(kickstand_services))
        if key not in loaded:
            loaded[key] = _loaded(project, kickstand_services if run_actions else None, run_actions, request.config)
        found = loaded[key]
        if isinstance(found, str):
            # The whole list once; then one line for each test.
            loaded[key] = f"The bot project {project} does not load; its first test says why."
            pytest.fail(found, pytrace=False)
        return found

    return load


def _loaded(project: Path, services: Any, run_actions: bool, config: pytest.Config) -> Assistant | str:
    """The trained bot, or what is wrong with it."""
    found = shadows(("bot",))
    if found:
        return str(found[0])
    from bot import Assistant, ProjectError

    cache = getattr(config, "cache", None)
    kept = Path(cache.mkdir("kickstand")) if cache is not None else None
    try:
        return Assistant.load(project, services, cache=kept, run_actions=run_actions)
    except ProjectError as error:
        return f"The bot project {project} does not load:\n{error}"


@pytest.fixture
def bot(request: pytest.FixtureRequest, kickstand_load: Load, kickstand_portal: BlockingPortal) -> Conversation:
    """A conversation with the project's bot that nobody has written in yet; its actions really run."""
    project = project_of(request.path.parent)
    if project is None:
        pytest.fail(f"The fixture `bot` needs a bot project: no folder above {request.path} holds domain.yml.")
    assistant = kickstand_load(project)
    from bot.testing import Conversation

    conversation = Conversation(assistant, kickstand_portal.call, name=request.node.name)
    request.node.stash.setdefault(_conversations, []).append(conversation)
    return conversation


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test with a conversation shows it."""
    report = yield
    if report.when == "call" and report.failed:
        for conversation in item.stash.get(_conversations, []):
            report.sections.append(("The conversation", conversation.transcript()))
    return report
