"""action_two_stage_fallback: ask what was meant, ask to rephrase, then give up."""

from __future__ import annotations

from bot import events, names
from bot.actions import builtin
from bot.actions.others import OtherActions
from bot.events import Event
from bot.scene import Scene
from bot.tracker import Tracker

_UNCLEAR = (names.NLU_FALLBACK, names.OUT_OF_SCOPE)


class TwoStageFallback:
    """A loop that lasts until the visitor is understood or has been misunderstood twice."""

    def __init__(self, actions: OtherActions) -> None:
        self._actions = actions

    async def run(self, scene: Scene, tracker: Tracker) -> list[Event]:
        active = tracker.active_loop == names.TWO_STAGE_FALLBACK
        found: list[Event] = [] if active else [events.active_loop(names.TWO_STAGE_FALLBACK)]
        if active and self._is_done(tracker):
            return [*events_of_end(self._ending(scene, tracker))]
        if not active or tracker.latest_intent == names.NLU_FALLBACK:
            return found + await self._ask(names.ASK_AFFIRMATION, scene, tracker)
        return found + await self._ask(names.ASK_REPHRASE, scene, tracker)

    async def _ask(self, name: str, scene: Scene, tracker: Tracker) -> list[Event]:
        return await self._actions.run(name, scene, tracker)

    def _is_done(self, tracker: Tracker) -> bool:
        return tracker.latest_intent not in _UNCLEAR or _given_up(tracker)

    def _ending(self, scene: Scene, tracker: Tracker) -> list[Event]:
        if tracker.latest_intent in _UNCLEAR:
            return builtin.default_fallback(self._actions, scene, tracker)
        said = next(event for event in reversed(tracker.events) if event.get("event") == "user")
        parse = {**said["parse_data"]}
        parse["intent"] = {**(parse.get("intent") or {}), "confidence": 1.0}
        return [
            events.rewind(),
            events.action(names.LISTEN),
            {**said, "parse_data": parse},
        ]


def events_of_end(found: list[Event]) -> list[Event]:
    """The loop's end comes first, so that the rewind that follows keeps it ended."""
    return [events.active_loop(None), *found]


def _given_up(tracker: Tracker) -> bool:
    last: list[str | None] = []
    for event in reversed(tracker.events):
        if event.get("event") == "restart" or len(last) == 3:
            break
        if event.get("event") == "rewind":
            last.append(None)
        elif event.get("event") == "user":
            last.append(((event.get("parse_data") or {}).get("intent") or {}).get("name"))
    twice = last[:2] == [names.NLU_FALLBACK] * 2
    return twice or last == [names.OUT_OF_SCOPE, names.NLU_FALLBACK, names.OUT_OF_SCOPE]
