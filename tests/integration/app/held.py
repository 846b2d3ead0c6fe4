"""Between two steps of the server, for as long as a test likes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Held:
    """Something whose `method` gives what it read only after `go` is set; everything else is as it is."""

    def __init__(self, inner: object, method: str) -> None:
        self._inner = inner
        self._method = method
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        found: Callable[..., Any] = getattr(self._inner, name)
        if name != self._method:
            return found

        async def held(*arguments: Any, **named: Any) -> Any:
            read = await found(*arguments, **named)
            self.reached.set()
            await self.go.wait()
            return read

        return held
