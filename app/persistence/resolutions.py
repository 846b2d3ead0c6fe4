"""What customers say after a resolution: asked once each time, answered in one tap or several, skipped in one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.conversations import VisitorId
from app.errors import NoSuchQuestion
from app.persistence.journal import Change
from app.persistence.moments import from_micros, to_micros
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor, Reader, Writer
from app.recommendation import Resolution
from handoff import ConversationId, Reason, SiteId, Ticket

Feeling = Literal["good", "mixed", "bad"]
_MOST = 10_000
"""Resolutions that one figure is made of, the newest."""
_BETWEEN = (
    "SELECT r.conversation_id, r.resolved_at, r.answered_at, r.score, r.why, r.feeling, r.solved, v.name,"  # noqa: S608
    " t.reason, t.evidence FROM resolution r JOIN conversation c ON c.id = r.conversation_id"
    " JOIN visitor v ON v.id = c.visitor_id LEFT JOIN ticket t ON t.id = r.id"
    f" WHERE r.site_id = ? AND r.resolved_at >= ? AND r.resolved_at < ? ORDER BY r.resolved_at DESC LIMIT {_MOST}"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a customer says; what is None was left out."""

    score: int | None = None
    why: str | None = None
    feeling: Feeling | None = None
    solved: bool | None = None
    skipped: bool = False


def ask(cursor: Cursor, ticket: Ticket, now: datetime) -> None:
    """Ask about the resolution that closed `ticket`, inside its transaction."""
    cursor.execute(
        "INSERT INTO resolution (id, site_id, conversation_id, resolved_at) VALUES (?, ?, ?, ?)",
        (ticket.id, ticket.site_id, ticket.conversation_id, to_micros(now)),
    )


class Resolutions:
    """Questions and answers, on the cold path."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def open_question(self, conversation_id: ConversationId) -> UUID | None:
        """The question about the conversation's last resolution, until it is answered or skipped."""

        def work(cursor: Cursor) -> UUID | None:
            row = cursor.execute(
                "SELECT id, score, skipped_at FROM resolution WHERE conversation_id = ?"
                " ORDER BY resolved_at DESC LIMIT 1",
                (conversation_id,),
            ).fetchone()
            return None if row is None or row[1] is not None or row[2] is not None else UUID(row[0])

        return await self._reader.run(work)

    async def tell(self, question: UUID, visitor_id: VisitorId, told: Told, now: datetime) -> Change:
        """Keep what the customer says, and put it into the log. Said again it replaces; nothing said keeps.

        Raises NoSuchQuestion when it is not this visitor's.
        """

        def work(cursor: Cursor) -> Change:
            row = cursor.execute(
                "SELECT r.conversation_id FROM resolution r JOIN conversation c ON c.id = r.conversation_id"
                " WHERE r.id = ? AND c.visitor_id = ?",
                (str(question), visitor_id),
            ).fetchone()
            if row is None:
                raise NoSuchQuestion
            at = to_micros(now)
            cursor.execute(
                "UPDATE resolution SET score = COALESCE(?, score), why = COALESCE(?, why),"
                " feeling = COALESCE(?, feeling), solved = COALESCE(?, solved), skipped_at = COALESCE(?, skipped_at),"
                " answered_at = COALESCE(answered_at, ?) WHERE id = ?",
                (
                    told.score,
                    told.why,
                    told.feeling,
                    told.solved,
                    at if told.skipped else None,
                    None if told.skipped else at,
                    str(question),
                ),
            )
            log = Log(cursor, find_conversation(cursor, row[0]), now)
            log.note_step(
                "asked_after",
                score=told.score,
                why=told.why,
                feeling=told.feeling,
                solved=told.solved,
                skipped=True if told.skipped else None,
            )
            return log.close()

        return await self._writer.run(work)

    async def between(self, site_id: SiteId, since: datetime, until: datetime) -> Sequence[Resolution]:
        """The site's resolutions from `since` until before `until`, newest first."""

        def work(cursor: Cursor) -> Sequence[Resolution]:
            rows = cursor.execute(_BETWEEN, (site_id, to_micros(since), to_micros(until))).fetchall()
            return [
                Resolution(
                    conversation_id=UUID(row[0]),
                    resolved_at=from_micros(row[1]),
                    answered_at=None if row[2] is None else from_micros(row[2]),
                    score=row[3],
                    why=row[4],
                    feeling=row[5],
                    solved=None if row[6] is None else bool(row[6]),
                    visitor=row[7],
                    came_upset=_came_upset(row[8], row[9]),
                )
                for row in rows
            ]

        return await self._reader.run(work)


def _came_upset(reason: str | None, evidence: str | None) -> bool:
    if reason == Reason.EMOTION:
        return True
    return evidence is not None and any(each["reason"] == Reason.EMOTION for each in json.loads(evidence))
