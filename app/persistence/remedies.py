"""Remedies and the rules by which they are given: folded from their entries in the transaction that appends them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader, Writer
from handoff import AgentId, ConversationId, Role, SiteId
from handoff.authority import Authority, Level, Spent
from handoff.remedies import (
    STANDARD,
    Making,
    Outcome,
    Part,
    RemedyId,
    RemedyState,
    Rules,
    fold_one,
    from_data,
    menu_from,
    outcomes_from,
    parts_from,
    spent_by,
)

PATIENCE = timedelta(seconds=60)
"""For carrying out the parts of a remedy; whoever looks after that takes it up again."""

REMEDY = (
    "id, conversation_id, agent_id, level, currency, parts, says, ask, reason, order_number, asked_at, state, second,"
    " decided_at, decision, outcomes"
)
_COLUMNS = [*REMEDY.split(", "), "site_id", "counts_for", "next_at"]
_SAVE = (
    f"INSERT INTO remedy ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    " ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[2:])
)


def fold_remedy(cursor: Cursor, site_id: SiteId, data: Mapping[str, Any]) -> Making:
    """The remedy after the entry `data`, written to the table. `who` in it is for those who read along."""
    entry = from_data({name: value for name, value in data.items() if name != "who"})
    making = fold_one(find_remedy(cursor, entry.remedy_id), entry)
    going = making.state is RemedyState.GOING
    cursor.execute(
        _SAVE,
        (
            making.id,
            making.conversation_id,
            making.by,
            making.level,
            making.currency,
            _json(making.parts),
            making.says,
            making.ask,
            making.reason,
            making.order_number,
            to_micros(making.asked_at),
            making.state,
            making.second,
            None if making.decided_at is None else to_micros(making.decided_at),
            making.decision,
            _json(making.outcomes),
            site_id,
            making.counts_for if making.counts else None,
            to_micros(entry.at + PATIENCE) if going else None,
        ),
    )
    return making


def find_remedy(cursor: Cursor, remedy_id: str) -> Making | None:
    """The remedy with this id."""
    row = cursor.execute(f"SELECT {REMEDY} FROM remedy WHERE id = ?", (remedy_id,)).fetchone()  # noqa: S608
    return None if row is None else _to_making(row)


def spent(cursor: Cursor, conversation_id: str, agent_id: str, since: datetime, currency: str) -> Spent:
    """What was given in this conversation by anybody, and since then by this person anywhere."""
    here = _all(cursor, "conversation_id = ? AND counts_for IS NOT NULL", conversation_id)
    today = _all(cursor, "counts_for = ? AND decided_at >= ?", agent_id, to_micros(since))
    return Spent(spent_by(here, currency), spent_by(today, currency))


def rules_of(cursor: Cursor, site_id: SiteId) -> Rules:
    """What the site lets its people give."""
    row = cursor.execute("SELECT matrix, menu FROM remedy_rules WHERE site_id = ?", (site_id,)).fetchone()
    if row is None:
        return STANDARD
    return Rules(Authority.from_dict(json.loads(row[0])), menu_from(json.loads(row[1])))


def level_of(cursor: Cursor, agent_id: AgentId, site_id: SiteId) -> Level | None:
    """What this person decides as at the site, as of this very moment; None for who does not work there (any more)."""
    row = cursor.execute(
        "SELECT a.role FROM agent a JOIN agent_site s ON s.agent_id = a.id"
        " WHERE a.id = ? AND s.site_id = ? AND a.disabled_at IS NULL",
        (agent_id, site_id),
    ).fetchone()
    return None if row is None else Level.of(Role(row[0]))


class RemedyBook:
    """Reads of remedies, and who looks after which."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def one(self, remedy_id: str) -> Making | None:
        """The remedy with this id."""
        return await self._reader.run(lambda cursor: find_remedy(cursor, remedy_id))

    async def of(self, conversation_id: ConversationId) -> Sequence[Making]:
        """All of the conversation, the newest first."""
        return await self._reader.run(
            lambda cursor: _all(cursor, "conversation_id = ? ORDER BY asked_at DESC, id DESC", conversation_id)
        )

    async def asked(self, site_ids: Sequence[SiteId]) -> Sequence[Making]:
        """What waits for a second person at these sites, the oldest first."""
        marks = ", ".join("?" * len(site_ids))
        where = f"site_id IN ({marks}) AND state = 'asked' ORDER BY asked_at, id LIMIT 100"
        return await self._reader.run(lambda cursor: _all(cursor, where, *site_ids))

    async def rules(self, site_id: SiteId) -> Rules:
        """What the site lets its people give."""
        return await self._reader.run(lambda cursor: rules_of(cursor, site_id))

    async def standing(
        self, conversation_id: ConversationId, site_id: SiteId, agent_id: AgentId, since: datetime
    ) -> tuple[Rules, Level | None, Spent]:
        """The rules, what this person decides as, and what was given here and by them since then."""

        def work(cursor: Cursor) -> tuple[Rules, Level | None, Spent]:
            rules = rules_of(cursor, site_id)
            given = spent(cursor, conversation_id, agent_id, since, rules.authority.currency)
            return rules, level_of(cursor, agent_id, site_id), given

        return await self._reader.run(work)

    async def take_over(self, now: datetime, limit: int = 20) -> Sequence[Making]:
        """Decided remedies that nobody has carried out in time: they are the caller's now, for as long again."""

        def work(cursor: Cursor) -> Sequence[Making]:
            rows = cursor.execute(
                "SELECT id FROM remedy WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT ?"  # noqa: S608
                f"{cursor.for_update}",
                (to_micros(now), limit),
            ).fetchall()
            for (remedy_id,) in rows:
                cursor.execute("UPDATE remedy SET next_at = ? WHERE id = ?", (to_micros(now + PATIENCE), remedy_id))
            return [found for (remedy_id,) in rows if (found := find_remedy(cursor, remedy_id)) is not None]

        due = await self._reader.run(
            lambda cursor: cursor.execute(
                "SELECT 1 FROM remedy WHERE next_at IS NOT NULL AND next_at <= ? LIMIT 1", (to_micros(now),)
            ).fetchone()
        )
        return await self._writer.run(work) if due is not None else ()


def _all(cursor: Cursor, where: str, *values: Any) -> list[Making]:
    return [_to_making(row) for row in cursor.execute(f"SELECT {REMEDY} FROM remedy WHERE {where}", values)]  # noqa: S608


def _json(values: Sequence[Part] | Sequence[Outcome]) -> str:
    return to_json(values).decode()


def _to_making(row: Sequence[Any]) -> Making:
    return Making(
        id=RemedyId(row[0]),
        conversation_id=ConversationId(row[1]),
        by=AgentId(row[2]),
        level=Level(row[3]),
        currency=row[4],
        parts=parts_from(json.loads(row[5])),
        says=row[6],
        ask=None if row[7] is None else Level(row[7]),
        reason=row[8],
        order_number=row[9],
        asked_at=from_micros(row[10]),
        state=RemedyState(row[11]),
        second=None if row[12] is None else AgentId(row[12]),
        decided_at=None if row[13] is None else from_micros(row[13]),
        decision=row[14],
        outcomes=outcomes_from(json.loads(row[15])),
    )
