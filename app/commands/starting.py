"""`kickstand init`: a new bot project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.commands.manners import Json, fail


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR", show_default=False)],
    as_json: Json = False,
) -> None:
    """A new bot project that trains, tests and chats at once."""
    from bot.starting import CannotStart, start_project

    try:
        written = start_project(folder)
    except CannotStart as refused:
        raise fail(str(refused)) from None
    except OSError as error:
        raise fail(f"{error.filename or folder} could not be written: {error.strerror}") from None
    if as_json:
        print(json.dumps({"project": str(folder), "files": [path.as_posix() for path in written]}))
        return
    print(f"A bot project of {len(written)} files is in {folder}. Next:\n")
    print(f"  cd {folder}")
    print("  kickstand shell --project .    talk to it")
    print("  pytest                         play its conversations in tests/")
    print("\nIts README.md says what stands where.")
