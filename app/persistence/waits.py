"""How long people waited for a person lately, site by site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.persistence.moments import to_micros
from app.persistence.work import Cursor, Reader
from app.sites import Site
from handoff import SiteId
from handoff.sla import Waited, WaitRange, wait_range

RECENT = timedelta(days=28)
MOST = 200
KEPT = timedelta(minutes=1)
"""How old an answer may be: a line is told many times a minute, and a range of two hundred waits hardly moves."""


class Waits:
    """Reads closed tickets; an answer is kept for a minute."""

    def __init__(self, reader: Reader, clock: Callable[[], datetime]) -> None:
        self._reader = reader
        self._clock = clock
        self._found: dict[SiteId, tuple[datetime, WaitRange]] = {}

    async def range(self, site: Site) -> WaitRange:
        """What may be said of waiting at this site now; see `handoff.sla.wait_range`."""
        now = self._clock()
        known = self._found.get(site.id)
        if known is not None and abs(now - known[0]) < KEPT:
            return known[1]
        found = wait_range(await self._reader.run(lambda cursor: _recent(cursor, site.id, now)), site.answer_within)
        self._found[site.id] = now, found
        return found


def _recent(cursor: Cursor, site_id: SiteId, now: datetime) -> list[Waited]:
    """From asking to the first word of a person, or to the end for whom nobody answered."""
    rows = cursor.execute(
        "SELECT requested_at, first_reply_at, closed_at FROM ticket"
        " WHERE site_id = ? AND state = 'closed' AND closed_at > ? ORDER BY closed_at DESC LIMIT ?",
        (site_id, to_micros(now - RECENT), MOST),
    )
    return [
        Waited(timedelta(microseconds=max(0, (closed if replied is None else replied) - asked)), replied is not None)
        for asked, replied, closed in rows
    ]
