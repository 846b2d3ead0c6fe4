"""Commands that make a bot and talk to it: train, shell."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import anyio
import typer

from app.commands.manners import Json, fail
from app.main import BUILT_IN_PROJECT, now
from app.shell import HELP, Shell
from bot import Assistant, ModelError, ProjectError

if TYPE_CHECKING:
    from bot.ports import Services

HISTORY = Path.home() / ".kickstand_history"
CACHE = Path(".kickstand/bot")
Project = Annotated[Path, typer.Option(help="Folder of the bot project.")]


def train(
    project: Project = BUILT_IN_PROJECT,
    out: Annotated[Path, typer.Option(help="The model file to write; one that is there is replaced.")] = Path(
        "bot.model"
    ),
    as_json: Json = False,
) -> None:
    """Check a bot project, train it, and keep the result in one file of data."""
    if not project.is_dir():
        raise fail(f"{project} is no folder. Name the folder that holds domain.yml: kickstand train --project DIR")
    started = perf_counter()
    try:
        assistant = Assistant.load(project, None, run_actions=False)
    except ProjectError as error:
        print(f"{project} does not train. Mend this first:\n{error}", file=sys.stderr)
        raise typer.Exit(1) from None
    for problem in assistant.problems:
        print(problem, file=sys.stderr)
    try:
        assistant.save(out)
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}. Name another place: --out FILE") from None
    seconds = perf_counter() - started
    size = out.stat().st_size
    if as_json:
        written = {"model": str(out), "project": assistant.project.digest, "seconds": round(seconds, 3), "bytes": size}
        print(json.dumps(written))
    else:
        print(f"{out}: {size / 1024:,.0f} KiB, trained in {seconds:.1f} s. Talk to it: kickstand shell --model {out}")


def shell(
    project: Annotated[Path | None, typer.Option(help="Folder of the bot project. Unset: the built-in one.")] = None,
    model: Annotated[Path | None, typer.Option(help="A model file instead; --project then has its actions.")] = None,
    locale: Annotated[str | None, typer.Option(help="What you read, for bots with translations: de, fr.")] = None,
) -> None:
    """Chat with a bot in the terminal, and see why it says what it says."""
    if project is not None and not project.is_dir():
        raise fail(f"{project} is no folder. Name the folder that holds domain.yml: kickstand shell --project DIR")
    if model is not None and not model.is_file():
        raise fail(f"{model} is no file. Make one: kickstand train --out {model}")
    anyio.run(_talk, project, model, locale)


async def _talk(project: Path | None, model: Path | None, locale: str | None) -> None:
    folder = project or (BUILT_IN_PROJECT if model is None else None)
    built_in = folder is not None and folder.resolve() == BUILT_IN_PROJECT.resolve()
    try:
        async with _services(built_in) as services:
            assistant = (
                Assistant.load(model, services, actions=folder)
                if model is not None
                else Assistant.load(folder or BUILT_IN_PROJECT, services, cache=CACHE)
            )
            for problem in assistant.problems:
                print(problem, file=sys.stderr)
            await _converse(Shell(assistant, now, locale))
    except (ProjectError, ModelError) as error:
        raise fail(str(error)) from None


@asynccontextmanager
async def _services(built_in: bool) -> AsyncIterator[Services | None]:
    """The demonstration's shop for the bot that is written for it, on a database that goes with the shell."""
    if not built_in:
        yield None
        return
    from app.demo.visit import visited_shop

    async with visited_shop(now) as services:
        yield services


async def _converse(shell: Shell) -> None:
    """Line after line to the end: with editing in a terminal, plainly from a pipe."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            await _print(shell, line)
            if shell.is_over:
                return
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    print(HELP)
    completer = WordCompleter(list(shell.commands), sentence=True)
    session: PromptSession[str] = PromptSession(
        "> ", history=FileHistory(str(HISTORY)), completer=completer, complete_while_typing=False
    )
    while not shell.is_over:
        try:
            line = await session.prompt_async()
        except KeyboardInterrupt:  # leaves the line, not the shell
            continue
        except EOFError:
            return
        await _print(shell, line)


async def _print(shell: Shell, line: str) -> None:
    told = await shell.answer(line)
    if told:
        print(told, flush=True)
