"""How an action can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import from_json, to_json

from bot import events
from bot.events import Event
from bot.tracker import Tracker
from bot.turn import ActionFailure

LARGEST = 1_048_576
"""Bytes of what one action gives back, as JSON."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action gave back, as plain data that it cannot reach any more."""

    responses: list[dict[str, Any]]
    """What it said: text, response, buttons, custom, image, attachment."""
    events: list[Event]


class ActionRejected(Exception):
    """The action has no use for the message; other policies decide."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"{action} rejected to run")


class ActionFailed(Exception):
    """The action raised or took too long; the dialogue goes on without it."""

    def __init__(self, failure: ActionFailure) -> None:
        self.failure = failure
        super().__init__(f"{failure.action} {failure.kind}: {failure.detail}")


class ProjectActions(Protocol):
    """The actions that a project brings along, wherever they run."""

    async def run(self, name: str, tracker: Tracker, slots: Mapping[str, Any], key: str) -> Outcome:
        """Run one action; `slots` are all slots with their initial values.

        `key` is the same when the same turn is thought again, so that whoever acts on it can act once. Raises
        ActionRejected or ActionFailed; the tracker stays as it is.
        """


def checked(responses: Any, found: Any) -> Outcome:
    """An outcome of what somebody else's code gave back. Raises TypeError or ValueError that says what is wrong.

    Copied through JSON: what is stored later must be JSON, and the action keeps no hold of it. As in rasa_sdk an event
    of no kind is left out.
    """
    if not isinstance(responses, list) or not all(isinstance(each, dict) for each in responses):
        raise TypeError("the responses of an action are a list of dicts")
    if not isinstance(found, list):
        raise TypeError("the events of an action are a list of dicts")
    for event in found:
        fault = events.fault(event)
        if fault is not None:
            raise TypeError(fault)
    written = to_json({"responses": responses, "events": found}, inf_nan_mode="constants")
    if len(written) > LARGEST:
        raise ValueError(f"an action gives back at most {LARGEST:,} bytes; this was {len(written):,}")
    plain = from_json(written, allow_inf_nan=False)
    return Outcome(plain["responses"], [event for event in plain["events"] if event["event"]])
