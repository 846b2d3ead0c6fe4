"""What the console and the line are shown: reads that join tickets, conversations and names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.conversations import Status
from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader
from app.protocol import (
    AgentRef,
    AgentUpdated,
    ConversationList,
    ConversationSummary,
    EarlierConversation,
    Evidence,
    TicketState,
)
from handoff import ConversationId, SiteId

_TICKETS = """
SELECT t.conversation_id, t.state, t.gen, t.reason, t.quote, t.evidence, t.requested_at, t.rank_at, t.agent_id,
       a.name, v.name, c.about, s.key, t.offered_to, o.name, t.offered_until, t.snoozed_until, m.name
FROM ticket t JOIN conversation c ON c.id = t.conversation_id JOIN visitor v ON v.id = c.visitor_id
     JOIN site s ON s.id = t.site_id LEFT JOIN agent a ON a.id = t.agent_id
     LEFT JOIN agent o ON o.id = t.offered_to LEFT JOIN team m ON m.id = t.team_id
"""
_SUMMARIES = """
SELECT c.id, c.status, v.name, c.about, c.agent_id, a.name, c.last_text, c.updated_at
FROM conversation c JOIN visitor v ON v.id = c.visitor_id LEFT JOIN agent a ON a.id = c.agent_id
"""


def _agent(agent_id: str | None, name: str | None) -> AgentRef | None:
    return None if agent_id is None else AgentRef(id=UUID(agent_id), name=name or "")


def _ticket(row: tuple[Any, ...]) -> TicketState:
    evidence = tuple(Evidence(**item) for item in json.loads(row[5]))
    also = dict.fromkeys(item.reason for item in evidence if item.reason != row[3])
    return TicketState(
        conversation_id=UUID(row[0]),
        state=row[1],
        gen=row[2],
        reason=row[3],
        also=tuple(also),
        quote=row[4],
        evidence=evidence,
        requested_at=from_micros(row[6]),
        rank_at=from_micros(row[7]),
        agent=_agent(row[8], row[9]),
        visitor=row[10],
        about=row[11],
        site=row[12],
        offered_to=_agent(row[13], row[14]),
        offered_until=None if row[15] is None else from_micros(row[15]),
        snoozed_until=None if row[16] is None else from_micros(row[16]),
        team=row[17],
    )


def _summary(row: tuple[Any, ...]) -> ConversationSummary:
    return ConversationSummary(
        conversation_id=UUID(row[0]),
        status=Status(row[1]).value,
        visitor=row[2],
        about=row[3],
        agent=_agent(row[4], row[5]),
        last_text=row[6],
        updated_at=from_micros(row[7]),
    )


def _earlier(cursor: Cursor, row: ConversationSummary) -> EarlierConversation:
    of = (str(row.conversation_id),)
    (began,) = cursor.execute("SELECT created_at FROM conversation WHERE id = ?", of).fetchone()
    handed_over = cursor.execute("SELECT 1 FROM ticket WHERE conversation_id = ? LIMIT 1", of).fetchone()
    told = cursor.execute(
        "SELECT score, solved FROM resolution WHERE conversation_id = ? ORDER BY resolved_at DESC LIMIT 1", of
    ).fetchone()
    return EarlierConversation(
        **row.model_dump(),
        began_at=from_micros(began),
        handed_over=handed_over is not None,
        asked=told is not None,
        score=None if told is None else told[0],
        solved=None if told is None or told[1] is None else bool(told[1]),
    )


class ConsoleReads:
    """Read models of the console. Each query carries the sites that the agent works for."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def open_tickets(self, site_ids: Sequence[SiteId]) -> tuple[TicketState, ...]:
        """All waiting and assigned tickets of these sites, in the order of the line."""
        marks = ", ".join("?" * len(site_ids))
        return await self._tickets(
            f"WHERE t.site_id IN ({marks}) AND t.state <> 'closed' ORDER BY t.rank_at, t.id", tuple(site_ids)
        )

    async def newest_ticket(self, conversation_id: ConversationId) -> TicketState | None:
        """The conversation's open ticket, else the one closed last."""
        found = await self._tickets(
            "WHERE t.conversation_id = ? ORDER BY t.state = 'closed', t.closed_at DESC LIMIT 1", (conversation_id,)
        )
        return found[0] if found else None

    async def update(self, conversation_id: ConversationId) -> AgentUpdated | None:
        """Who holds the conversation, for those who follow it; `online` is left to the caller."""

        def work(cursor: Cursor) -> AgentUpdated | None:
            row = cursor.execute(
                "SELECT c.status, c.agent_id, a.name, c.read_by_visitor, t.gen, v.name, c.about FROM conversation c"
                " JOIN visitor v ON v.id = c.visitor_id"
                " LEFT JOIN agent a ON a.id = c.agent_id"
                " LEFT JOIN ticket t ON t.conversation_id = c.id AND t.state = 'assigned' WHERE c.id = ?",
                (conversation_id,),
            ).fetchone()
            if row is None:
                return None
            return AgentUpdated(
                conversation_id=UUID(conversation_id),
                status=row[0],
                agent=_agent(row[1], row[2]),
                gen=row[4],
                read=row[3],
                visitor=row[5],
                about=row[6],
            )

        return await self._reader.run(work)

    async def conversations(
        self, site_ids: Sequence[SiteId], *, before: datetime | None, limit: int
    ) -> ConversationList:
        """The sites' conversations, last changed first."""
        marks = ", ".join("?" * len(site_ids))
        return await self._summaries(
            f"WHERE c.site_id IN ({marks}) AND c.updated_at < ? ORDER BY c.updated_at DESC",
            (*site_ids, 2**62 if before is None else to_micros(before)),
            limit,
        )

    async def earlier(self, conversation_id: ConversationId, *, limit: int) -> ConversationList:
        """Other conversations of the same visitor, last changed first."""
        return await self._summaries(
            "WHERE c.visitor_id = (SELECT visitor_id FROM conversation WHERE id = ?) AND c.id <> ?"
            " ORDER BY c.updated_at DESC",
            (conversation_id, conversation_id),
            limit,
        )

    async def earlier_told(self, conversation_id: ConversationId, *, limit: int) -> tuple[EarlierConversation, ...]:
        """Other conversations of the same visitor, last changed first, with how they ended for the visitor."""

        def work(cursor: Cursor) -> tuple[EarlierConversation, ...]:
            rows = cursor.execute(
                f"{_SUMMARIES} WHERE c.visitor_id = (SELECT visitor_id FROM conversation WHERE id = ?) AND c.id <> ?"  # noqa: S608
                " ORDER BY c.updated_at DESC LIMIT ?",
                (conversation_id, conversation_id, limit),
            ).fetchall()
            return tuple(_earlier(cursor, _summary(row)) for row in rows)

        return await self._reader.run(work)

    async def summaries(self, conversation_ids: Sequence[str]) -> dict[str, ConversationSummary]:
        """Rows of lists, by conversation."""
        marks = ", ".join("?" * len(conversation_ids))
        found = await self._summaries(f"WHERE c.id IN ({marks})", tuple(conversation_ids), len(conversation_ids))
        return {str(each.conversation_id): each for each in found.conversations}

    async def works_for(self, agent_id: str, conversation_id: ConversationId) -> bool:
        """Whether the conversation is of a site this agent works for."""

        def work(cursor: Cursor) -> bool:
            row = cursor.execute(
                "SELECT 1 FROM conversation WHERE id = ?"
                " AND site_id IN (SELECT site_id FROM agent_site WHERE agent_id = ?)",
                (conversation_id, agent_id),
            ).fetchone()
            return row is not None

        return await self._reader.run(work)

    async def visitor_name(self, conversation_id: ConversationId) -> str | None:
        """The name the visitor goes by, if known."""

        def work(cursor: Cursor) -> str | None:
            row = cursor.execute(
                "SELECT v.name FROM visitor v JOIN conversation c ON c.visitor_id = v.id WHERE c.id = ?",
                (conversation_id,),
            ).fetchone()
            return row[0] if row else None

        return await self._reader.run(work)

    async def slots(self, conversation_id: ConversationId) -> dict[str, Any]:
        """What the bot's tracker holds: the last value of each slot that was set since the last restart."""

        def work(cursor: Cursor) -> dict[str, Any]:
            slots: dict[str, Any] = {}
            rows = cursor.execute(
                "SELECT data FROM entry WHERE conversation_id = ? AND kind = 'tracker' ORDER BY pos", (conversation_id,)
            )
            for (data,) in rows:
                for event in json.loads(data)["events"]:
                    if event.get("event") == "slot":
                        slots[event["name"]] = event["value"]
                    elif event.get("event") in ("restart", "reset_slots"):
                        slots.clear()
            return {name: value for name, value in slots.items() if value is not None}

        return await self._reader.run(work)

    async def course(self, conversation_id: ConversationId) -> Sequence[tuple[datetime, str, str, dict[str, Any]]]:
        """(at, kind, kind of author, data) of what was said and how it read to triage; the last 200, oldest first."""

        def work(cursor: Cursor) -> Sequence[tuple[datetime, str, str, dict[str, Any]]]:
            rows = cursor.execute(
                "SELECT at, kind, author_kind, data FROM entry WHERE conversation_id = ?"
                " AND kind IN ('message', 'triage') ORDER BY pos DESC LIMIT 200",
                (conversation_id,),
            ).fetchall()
            return [(from_micros(at), kind, author, json.loads(data)) for at, kind, author, data in reversed(rows)]

        return await self._reader.run(work)

    async def lost(self, *, unanswered_since: datetime, answered_since: datetime) -> Sequence[tuple[str, str, int]]:
        """(conversation, agent, gen) of chats whose agent was last present before these moments.

        The first moment counts for chats that the agent has not answered yet, the second for the others.
        """

        def work(cursor: Cursor) -> Sequence[tuple[str, str, int]]:
            return cursor.execute(
                "SELECT t.conversation_id, t.agent_id, t.gen FROM ticket t WHERE t.state = 'assigned' AND"
                " t.assigned_at < CASE WHEN t.answered_at IS NULL THEN CAST(?1 AS BIGINT) ELSE CAST(?2 AS BIGINT) END"
                " AND COALESCE((SELECT MAX(s.lease_until) FROM agent_session s WHERE s.agent_id = t.agent_id), 0) <"
                " CASE WHEN t.answered_at IS NULL THEN CAST(?1 AS BIGINT) ELSE CAST(?2 AS BIGINT) END",
                (to_micros(unanswered_since), to_micros(answered_since)),
            ).fetchall()

        return await self._reader.run(work)

    async def line(self, site_ids: Sequence[SiteId]) -> Mapping[ConversationId, tuple[SiteId, str, int]]:
        """The open tickets of these sites: site, state, and a number that differs when the line shows one anew."""

        def work(cursor: Cursor) -> Mapping[ConversationId, tuple[SiteId, str, int]]:
            marks = ", ".join("?" * len(site_ids))
            rows = cursor.execute(
                "SELECT conversation_id, site_id, state, gen, rank_at, COALESCE(offered_to, ''),"  # noqa: S608
                f" COALESCE(snoozed_until, 0) FROM ticket WHERE site_id IN ({marks}) AND state <> 'closed'",
                tuple(site_ids),
            )
            return {row[0]: (row[1], f"{row[2]} {row[5]}", hash(row[3:])) for row in rows}

        return await self._reader.run(work)

    async def _tickets(self, where: str, values: tuple[Any, ...]) -> tuple[TicketState, ...]:
        return await self._reader.run(
            lambda cursor: tuple(_ticket(row) for row in cursor.execute(f"{_TICKETS} {where}", values))
        )

    async def _summaries(self, where: str, values: tuple[Any, ...], limit: int) -> ConversationList:
        def work(cursor: Cursor) -> ConversationList:
            rows = cursor.execute(f"{_SUMMARIES} {where} LIMIT ?", (*values, limit + 1)).fetchall()
            return ConversationList(conversations=tuple(map(_summary, rows[:limit])), more=len(rows) > limit)

        return await self._reader.run(work)
