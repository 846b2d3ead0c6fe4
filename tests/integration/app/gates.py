"""Where a bot's turn waits for a test, by conversation."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Gate:
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


_gates: defaultdict[str, Gate] = defaultdict(Gate)


def gate_of(conversation_id: str) -> Gate:
    return _gates[conversation_id]
