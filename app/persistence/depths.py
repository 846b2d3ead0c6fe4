"""How much is owed at this moment: turns without an answer, visitors in line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.persistence.work import Cursor, Reader

_LINE = """
SELECT s.key, COUNT(t.id), MIN(t.requested_at) FROM site s
LEFT JOIN ticket t ON t.site_id = s.id AND t.state <> 'closed' AND t.state IN ('waiting', 'offered')
     AND t.snoozed_until IS NULL
GROUP BY s.key ORDER BY s.key
"""
_TURNS = "SELECT state, COUNT(*) FROM turn WHERE state IN ('queued', 'running') GROUP BY state"


class Depths:
    """Read when somebody asks."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def now(self) -> tuple[Mapping[str, int], Sequence[tuple[str, int, int | None]]]:
        """Open turns by state; and by site how many wait, and since when the first does, in microseconds."""

        def work(cursor: Cursor) -> tuple[Mapping[str, int], Sequence[tuple[str, int, int | None]]]:
            return dict(cursor.execute(_TURNS).fetchall()), cursor.execute(_LINE).fetchall()

        return await self._reader.run(work)
