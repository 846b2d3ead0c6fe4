"""The pages that list settings, errors and frames are complete and true."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic_core import PydanticUndefined

from app.errors import ChatError, CloseCode
from app.protocol import AgentCommand, AgentEvent, VisitorCommand, VisitorEvent
from app.settings import Settings
from tests.unit.app.test_rules import all_errors

DOCS = Path(__file__).parents[3] / "docs"


def table(page: str, heading: str) -> dict[str, list[str]]:
    """The rows of the tables under a heading, by the code in their first column."""
    text = (DOCS / page).read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in section.splitlines() if "|" in line]
    return {row[0].strip("`"): row[1:] for row in rows if row[0].startswith("`")}


def shown(value: Any) -> str:
    """A default as the page writes it."""
    if value is PydanticUndefined:
        return "must be set"
    if value in (None, ""):
        return "not set"
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        days, hours = divmod(seconds, 86_400)[0], divmod(seconds, 3_600)[0]
        return f"{days} d" if days * 86_400 == seconds else f"{hours} h" if hours * 3_600 == seconds else f"{seconds} s"
    return f"`{value}`"


def test_every_setting_is_listed_with_its_default_and_nothing_else() -> None:
    listed = table("settings.md", "All settings")

    assert set(listed) == {f"KICKSTAND_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        assert listed[f"KICKSTAND_{name.upper()}"][0] == shown(field.default), name


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: str(kind.__name__))
def test_every_error_code_is_explained(kind: type[ChatError]) -> None:
    codes = table("protocol.md", "Error codes")

    assert kind.code in codes
    again, status = codes[kind.code][:2]
    if kind.code not in {other.code for other in kind.__mro__[1:] if issubclass(other, ChatError)}:
        assert (again, status) == ("yes" if kind.retryable else "no", str(kind.http_status))


def test_every_close_code_is_explained_and_nothing_else() -> None:
    assert set(table("protocol.md", "Close codes")) == {str(int(code)) for code in CloseCode}


@pytest.mark.parametrize(
    ("heading", "union"),
    [
        ("Frames a visitor sends", VisitorCommand),
        ("Frames a visitor receives", VisitorEvent),
        ("Frames an agent sends", AgentCommand),
        ("Frames an agent receives", AgentEvent),
    ],
)
def test_every_frame_is_listed_with_its_fields(heading: str, union: Any) -> None:
    listed = table("protocol.md", heading)
    frames = get_args(get_args(union)[0])
    by_type = {get_args(frame.model_fields["type"].annotation)[0]: frame for frame in frames}

    assert set(listed) == set(by_type)
    for name, frame in by_type.items():
        fields = set(re.findall(r"`(\w+)\??`", listed[name][0]))
        assert fields == set(frame.model_fields) - {"type"}, name
