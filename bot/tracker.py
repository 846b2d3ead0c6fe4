"""A conversation as its tracker events tell it: what was said, which slots are set, what the bot did last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot import names
from bot.events import Event
from bot.fold import Cut, Fold, Loop

_REWRITING = frozenset(("restart", "session_started", "undo", "rewind"))


class Tracker:
    """One conversation's dialogue so far. Grows by `extend`, in time that does not depend on its length.

    A tracker knows no domain: `slots` holds what was set, and the assistant adds initial values.
    Event dicts are never changed and must not be changed by the caller.
    """

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        self.events: list[Event] = []
        self.said: dict[str, int] = {}
        """By response: which of its variations the visitor heard last."""
        self.fallbacks = 0
        """Turns in a row, up to the latest, that the bot did not understand."""
        self.just_rejected: str | None = None
        """The action that rejected to run, until another one has run."""
        self._applied: list[Event] = []
        self._folded = Fold()
        self._live = self._folded
        """What all events add up to. The same fold, until answers to a form are folded or a follow-up is cleared."""
        self._cuts: list[Cut] = []
        self._loops: frozenset[str] = frozenset()
        self._last_sent_at: float | None = None
        self._turn_failed = False

    @classmethod
    def fold(cls, conversation_id: str, events: Iterable[Event]) -> Tracker:
        """The tracker that these events, oldest first, add up to."""
        tracker = cls(conversation_id)
        tracker.extend(events)
        return tracker

    def extend(self, events: Iterable[Event]) -> None:
        """Append events, for example those of a `Turn`."""
        for event in events:
            kind = event.get("event")
            self.events.append(event)
            if kind in _REWRITING:
                self._rewrite(kind)
            else:
                if kind != "slot":
                    self._observe(event, kind)
                self._apply(event, kind)

    def fork(self) -> Tracker:
        """A copy that grows on its own."""
        other = Tracker.__new__(Tracker)
        other.conversation_id = self.conversation_id
        other.events = self.events.copy()
        other.said = self.said.copy()
        other.fallbacks = self.fallbacks
        other.just_rejected = self.just_rejected
        other._applied = self._applied.copy()
        other._folded = self._folded.copy()
        other._live = other._folded if self._live is self._folded else self._live.copy()
        other._cuts = self._cuts.copy()
        other._loops = self._loops
        other._last_sent_at = self._last_sent_at
        other._turn_failed = self._turn_failed
        return other

    @property
    def slots(self) -> Mapping[str, Any]:
        """Slots that were set, by name; a slot that was never set is missing."""
        return self._live.slots

    @property
    def latest_message(self) -> Mapping[str, Any]:
        """intent, entities, text, metadata of the visitor's latest message."""
        return self._live.latest_message

    @property
    def latest_intent(self) -> str | None:
        name: str | None = (self._live.latest_message.get("intent") or {}).get("name")
        return name

    @property
    def latest_action(self) -> str | None:
        return self._live.latest_action

    @property
    def loop(self) -> Loop | None:
        """The active loop with its flags."""
        loop = self._live.loop
        return None if loop is None or loop.name == names.UNSET else loop

    @property
    def active_loop(self) -> str | None:
        """The name of the active loop."""
        loop = self.loop
        return loop.name if loop else None

    @property
    def followup(self) -> str | None:
        """The action that runs next whatever the policies say."""
        return self._live.followup

    @property
    def is_paused(self) -> bool:
        return self._live.paused

    @property
    def last_sent_at(self) -> float | None:
        """POSIX seconds of the visitor's latest message."""
        return self._last_sent_at

    @property
    def applied_events(self) -> list[Event]:
        """The events that still count: none before a restart, undone ones left out, happy forms folded."""
        return self._applied

    @property
    def cuts(self) -> list[Cut]:
        """The moments before each applied action, oldest first."""
        return self._cuts

    @property
    def folded(self) -> Fold:
        """What the applied events add up to; the final dialogue state is taken from it."""
        return self._folded

    def clear_followup(self) -> None:
        """Forget the follow-up of a turn being played. No event tells of it: the action that comes next does."""
        if self._live is self._folded:
            self._live = self._folded.copy()
        self._live.followup = None

    def events_since_restart(self) -> list[Event]:
        for index in range(len(self.events) - 1, -1, -1):
            if self.events[index].get("event") in ("restart", "session_started"):
                return self.events[index + 1 :] if self.events[index]["event"] == "restart" else self.events[index:]
        return self.events

    def _rewrite(self, kind: str) -> None:
        """Forget some or all of the applied events."""
        if kind == "undo":
            self._cut_back("action")
        elif kind == "rewind":
            self._cut_back("user")
            self._cut_back("action")
        else:
            self._applied, self._cuts, self._folded = [], [], Fold()
            if kind == "restart":
                self._folded.followup = names.SESSION_START
        self._live = self._folded

    def _observe(self, event: Event, kind: str | None) -> None:
        if kind == "user":
            self._last_sent_at = event.get("timestamp", self._last_sent_at)
            if not self._turn_failed:
                self.fallbacks = 0
            self._turn_failed = False
            intent = (event.get("parse_data") or {}).get("intent") or {}
            self._mark_turn(failed=intent.get("name") == names.NLU_FALLBACK)
        elif kind == "action":
            self.just_rejected = None
            name = event.get("name")
            if name == names.DEFAULT_FALLBACK:
                self._mark_turn(failed=True)
            elif name in self._loops and name != names.TWO_STAGE_FALLBACK:
                self._mark_turn(failed=False)  # a form took the message, whatever its intent
        elif kind == "action_execution_rejected":
            self.just_rejected = event.get("name")
        elif kind == "active_loop" and event.get("name"):
            self._loops |= {event["name"]}
        elif kind == "bot":
            metadata = event.get("metadata") or {}
            if "variation" in metadata:
                self.said[metadata.get("utter_action", "")] = metadata["variation"]
            if "source" in metadata:
                self._mark_turn(failed=False)  # an article answered, whatever the message was understood as

    def _mark_turn(self, *, failed: bool) -> None:
        self.fallbacks += failed - self._turn_failed
        self._turn_failed = failed

    def _apply(self, event: Event, kind: str | None) -> None:
        if kind == "action":
            name = event.get("name")
            previous = self._previous_run(name) if name in self._loops else None
            if previous is not None:
                self._live.apply(event)
                self._fold_loop(previous)
                return
            self._cuts.append(Cut(len(self._applied), self._folded.copy(), bool(event.get("hide_rule_turn"))))
        self._applied.append(event)
        self._folded.apply(event)
        if self._live is not self._folded:
            self._live.apply(event)

    def _previous_run(self, loop: str | None) -> int | None:
        """Where `loop` ran before in the applied events, if since then nothing but answers to it happened."""
        following: str | None = None
        for index in range(len(self._applied) - 1, -1, -1):
            event = self._applied[index]
            kind = event.get("event")
            if kind == "active_loop" and event.get("name") is None:
                return None
            if kind == "action_execution_rejected" and event.get("name") == loop:
                return None
            if kind == "user" and following is not None and following != loop:
                return None
            if kind == "action":
                if event.get("name") == loop:
                    return index
                following = event.get("name") or event.get("action_text")
        return None

    def _fold_loop(self, previous: int) -> None:
        """Forget the questions and answers since `previous`; slots and messages of the bot stay."""
        dropped = ("action", "user", "user_featurization", "entities")
        kept = [event for event in self._applied[previous + 1 :] if event.get("event") not in dropped]
        run = self._applied[previous]
        while self._cuts and self._cuts[-1].at > previous:
            self._cuts.pop()
        self._folded = self._cuts[-1].before.copy()
        del self._applied[previous + 1 :]
        self._folded.apply(run)
        for event in kept:
            self._applied.append(event)
            self._folded.apply(event)

    def _cut_back(self, kind: str) -> None:
        """Drop the applied events from the last one of `kind` on; all of them if there is none."""
        applied = self._applied
        while applied and applied.pop().get("event") != kind:
            pass
        while self._cuts and self._cuts[-1].at >= len(applied):
            self._cuts.pop()
        if self._cuts:
            last = self._cuts[-1]
            self._folded = last.before.copy()
            for event in applied[last.at :]:
                self._folded.apply(event)
        else:
            self._folded = Fold()
            for event in applied:
                self._folded.apply(event)
