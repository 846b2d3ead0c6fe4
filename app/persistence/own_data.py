"""What is kept of a visitor: all of it given out, or all of it removed.

After a removal a conversation is an empty row: when it was and how it went stays for the figures, what was said and
by whom does not. Orders are the shop's own and not kept by visitor.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.conversations import VisitorId
from app.errors import NoSuchVisitor
from app.persistence.catalogue import CaseRow, GarageVehicleRow, PreferenceRow
from app.persistence.database import Sessions
from app.persistence.desk_tables import AppointmentRow, MarkRow, PromiseRow, ReadForSearchRow, RemedyRow, TagRow
from app.persistence.people_tables import SecondPersonRow
from app.persistence.tables import (
    ConversationRow,
    EntryRow,
    PhotoRow,
    ResolutionRow,
    TicketRow,
    TurnRow,
    VisitorRow,
    VisitorTokenRow,
)
from app.persistence.tokens import hash_token
from handoff import ConversationId, SiteId

_AT_ONCE = 100
"""Conversations that one round of the retention removes."""
_KEPT = (GarageVehicleRow, CaseRow, PreferenceRow)


@dataclass(frozen=True, slots=True)
class Emptied:
    """A conversation of which nothing is left but when it was."""

    id: ConversationId
    visitor_id: VisitorId
    site_id: SiteId
    head: int
    pos: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: conversations, and photos whose files are to be removed now."""

    conversations: tuple[Emptied, ...]
    photos: tuple[UUID, ...]


class OwnData:
    """Export and erasure, on the cold path; a server may run beside it."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def export(self, visitor_id: VisitorId) -> dict[str, Any]:
        """Everything kept of a visitor that is theirs, as JSON values. Raises NoSuchVisitor."""
        async with self._reads() as session:
            visitor = await session.get(VisitorRow, visitor_id)
            if visitor is None:
                raise NoSuchVisitor
            rows = await session.exec(
                select(ConversationRow)
                .where(ConversationRow.visitor_id == visitor_id)
                .order_by(col(ConversationRow.created_at))
            )
            told: dict[str, Any] = {
                "visitor": {
                    "id": visitor.id,
                    "name": visitor.name,
                    "email": visitor.email,
                    "external_id": visitor.external_id,
                    "since": visitor.created_at.isoformat(),
                    "consented_at": None if visitor.consented_at is None else visitor.consented_at.isoformat(),
                    "consented_to": visitor.consented_to,
                },
                "conversations": [await _conversation(session, row) for row in rows.all()],
            }
            for kind in _KEPT:
                kept = await session.exec(select(kind).where(col(kind.visitor_id) == visitor_id))
                told[kind.__tablename__] = [row.model_dump(mode="json") for row in kept]
        return told

    async def erase(self, visitor_id: VisitorId, now: datetime) -> Erased:
        """Remove everything kept of a visitor. Raises NoSuchVisitor."""
        async with self._writes() as session, session.begin():
            visitor = await session.get(VisitorRow, visitor_id)
            if visitor is None:
                raise NoSuchVisitor
            rows = await session.exec(select(ConversationRow).where(ConversationRow.visitor_id == visitor_id))
            erased = await _empty(session, rows.all(), now)
            loose = list(await session.exec(select(PhotoRow.id).where(PhotoRow.visitor_id == visitor_id)))
            await session.exec(delete(PhotoRow).where(col(PhotoRow.visitor_id) == visitor_id))
            for kind in (*_KEPT, VisitorTokenRow):
                await session.exec(delete(kind).where(col(kind.visitor_id) == visitor_id))
            visitor.name = visitor.email = visitor.external_id = None
            visitor.token_hash = hash_token(secrets.token_urlsafe(32))  # nobody's
            session.add(visitor)
        return Erased(erased.conversations, (*erased.photos, *map(UUID, loose)))

    async def erase_older(self, site_id: SiteId, before: datetime, now: datetime) -> Erased:
        """Empty the site's conversations in which nothing happened since, but none that a person has or owes."""
        async with self._writes() as session, session.begin():
            rows = await session.exec(
                select(ConversationRow)
                .where(
                    ConversationRow.site_id == site_id,
                    col(ConversationRow.updated_at) < before,
                    col(ConversationRow.status).in_(("bot", "closed")),
                    col(ConversationRow.id).in_(select(EntryRow.conversation_id)),
                )
                .order_by(col(ConversationRow.updated_at))
                .limit(_AT_ONCE)
            )
            return await _empty(session, rows.all(), now)

    async def find(self, who: str) -> VisitorId | None:
        """The visitor with this id, or the only one whom a shop knows by this id or e-mail address."""
        async with self._reads() as session:
            if await session.get(VisitorRow, who) is not None:
                return VisitorId(who)
            known = select(VisitorRow.id).where((VisitorRow.external_id == who) | (VisitorRow.email == who))
            found = (await session.exec(known)).all()
        return VisitorId(found[0]) if len(found) == 1 else None


async def _conversation(session: AsyncSession, row: ConversationRow) -> dict[str, Any]:
    """What its visitor saw of a conversation, and said about it."""
    entries = await session.exec(
        select(EntryRow)
        .where(EntryRow.conversation_id == row.id, col(EntryRow.seq).is_not(None))
        .order_by(col(EntryRow.seq))
    )
    answers = await session.exec(select(ResolutionRow).where(ResolutionRow.conversation_id == row.id))
    return {
        "id": row.id,
        "began_at": row.created_at.isoformat(),
        "locale": row.locale,
        "messages": [_message(entry) for entry in entries],
        "answers": [
            {"at": each.answered_at.isoformat(), "score": each.score, "why": each.why, "feeling": each.feeling}
            for each in answers
            if each.answered_at is not None
        ],
    }


def _message(entry: EntryRow) -> dict[str, Any]:
    data = json.loads(entry.data)
    name = data.get("name")
    told = {
        "at": entry.at.isoformat(),
        "by": entry.author_kind,
        "name": name.split()[0] if name and entry.author_kind == "agent" else name,
        "text": data["text"],
    }
    return {**told, **{part: data[part] for part in ("card", "attachments") if data.get(part)}}


async def _empty(session: AsyncSession, rows: Sequence[ConversationRow], now: datetime) -> Erased:
    """Remove what was said in these conversations, and everything drawn from it."""
    ids = [row.id for row in rows]
    photos = list(await session.exec(select(PhotoRow.id).where(col(PhotoRow.conversation_id).in_(ids))))
    # Search locks how far it has read and then an entry; words that it is just adding are there once both are ours.
    for kind in (ReadForSearchRow, PhotoRow, TurnRow, EntryRow, AppointmentRow, MarkRow, TagRow, SecondPersonRow):
        await session.exec(delete(kind).where(col(kind.conversation_id).in_(ids)))
    connection = await session.connection()
    for conversation_id in ids:
        await connection.execute(text("DELETE FROM words WHERE conversation_id = :id"), {"id": conversation_id})
    await session.exec(update(TicketRow).where(col(TicketRow.conversation_id).in_(ids)).values(quote="", evidence="[]"))
    await session.exec(
        update(TicketRow)
        .where(col(TicketRow.conversation_id).in_(ids), col(TicketRow.state) != "closed")
        .values(state="closed", closed_at=now, agent_id=None, offered_to=None, snoozed_until=None, due_at=None)
    )
    await session.exec(update(PromiseRow).where(col(PromiseRow.conversation_id).in_(ids)).values(what="", next_at=None))
    for given in await session.exec(select(RemedyRow).where(col(RemedyRow.conversation_id).in_(ids))):
        given.parts = json.dumps([{**part, "what": ""} for part in json.loads(given.parts)])
        given.outcomes = json.dumps([{**outcome, "why": None} for outcome in json.loads(given.outcomes)])
        given.says = given.reason = given.decision = ""
        given.order_number = None
        if given.state == "asked":
            given.state = "withdrawn"
        session.add(given)
    await session.exec(update(ResolutionRow).where(col(ResolutionRow.conversation_id).in_(ids)).values(why=None))
    await session.exec(
        update(ConversationRow)
        .where(col(ConversationRow.id).in_(ids))
        .values(status="closed", agent_id=None, last_text="", about=None, remind_at=None, locale=None)
    )
    emptied = tuple(
        Emptied(ConversationId(r.id), VisitorId(r.visitor_id), SiteId(r.site_id), r.head, r.pos) for r in rows
    )
    return Erased(emptied, tuple(map(UUID, photos)))
