"""Plays recorded conversations again and tells where the bot does something else than the recording.

A recording is one JSON file: `{"bot", "conversations": [{"id", "turns": [{"user", "expect", ...}]}]}`. A turn's
`expect` holds what the recorded bot did: `actions`, `messages` (each a list of allowed texts), `slots`, `active_loop`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from bot import names
from bot.assistant import Assistant
from bot.tracker import Tracker
from bot.turn import Message, Turn

_START = datetime(2026, 1, 1, tzinfo=UTC)
_PAUSE = timedelta(seconds=5)
"""Between two messages of a conversation."""
LONGEST_FILE = 100_000_000
"""Bytes."""


class BadRecording(ValueError):
    """The file holds no recorded conversations; the message says where it goes wrong."""


class Expected(BaseModel):
    """What the recorded bot did in one turn."""

    actions: list[str]
    messages: list[list[str | None]]
    """For each message the texts that are right; None: a message without text."""
    slots: dict[str, Any]
    active_loop: str | None
    error: str | None = None
    """The recorded bot failed here: any turn that ends well is right, and the rest of the conversation is void."""


class RecordedTurn(BaseModel):
    user: str
    channel: str = "collector"
    metadata: dict[str, Any] = Field(default_factory=dict)
    advance_minutes: float = 0
    parse: dict[str, Any] | None = None
    """What was understood, where the recording does not leave that to the bot."""
    expect: Expected


class RecordedConversation(BaseModel):
    id: str
    turns: list[RecordedTurn]


class Recording(BaseModel):
    bot: str
    conversations: list[RecordedConversation]


@dataclass(frozen=True, slots=True)
class Difference:
    conversation: str
    turn: int
    """1 for the first message of the conversation."""
    user: str
    """The message."""
    field: str
    """actions, messages, slots, active_loop; or error, where the bot gave no turn at all."""
    expected: Any
    got: Any


@dataclass(slots=True)
class Replay:
    """How recordings and the bot compare."""

    bot: str
    turns: int = 0
    """Turns that were compared."""
    equal: int = 0
    differences: list[Difference] = field(default_factory=list)

    def __add__(self, other: Replay) -> Replay:
        bots = self.bot if self.bot == other.bot else f"{self.bot}, {other.bot}"
        return Replay(bots, self.turns + other.turns, self.equal + other.equal, [*self.differences, *other.differences])


def read_recording(file: Path) -> Recording:
    """Raises BadRecording."""
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise BadRecording(f"{file} is larger than {LONGEST_FILE // 1_000_000} MB; split it")
        return Recording.model_validate(json.loads(file.read_bytes()))
    except OSError as error:
        raise BadRecording(f"{file} could not be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadRecording(f"{file} is no recording: {place or 'the file'}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise BadRecording(f"{file} is no recording: {error}") from None


async def replay(assistant: Assistant, recording: Recording) -> Replay:
    """Play every conversation from its start, each with a tracker of its own, and compare turn by turn.

    After a difference a conversation goes on from what the bot did, not from what was recorded.
    """
    result = Replay(recording.bot)
    for conversation in recording.conversations:
        tracker = Tracker(conversation.id)
        now = _START
        for number, recorded in enumerate(conversation.turns, start=1):
            now += _PAUSE + timedelta(minutes=recorded.advance_minutes)
            found: list[tuple[str, Any, Any]]
            try:
                turn = await _played(assistant, tracker, recorded, f"{conversation.id}-{number}", now)
            except Exception as error:  # whatever it is, it belongs into the comparison
                found = [("error", None, f"{type(error).__name__}: {error}")]
            else:
                tracker = turn.tracker
                found = list(_compared(assistant, turn, recorded.expect))
            result.turns += 1
            result.equal += not found
            result.differences += [
                Difference(conversation.id, number, recorded.user, name, expected, got) for name, expected, got in found
            ]
            if recorded.expect.error is not None or any(name == "error" for name, _, _ in found):
                break
    return result


async def _played(assistant: Assistant, tracker: Tracker, recorded: RecordedTurn, key: str, now: datetime) -> Turn:
    said = recorded.user
    message = Message(
        key=key,
        text=said,
        sent_at=now,
        payload=said if said.lstrip().startswith("/") else None,
        metadata=recorded.metadata,
        channel=recorded.channel,
    )
    return await assistant.reply(tracker, message, {"text": said, **recorded.parse} if recorded.parse else None)


def _compared(assistant: Assistant, turn: Turn, expected: Expected) -> Iterator[tuple[str, Any, Any]]:
    """(field, expected, got) for each difference."""
    actions = [event["name"] for event in turn.events if event["event"] == "action"]
    if expected.error is not None:
        if turn.tracker.latest_action != names.LISTEN and not turn.tracker.is_paused:
            yield "actions", [names.LISTEN], actions
        return
    if actions != expected.actions:
        yield "actions", expected.actions, actions
    said = [event.get("text") for event in turn.events if event["event"] == "bot"]
    allowed = expected.messages
    if len(said) != len(allowed) or any(text not in texts for text, texts in zip(said, allowed, strict=True)):
        yield "messages", allowed, said
    slots = _slots(assistant, turn.tracker)
    wrong = sorted(name for name, value in expected.slots.items() if not _same(slots.get(name), value))
    wrong += sorted(name for name in slots.keys() - expected.slots.keys() if name not in names.BUILT_IN_SLOTS)
    if wrong:
        yield "slots", {n: expected.slots.get(n) for n in wrong}, {n: slots.get(n) for n in wrong}
    if turn.tracker.active_loop != expected.active_loop:
        yield "active_loop", expected.active_loop, turn.tracker.active_loop


def _slots(assistant: Assistant, tracker: Tracker) -> dict[str, Any]:
    """Every slot of the domain with its value now."""
    initial = assistant.domain.initial_slots()
    return {**initial, **{name: value for name, value in tracker.slots.items() if name in initial}}


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON values: 3 is 3.0, but 1 is not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    return bool(one == other)
