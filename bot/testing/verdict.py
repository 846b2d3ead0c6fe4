"""What came of a test story, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.testing.stories import TestStory

NOT_PLAYED = "not played"
"""What came of an action that a story expects after the conversation went another way."""

Who = Literal["visitor", "bot", "slot", "form"]


@dataclass(slots=True)
class Difference:
    """Where the bot does something else than the story."""

    expected: str
    got: str
    why: list[str] = field(default_factory=list)
    """Sentences that explain the bot's choice."""
    advice: str = ""
    """What to do about it."""


@dataclass(slots=True)
class Line:
    """One line of the conversation as the story tells it."""

    who: Who
    text: str
    number: int | None
    """Where it stands in the file; None: the story has no such line, the bot does it nevertheless."""
    said: tuple[str, ...] = ()
    """What the visitor heard from this action, where actions are run."""
    difference: Difference | None = None
    reached: bool = True
    """False: the story was given up before it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing that was judged."""

    kind: Literal["action", "intent"]
    expected: str
    got: str


@dataclass(slots=True)
class Verdict:
    """A judged story."""

    story: TestStory
    lines: list[Line] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    """For counting: every action and intent that was compared."""

    @property
    def passed(self) -> bool:
        return all(line.difference is None and line.reached for line in self.lines)

    @property
    def differences(self) -> list[Line]:
        return [line for line in self.lines if line.difference is not None]
