"""Who is rung as second person: one row a conversation, written in the transaction that it turned for the worse in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor
from handoff import AgentId, ConversationId, Reason, SiteId, Ticket

_RINGS = """
SELECT p.conversation_id, p.site_id, p.holder, h.name, p.gen, p.reason, p.quote, p.at, p.asked, p.agent_id, a.name,
       p.until, p.settled_at, v.name, c.about
FROM second_person p JOIN conversation c ON c.id = p.conversation_id JOIN visitor v ON v.id = c.visitor_id
     JOIN agent h ON h.id = p.holder LEFT JOIN agent a ON a.id = p.agent_id
"""


@dataclass(frozen=True, slots=True)
class Ring:
    """A conversation that turned for the worse, and at whom else it rings."""

    conversation_id: ConversationId
    site_id: SiteId
    holder: AgentId
    holder_name: str
    gen: int
    reason: Reason
    quote: str
    at: datetime
    asked: tuple[AgentId, ...]
    agent_id: AgentId | None
    agent_name: str | None
    until: datetime | None
    settled: bool
    visitor: str | None
    about: str | None


def turned_worse(cursor: Cursor, ticket: Ticket, reasons: Sequence[Reason], quote: str, now: datetime) -> None:
    """Have somebody else told, unless they were for these reasons since the present holder took the conversation."""
    row = cursor.execute(
        "SELECT gen, rung_for, settled_at FROM second_person WHERE conversation_id = ?", (ticket.conversation_id,)
    ).fetchone()
    rung_for: list[str] = json.loads(row[1]) if row is not None and row[0] == ticket.gen else []
    new = [each for each in reasons if each not in rung_for]
    if not new:
        return
    rings_on = row is not None and row[0] == ticket.gen and row[2] is None
    said = (new[0], quote, to_micros(now), json.dumps([*rung_for, *new]))
    if rings_on:  # whoever is rung hears what is new; nobody is told twice
        cursor.execute(
            "UPDATE second_person SET reason = ?, quote = ?, at = ?, rung_for = ? WHERE conversation_id = ?",
            (*said, ticket.conversation_id),
        )
        return
    cursor.execute("DELETE FROM second_person WHERE conversation_id = ?", (ticket.conversation_id,))
    cursor.execute(
        "INSERT INTO second_person (conversation_id, site_id, holder, gen, reason, quote, at, rung_for, asked, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)",
        (ticket.conversation_id, ticket.site_id, ticket.agent_id, ticket.gen, *said, to_micros(now)),
    )


def ringing(cursor: Cursor, site_ids: Sequence[SiteId]) -> list[Ring]:
    """Those of these sites at which nobody has looked yet."""
    marks = ", ".join("?" * len(site_ids))
    return _rings(cursor, f"WHERE p.settled_at IS NULL AND p.site_id IN ({marks}) ORDER BY p.at", tuple(site_ids))


def due(cursor: Cursor, now: datetime) -> list[Ring]:
    """Those whose next step is due: their time is over, or somebody else has the conversation by now."""
    over = "NOT EXISTS (SELECT 1 FROM ticket t WHERE t.conversation_id = p.conversation_id AND t.gen = p.gen AND "
    over += "t.agent_id = p.holder AND t.state = 'assigned')"
    return _rings(
        cursor, f"WHERE p.settled_at IS NULL AND (p.until <= ? OR {over}) ORDER BY p.until", (to_micros(now),)
    )


def ring_of(cursor: Cursor, conversation_id: ConversationId) -> Ring | None:
    """The conversation's, settled or not."""
    found = _rings(cursor, "WHERE p.conversation_id = ?", (conversation_id,))
    return found[0] if found else None


def step(cursor: Cursor, ring: Ring, *, agent_id: AgentId | None, asked: Sequence[AgentId], until: datetime) -> bool:
    """Ring at `agent_id` until then; whether nobody else took the step meanwhile."""
    cursor.execute(
        "UPDATE second_person SET agent_id = ?, asked = ?, until = ?"
        " WHERE conversation_id = ? AND settled_at IS NULL AND until = ?",
        (agent_id, json.dumps(asked), to_micros(until), ring.conversation_id, _micros(ring.until)),
    )
    return cursor.rowcount == 1


def settle(cursor: Cursor, conversation_id: ConversationId, now: datetime) -> bool:
    """It rings no more; whether it did until now."""
    cursor.execute(
        "UPDATE second_person SET settled_at = ? WHERE conversation_id = ? AND settled_at IS NULL",
        (to_micros(now), conversation_id),
    )
    return cursor.rowcount == 1


def is_over(cursor: Cursor, ring: Ring) -> bool:
    """Whether the agent for whom it rings does not hold the conversation any more."""
    row = cursor.execute(
        "SELECT 1 FROM ticket WHERE conversation_id = ? AND state = 'assigned' AND agent_id = ? AND gen = ?",
        (ring.conversation_id, ring.holder, ring.gen),
    ).fetchone()
    return row is None


def _rings(cursor: Cursor, where: str, values: tuple[Any, ...]) -> list[Ring]:
    return [
        Ring(
            conversation_id=ConversationId(row[0]),
            site_id=SiteId(row[1]),
            holder=AgentId(row[2]),
            holder_name=row[3],
            gen=row[4],
            reason=Reason(row[5]),
            quote=row[6],
            at=from_micros(row[7]),
            asked=tuple(AgentId(each) for each in json.loads(row[8])),
            agent_id=None if row[9] is None else AgentId(row[9]),
            agent_name=row[10],
            until=None if row[11] is None else from_micros(row[11]),
            settled=row[12] is not None,
            visitor=row[13],
            about=row[14],
        )
        for row in cursor.execute(f"{_RINGS} {where}", values)
    ]


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)
