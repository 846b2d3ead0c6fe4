"""The backplane of a single process."""

from __future__ import annotations

from collections.abc import Callable

from app.backplane import Signal


class MemoryBackplane:
    """See `app.backplane.Backplane`."""

    def __init__(self) -> None:
        self._handlers: list[Callable[[Signal], None]] = []

    async def publish(self, signal: Signal) -> None:
        for handler in self._handlers:
            handler(signal)

    def listen(self, handler: Callable[[Signal], None]) -> None:
        self._handlers.append(handler)
