"""How visitors like to be served, kept in our own database."""

from __future__ import annotations

from sqlalchemy import Delete, delete, insert
from sqlmodel import col

from app.persistence.catalogue import PreferenceRow
from app.persistence.database import Sessions
from app.persistence.work import Cursor, Reader
from bot.ports import Clock, Concern, Liking, Pace


class DatabasePreferences:
    """The preferences of one site's visitors. See `bot.ports.Preferences`.

    Each conversation begins with a look at them, and a look must not wait its turn among the writers.
    """

    def __init__(self, reader: Reader, writes: Sessions, site_id: str, clock: Clock) -> None:
        self._reader = reader
        self._writes = writes
        self._site_id = site_id
        self._clock = clock

    async def of(self, visitor_id: str) -> Liking:
        def work(cursor: Cursor) -> Liking:
            row = cursor.execute(
                "SELECT pace, concern FROM preference WHERE site_id = ? AND visitor_id = ?", (self._site_id, visitor_id)
            ).fetchone()
            if row is None:
                return Liking()
            pace, concern = row
            return Liking(Pace(pace) if pace else None, Concern(concern) if concern else None)

        return await self._reader.look(work)

    async def keep(self, visitor_id: str, *, pace: Pace | None = None, concern: Concern | None = None) -> None:
        before = await self.of(visitor_id)
        kept = insert(PreferenceRow).values(
            site_id=self._site_id,
            visitor_id=visitor_id,
            pace=pace or before.pace,
            concern=concern or before.concern,
            kept_at=self._clock(),
        )
        async with self._writes() as session, session.begin():
            await session.exec(self._deletion(visitor_id))
            await session.exec(kept)

    async def forget(self, visitor_id: str) -> None:
        async with self._writes() as session, session.begin():
            await session.exec(self._deletion(visitor_id))

    def _deletion(self, visitor_id: str) -> Delete:
        whose = col(PreferenceRow.site_id) == self._site_id, col(PreferenceRow.visitor_id) == visitor_id
        return delete(PreferenceRow).where(*whose)
