"""How visitors like to be served, kept in our own database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, insert
from sqlmodel import col, select

from app.persistence.catalogue import PreferenceRow
from app.persistence.database import Sessions
from bot.ports import Clock, Concern, Liking, Pace


class DatabasePreferences:
    """The preferences of one site's visitors. See `bot.ports.Preferences`.

    Each conversation begins with a look at them, and a look must not wait its turn among the writers.
    """

    def __init__(self, reads: Sessions, writes: Sessions, site_id: str, clock: Clock) -> None:
        self._reads = reads
        self._writes = writes
        self._site_id = site_id
        self._clock = clock

    async def of(self, visitor_id: str) -> Liking:
        async with self._reads() as session:
            row = (await session.exec(select(PreferenceRow).where(*self._of(visitor_id)))).first()
        if row is None:
            return Liking()
        return Liking(Pace(row.pace) if row.pace else None, Concern(row.concern) if row.concern else None)

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
            await session.exec(delete(PreferenceRow).where(*self._of(visitor_id)))
            await session.exec(kept)

    async def forget(self, visitor_id: str) -> None:
        async with self._writes() as session, session.begin():
            await session.exec(delete(PreferenceRow).where(*self._of(visitor_id)))

    def _of(self, visitor_id: str) -> tuple[ColumnElement[bool], ...]:
        return (col(PreferenceRow.site_id) == self._site_id, col(PreferenceRow.visitor_id) == visitor_id)
