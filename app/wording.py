"""What customers read in a bot project, held against the desk's list of wording and its ledger of promises."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import Problem
from bot.documents import Rows, Table, read
from bot.problems import Findings
from handoff.promises import recognise
from handoff.tone import Wording, shipped

LANGUAGE = "en"
"""What the list is written in; projects in other languages have nothing held against them."""
_A_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_ANY_DAY = "Tuesday"
_BY_THEN = re.compile(
    r"[^.?!\n]*(?<!placed )(?<!order )(?<!ordered )\bby (?:noon|tonight|tomorrow|midnight|next week|(?:the )?end of"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
    r"|\d{1,2}(?:[:.]\d\d| ?[ap]m| [A-Z][a-z]{2}))[^.?!\n]*",
    re.IGNORECASE,
)
_RECORDS = ("json_message", "due_at")
"""Arguments with which an action puts what it says on record."""


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
        for file, line, text in _texts(project, _said_in_code)
        for found in wording.findings(text)
    )


def promise_problems(project: Path) -> list[Problem]:
    """A warning for each time that is promised where nothing puts it on record, by file and line.

    A response promises nothing, as it is said by itself; an action promises in a call that also gives the payload
    `{"promise": {"what": ..., "due_at": ...}}`.
    """
    if not _is_english(project):
        return []
    hint = 'say it in an action, with json_message={"promise": {"what": ..., "due_at": ...}}'
    return sorted(
        Problem(file, line, f"“{sentence}” names a time that is on no record; {hint}", "warning")
        for file, line, text in _texts(project, _unrecorded_in_code)
        for sentence in promised_times(text)
    )


def promised_times(text: str) -> list[str]:
    """What of `text` promises something for a time: as agents do, or in a bot's "you hear from us by Tuesday"."""
    found = [each.what for each in recognise(text, now=_A_MONDAY, tz=UTC) if each.due_at is not None]
    return found or [match[0].strip() for match in _BY_THEN.finditer(text)]


def _is_english(project: Path) -> bool:
    config = project / "config.yml"
    if not config.is_file():
        return True
    table = read(config, config.name, Findings())
    return str((table.get("language") if table else None) or LANGUAGE).split("-")[0] == LANGUAGE


Reader = Callable[[str, str], Iterable[tuple[str, int, str]]]
"""From a file's name and source to file, line and text of what its code says."""


def _texts(project: Path, read_code: Reader) -> Iterator[tuple[str, int, str]]:
    """File, line and text of everything that a customer reads as it is written; of code what `read_code` finds."""
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
            yield from read_code(name, file.read_text("utf-8", errors="replace"))


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
    """The texts that actions say, also the plain parts of f-strings."""
    for call in _sayings(source):
        for text in _given(call):
            for part in ast.walk(text):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield name, part.lineno, part.value


def _unrecorded_in_code(name: str, source: str) -> Iterator[tuple[str, int, str]]:
    """The texts that actions say without a payload; what an f-string fills in is read as a day."""
    for call in _sayings(source):
        if any(keyword.arg in _RECORDS for keyword in call.keywords):
            continue
        for text in _given(call):
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else _ANY_DAY
                for part in (text.values if isinstance(text, ast.JoinedStr) else [text])
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
            if words:
                yield name, text.lineno, words


def _sayings(source: str) -> Iterator[ast.Call]:
    """Calls that say something: `utter_message`, or a function of the project's own that is given the dispatcher."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first = node.args[0] if node.args else None
            hands_on = isinstance(first, ast.Name) and first.id == "dispatcher"
            if _called(node) == "utter_message" or hands_on:
                yield node


def _given(call: ast.Call) -> Iterator[ast.expr]:
    if _called(call) == "utter_message":
        yield from call.args[:1]
    yield from (each.value for each in call.keywords if each.arg == "text")


def _called(node: ast.Call) -> Any:
    return getattr(node.func, "attr", getattr(node.func, "id", None))
