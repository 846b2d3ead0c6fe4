"""Answers that their visitors have not seen: whom to write a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from app.conversations import VisitorId
from app.persistence.moments import to_micros
from app.persistence.work import Cursor, Reader, Writer
from handoff import ConversationId, SiteId

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Unread:
    """What a conversation's visitor has not seen, up to `head`: (name, text) of what agents said."""

    conversation_id: ConversationId
    visitor_id: VisitorId
    email: str
    head: int
    closed: bool
    locale: str | None
    """BCP 47, what the visitor reads."""
    said: tuple[tuple[str, str], ...]


class UnreadAnswers:
    """Reads, and marks how far each conversation has gone out."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def of(self, site_id: SiteId, *, since: datetime, until: datetime) -> Sequence[Unread]:
        """Conversations that changed last between these moments, of visitors who left an address."""

        def work(cursor: Cursor) -> Sequence[Unread]:
            rows = cursor.execute(
                "SELECT c.id, c.visitor_id, v.email, c.head, c.status, c.read_by_visitor, c.mailed, c.locale"
                " FROM conversation c JOIN visitor v ON v.id = c.visitor_id"
                " WHERE c.site_id = ? AND c.updated_at > ? AND c.updated_at <= ?"
                " AND c.head > c.mailed AND c.head > c.read_by_visitor AND v.email IS NOT NULL"
                " ORDER BY c.updated_at LIMIT ?",
                (site_id, to_micros(since), to_micros(until), _AT_ONCE),
            ).fetchall()
            return [_unread(cursor, row) for row in rows]

        return await self._reader.run(work)

    async def mark(self, unread: Unread) -> None:
        """It has gone out, or there was nothing to tell."""

        def work(cursor: Cursor) -> None:
            cursor.execute(
                "UPDATE conversation SET mailed = ? WHERE id = ? AND mailed < ?",
                (unread.head, unread.conversation_id, unread.head),
            )

        await self._writer.run(work)


def _unread(cursor: Cursor, row: Any) -> Unread:
    entries = cursor.execute(
        "SELECT data FROM entry WHERE conversation_id = ? AND seq > ? AND seq <= ? AND author_kind = 'agent'"
        " ORDER BY seq",
        (row[0], max(row[5], row[6]), row[3]),
    ).fetchall()
    said = [from_json(data) for (data,) in entries]
    return Unread(
        conversation_id=ConversationId(row[0]),
        visitor_id=VisitorId(row[1]),
        email=row[2],
        head=row[3],
        closed=row[4] == "closed",
        locale=row[7],
        said=tuple((str(each.get("name") or "").split(" ")[0], str(each["text"])) for each in said),
    )
