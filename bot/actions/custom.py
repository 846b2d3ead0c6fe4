"""Runs a project's `rasa_sdk` actions in this process: on copies, with a time limit, failures contained.

Actions as they come from Rasa run beside the server's event loop, so that none can block it. One that asks for
services (the shop, an HTTP client) runs in that loop, where the services live, if it is a coroutine function. So does
one whose class says that it `never_blocks`: it only computes, and the way to another thread takes longer than it does.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.interfaces import Tracker as SeenTracker

from bot.actions.aside import Aside, contained
from bot.actions.limit import TookTooLong, within
from bot.actions.loading import parameters
from bot.actions.outcome import ActionFailed, ActionRejected, Outcome, checked
from bot.actions.view import DomainOnDemand, action_state
from bot.tracker import Tracker
from bot.turn import ActionFailure

_log = logging.getLogger(__name__)
LONGEST_DETAIL = 500
_Begin: TypeAlias = Callable[[CollectingDispatcher, SeenTracker], Coroutine[Any, Any, Any]]
"""Calls an action's `run`."""


class CustomActions:
    """The actions of one project, ready to run by name."""

    def __init__(self, actions: Mapping[str, Any], limit: timedelta, domain: Mapping[str, Any]) -> None:
        """`actions` are `rasa_sdk.Action` instances by name; `domain` is the domain as plain data."""
        self._limit = limit
        aside = Aside()
        given = {"version": "3.1", **domain}
        self._actions = {name: _unblocking(instance, aside, given) for name, instance in actions.items()}

    async def run(self, name: str, tracker: Tracker, slots: Mapping[str, Any], key: str) -> Outcome:
        """See `bot.actions.outcome.ProjectActions`. Actions find the turn's key as the id of the latest message."""
        begin = self._actions.get(name)
        if begin is None:
            raise ActionFailed(ActionFailure(name, "raised", "the project's actions have no class of this name"))
        try:
            dispatcher = CollectingDispatcher()
            state: Any = action_state(tracker, slots)
            found = await within(self._limit, begin(dispatcher, SeenTracker.from_dict(state)))
            if dispatcher.is_streaming_active:
                _log.warning("the action %s began a stream and did not end it", name)
                await dispatcher.stream_end()
            if found is None:
                found = []
            elif not isinstance(found, list | tuple):
                raise TypeError(f"`run` returned {type(found).__name__}; it returns a list of events")
            return checked(dispatcher.messages, list(found))
        except ActionExecutionRejection as error:
            raise ActionRejected(name) from error
        except TookTooLong as error:
            detail = f"took longer than {self._limit.total_seconds():g} s"
            raise ActionFailed(ActionFailure(name, "timed_out", detail)) from error
        except (Exception, SystemExit) as error:
            # An action is somebody else's code: whatever it raises is reported, and the conversation lives on.
            _log.warning("the action %s raised", name, exc_info=error)
            detail = f"{type(error).__name__}: {error}"[:LONGEST_DETAIL]
            raise ActionFailed(ActionFailure(name, "raised", detail)) from error


def _unblocking(instance: Any, aside: Aside, domain: Mapping[str, Any]) -> _Begin:
    """The action's `run` as a coroutine function of a dispatcher and a tracker that blocks nobody."""
    run = instance.run
    is_own = not parameters(type(instance)) and getattr(instance, "never_blocks", False) is not True
    call = partial(aside.call, run)
    if inspect.iscoroutinefunction(run):
        call = partial(aside.run if is_own else contained, run)
    if not is_own:
        return lambda dispatcher, tracker: call(dispatcher, tracker, domain)
    # All actions are called with the same domain, so one that changes it must not reach the others.
    return lambda dispatcher, tracker: call(dispatcher, tracker, DomainOnDemand(domain))
