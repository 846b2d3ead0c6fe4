"""A conversation as a project's actions see it: plain data of their own, which they may change."""

from __future__ import annotations

from collections import UserDict, UserList
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot import events
from bot.events import Event
from bot.tracker import Tracker

_UNCHANGING = frozenset((str, int, float, bool, type(None)))
"""What nobody can change, so that a copy is the thing itself."""


class EventsOnDemand(UserList[Event]):
    """The events since the last restart, copied when an action first looks: most never do, or at the last few."""

    def __init__(self, given: Iterable[Event] = (), *, read: Callable[[], list[Event]] | None = None) -> None:
        self._read = read
        self._given: list[Event] | None = None
        """What `read` gave, while it is copied one by one."""
        self._taken: dict[int, Event] = {}
        """Copies that the action holds already, by their place in `_given`."""
        self._copied = None if read is not None else list(given)

    @property
    def data(self) -> list[Event]:  # type: ignore[override]  # UserList keeps its list in an attribute of this name
        if self._copied is None:
            self._copied = [self._taken.get(at, copied) for at, copied in enumerate(events.copied(self._seen()))]
        return self._copied

    def __len__(self) -> int:
        return len(self._seen() if self._copied is None else self._copied)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.data)

    def __reversed__(self) -> Iterator[Event]:
        return (self[at] for at in range(len(self) - 1, -1, -1))

    def __getitem__(self, place: Any) -> Any:
        if self._copied is not None or not isinstance(place, int):
            return super().__getitem__(place)
        seen = self._seen()
        at = range(len(seen))[place]  # raises IndexError as a list does
        if at not in self._taken:
            self._taken[at] = events.copied(seen[at])
        return self._taken[at]

    def _seen(self) -> list[Event]:
        if self._given is None:
            self._given = self._read() if self._read is not None else []
        return self._given


class DomainOnDemand(UserDict[str, Any]):
    """The domain, copied when an action first looks: it is large, and most never do."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._copied: dict[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any]:  # type: ignore[override]  # UserDict keeps its dict in an attribute of this name
        if self._copied is None:
            self._copied = events.copied(self._given)
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
        "slots": {name: value if type(value) in _UNCHANGING else events.copied(value) for name, value in slots.items()},
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
