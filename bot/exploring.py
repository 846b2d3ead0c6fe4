"""Walks everything a project can say, looking for turns after which a visitor would stand still.

A state is what the conversation has come to: the form that is open and what it asks for, which slots are filled, and
what the bot did last. From each state every intent is tried, tapped without facts and written with them. A turn is
a dead end if it brings neither an answer with a next step, nor a person, nor a time by which somebody answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot import names
from bot.assistant import Assistant
from bot.events import Event
from bot.tracker import Tracker
from bot.turn import Message, Turn

NONSENSE = "xq zzk brlm"
"""Words that no project knows."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a visitor may do."""

    told: str
    """For the report: "/goodbye", or the words."""
    parse: Event


@dataclass(frozen=True, slots=True)
class Visit:
    """One turn of the walk."""

    path: tuple[str, ...]
    """What the visitor did, from the first message on."""
    turn: Turn

    @property
    def said(self) -> str:
        """What the bot wrote."""
        return "\n".join(message.text for message in self.turn.messages if message.text)


@dataclass(frozen=True, slots=True)
class State:
    """What tells two conversations apart for the walk."""

    loop: str | None
    requested: str | None
    filled: frozenset[str]
    did: tuple[str, ...]

    @classmethod
    def after(cls, turn: Turn, initial: dict[str, object]) -> State:
        """The state that a turn leads to."""
        slots = turn.tracker.slots
        return cls(
            turn.tracker.active_loop,
            slots.get(names.REQUESTED_SLOT),
            frozenset(name for name, value in slots.items() if value is not None and value != initial.get(name)),
            tuple(step.action for step in turn.trace.steps if step.action != names.LISTEN),
        )


def fault(turn: Turn) -> str | None:
    """Why a turn is a dead end; None where the visitor knows how it goes on."""
    if turn.failures:
        return f"{turn.failures[0].action} {turn.failures[0].kind}: {turn.failures[0].detail}"
    if turn.wish is not None or turn.promises:
        return None
    if not turn.messages:
        return "nothing is said, and nobody comes"
    if any(message.buttons or (message.card or {}).get("action") for message in turn.messages):
        return None
    if any("?" in message.text for message in turn.messages):
        return None
    return "the answer ends without a question, a button, a person or a time"


async def explore(
    assistant: Assistant, now: datetime, *, depth: int = 2, most_states: int = 400
) -> tuple[list[Visit], int]:
    """Every turn of a walk of `depth` messages from each state reached, and how many states there were.

    Breadth first and deterministic. Beyond `most_states` no further states are entered.
    """
    initial: dict[str, object] = dict(assistant.domain.initial_slots())
    moves = list(_moves(assistant, now))
    visits: list[Visit] = []
    seen: set[State] = set()
    waiting: deque[tuple[tuple[str, ...], Tracker]] = deque([((), Tracker.fold("explorer", []))])
    entered = 0
    while waiting:
        path, tracker = waiting.popleft()
        entered += 1
        for number, move in enumerate(moves):
            message = Message(
                key=f"explorer-{entered}-{number}",
                text=str(move.parse["text"]),
                sent_at=now,
                metadata={"conversation_id": f"explorer-{entered}", "visitor_id": f"explorer-{entered}-{number}"},
            )
            turn = await assistant.reply(tracker, message, parse=move.parse)
            visits.append(Visit((*path, move.told), turn))
            state = State.after(turn, initial)
            if turn.wish is None and state not in seen and len(path) + 1 < depth and len(seen) < most_states:
                seen.add(state)
                waiting.append(((*path, move.told), turn.tracker))
    return visits, entered


def _moves(assistant: Assistant, now: datetime) -> Iterator[Move]:
    """Each intent tapped, each intent written with the facts that its examples have, and nonsense."""
    known = set(assistant.domain.intents) - set(names.INTENT_ACTIONS)
    richest: dict[str, tuple[int, str]] = {}
    for example in assistant.project.training.examples:
        intent = names.base_intent(example.intent)
        count = len(example.spans)
        if intent in known and (intent not in richest or count > richest[intent][0]):
            richest[intent] = (count, example.text)
    for intent in sorted(known - {names.NLU_FALLBACK}):
        tapped = assistant.parse_payload(f"/{intent}")
        if tapped is not None:
            yield Move(f"/{intent}", tapped)
        if intent in richest:
            written = assistant.parse(richest[intent][1], now)
            meant: Event = {"name": intent, "confidence": 1.0}
            yield Move(richest[intent][1], {**written, "intent": meant, "intent_ranking": [meant]})
    yield Move(NONSENSE, assistant.parse(NONSENSE, now))
