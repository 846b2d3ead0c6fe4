"""Starts a new bot project from the one in `bot/starter/`."""

from __future__ import annotations

from pathlib import Path

STARTER = Path(__file__).parent / "starter"
TAKEN = ("app", "bot", "handoff", "kickstand")
"""Kickstand's own packages: a folder of such a name would hide one of them from Python."""
_RENAMED = {"gitignore": ".gitignore"}


class CannotStart(ValueError):
    """The folder cannot take a new project; the message says why, and what will do instead."""


def start_project(folder: Path) -> list[Path]:
    """Write a project that trains, tests and chats at once; the files written, relative to `folder`.

    The folder is made if it is missing. Raises CannotStart, and writes nothing then.
    """
    name = folder.resolve().name
    if name.casefold() in TAKEN:
        raise CannotStart(
            f"A folder called {name} would hide Kickstand's own package of that name from Python. "
            f"Choose another name, for example my-{name.casefold()}."
        )
    if folder.exists() and not folder.is_dir():
        raise CannotStart(f"{folder} is a file. Name a folder that is new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        raise CannotStart(f"{folder} has files in it already. Name a folder that is new or empty.")
    written = []
    for source in _templates():
        place = source.relative_to(STARTER)
        place = place.with_name(_RENAMED.get(place.name, place.name))
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        written.append(place)
    return written


def _templates() -> list[Path]:
    """The files of the starter, without what Python and pytest leave behind where it was run in place."""
    files = (file for file in STARTER.rglob("*") if file.is_file())
    return sorted(
        file
        for file in files
        if not any(part == "__pycache__" or part.startswith(".") for part in file.relative_to(STARTER).parts)
    )
