"""What customers read in a bot project, held against the desk's list of wording."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot import Problem
from bot.documents import Rows, Table, read
from bot.problems import Findings
from handoff.tone import Wording, shipped

LANGUAGE = "en"
"""What the list is written in; projects in other languages have nothing held against them."""


def wording_problems(project: Path, wording: Wording | None = None) -> list[Problem]:
    """A warning for each negative phrase in responses, buttons and what actions say, by file and line."""
    wording = wording or shipped()
    if not _is_english(project):
        return []
    return sorted(
        Problem(
            file,
            line,
            f"customers read “{found.text}”: {found.why}; {found.hint}",
            "warning",
        )
        for file, line, text in _texts(project)
        for found in wording.findings(text)
    )


def _is_english(project: Path) -> bool:
    config = project / "config.yml"
    if not config.is_file():
        return True
    table = read(config, config.name, Findings())
    return str((table.get("language") if table else None) or LANGUAGE).split("-")[0] == LANGUAGE


def _texts(project: Path) -> Iterator[tuple[str, int, str]]:
    """File, line and text of everything that a customer reads as it is written."""
    for file in sorted(project.rglob("*.y*ml")):
        name = file.relative_to(project).as_posix()
        if name.split("/")[0].split(".")[0] not in ("domain", "data"):
            continue
        table = read(file, name, Findings())  # what cannot be read is told by the project's own check
        responses = table.get("responses") if table else None
        if isinstance(responses, Table):
            for variations in responses.values():
                if isinstance(variations, Rows):
                    yield from _of_variations(name, variations)
    for file in sorted(project.rglob("*.py")):
        name = file.relative_to(project).as_posix()
        if not name.startswith(("tests/", ".")):
            yield from _said_in_code(name, file.read_text("utf-8", errors="replace"))


def _of_variations(name: str, variations: Rows) -> Iterator[tuple[str, int, str]]:
    for number, variation in enumerate(variations):
        if isinstance(variation, str):
            yield name, variations.lines[number], variation
        if not isinstance(variation, Table):
            continue
        if isinstance(text := variation.get("text"), str):
            yield name, variation.line_of("text"), text
        for button in variation.get("buttons") or ():
            if isinstance(button, Table) and isinstance(title := button.get("title"), str):
                yield name, button.line_of("title"), title


def _said_in_code(name: str, source: str) -> Iterator[tuple[str, int, str]]:
    """The texts that `utter_message` is called with, also the plain parts of f-strings."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and _called(node) == "utter_message"):
            continue
        texts: list[ast.expr] = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "text")]
        for text in texts:
            for part in ast.walk(text):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield name, part.lineno, part.value


def _called(node: ast.Call) -> Any:
    return getattr(node.func, "attr", getattr(node.func, "id", None))
