"""Ways through rules and stories: checkpoints joined, `or` steps multiplied out, listens put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot import events, names
from bot.events import Event


@dataclass(frozen=True, slots=True)
class Sequence:
    """One way through a story or a rule."""

    name: str
    file: str
    line: int
    is_rule: bool
    events: tuple[Event, ...]


Piece: TypeAlias = list[list[Event]]
"""Alternatives, each a list of events."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets only those stories through a checkpoint in which slots have these values."""

    slots: Mapping[str, Any]

    def opens(self, so_far: Iterable[Event], initial: Mapping[str, Any]) -> bool:
        now = dict(initial)
        for event in so_far:
            if event["event"] == "slot":
                now[event["name"]] = event.get("value")
        return all(now.get(name) == value for name, value in self.slots.items())


@dataclass(slots=True, eq=False)
class Block:
    """A story or rule as written, or a part of one: pieces of events, with checkpoints at its ends."""

    name: str
    file: str
    line: int
    is_rule: bool
    starts: list[tuple[str, Gate]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    waits: bool = True


def paths(blocks: Many[Block]) -> Iterator[tuple[Block, ...]]:
    """All chains of blocks, from each that starts by itself on through checkpoints; cycles are cut."""
    starting_at: dict[str, list[Block]] = {}
    for block in blocks:
        for name, _ in block.starts:
            starting_at.setdefault(name, []).append(block)

    def walk(chain: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
        ends = chain[-1].ends
        following = [block for name in ends for block in starting_at.get(name, ()) if block not in chain]
        if not following:
            yield chain
        for block in dict.fromkeys(following):
            yield from walk((*chain, block))

    for block in blocks:
        if not block.starts:
            yield from walk((block,))


def multiplied(chain: tuple[Block, ...], initial: Mapping[str, Any]) -> Iterator[Sequence]:
    """Every sequence that a chain of blocks stands for; `initial` are the slots before anything was said."""
    first = chain[0]
    pieces: list[Piece | Gate] = []
    for before, block in zip((None, *chain), chain, strict=False):
        gates = [gate for name, gate in block.starts if before is not None and name in before.ends]
        pieces += [*gates[:1], *block.pieces]
    name = " > ".join(dict.fromkeys(block.name for block in chain))

    def walk(index: int, so_far: list[Event]) -> Iterator[Sequence]:
        if index == len(pieces):
            yield Sequence(
                name, first.file, first.line, first.is_rule, _with_listens(so_far, first.is_rule and not first.waits)
            )
            return
        piece = pieces[index]
        if isinstance(piece, Gate):
            if piece.opens(so_far, initial):
                yield from walk(index + 1, so_far)
            return
        for alternative in piece:
            yield from walk(index + 1, so_far + alternative)

    return walk(0, [])


def _with_listens(found: list[Event], ends_open: bool) -> tuple[Event, ...]:
    """Insert the `action_listen` before every visitor message and at the end, or `...` where a rule goes on."""
    listen = events.action(names.LISTEN)
    result: list[Event] = []
    last: str | None = None
    for event in found:
        if event["event"] == "user" and last != names.LISTEN:
            result.append(listen)
        result.append(event)
        if event["event"] in ("action", "user"):
            last = event.get("name") or event.get("action_text") if event["event"] == "action" else None
    if ends_open:
        result.append(events.action(names.SNIPPET))
    elif last != names.LISTEN:
        result.append(listen)
    return tuple(result)
