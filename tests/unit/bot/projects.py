"""Small bot projects, written to a folder, and conversations with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot import Assistant, Limits, Message, Tracker, Turn

DOMAIN = """
version: "3.1"
intents: [greet, order, inform, cancel, chitchat, person]
entities: [size, city]
slots:
  size:
    type: text
    mappings: [{type: from_entity, entity: size}]
  address:
    type: text
    influence_conversation: false
    mappings:
    - type: from_text
      not_intent: [cancel, chitchat]
      conditions: [{active_loop: order_form, requested_slot: address}]
forms:
  order_form: {required_slots: [size, address]}
responses:
  utter_greet: [{text: "Hello."}]
  utter_ask_size: [{text: "Which size?", buttons: [{title: Large, payload: '/inform{{"size": "large"}}'}]}]
  utter_ask_address: [{text: "Where to?"}]
  utter_ordered: [{text: "A {size} one goes to {address}."}]
  utter_chitchat: [{text: "Nice weather."}]
  utter_cancelled: [{text: "Cancelled."}]
  utter_default: [{text: "Say that again?"}]
actions: []
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
- intent: order
  examples: |
    - i want to order a pipe
    - order one for me
    - can i buy something
- intent: inform
  examples: |
    - a [large](size) one
    - [small](size)
    - make it [big]{"entity": "size", "value": "large"}
- intent: cancel
  examples: |
    - cancel that
    - stop the order
- intent: chitchat
  examples: |
    - nice weather today
    - how are you doing
- intent: person
  examples: |
    - let me talk to a person
    - i need a human being
"""
RULES = """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: chat
  steps: [{intent: chitchat}, {action: utter_chitchat}]
- rule: a person
  steps: [{intent: person}, {action: action_handoff}]
- rule: order
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
- rule: ordered
  condition: [{active_loop: order_form}]
  steps: [{action: order_form}, {active_loop: null}, {action: utter_ordered}]
- rule: cancel
  condition: [{active_loop: order_form}]
  steps: [{intent: cancel}, {action: action_deactivate_loop}, {active_loop: null}, {action: utter_cancelled}]
- rule: unclear
  steps: [{intent: nlu_fallback}, {action: action_default_fallback}]
"""
CONFIG = """
pipeline:
- name: DIETClassifier
- name: RegexEntityExtractor
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.4
policies:
- name: MemoizationPolicy
  max_history: 5
- name: RulePolicy
"""
KEYWORDS = {
    "config.yml": """
pipeline:
- name: KeywordIntentClassifier
- name: CRFEntityExtractor
- name: EntitySynonymMapper
- name: FallbackClassifier
policies:
- name: RulePolicy
"""
}
"""Understanding by literal examples, for tests that are not about understanding."""
ACTION_HEADER = """
from rasa_sdk import Action
from rasa_sdk.events import SlotSet
"""
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_project(folder: Path, files: Mapping[str, str] | None = None, *, actions: str | None = None) -> Path:
    """The order bot, with some files replaced or added (by path) and with actions of its own."""
    contents = {"domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/rules.yml": RULES, "config.yml": CONFIG}
    contents.update(files or {})
    if actions is not None:
        contents["actions.py"] = ACTION_HEADER + actions
    for name, text in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def an_assistant(folder: Path, *, services: Any = None, limits: Limits | None = None, seed: int = 0) -> Assistant:
    given: Any = services or SimpleNamespace()
    return Assistant.load(folder, given, limits=limits or Limits(), seed=seed)


def with_action(name: str, *intents: str) -> dict[str, str]:
    """Domain and rules in which each intent runs the custom action `name`."""
    rules = "".join(
        f"- rule: {intent} runs {name}\n  steps: [{{intent: {intent}}}, {{action: {name}}}]\n" for intent in intents
    )
    return {
        "domain.yml": DOMAIN.replace("actions: []", f"actions: [{name}]"),
        "data/rules.yml": "rules:\n" + rules,
    }


@dataclass
class Chat:
    """One conversation with an assistant."""

    assistant: Assistant
    tracker: Tracker = field(default_factory=lambda: Tracker("a-conversation"))
    now: datetime = NOON
    turns: list[Turn] = field(default_factory=list)

    async def says(self, text: str, payload: str | None = None, **metadata: Any) -> Turn:
        self.now += timedelta(seconds=10)
        message = Message(f"turn-{len(self.turns)}", text, self.now, payload=payload, metadata=metadata)
        turn = await self.assistant.reply(self.tracker, message)
        self.tracker.extend(turn.events)
        self.turns.append(turn)
        return turn

    async def taps(self, payload: str) -> Turn:
        return await self.says("", payload)


def texts(turn: Turn) -> list[str]:
    return [message.text for message in turn.messages]
