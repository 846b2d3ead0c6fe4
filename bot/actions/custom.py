"""Runs a project's `rasa_sdk` actions in this process: on copies, with a time limit, failures contained.

Actions as they come from Rasa run beside the server's event loop, so that none can block it. One that asks for
services (the shop, an HTTP client) runs in that loop, where the services live, if it is a coroutine function.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import anyio

from bot import events
from bot.actions.aside import Aside, contained
from bot.actions.loading import parameters
from bot.actions.outcome import ActionFailed, ActionRejected, Outcome, checked
from bot.actions.view import DomainOnDemand, action_state
from bot.events import Event
from bot.tracker import Tracker
from bot.turn import ActionFailure

_log = logging.getLogger(__name__)
LONGEST_DETAIL = 500


class CustomActions:
    """The actions of one project, ready to run by name."""

    def __init__(self, actions: Mapping[str, Any], limit: timedelta, domain: Mapping[str, Any]) -> None:
        """`actions` are `rasa_sdk.Action` instances by name; `domain` is the domain as plain data."""
        # Here and not above, as it takes 0.7 s: only projects with actions pay for it.
        from rasa_sdk.executor import ActionExecutor

        self._limit = limit
        self._domain = {"version": "3.1", **domain}
        self._names = frozenset(actions)
        self._executor = ActionExecutor()
        aside = Aside()
        for name, instance in actions.items():
            self._executor.register_function(name, _guarded(name, instance, aside))

    async def run(self, name: str, tracker: Tracker, slots: Mapping[str, Any], key: str) -> Outcome:
        """See `bot.actions.outcome.ProjectActions`. Actions find the turn's key as the id of the latest message."""
        from rasa_sdk.interfaces import ActionExecutionRejection

        if name not in self._names:
            raise ActionFailed(ActionFailure(name, "raised", "the project's actions have no class of this name"))
        call = {"next_action": name, "tracker": action_state(tracker, slots), "domain": self._domain}
        try:
            with anyio.move_on_after(self._limit.total_seconds()) as scope:
                result = await self._executor.run(call)
            if scope.cancelled_caught:
                detail = f"took longer than {self._limit.total_seconds():g} s"
                raise ActionFailed(ActionFailure(name, "timed_out", detail))
            return checked(result.responses if result else [], result.events if result else [])
        except ActionFailed:
            raise
        except ActionExecutionRejection as error:
            raise ActionRejected(name) from error
        except (Exception, SystemExit) as error:
            # An action is somebody else's code: whatever it raises is reported, and the conversation lives on.
            _log.warning("the action %s raised", name, exc_info=error)
            detail = f"{type(error).__name__}: {error}"[:LONGEST_DETAIL]
            raise ActionFailed(ActionFailure(name, "raised", detail)) from error


def _guarded(name: str, instance: Any, aside: Aside) -> Callable[..., Awaitable[list[Event]]]:
    """The action's `run` as a coroutine function that blocks nobody, its result checked."""
    run = instance.run
    is_own = not parameters(type(instance))

    async def awaited(*args: Any) -> Any:
        result = run(*args)
        return await result if inspect.isawaitable(result) else result

    async def guarded(dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        # All actions are called with the same domain, so one that changes it must not reach the others.
        args = (dispatcher, tracker, DomainOnDemand(domain) if is_own else domain)
        if not inspect.iscoroutinefunction(run):
            result = await aside.call(run, *args)
        elif is_own:
            result = await aside.run(awaited, *args)
        else:
            result = await contained(awaited, *args)
        if result is None:
            return []
        if not isinstance(result, list | tuple):
            raise TypeError(f"`run` returned {type(result).__name__}; it returns a list of events")
        for event in result:
            fault = events.fault(event)
            if fault is not None:
                raise TypeError(fault)
        return list(result)

    guarded.__name__ = name
    return guarded
