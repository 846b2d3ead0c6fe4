"""Somebody who chats with the bot: says things, taps chips, and remembers what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import TypeAdapter

import bot
from app.protocol import Card
from bot import Assistant, Message, Tracker, Turn
from bot.ports import Services
from tests.shops import NOON

PROJECT = Path(bot.__file__).parent / "project"
Load: TypeAlias = Callable[[Services], Assistant]
"""Loads the shipped bot with these services."""
_WIRE: TypeAdapter[object] = TypeAdapter(Card)


class Rider:
    """One visitor in one conversation."""

    def __init__(self, assistant: Assistant, visitor_id: str) -> None:
        self.visitor_id = visitor_id
        self.page: Mapping[str, str] = {}
        """What the shop's page under the chat is about."""
        self._assistant = assistant
        self._turns = 0
        self.tracker = Tracker.fold(visitor_id, [])
        self.turn: Turn | None = None
        self._before: list[dict[str, Any]] = []

    async def says(self, text: str, *, payload: str | None = None) -> Turn:
        """The bot's turn for a message, which then belongs to the conversation."""
        self._turns += 1
        self._before = [dict(event) for event in self.tracker.events]
        self.turn = await self._assistant.reply(self.tracker, self.message(text, payload))
        self.tracker.extend(self.turn.events)
        for card in cards(self.turn):
            _WIRE.validate_python(card)  # what the wire refuses is no card
        return self.turn

    async def thinks_again(self, text: str) -> Turn:
        """The latest turn once more, as after a crash: same message, same key, the conversation as it was."""
        return await self._assistant.reply(Tracker.fold(self.visitor_id, self._before), self.message(text))

    async def taps(self, title: str) -> Turn:
        """Tap a chip of the latest turn."""
        assert self.turn is not None
        chips = {button.title: button.payload for message in self.turn.messages for button in message.buttons}
        return await self.says(title, payload=chips[title])

    def message(self, text: str, payload: str | None = None) -> Message:
        """The message of the current turn: asking for it again gives the same one, with the same key."""
        return Message(
            key=f"{self.visitor_id}:{self._turns}",
            text=text,
            sent_at=NOON,
            payload=payload,
            metadata={
                "conversation_id": self.visitor_id,
                "visitor_id": self.visitor_id,
                **({"page": dict(self.page)} if self.page else {}),
            },
        )


def words(turn: Turn) -> str:
    """All that the bot wrote in a turn."""
    return "\n".join(message.text for message in turn.messages if message.text)


def chips(turn: Turn) -> list[str]:
    return [button.title for message in turn.messages for button in message.buttons]


def cards(turn: Turn) -> list[Mapping[str, Any]]:
    return [message.card for message in turn.messages if message.card is not None]
