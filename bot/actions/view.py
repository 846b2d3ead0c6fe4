"""A conversation as a project's actions see it: plain data of their own, which they may change."""

from __future__ import annotations

from collections import UserList
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot import events
from bot.events import Event
from bot.tracker import Tracker


class EventsOnDemand(UserList[Event]):
    """The events since the last restart, copied when an action first looks: most never do."""

    def __init__(self, given: Iterable[Event] = (), *, read: Callable[[], list[Event]] | None = None) -> None:
        self._read = read
        self._copied = None if read is not None else list(given)

    @property
    def data(self) -> list[Event]:  # type: ignore[override]  # UserList keeps its list in an attribute of this name
        if self._copied is None:
            self._copied = events.copied(self._read()) if self._read is not None else []
        return self._copied


def tracker_state(tracker: Tracker, slots: Mapping[str, Any], events_shown: list[Event]) -> dict[str, Any]:
    """The tracker as Rasa's HTTP interfaces write it, JSON-ready."""
    last = tracker.events[-1].get("timestamp") if tracker.events else None
    channels = (event["input_channel"] for event in reversed(tracker.events) if event.get("input_channel"))
    return {
        **action_state(tracker, slots),
        "events": events.copied(events_shown),
        "latest_event_time": last,
        "latest_input_channel": next(channels, None),
        "latest_action": {"action_name": tracker.latest_action},
    }


def action_state(tracker: Tracker, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The tracker in the form of an action call; `slots` are all slots with their initial values."""
    loop = tracker.loop
    return {
        "sender_id": tracker.conversation_id,
        "slots": events.copied(dict(slots)),
        "latest_message": events.copied(tracker.latest_message),
        "followup_action": tracker.followup,
        "paused": tracker.is_paused,
        "events": EventsOnDemand(read=tracker.events_since_restart),
        "active_loop": {}
        if loop is None
        else {
            "name": loop.name,
            "is_interrupted": loop.interrupted,
            "rejected": loop.rejected,
            "trigger_message": events.copied(loop.trigger),
        },
        "latest_action_name": tracker.latest_action,
    }
