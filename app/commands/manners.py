"""What all commands share: how they refuse, print, read the settings and run."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

import anyio
import typer
from pydantic import ValidationError
from rich.console import Console

from app.errors import StartupRefused
from app.settings import Settings, missing_secret
from bot import ProjectError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
print_line = Console(highlight=False, soft_wrap=True).print


def fail(message: str) -> typer.Exit:
    """Say what to do next on standard error, and end with exit code 2."""
    print(message, file=sys.stderr)
    return typer.Exit(2)


def read_settings() -> Settings:
    """The settings of this process; a missing or wrong one ends the command with what to do."""
    try:
        return Settings()
    except ValidationError as error:
        if any(detail["type"] == "missing" and detail["loc"] == ("secret_key",) for detail in error.errors()):
            raise fail(str(missing_secret())) from None
        lines = [f"KICKSTAND_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise fail("\n".join(lines)) from None


def run_to_the_end(work: Callable[[], Awaitable[None]]) -> None:
    """Run to the end; what keeps a server from starting is told in its own words, with exit code 2."""
    try:
        anyio.run(work, backend_options={"use_uvloop": True})
    except* (StartupRefused, ProjectError) as refused:
        first: BaseException = refused
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise fail(str(first)) from None
