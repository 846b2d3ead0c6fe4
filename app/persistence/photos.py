"""What is known of photos; the pictures themselves are in the storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, delete, select

from app.conversations import VisitorId
from app.errors import TooManyPhotos
from app.persistence.database import Sessions
from app.persistence.tables import PhotoRow
from handoff import SiteId

MOST_LOOSE = 20
"""Photos of a visitor that are in no message yet."""


class Photos:
    """Rows of photos, on the cold path. Putting one into a message is the journal's."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def add(self, row: PhotoRow) -> None:
        """Keep a new photo. Raises TooManyPhotos when its visitor has many that were never sent."""
        loose = select(func.count()).where(
            PhotoRow.visitor_id == row.visitor_id, col(PhotoRow.conversation_id).is_(None)
        )
        async with self._writes() as session, session.begin():
            if (await session.exec(loose)).one() >= MOST_LOOSE:
                raise TooManyPhotos
            session.add(row)

    async def one(self, photo_id: UUID) -> PhotoRow | None:
        """The photo."""
        async with self._reads() as session:
            return await session.get(PhotoRow, str(photo_id))

    async def never_sent(self, before: datetime) -> Sequence[UUID]:
        """Photos that were taken up before this moment and are in no message."""
        async with self._reads() as session:
            rows = await session.exec(
                select(PhotoRow.id).where(col(PhotoRow.conversation_id).is_(None), col(PhotoRow.created_at) < before)
            )
            return [UUID(photo_id) for photo_id in rows]

    async def forget(self, photo_ids: Sequence[UUID]) -> None:
        """Remove the rows of photos that are in no message; those that were sent meanwhile stay."""
        async with self._writes() as session, session.begin():
            await session.exec(
                delete(PhotoRow).where(
                    col(PhotoRow.id).in_([str(each) for each in photo_ids]), col(PhotoRow.conversation_id).is_(None)
                )
            )


def a_photo(
    photo_id: UUID, visitor_id: VisitorId, site_id: SiteId, media_type: str, size: tuple[int, int], now: datetime
) -> PhotoRow:
    """The row of a new photo; `size` is width and height in pixels."""
    return PhotoRow(
        id=str(photo_id),
        visitor_id=visitor_id,
        site_id=site_id,
        media_type=media_type,
        width=size[0],
        height=size[1],
        created_at=now,
    )
