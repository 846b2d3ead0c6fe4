"""Runs a project's `rasa_sdk` actions in this process: on copies, with a time limit, failures contained."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import anyio
import anyio.to_thread
from pydantic_core import from_json, to_json

from bot import events
from bot.actions.outcome import ActionFailed, ActionRejected
from bot.actions.view import action_state
from bot.events import Event
from bot.tracker import Tracker
from bot.turn import ActionFailure

_log = logging.getLogger(__name__)
LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action gave back, as plain data that it cannot reach any more."""

    responses: list[dict[str, Any]]
    """What it said: text, response, buttons, custom, image, attachment."""
    events: list[Event]


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
        for name, instance in actions.items():
            self._executor.register_function(name, _guarded(name, instance.run))

    async def run(self, name: str, tracker: Tracker, slots: Mapping[str, Any]) -> Outcome:
        """Run one action. Raises ActionRejected or ActionFailed; the tracker stays as it is."""
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
            return _outcome(result.responses if result else [], result.events if result else [])
        except ActionFailed:
            raise
        except ActionExecutionRejection as error:
            raise ActionRejected(name) from error
        except (Exception, SystemExit) as error:
            # An action is somebody else's code: whatever it raises is reported, and the conversation lives on.
            _log.warning("the action %s raised", name, exc_info=error)
            detail = f"{type(error).__name__}: {error}"[:LONGEST_DETAIL]
            raise ActionFailed(ActionFailure(name, "raised", detail)) from error


def _guarded(name: str, run: Callable[..., Any]) -> Callable[..., Awaitable[list[Event]]]:
    """`run` as a coroutine function: a blocking one in a worker thread, its result checked."""
    blocks = not inspect.iscoroutinefunction(run)

    async def guarded(dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        if blocks:
            result = await anyio.to_thread.run_sync(run, dispatcher, tracker, domain, abandon_on_cancel=True)
        else:
            result = run(dispatcher, tracker, domain)
        if inspect.isawaitable(result):
            result = await result
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


def _outcome(responses: list[dict[str, Any]], found: list[Event]) -> Outcome:
    """Copies through JSON: what is stored later must be JSON, and the action keeps no hold of it."""
    written = to_json({"responses": responses, "events": found}, inf_nan_mode="constants")
    plain = from_json(written, allow_inf_nan=False)
    return Outcome(plain["responses"], plain["events"])
