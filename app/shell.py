"""A conversation with a bot in the terminal: what is typed goes in, what is to be printed comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import uuid4

from pydantic import JsonValue

from bot import Assistant, BotMessage, Button, Event, Message, Tracker, Turn
from bot.names import LISTEN, SESSION_METADATA, SESSION_START
from bot.testing.reasons import reasons

HELP = """\
Write as a visitor would. A number taps the button of that number; /intent{"entity": "value"} says what a button says.
  /trace     why the bot said that: what it understood, what it did, which rule or story says so
  /slots     what the bot holds in its slots and which form is active
  /restart   a new conversation
  /help      this
  /quit      the end (Ctrl+D ends it too)"""
RANKED = 5
"""Intents that a trace lists."""


@dataclass(frozen=True, slots=True)
class _Played:
    """The last turn, and the tracker it was played on."""

    before: Tracker
    turn: Turn
    printed: str
    """What the project's actions printed meanwhile."""


class Shell:
    """One conversation. Its own commands begin with a slash, as payloads do; an intent of such a name takes braces."""

    def __init__(self, assistant: Assistant, clock: Callable[[], datetime], locale: str | None = None) -> None:
        """`locale`: BCP 47, what whoever types reads."""
        self.is_over = False
        self._assistant = assistant
        self._clock = clock
        self._whose: dict[str, JsonValue] = {} if locale is None else {"locale": locale}
        self._commands: Mapping[str, Callable[[], str]] = {
            "/trace": self._trace,
            "/slots": self._slots,
            "/restart": self._restart,
            "/help": lambda: HELP,
            "/quit": self._quit,
            "/exit": self._quit,
        }
        self._tracker = Tracker("shell")
        self._buttons: tuple[Button, ...] = ()
        self._last: _Played | None = None

    @property
    def commands(self) -> tuple[str, ...]:
        """What may be typed beside messages, for completion: our commands and the project's intents."""
        return (*self._commands, *(f"/{intent}" for intent in self._assistant.domain.intents))

    async def answer(self, typed: str) -> str:
        """What to print for a line that was typed; nothing for an empty one."""
        line = typed.strip()
        if not line:
            return ""
        if line in self._commands:
            return self._commands[line]()
        if line.isdecimal() and self._buttons:
            if not 1 <= int(line) <= len(self._buttons):
                return f"There are buttons 1 to {len(self._buttons)}."
            button = self._buttons[int(line) - 1]
            return await self._say(button.title, button.payload)
        if line.startswith("/"):
            name = line[1:].partition("{")[0].strip()
            if name not in self._assistant.domain.intents:
                return f"/{name} is neither a command nor an intent of this bot. /help lists the commands."
            return await self._say(line, line)
        return await self._say(line, None)

    async def _say(self, text: str, payload: str | None) -> str:
        message = Message(str(uuid4()), text, self._clock(), payload=payload, metadata=self._whose)
        printed = StringIO()
        with redirect_stdout(printed):
            turn = await self._assistant.reply(self._tracker, message)
        self._last = _Played(self._tracker.fork(), turn, printed.getvalue())
        self._tracker = turn.tracker
        self._buttons = tuple(button for said in turn.messages for button in said.buttons)
        lines = []
        number = 1
        for said in turn.messages:
            lines += _shown(said, number)
            number += len(said.buttons)
        lines += [f"! {failure.action}: {failure.detail}" for failure in turn.failures]
        if turn.wish is not None:
            lines.append(f"→ a person takes over: {turn.wish.reason}. {turn.wish.detail}".rstrip())
        return "\n".join(lines) or "(The bot says nothing. /trace shows why.)"

    def _trace(self) -> str:
        if self._last is None:
            return "Nothing has been said yet."
        turn = self._last.turn
        lines = []
        for event in turn.events:
            if event["event"] == "user":
                lines += _understood(event["parse_data"])
        events = list(self._last.before.events)
        for event in turn.events:
            if event["event"] == "action" and event.get("name") not in (LISTEN, SESSION_START):
                lines += self._why(events, event)
            elif event["event"] == "slot":
                lines.append(f"  slot {event['name']} = {_json(event.get('value'))}")
            events.append(event)
        lines += [f"! {failure.action} {failure.kind.replace('_', ' ')}: {failure.detail}" for failure in turn.failures]
        if self._last.printed:
            lines.append(f"The actions printed:\n{self._last.printed.rstrip()}")
        return "\n".join(lines)

    def _why(self, events: list[Event], event: Event) -> list[str]:
        """An action, who chose it how surely, and which lines of the project say so."""
        policy, confidence = event.get("policy") or "the turn itself", event.get("confidence")
        name = str(event.get("name") or event.get("action_text"))
        sure = f" {confidence:.2f}" if isinstance(confidence, int | float) else ""
        lines = [f"action {name}  ({policy}{sure})"]
        before = Tracker.fold(self._tracker.conversation_id, events)
        choice = self._assistant.ensemble.choose(before)
        if choice.action == name:
            lines += [f"  {reason}" for reason in reasons(before, choice, self._assistant, name)]
        return lines

    def _slots(self) -> str:
        held = {**self._assistant.domain.initial_slots(), **self._tracker.slots}
        held.pop(SESSION_METADATA, None)
        lines = [f"{name} = {_json(value)}" for name, value in held.items() if value is not None]
        empty = ", ".join(name for name, value in held.items() if value is None)
        if empty:
            lines.append(f"empty: {empty}")
        if self._tracker.active_loop:
            lines.append(f"active form: {self._tracker.active_loop}")
        return "\n".join(lines) or "This bot has no slots."

    def _restart(self) -> str:
        self._tracker, self._buttons, self._last = Tracker("shell"), (), None
        return "A new conversation."

    def _quit(self) -> str:
        self.is_over = True
        return ""


def _understood(parse: Mapping[str, Any]) -> list[str]:
    """The ranking of intents, and the entities with where they stand."""
    ranking = parse.get("intent_ranking") or [parse.get("intent") or {}]
    lines = [f"intent {each.get('name')}  {each.get('confidence') or 0.0:.2f}" for each in ranking[:RANKED]]
    lines[1:] = [f"  not {line.removeprefix('intent ')}" for line in lines[1:]]
    for entity in parse.get("entities") or ():
        more = "".join(f", {key} {entity[key]}" for key in ("role", "group") if entity.get(key))
        found = f"{entity.get('start')}-{entity.get('end')}, {entity.get('extractor', 'payload')}"
        lines.append(f"  entity {entity['entity']} = {_json(entity.get('value'))}  ({found}{more})")
    return lines


def _shown(said: BotMessage, number: int) -> list[str]:
    """A message as lines; its buttons are counted from `number`."""
    lines = [said.text] if said.text else []
    if said.card is not None:
        lines.append(f"[card] {_json(said.card)}")
    if said.image is not None:
        lines.append(f"[image] {said.image}")
    return lines + [f"  {at}: {button.title}  ({button.payload})" for at, button in enumerate(said.buttons, number)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
