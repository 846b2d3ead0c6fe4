"""Canned answers of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select

from app.conversations import new_id
from app.persistence.database import Sessions
from app.persistence.desk_tables import CannedRow
from handoff import SiteId

MOST = 500
"""Answers of one site; more than anybody finds again."""


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer that is written often; `{name}` and the like are filled in by the console."""

    id: str
    site_id: SiteId
    title: str
    text: str


class CannedAnswers:
    """Read whole: they are few."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def of(self, site_ids: Sequence[SiteId]) -> Sequence[Canned]:
        """All of these sites, by title."""
        async with self._reads() as session:
            rows = await session.exec(
                select(CannedRow).where(col(CannedRow.site_id).in_(site_ids)).order_by(CannedRow.title).limit(MOST)
            )
            return [Canned(row.id, SiteId(row.site_id), row.title, row.text) for row in rows]

    async def put(self, site_id: SiteId, title: str, text: str, *, answer_id: str | None, now: datetime) -> Canned:
        """A new answer, or other words for one of the site's."""
        async with self._writes() as session, session.begin():
            row = None if answer_id is None else await session.get(CannedRow, answer_id)
            if row is None or row.site_id != site_id:
                row = CannedRow(id=new_id(), site_id=site_id, title=title, text=text, updated_at=now)
            row.title, row.text, row.updated_at = title, text, now
            session.add(row)
        return Canned(row.id, site_id, row.title, row.text)

    async def remove(self, site_ids: Sequence[SiteId], answer_id: str) -> None:
        """Take it away, if it is of one of these sites."""
        async with self._writes() as session, session.begin():
            await session.exec(
                delete(CannedRow).where(col(CannedRow.id) == answer_id, col(CannedRow.site_id).in_(site_ids))
            )
