"""What one action may ask of the others, so that forms and default actions need not know who runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.domain import Domain
from bot.events import Event
from bot.scene import Scene
from bot.tracker import Tracker


class OtherActions(Protocol):
    """All actions of one project. None of these changes the tracker it is given."""

    @property
    def domain(self) -> Domain:
        """Of the project."""

    def slots(self, tracker: Tracker) -> dict[str, Any]:
        """Every slot of the domain, initial values included."""

    def exists(self, name: str) -> bool:
        """Whether the domain has this action."""

    async def run(self, name: str, scene: Scene, tracker: Tracker) -> list[Event]:
        """The events of an action; raises ActionRejected and ActionFailed."""

    def utter(self, name: str, scene: Scene, tracker: Tracker, values: Mapping[str, Any] | None = None) -> list[Event]:
        """The bot event of a response; none if it is missing or has no fitting variation."""

    async def custom(self, name: str, scene: Scene, tracker: Tracker) -> list[Event]:
        """The events of the project's own action; raises ActionRejected and ActionFailed."""

    async def extract_slots(self, scene: Scene, tracker: Tracker) -> list[Event]:
        """What the latest message fills."""
