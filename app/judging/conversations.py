"""Conversations in files, marked or not: one JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class BadConversation(ValueError):
    """A line is no conversation; the message names file, line and what is wrong."""


class TurnSaid(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    author: Literal["customer", "bot", "agent"] = Field(alias="from")
    text: str


class Expect(BaseModel):
    """What a person who read it says: the customer turn (from 0) at which a person must take over, or null."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    escalate_at: Annotated[int, Field(ge=0)] | None = None
    reason: str | None = None
    also: tuple[str, ...] = ()


class Marked(BaseModel):
    """A conversation. `earlier`: a line about each earlier conversation of the same customer, oldest first."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    id: str
    turns: tuple[TurnSaid, ...]
    earlier: tuple[str, ...] = ()
    expect: Expect | None = None
    category: str | None = None

    @property
    def marked(self) -> bool:
        """Whether somebody said when a person must come."""
        return self.expect is not None

    @property
    def escalate_at(self) -> int | None:
        """The marked turn."""
        return self.expect.escalate_at if self.expect is not None else None


def read_conversations(path: Path) -> list[Marked]:
    """All conversations of a file. Raises BadConversation, or OSError when it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadConversation(f"{path} is not UTF-8 text ({error.reason} at byte {error.start})") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(Marked.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadConversation(f"{path}:{number}: {where + ': ' if where else ''}{first['msg']}") from None
    if not found:
        raise BadConversation(f"{path} holds no conversation. One JSON object a line is expected, with id and turns.")
    return found
