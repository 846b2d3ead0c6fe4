"""Commands about a bot project: check, replay."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import anyio
import typer

from app.commands.manners import Json, fail
from app.main import BUILT_IN_PROJECT
from bot import ProjectError

if TYPE_CHECKING:
    from app.walk import Walk


def check(
    project: Annotated[Path, typer.Option(help="Folder of the bot project.")] = BUILT_IN_PROJECT,
    explore: Annotated[
        bool, typer.Option("--explore", help="Walk through every conversation as well, looking for dead ends.")
    ] = False,
    depth: Annotated[int, typer.Option(min=1, max=4, help="Messages of the longest conversation of the walk.")] = 2,
    as_json: Json = False,
) -> None:
    """Everything wrong with a bot project, with file and line, and every phrase that turns customers away.

    With --explore also each conversation after which a visitor would stand still: no next step, no person, no time;
    words that close a door wherever they come from; and times that are promised on no record.
    """
    import bot
    from app.wording import promise_problems, wording_problems

    if not project.is_dir():
        raise fail(f"{project} is no folder. Name the folder that holds domain.yml: kickstand check --project DIR")
    problems = sorted([*bot.check(project), *wording_problems(project), *promise_problems(project)])
    errors = sum(problem.severity == "error" for problem in problems)
    walked = _walked(project, depth) if explore and not errors else None
    if as_json:
        listed = [{"file": str(p.file), "line": p.line, "severity": p.severity, "message": p.message} for p in problems]
        told: dict[str, Any] = {"errors": errors, "problems": listed}
        if walked is not None:
            told["walk"] = asdict(walked)
        print(json.dumps(told))
    else:
        for problem in problems:
            print(f"{problem.file}:{problem.line}: {problem.severity}: {problem.message}")
        print(f"{errors} errors, {len(problems) - errors} warnings")
        if walked is not None:
            _tell_walk(walked)
    raise typer.Exit(1 if errors or (walked is not None and walked.found) else 0)


def _walked(project: Path, depth: int) -> Walk:
    from app.walk import walk

    try:
        with redirect_stdout(sys.stderr):
            return anyio.run(lambda: walk(project, depth=depth))
    except ProjectError as refused:
        raise fail(str(refused)) from None


def _tell_walk(walked: Walk) -> None:
    for found in walked.found:
        print(f"{found.kind}: {found.why}")
        for said in found.path:
            print(f"  visitor  {said}")
        print(f"  bot      {found.said or '(nothing)'}")
    print(f"{walked.turns} turns from {walked.states} states: {len(walked.found)} to mend")


def replay(
    project: Annotated[Path, typer.Argument(help="Folder of the bot project.")],
    files: Annotated[list[Path], typer.Argument(help="Recorded conversations (JSON).", metavar="FILE...")],
    config: Annotated[Path | None, typer.Option(help="Another configuration than the project's config.yml.")] = None,
    as_json: Json = False,
) -> None:
    """Play recorded conversations again and show each difference."""
    from bot import Assistant
    from bot.replay import BadRecording, Replay, read_recording
    from bot.replay import replay as play

    async def run() -> Replay:
        assistant = Assistant.load(project, None, config=config)
        found = [await play(assistant, recording) for recording in recordings]
        return sum(found[1:], found[0])

    try:
        recordings = [read_recording(file) for file in files]
        with redirect_stdout(sys.stderr):  # what actions print is no part of the answer
            result = anyio.run(run)
    except (BadRecording, ProjectError) as refused:
        raise fail(str(refused)) from None
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        for each in result.differences:
            print(f"{each.conversation}, turn {each.turn}: {each.user}")
            print(f"  {each.field}\n    recorded  {each.expected}\n    now       {each.got}")
        print(f"{result.bot}: {result.equal} of {result.turns} turns equal")
    raise typer.Exit(1 if result.differences else 0)
