"""Rasa's default actions that need no state of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot import events, names
from bot.actions.others import OtherActions
from bot.events import Event
from bot.responses import bot_event
from bot.scene import Scene
from bot.tracker import Tracker


def _nothing(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    return []


def _restart(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    return [*actions.utter("utter_restart", scene, tracker), events.restart()]


def _back(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    return [*actions.utter("utter_back", scene, tracker), events.rewind(), events.rewind()]


def default_fallback(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    """Say `utter_default`, then forget that the message was said."""
    return [*actions.utter("utter_default", scene, tracker), events.rewind()]


def _deactivate_loop(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    return [events.active_loop(None), events.slot(names.REQUESTED_SLOT, None)]


def session_start(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    """A new session, with the old one's slots where the domain carries them over."""
    found = [events.session_started()]
    if actions.domain.session.carries_slots:
        found += [
            events.slot(event["name"], event.get("value"))
            for event in tracker.applied_events
            if event.get("event") == "slot"
        ]
    return [*found, events.action(names.LISTEN)]


def ask_affirmation(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    """Ask whether the best guess was meant."""
    ranking = tracker.latest_message.get("intent_ranking") or []
    guesses = [entry.get("name") for entry in ranking if entry.get("name") != names.NLU_FALLBACK]
    guess = guesses[0] if guesses else tracker.latest_intent
    buttons = [{"title": "Yes", "payload": f"/{guess}"}, {"title": "No", "payload": f"/{names.OUT_OF_SCOPE}"}]
    content = {"text": f"Did you mean '{guess}'?", "buttons": buttons}
    return [bot_event(content, {"utter_action": names.ASK_AFFIRMATION})]


def ask_rephrase(actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
    return actions.utter("utter_ask_rephrase", scene, tracker)


BuiltIn = Callable[[OtherActions, Scene, Tracker], list[Event]]
BUILT_IN: Final[Mapping[str, BuiltIn]] = {
    names.LISTEN: _nothing,
    names.RESTART: _restart,
    names.SESSION_START: session_start,
    names.DEFAULT_FALLBACK: default_fallback,
    names.DEACTIVATE_LOOP: _deactivate_loop,
    names.REVERT_FALLBACK: _nothing,
    names.ASK_AFFIRMATION: ask_affirmation,
    names.ASK_REPHRASE: ask_rephrase,
    names.UNLIKELY_INTENT: _nothing,
    names.BACK: _back,
    names.SNIPPET: _nothing,
    names.EXTRACT_SLOTS: _nothing,
    names.SEND_TEXT: _nothing,
}
