"""Reads test stories: what Rasa projects keep in `tests/test_*.yml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bot import names
from bot.documents import read
from bot.domain import Domain
from bot.events import Event
from bot.problems import Findings, Problem
from bot.stories import StoryReader


@dataclass(frozen=True, slots=True)
class TestStory:
    """One way through a test story: `or` steps multiplied out, checkpoints joined."""

    __test__ = False  # for pytest: a story, and no class of tests

    name: str
    """Unique within its file."""
    file: Path
    line: int
    events: tuple[Event, ...]
    """As they would have happened, the bot's silent listening included. Steps of the file have their `line`."""

    @property
    def steps(self) -> Iterator[Event]:
        """The events that stand in the file, in its order."""
        return (event for event in self.events if "line" in event and not event.get("implied"))


class Unreadable(ValueError):
    """A file of test stories that cannot be used; `problems` name each line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(f"{problem.file}:{problem.line}: {problem.message}" for problem in self.problems))


def story_files(project: Path) -> list[Path]:
    """The files of a project that hold test stories."""
    found = (file for file in project.rglob("test_*.y*ml") if file.suffix in (".yml", ".yaml") and file.is_file())
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(project).parts))


def read_stories(file: Path, domain: Domain, *, shown_as: str | None = None) -> list[TestStory]:
    """All test stories of one file. Raises Unreadable, which calls the file `shown_as`."""
    findings = Findings()
    name = shown_as or file.name
    table = read(file, name, findings)
    reader = StoryReader(domain, findings)
    if table is not None:
        if table.get("stories") is None:
            findings.error(name, 1, "there are no `stories:` in this file")
        else:
            reader.add(table["stories"], "story", name, table.line_of("stories"))
    sequences = reader.sequences()
    # Also a warning: a story that is left out would look like one that passes.
    problems = list(findings)
    if problems:
        raise Unreadable(problems)
    seen: dict[str, int] = {}
    found = []
    for sequence in sequences:
        number = seen[sequence.name] = seen.get(sequence.name, 0) + 1
        title = sequence.name if number == 1 else f"{sequence.name} [{number}]"
        found.append(TestStory(title, file, sequence.line, sequence.events))
    return found


def runs_actions(project: Path) -> bool:
    """Whether the project's pyproject.toml says `[tool.kickstand] run_actions = true`.

    Raises ValueError, which says what is wrong with the file.
    """
    file = project / "pyproject.toml"
    if not file.is_file():
        return False
    try:
        settings = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("kickstand", {})
    except (ValueError, OSError) as error:
        raise ValueError(f"{file} could not be read: {error}") from None
    wanted = settings.get("run_actions", False)
    if not isinstance(wanted, bool):
        raise ValueError(f"{file}: `run_actions` of [tool.kickstand] is true or false, not {wanted!r}")
    return wanted


def unknown_name(event: Event, domain: Domain) -> str | None:
    """What a step names although the domain lacks it, in a sentence with the nearest name; None: all is known."""
    kind, name = event["event"], event.get("name")
    known: frozenset[str] = frozenset()
    if kind == "user":
        name, kind = event["parse_data"]["intent"]["name"], "intent"
        known = frozenset(domain.intents)
    elif kind == "action":
        known = domain.actions
    elif kind == "slot":
        known = frozenset(domain.slots)
    elif kind == "active_loop":
        kind, known = "form", frozenset({*domain.forms, names.TWO_STAGE_FALLBACK})
    if name is None or name in known:
        return None
    near = get_close_matches(name, known, n=1)
    return f"the domain has no {kind} `{name}`" + (f"; did you mean `{near[0]}`?" if near else "")
