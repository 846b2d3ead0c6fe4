"""Makes test stories of what a bot's trackers recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from app.stories.masking import Mask, kind_of
from bot.names import LISTEN, SESSION_METADATA, SESSION_START

Event = Mapping[str, Any]
Step = dict[str, Any]

Understand = Callable[[str], Event]
"""A bot's parse of a text, in Rasa's form."""

_WIDE = 10_000  # YAML breaks longer lines, and a message is one line
_ENDS = ("restart", "session_started")
_NOT_TOLD = (LISTEN, SESSION_START, "action_restart")


@dataclass(frozen=True, slots=True)
class Story:
    """A test story: a name, and steps as they stand in YAML."""

    name: str
    steps: Sequence[Step]

    @property
    def messages(self) -> int:
        """What visitors said in it."""
        return sum("intent" in step for step in self.steps)


def stories(
    name: str, events: Sequence[Event], names: Iterable[str | None] = (), understand: Understand | None = None
) -> list[Story]:
    """The stories of one conversation: one for each session, and one for each message that was taken back.

    `names` are those of its people, where they are known. Only what the bot answered is told: a message that went
    straight to a person is none of the bot's doing. A message that means something else once it is masked, as far
    as `understand` knows, is told without its words, by its intent and entities.
    """
    mask = Mask()
    for person in names:
        mask.know(person, "name")
    for event in events:
        _remember(mask, event)
    found: list[list[Step]] = []
    steps: list[Step] = []
    for event in events:
        kind = event["event"]
        if kind in _ENDS:
            found.append(steps)
            steps = []
        elif kind == "rewind":
            # The message has left no trace in the conversation, but the bot's answer to it is worth a test.
            found.append(deepcopy(steps))
            while steps and "intent" not in steps.pop():
                pass
        else:
            _tell(event, mask, steps, understand)
    found.append(steps)
    told = [each for each in found if any("intent" in step for step in each)]
    return [Story(name if len(told) == 1 else f"{name}, part {part}", each) for part, each in enumerate(told, 1)]


def as_yaml(told: Iterable[Story]) -> str:
    """A file of test stories."""
    plain = {"version": "3.1", "stories": [{"story": story.name, "steps": list(story.steps)} for story in told]}
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=_WIDE)


def _remember(mask: Mask, event: Event) -> None:
    """What slots and entities of telling names hold is masked wherever it stands."""
    if event["event"] == "slot":
        kind = kind_of(event["name"])
        if kind is not None:
            mask.know(event.get("value"), kind)
    elif event["event"] == "user":
        for entity in (event.get("parse_data") or {}).get("entities") or ():
            kind = kind_of(entity["entity"])
            if kind is not None:
                mask.know(entity.get("value"), kind)
                if not _is_payload(event):
                    mask.know(event["text"][entity["start"] : entity["end"]], kind)


def _tell(event: Event, mask: Mask, steps: list[Step], understand: Understand | None) -> None:
    match event["event"]:
        case "user":
            steps.append(_said(event, mask, understand))
        case "action" if event.get("name") is None or event["name"] not in _NOT_TOLD:
            steps.append({"bot": event["action_text"]} if event.get("name") is None else {"action": event["name"]})
        case "active_loop":
            steps.append({"active_loop": event.get("name")})
        case "slot" if event["name"] != SESSION_METADATA:
            value = {event["name"]: mask.value(event["name"], event.get("value"))}
            if steps and "slot_was_set" in steps[-1]:
                steps[-1]["slot_was_set"].append(value)
            else:
                steps.append({"slot_was_set": [value]})


def _said(event: Event, mask: Mask, understand: Understand | None) -> Step:
    """A visitor's step: words with their entities annotated, or the intent and entities of a tap."""
    parse = event.get("parse_data") or {}
    entities = list(parse.get("entities") or ())
    intent = str((parse.get("intent") or {}).get("name"))
    if not _is_payload(event):
        words = " ".join(_plain(mask.text(event["text"]).text).split())
        if words == event["text"] or understand is None or _same(understand(words), parse):
            return {"user": _annotated(event["text"], entities, mask), "intent": _full_intent(parse, intent)}
    step: Step = {"intent": _full_intent(parse, intent)}
    if entities:
        step["entities"] = [{each["entity"]: mask.value(each["entity"], each.get("value"))} for each in entities]
    return step


def _same(one: Event, other: Event) -> bool:
    """Whether two parses have the same intent and name the same things."""

    def meaning(parse: Event) -> tuple[Any, list[tuple[Any, ...]]]:
        named = [(each["entity"], each.get("role"), each.get("group")) for each in parse.get("entities") or ()]
        return (parse.get("intent") or {}).get("name"), named

    return meaning(one) == meaning(other)


def _is_payload(event: Event) -> bool:
    """Whether a tap said it, and not a person in words."""
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return re.match(rf"/{re.escape(str(intent))}(?:\s*\{{|\s*$)", str(event.get("text") or "")) is not None


def _full_intent(parse: Mapping[str, Any], intent: str) -> str:
    """With the key of its answer where it is a retrieval intent, as stories name it."""
    selected = (parse.get("response_selector") or {}).get(intent) or {}
    key = (selected.get("response") or {}).get("intent_response_key")
    return str(key) if key else intent


def _annotated(text: str, entities: Iterable[Mapping[str, Any]], mask: Mask) -> str:
    """The masked text with entities in Rasa's brackets; brackets of the visitor's own would be read as such."""
    masked = mask.text(text)
    pieces, at = [], 0
    for entity in sorted(entities, key=lambda each: each.get("start", 0)):
        if "start" not in entity:
            continue
        start, end = masked.place(entity["start"], entity["end"])
        if start < at or start >= end:
            continue
        surface = masked.text[start:end]
        pieces += [_plain(masked.text[at:start]), f"[{_plain(surface)}]{_label(entity, surface, text, mask)}"]
        at = end
    return " ".join("".join([*pieces, _plain(masked.text[at:])]).split())


def _label(entity: Mapping[str, Any], surface: str, text: str, mask: Mask) -> str:
    """ "(city)", or the JSON form where a value, a role or a group has to be told."""
    value = entity.get("value")
    says_itself = value == text[entity["start"] : entity["end"]]
    more = {key: entity[key] for key in ("role", "group") if entity.get(key)}
    if says_itself and not more:
        return f"({entity['entity']})"
    if not says_itself:
        more = {"value": mask.value(entity["entity"], value), **more}
    if any(isinstance(each, dict | list) for each in more.values()):  # braces cannot stand in braces
        return f"({entity['entity']})"
    return json.dumps({"entity": entity["entity"], **more}, ensure_ascii=False)


def _plain(text: str) -> str:
    return text.translate(str.maketrans("[]{}", "()()"))
