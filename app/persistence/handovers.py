"""Requests for a person in a period, as the owner's page reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.persistence.ledger import PROMISE, to_promise
from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader
from app.voice import Handover
from handoff import Reason, SiteId
from handoff.promises import Promise

MOST = 10_000
"""Rows that one figure is made of, the newest."""
_COLUMNS = "t.conversation_id, v.name, t.requested_at, t.reason, t.quote, t.evidence, t.first_reply_at, t.closed_at"
_FROM = "FROM ticket t JOIN conversation c ON c.id = t.conversation_id JOIN visitor v ON v.id = c.visitor_id"
# What was asked for since then was closed since then, or is open: each half has its index.
_HANDOVERS = f"""
SELECT {_COLUMNS} {_FROM} WHERE t.site_id = ?1 AND t.state = 'closed' AND t.closed_at >= ?2
    AND t.requested_at >= ?2 AND t.requested_at < ?3
UNION ALL
SELECT {_COLUMNS} {_FROM} WHERE t.site_id = ?1 AND t.state <> 'closed'
    AND t.requested_at >= ?2 AND t.requested_at < ?3
ORDER BY 3 DESC LIMIT {MOST}
"""
_PROMISES = (
    f"SELECT {PROMISE} FROM promise WHERE site_id = ? AND due_at >= ? AND due_at < ?"  # noqa: S608
    f" ORDER BY due_at DESC LIMIT {MOST}"
)


class Handovers:
    """Reads; the sites that may be asked for are the caller's to decide."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def between(self, site_id: SiteId, since: datetime, until: datetime) -> Sequence[Handover]:
        """What people were asked for from `since` until before `until`, newest first."""

        def work(cursor: Cursor) -> Sequence[Handover]:
            rows = cursor.execute(_HANDOVERS, (site_id, to_micros(since), to_micros(until))).fetchall()
            return [_handover(row) for row in rows]

        return await self._reader.run(work)

    async def promised(self, site_id: SiteId, since: datetime, until: datetime) -> Sequence[Promise]:
        """The promises whose moment lies there, latest first."""

        def work(cursor: Cursor) -> Sequence[Promise]:
            rows = cursor.execute(_PROMISES, (site_id, to_micros(since), to_micros(until))).fetchall()
            return [to_promise(row) for row in rows]

        return await self._reader.run(work)


def _handover(row: tuple[Any, ...]) -> Handover:
    reason = Reason(row[3])
    evidence = json.loads(row[5])
    gap = evidence[0]["text"] if reason is Reason.OTHER and evidence else None
    return Handover(
        conversation_id=UUID(row[0]),
        visitor=row[1],
        requested_at=from_micros(row[2]),
        reason=reason,
        quote=row[4],
        gap=gap,
        first_reply_at=None if row[6] is None else from_micros(row[6]),
        closed_at=None if row[7] is None else from_micros(row[7]),
    )
