"""Commands about a bot project: check, replay."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import anyio
import typer

from app.commands.manners import Json, fail
from app.main import BUILT_IN_PROJECT
from bot import ProjectError


def check(
    project: Annotated[Path, typer.Option(help="Folder of the bot project.")] = BUILT_IN_PROJECT,
    as_json: Json = False,
) -> None:
    """Everything wrong with a bot project, with file and line, and every phrase that turns customers away."""
    import bot
    from app.wording import wording_problems

    if not project.is_dir():
        raise fail(f"{project} is no folder. Name the folder that holds domain.yml: kickstand check --project DIR")
    problems = sorted([*bot.check(project), *wording_problems(project)])
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        listed = [{"file": str(p.file), "line": p.line, "severity": p.severity, "message": p.message} for p in problems]
        print(json.dumps({"errors": errors, "problems": listed}))
    else:
        for problem in problems:
            print(f"{problem.file}:{problem.line}: {problem.severity}: {problem.message}")
        print(f"{errors} errors, {len(problems) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


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
