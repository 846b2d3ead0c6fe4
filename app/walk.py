"""What a walk through a bot project finds: dead ends, words that close a door, times that nobody put on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from app.demo.visit import visited_shop
from app.wording import promised_times
from bot import Assistant, Turn
from bot.exploring import Visit, explore, fault
from handoff.tone import Wording, shipped

Kind = Literal["dead_end", "wording", "promise"]
_MOMENT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""When the walk takes place, so that two walks are alike."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to mend, with the shortest way to it."""

    kind: Kind
    path: tuple[str, ...]
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk went and what it found, each fault once."""

    states: int
    turns: int
    found: tuple[Found, ...]


async def walk(project: Path, *, depth: int = 2) -> Walk:
    """Walk through a project on the demonstration's shop. Raises ProjectError."""
    async with visited_shop(lambda: _MOMENT) as services:
        assistant = Assistant.load(project, services)
        visits, states = await explore(assistant, _MOMENT, depth=depth)
    return Walk(states, len(visits), tuple(faults(visits)))


def faults(visits: Iterable[Visit], wording: Wording | None = None) -> Iterator[Found]:
    """What is wrong with these turns; the same words with the same fault are told once, where they came up first."""
    wording = wording or shipped()
    told: set[tuple[str, str]] = set()
    checks: tuple[tuple[Kind, Callable[[Visit], Iterable[str]]], ...] = (
        ("dead_end", _dead_ends),
        ("wording", lambda visit: _phrases(visit, wording)),
        ("promise", _unkept),
    )
    for visit in visits:
        for kind, check in checks:
            for why in check(visit):
                if (visit.said, why) not in told:
                    told.add((visit.said, why))
                    yield Found(kind, visit.path, visit.said, why)


def _dead_ends(visit: Visit) -> Iterator[str]:
    why = fault(visit.turn)
    if why is not None:
        yield why


def _phrases(visit: Visit, wording: Wording) -> Iterator[str]:
    for text in _texts(visit.turn):
        for found in wording.findings(text):
            yield f"“{found.text}”: {found.why}; {found.hint}"


def _unkept(visit: Visit) -> Iterator[str]:
    """Times that the words promise while no promise goes on record."""
    if visit.turn.promises:
        return
    for message in visit.turn.messages:
        for sentence in promised_times(message.text):
            yield f"names a time that is on no record: “{sentence}”; say it with a promise payload"


def _texts(turn: Turn) -> Iterator[str]:
    """Everything that the visitor reads in a turn: words, buttons, cards."""
    for message in turn.messages:
        yield message.text
        yield from (button.title for button in message.buttons)
        yield from _strings(message.card)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in ("url", "image", "kind", "sku"):
                yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
