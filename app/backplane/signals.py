"""Signals as they travel between gateways: a JSON list each, the first word says which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from app.backplane import Changed, Signal
from app.conversations import VisitorId
from handoff import ConversationId

_KINDS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Signal)}


def written(signal: Signal) -> list[Any]:
    """What travels of a signal. Of a change only how far the conversation has come: the store has the rest."""
    if isinstance(signal, Changed):
        where = (signal.conversation_id, signal.visitor_id, signal.site_id)
        return ["Changed", *where, signal.head, signal.pos, signal.since, signal.moved]
    return [type(signal).__name__, to_jsonable_python(signal)]


def read(line: Sequence[Any], concerns: Callable[[ConversationId, VisitorId], bool]) -> Signal | None:
    """The signal of a line; None for what concerns nobody here, or what this version does not know.

    Raises ValueError for what is none.
    """
    if line[0] == "Changed":
        conversation_id, visitor_id, site_id, head, pos, since, moved = line[1:]
        if not moved and not concerns(conversation_id, visitor_id):
            return None
        return Changed(conversation_id, visitor_id, site_id, int(head), int(pos), int(since), bool(moved))
    kind = _KINDS.get(line[0])
    signal: Signal | None = None if kind is None else kind.validate_python(line[1])
    return signal
