"""How a command of the tests ends: whatever it started ends with it, also when it is told to stop in the middle."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def heed_termination() -> None:
    """From now on SIGTERM is taken as Ctrl+C is: what stands open is closed on the way out.

    Both count also for who was started in the background by a shell, which has such ones ignore Ctrl+C.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


async def to_its_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`work` in a thread. Who is cancelled meanwhile goes when it is done, and so knows what there is to stop."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
