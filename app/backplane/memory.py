"""The backplane of a single process."""

from __future__ import annotations

from collections.abc import Callable, Set

import structlog

from app.backplane import Signal
from app.conversations import VisitorId
from handoff import ConversationId

log = structlog.get_logger(__name__)


class MemoryBackplane:
    """See `app.backplane.Backplane`."""

    def __init__(self) -> None:
        self._handlers: list[Callable[[Signal], None]] = []
        self.on_return: Callable[[], None] = lambda: None
        self.concerns: Callable[[ConversationId, VisitorId], bool] = lambda *_: True

    @property
    def is_up(self) -> bool:
        """Within one process nothing gets lost."""
        return True

    async def publish(self, signal: Signal) -> None:
        self.spread(signal)

    async def note_online(self, here: Set[ConversationId]) -> None:
        """Nobody else wants to know."""

    async def is_online(self, conversation_id: ConversationId) -> bool:
        """There is no other gateway."""
        return False

    async def run(self) -> None:
        """Nothing needs tending."""

    def spread(self, signal: Signal) -> None:
        """Tell the listeners of this process."""
        for handler in self._handlers:
            try:
                handler(signal)
            except Exception:
                # What was stored stays stored: a socket that missed this sees the gap with the next one.
                log.exception("signal not heard", signal=type(signal).__name__)

    def listen(self, handler: Callable[[Signal], None]) -> None:
        self._handlers.append(handler)
