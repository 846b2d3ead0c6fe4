"""`kickstand test`: a bot project's test stories, as pytest runs them, with a report."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.manners import Json, fail
from app.main import BUILT_IN_PROJECT

if TYPE_CHECKING:
    from bot import Assistant
    from bot.testing import Verdict


def play_stories(
    project: Annotated[Path, typer.Option(help="Folder of the bot project.")] = BUILT_IN_PROJECT,
    report: Annotated[Path | None, typer.Option(help="Folder for a page with pictures.", metavar="DIR")] = None,
    as_json: Json = False,
) -> None:
    """Play a bot project's test stories (test_*.yml) and show where the bot goes another way."""
    from app.story_report.confusion import NoPictures, need_matplotlib
    from app.story_report.report import accuracy, write_report
    from bot import ProjectError
    from bot.testing import Unreadable, runs_actions, told

    if not project.is_dir():
        raise fail(f"{project} is no folder. Name the folder that holds domain.yml: kickstand test --project DIR")
    try:
        if report is not None:
            need_matplotlib()
        runs = runs_actions(project)
        with redirect_stdout(sys.stderr):  # what actions print is no part of the answer
            assistant, verdicts = _verdicts(project, runs)
    except (ProjectError, Unreadable, NoPictures, ValueError) as refused:
        raise fail(str(refused)) from None
    if not verdicts:
        raise fail(f"{project} has no test stories. They are in files named test_*.yml, usually in the folder tests.")
    failed = [verdict for verdict in verdicts if not verdict.passed]
    if report is not None:
        try:
            page = write_report(report, assistant.project, verdicts, ran_actions=runs, at=datetime.now().astimezone())
        except OSError as error:
            raise fail(f"The report could not be written to {report}: {error.strerror}") from None
    share = accuracy([pair for verdict in verdicts for pair in verdict.pairs], "action")
    if as_json:
        figures = {"stories": len(verdicts), "passed": len(verdicts) - len(failed), "failed": len(failed)}
        print(json.dumps({**figures, "actions_accuracy": share}))
    else:
        for verdict in failed:
            print(told(verdict, shown_as=_shown(verdict.story.file, project)), end="\n\n")
        print(f"{len(verdicts) - len(failed)} of {len(verdicts)} stories pass", end="")
        print(f", {share:.1%} of actions as expected" if share is not None else "")
        if report is not None:
            print(f"Report: {page}")
    raise typer.Exit(1 if failed else 0)


def _verdicts(project: Path, runs: bool) -> tuple[Assistant, list[Verdict]]:
    """The trained bot and what came of each of its test stories, in the order of the files."""
    from anyio.from_thread import start_blocking_portal

    from bot import Assistant
    from bot.testing import judge, play, read_stories, story_files

    assistant = Assistant.load(project, None, run_actions=runs)
    stories = [
        story
        for file in story_files(project)
        for story in read_stories(file, assistant.domain, shown_as=_shown(file, project))
    ]
    if not runs:
        return assistant, [judge(story, assistant) for story in stories]
    with start_blocking_portal() as portal:
        return assistant, [play(story, assistant, portal.call) for story in stories]


def _shown(file: Path, project: Path) -> str:
    return file.relative_to(project).as_posix()
