"""The backplane of a single process."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from app.backplane import Signal

log = structlog.get_logger(__name__)


class MemoryBackplane:
    """See `app.backplane.Backplane`."""

    def __init__(self) -> None:
        self._handlers: list[Callable[[Signal], None]] = []

    async def publish(self, signal: Signal) -> None:
        for handler in self._handlers:
            try:
                handler(signal)
            except Exception:
                # What was stored stays stored: a socket that missed this sees the gap with the next one.
                log.exception("signal not heard", signal=type(signal).__name__)

    def listen(self, handler: Callable[[Signal], None]) -> None:
        self._handlers.append(handler)
