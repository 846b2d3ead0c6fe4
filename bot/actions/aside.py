"""Runs a project's actions beside the event loop that all conversations share.

An action that blocks would stop every conversation. Plain functions get a thread each; coroutines share one loop of
their own, as they do in an action server. What hangs is left behind in its thread, which ends with the process.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

MOST_THREADS = 64
"""Plain functions that run or hang at the same time; one more is refused, as threads are not endless."""
MOST_HANGING_LOOPS = 8
"""Loops that were left behind because a coroutine blocked them."""
_LEAVES = (SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration, asyncio.CancelledError)
"""What would end a thread, a loop or a waiting task; from an action it is an error like others."""


class TooManyActions(Exception):
    """So many of the project's actions hang that no other one is started. Find out which, and mend them."""

    def __init__(self) -> None:
        super().__init__("too many of the project's actions hang")


class Aside:
    """Threads and a loop for the actions of one project."""

    def __init__(self) -> None:
        self._threads = threading.BoundedSemaphore(MOST_THREADS)
        self._loop: _Loop | None = None
        self._left: list[_Loop] = []

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """What a plain function returns or raises. A caller who goes away leaves it running."""
        if not self._threads.acquire(blocking=False):
            raise TooManyActions
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        context = contextvars.copy_context()

        def work() -> None:
            try:
                result = context.run(function, *args)
            except _LEAVES as error:
                future.set_exception(_told(error))
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            finally:
                self._threads.release()

        threading.Thread(target=work, name="kickstand action", daemon=True).start()
        return await asyncio.wrap_future(future)

    async def run(self, function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
        """What a coroutine function returns or raises. A caller who goes away has it cancelled."""
        loop = self._turning()
        future = asyncio.run_coroutine_threadsafe(contained(function, *args), loop.loop)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError as error:
            if not _is_cancelled():  # the action ended its own task
                raise _told(error) from error
            loop.probe()
            raise

    def _turning(self) -> _Loop:
        """A loop that nothing blocks."""
        if self._loop is not None and self._loop.hangs:
            self._loop.stop()
            self._left = [loop for loop in (*self._left, self._loop) if loop.thread.is_alive()]
            self._loop = None
        if self._loop is None:
            if len(self._left) >= MOST_HANGING_LOOPS:
                raise TooManyActions
            self._loop = _Loop()
            weakref.finalize(self, self._loop.stop)
        return self._loop


async def contained(function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
    """What a coroutine function returns, or raises as an error: it cannot end the task, loop or process it runs in."""
    try:
        return await function(*args)
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        raise _told(error) from error
    except _LEAVES as error:
        raise _told(error) from error


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _told(error: BaseException) -> RuntimeError:
    return RuntimeError(f"{type(error).__name__}({error})")


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="kickstand actions", daemon=True)
        self._answer: threading.Event | None = None
        self.thread.start()

    def _run(self) -> None:
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    def probe(self) -> None:
        """Ask it for an answer, to see whether it still turns."""
        self._answer = threading.Event()
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._answer.set)

    @property
    def hangs(self) -> bool:
        """Whether it was asked and has not answered; it is given a moment."""
        return self._answer is not None and not self._answer.wait(0.001)

    def stop(self) -> None:
        """End it once it turns."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.loop.stop)
