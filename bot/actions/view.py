"""A conversation as a project's actions see it. Imports `rasa_sdk`, which takes 0.7 s: load it where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.interfaces import Tracker as SdkTracker

from bot import events
from bot.events import Event
from bot.tracker import Tracker


class ActionTracker(SdkTracker):
    """A copy that the action may change: all slots with their initial values, events since the last restart.

    Events are copied when an action asks for them: most never do, and there may be hundreds.
    """

    def __init__(self, tracker: Tracker, slots: Mapping[str, Any]) -> None:
        loop = tracker.loop
        super().__init__(
            sender_id=tracker.conversation_id,
            slots=events.copied(dict(slots)),
            latest_message=events.copied(tracker.latest_message),
            events=[],
            paused=tracker.is_paused,
            followup_action=tracker.followup,
            active_loop={}
            if loop is None
            else {
                "name": loop.name,
                "is_interrupted": loop.interrupted,
                "rejected": loop.rejected,
                "trigger_message": events.copied(loop.trigger),
            },
            latest_action_name=tracker.latest_action,
        )
        self._conversation = tracker
        self._events: list[Event] | None = None

    @property
    def events(self) -> list[Event]:
        if self._events is None:
            self._events = events.copied(self._conversation.events_since_restart())
        return self._events

    @events.setter
    def events(self, given: list[Event]) -> None:
        self._events = given
