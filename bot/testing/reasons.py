"""Why the engine chose an action, in sentences for somebody who sees the engine for the first time."""

from __future__ import annotations

from collections.abc import Iterator

from bot import names
from bot.assistant import Assistant
from bot.events import Event
from bot.policies.ensemble import Choice
from bot.sequences import Sequence
from bot.testing.stories import unknown_name
from bot.tracker import Tracker

_MOST = 3
"""Rules and stories that one sentence names."""
ENDS = "nothing more: it waits for the visitor"


def named(action: str) -> str:
    """An action as sentences call it."""
    return ENDS if action == names.LISTEN else f"`{action}`"


def reasons(tracker: Tracker, choice: Choice, assistant: Assistant, expected: str) -> list[str]:
    """Sentences on who chose the action, which line of the project says so, and what else was proposed."""
    found = [_who_chose(tracker, choice, assistant)]
    places = list(_tellers(tracker, choice.action, assistant))
    if places and not _is_fallback(choice):
        found.append(f"So says {_listed(places)}.")
    others = []
    for policy in assistant.ensemble.policies:
        prediction = policy.predict(tracker)
        if prediction.policy == choice.policy:
            continue
        best = max(prediction.scores, key=prediction.scores.__getitem__, default=None)
        if best is None:
            others.append(f"{prediction.policy} nothing")
        else:
            others.append(f"{prediction.policy} {named(best)} ({prediction.scores[best]:.2f})")
    if others:
        found.append(f"Also asked: {'; '.join(others)}.")
    meant = list(_tellers(tracker, expected, assistant, previous=False)) if expected != names.LISTEN else []
    if meant and not set(meant) & set(places):
        intent = tracker.latest_intent
        found.append(
            f"{named(expected)} follows `{intent}` in {_listed(meant)}, but what came before is different there."
        )
    return found


def advice(got: str, expected: str, assistant: Assistant, line: int | None, intent: str | None) -> str:
    """What to do where the bot does `got` and the story has `expected`, in its line `line`."""
    unknown = unknown_name({"event": "action", "name": expected}, assistant.domain)
    if unknown is not None:
        return (
            f"{unknown[0].upper()}{unknown[1:]}" if "did you mean" in unknown else f"{unknown}: add it, or correct it."
        )
    where = f"line {line}" if line is not None else "the story"
    if got == names.LISTEN:
        right = f"If the bot is right, take {named(expected)} out of {where}"
    elif expected == names.LISTEN:
        right = f"If the bot is right, add `- action: {got}` to the end of this turn"
    else:
        right = f"If the bot is right, write `- action: {got}` in {where}"
    wanted = "does no more" if expected == names.LISTEN else f"does {named(expected)}"
    return f"{right}; if the story is right, add or change a rule so that the bot {wanted} after `{intent}`."


def _is_fallback(choice: Choice) -> bool:
    return choice.policy == "RulePolicy" and choice.confidence < 1 and choice.action != names.LISTEN


def _who_chose(tracker: Tracker, choice: Choice, assistant: Assistant) -> str:
    loop = tracker.active_loop
    if choice.policy == "action":
        return f"The action before asked for {named(choice.action)} to follow (FollowupAction)."
    if choice.confidence == 0:
        return "No policy had anything to say here, so the bot listens."
    if _is_fallback(choice):
        return (
            f"No rule and no story goes on from here: RulePolicy falls back on {named(choice.action)} "
            f"(confidence {choice.confidence:.2f})."
        )
    who = f"{choice.policy} chose {named(choice.action)} (confidence {choice.confidence:.2f})"
    if loop is not None and choice.action == loop:
        return f"{who}: the form is active and goes on until it is filled or stopped."
    if loop is not None and choice.action == names.LISTEN and tracker.latest_action == loop:
        return f"{who}: the form has asked and waits for the answer."
    return f"{who}."


def _tellers(tracker: Tracker, action: str, assistant: Assistant, *, previous: bool = True) -> Iterator[str]:
    """Rules and stories in which `action` comes after the latest intent and, if `previous`, the latest action."""
    for told in assistant.project.sequences:
        if any(
            intent == tracker.latest_intent and (not previous or before == tracker.latest_action)
            for intent, before in _places(told, action)
        ):
            kind = "the rule" if told.is_rule else "the story"
            yield f'{kind} "{told.name}" ({told.file}:{told.line})'


def _places(told: Sequence, action: str) -> Iterator[tuple[str | None, str | None]]:
    """(latest intent, latest action) wherever a rule or story has the action."""
    intent: str | None = None
    before: str | None = None
    for event in told.events:
        if event["event"] == "user":
            intent = event["parse_data"]["intent"]["name"]
        elif event["event"] == "action":
            name = _name(event)
            if name == action:
                yield intent, before
            before = name


def _name(event: Event) -> str:
    return str(event.get("name") or event.get("action_text"))


def _listed(places: list[str]) -> str:
    unique = list(dict.fromkeys(places))
    more = len(unique) - _MOST
    shown = unique[:_MOST] + ([f"{more} more"] if more > 0 else [])
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
