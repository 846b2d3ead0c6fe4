"""What bots did in conversations, read for whoever wants to tell it again. A server may be running meanwhile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.persistence.address import Store
from app.persistence.database import reading
from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor


@dataclass(frozen=True, slots=True)
class Recorded:
    """A conversation with everything its bot recorded, as Rasa's events in order."""

    conversation_id: str
    begun_at: datetime
    events: tuple[dict[str, Any], ...]
    people: tuple[str, ...]
    """The names of the visitor and of the agents who wrote in it, as far as they are known."""


async def recorded(
    store: Store, *, site_key: str | None = None, since: datetime | None = None, conversation_id: str | None = None
) -> Sequence[Recorded]:
    """Conversations in which a bot spoke, oldest first: of one site, with something said since, or just one."""

    def work(cursor: Cursor) -> list[Recorded]:
        return [_of(cursor, *found) for found in _chosen(cursor, site_key, since, conversation_id)]

    async with reading(store) as reader:
        return await reader.run(work)


def _chosen(
    cursor: Cursor, site_key: str | None, since: datetime | None, conversation_id: str | None
) -> list[tuple[str, str | None]]:
    conditions = {
        "c.site_id = (SELECT id FROM site WHERE key = ?)": site_key,
        "c.updated_at >= ?": to_micros(since) if since is not None else None,
        "c.id = ?": conversation_id,
    }
    given = {condition: value for condition, value in conditions.items() if value is not None}
    where = " AND ".join(
        ["EXISTS (SELECT 1 FROM entry t WHERE t.conversation_id = c.id AND t.kind = 'tracker')", *given]
    )
    query = f"SELECT c.id, v.name FROM conversation c JOIN visitor v ON v.id = visitor_id WHERE {where} ORDER BY c.id"  # noqa: S608
    return cursor.execute(query, tuple(given.values())).fetchall()


def _of(cursor: Cursor, known: str, visitor: str | None) -> Recorded:
    rows = cursor.execute(
        "SELECT at, data FROM entry WHERE conversation_id = ? AND kind = 'tracker' ORDER BY pos", (known,)
    ).fetchall()
    agents = cursor.execute(
        "SELECT DISTINCT a.name FROM entry e JOIN agent a ON a.id = e.author_id"
        " WHERE e.conversation_id = ? AND e.author_kind = 'agent'",
        (known,),
    ).fetchall()
    names = [name for name in (visitor, *(row[0] for row in agents)) if name]
    events = tuple(event for _, data in rows for event in json.loads(data)["events"])
    return Recorded(known, from_micros(rows[0][0]), events, tuple(names))
