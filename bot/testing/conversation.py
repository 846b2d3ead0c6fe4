"""A conversation with a bot, for tests: say something, look at what came back."""

from __future__ import annotations

import textwrap
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from bot import names
from bot.assistant import Assistant
from bot.events import Event
from bot.reminders import Reminder, pending
from bot.tracker import Tracker
from bot.turn import ActionFailure, Message, Turn, Wish

PAUSE = timedelta(seconds=10)
"""Between two messages, unless the test waits longer."""
_UNSAID = (names.LISTEN, names.SESSION_START)

Runner = Callable[[Callable[[], Awaitable[Turn]]], Turn]
"""Runs a coroutine function to its end."""


class ActionFailed(AssertionError):
    """An action raised or took too long; in a test that is a failure, while visitors would only miss its answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """All that the bot did in answer to one message."""

    turn: Turn = field(repr=False)
    texts: list[str]
    """What it said, message by message; messages without text are left out."""
    actions: list[str]
    """What it did, in order, without listening and starting the session."""
    buttons: list[str]
    """The titles of the buttons offered."""
    intent: str | None
    """How it understood the message."""
    slots: Mapping[str, Any] = field(repr=False)
    """Every slot of the domain as it is now."""

    @property
    def text(self) -> str:
        """All texts, one to a line."""
        return "\n".join(self.texts)

    @property
    def wish(self) -> Wish | None:
        """The person whom the bot wants to take over."""
        return self.turn.wish

    @property
    def failures(self) -> tuple[ActionFailure, ...]:
        """Actions that raised or took too long."""
        return self.turn.failures


class Conversation:
    """One visitor's conversation with an assistant whose actions really run."""

    def __init__(self, assistant: Assistant, run: Runner = anyio.run, *, name: str = "a-test") -> None:
        self.assistant = assistant
        self.tracker = Tracker(name)
        self.now = datetime.now(UTC)
        self.replies: list[tuple[str, Reply]] = []
        """What was said and what came back, oldest first."""
        self._run = run

    def says(self, text: str, *, metadata: Mapping[str, Any] | None = None, failures: bool = False) -> Reply:
        """The bot's answer to `text`; a text that begins with "/" is a payload, `/intent{"entity": "value"}`.

        Raises ActionFailed if an action fails, unless `failures` says that the test looks at that itself.
        """
        payload = text if text.lstrip().startswith("/") else None
        return self._say(text, payload, None, metadata or {}, failures)

    def means(self, intent: str, **entities: Any) -> Reply:
        """The bot's answer to a message with this meaning, however it would be worded."""
        if intent not in self.assistant.domain.intents:
            raise ValueError(f"the domain has no intent {intent!r}")
        parse: Event = {
            "text": f"/{intent}",
            "intent": {"name": intent, "confidence": 1.0},
            "intent_ranking": [{"name": intent, "confidence": 1.0}],
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        return self._say(f"/{intent}", None, parse, {}, False)

    def taps(self, title: str) -> Reply:
        """The bot's answer to a tap on a button of its latest answer."""
        offered: dict[str, str] = {}
        if self.replies:
            messages = self.replies[-1][1].turn.messages
            offered = {button.title: button.payload for message in messages for button in message.buttons}
        if title not in offered:
            raise ValueError(f"the bot offers no button {title!r}; it offers {list(offered) or 'none'}")
        return self._say(title, offered[title], None, {}, False)

    def waits(self, duration: timedelta | None = None, *, minutes: float = 0) -> list[Reply]:
        """Let time go by: reminders that fall due play their intents; sessions expire with the next message."""
        until = self.now + (duration or timedelta()) + timedelta(minutes=minutes)
        found: list[Reply] = []
        while True:
            reminder = next(iter(pending(self.tracker.events)), None)
            if reminder is None or reminder.due > until:
                break
            self.now = max(self.now, reminder.due)
            now = self.now

            async def work(reminder: Reminder = reminder, now: datetime = now) -> Turn:
                return await self.assistant.remind(self.tracker, reminder, self._key(), now, "kickstand")

            found.append(self._finish(f"(reminder {reminder.name})", self._run(work), False))
        self.now = until
        return found

    @property
    def slots(self) -> dict[str, Any]:
        """Every slot of the domain as it is now."""
        initial = self.assistant.domain.initial_slots()
        return {**initial, **{name: value for name, value in self.tracker.slots.items() if name in initial}}

    @property
    def active_loop(self) -> str | None:
        """The form that is asking."""
        return self.tracker.active_loop

    def transcript(self) -> str:
        """The conversation so far, for a reader."""
        lines = []
        for said, reply in self.replies:
            lines.append(f"visitor  {said}")
            lines.append(f"         understood as {reply.intent}")
            lines += [f"   does  {action}" for action in reply.actions]
            for text in reply.texts:
                first, *more = textwrap.wrap(text, 90) or [""]
                lines += [f"    bot  {first}", *(f"         {line}" for line in more)]
            if reply.buttons:
                lines.append(f"         [{'] ['.join(reply.buttons)}]")
            lines += [f"  fails  {failure.action} {failure.kind}: {failure.detail}" for failure in reply.failures]
        return "\n".join(lines)

    def _say(
        self, text: str, payload: str | None, parse: Event | None, metadata: Mapping[str, Any], failures: bool
    ) -> Reply:
        self.now += PAUSE
        # As the server gives them.
        known = {"conversation_id": self.tracker.conversation_id, "visitor_id": self.tracker.conversation_id}
        message = Message(self._key(), text, self.now, payload=payload, metadata={**known, **metadata})
        turn = self._run(lambda: self.assistant.reply(self.tracker, message, parse))
        return self._finish(text, turn, failures)

    def _key(self) -> str:
        return f"{self.tracker.conversation_id}-{len(self.replies) + 1}"

    def _finish(self, said: str, turn: Turn, failures: bool) -> Reply:
        self.tracker = turn.tracker
        reply = Reply(
            turn=turn,
            texts=[message.text for message in turn.messages if message.text],
            actions=[step.action for step in turn.trace.steps if step.action not in _UNSAID],
            buttons=[button.title for message in turn.messages for button in message.buttons],
            intent=turn.trace.intent,
            slots=self.slots,
        )
        self.replies.append((said, reply))
        if reply.failures and not failures:
            told = "; ".join(f"{failure.action} {failure.kind}: {failure.detail}" for failure in reply.failures)
            raise ActionFailed(f"after {said!r}: {told}")
        return reply
