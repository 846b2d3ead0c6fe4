"""What a policy proposes for the next action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.events import Event
from bot.model import ModelWriter
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Prediction:
    policy: str
    priority: int
    scores: Mapping[str, float] = field(default_factory=dict)
    """Confidence by action, 0 to 1; empty: the policy has nothing to say."""
    ignores_visitor: bool = False
    """Made without looking at the message (a form going on); such predictions win."""
    by_text: bool = False
    """Made from the visitor's words instead of the intent; these win next."""
    events: tuple[Event, ...] = ()
    """To be appended before the action."""
    hidden: bool = False
    """Rules alone know this turn, so stories do not see it."""


class Policy(Protocol):
    @property
    def priority(self) -> int:
        """Of all its predictions: the higher one wins where both are as sure."""

    def predict(self, tracker: Tracker) -> Prediction:
        """The next action's scores after everything in `tracker`. Changes nothing."""

    def to_model(self, writer: ModelWriter) -> None:
        """Keep what was learned; each policy's `from_model` makes it of that again."""
