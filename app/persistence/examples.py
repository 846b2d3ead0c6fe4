"""Conversations that people marked, as examples that triage can be judged by and fitted to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from app.persistence.database import Sessions
from app.persistence.desk_tables import MarkRow
from app.persistence.labels import NOTHING
from app.persistence.tables import AgentRow, ConversationRow, EntryRow, SiteRow, VisitorRow
from app.stories.masking import Mask

EARLIER = 5
"""Earlier conversations that are told with one: triage knows as many."""
_SPEAKERS = {"visitor": "customer", "bot": "bot", "agent": "agent"}


async def examples(sessions: Sessions, site_key: str | None = None) -> list[dict[str, Any]]:
    """One for each mark, oldest first, in the form that `kickstand triage` reads; personal data masked.

    What was said after the marked message is left out: what somebody should have known then does not stand there.
    """
    async with sessions() as session:
        wanted = select(MarkRow).order_by(col(MarkRow.at), col(MarkRow.conversation_id), col(MarkRow.pos))
        if site_key is not None:
            wanted = wanted.where(col(MarkRow.site_id).in_(select(SiteRow.id).where(SiteRow.key == site_key)))
        found = []
        for mark in (await session.exec(wanted)).all():
            visitor = (
                await session.exec(
                    select(VisitorRow)
                    .join(ConversationRow, col(ConversationRow.visitor_id) == VisitorRow.id)
                    .where(ConversationRow.id == mark.conversation_id)
                )
            ).one()
            mask = Mask()
            mask.know(visitor.name, "name")
            mask.know(visitor.email, "email")
            for name in await session.exec(
                select(AgentRow.name)
                .join(EntryRow, col(EntryRow.author_id) == AgentRow.id)
                .where(EntryRow.conversation_id == mark.conversation_id, EntryRow.author_kind == "agent")
                .distinct()
            ):
                mask.know(name, "name")
            said = await session.exec(
                select(EntryRow)
                .where(
                    EntryRow.conversation_id == mark.conversation_id,
                    EntryRow.kind == "message",
                    col(EntryRow.author_kind).in_(list(_SPEAKERS)),
                    EntryRow.pos <= mark.pos,
                )
                .order_by(col(EntryRow.pos))
            )
            turns = [(entry.author_kind, json.loads(entry.data)["text"]) for entry in said]
            earlier = await session.exec(
                select(ConversationRow.last_text)
                .where(
                    ConversationRow.visitor_id == visitor.id,
                    ConversationRow.id < mark.conversation_id,
                    ConversationRow.last_text != "",
                )
                .order_by(col(ConversationRow.id).desc())
                .limit(EARLIER)
            )
            found.append(_example(mark, turns, list(earlier)[::-1], mask))
    return found


def _example(mark: MarkRow, turns: Sequence[tuple[str, str]], earlier: Sequence[str], mask: Mask) -> dict[str, Any]:
    at = sum(author == "visitor" for author, _ in turns) - 1
    expect = {"escalate_at": None} if mark.label == NOTHING else {"escalate_at": at, "reason": mark.label}
    example: dict[str, Any] = {
        "id": f"{mark.conversation_id}-{mark.pos}",
        "turns": [{"from": _SPEAKERS[author], "text": mask.text(text).text} for author, text in turns if text],
        "expect": expect,
    }
    return {**example, "earlier": [mask.text(text).text for text in earlier]} if earlier else example
