"""The table of promises: folded from their entries in the transaction that appends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader
from handoff import AgentId, ConversationId, SiteId
from handoff.promises import Promise, PromiseId, PromiseState, fold_one, from_data, next_deadline

PROMISE = (
    "id, conversation_id, what, made_at, due_at, owner, backup, source, state, agreed_at, reminded, alerted,"
    " settled_at, was_late"
)
_COLUMNS = [*PROMISE.split(", "), "site_id", "next_at"]
_SAVE = (
    f"INSERT INTO promise ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    " ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[3:])
)


def fold_entry(cursor: Cursor, site_id: SiteId, data: Mapping[str, Any]) -> Promise:
    """The promise after the entry `data`, written to the table."""
    entry = from_data({name: value for name, value in data.items() if name != "re"})
    promise = fold_one(find_promise(cursor, entry.promise_id), entry)
    deadline = next_deadline(promise)
    cursor.execute(
        _SAVE,
        (
            promise.id,
            promise.conversation_id,
            promise.what,
            to_micros(promise.made_at),
            to_micros(promise.due_at),
            promise.owner,
            promise.backup,
            promise.source,
            promise.state,
            _micros(promise.agreed_at),
            promise.reminded,
            promise.alerted,
            _micros(promise.settled_at),
            promise.was_late,
            site_id,
            None if deadline is None else to_micros(deadline.at),
        ),
    )
    return promise


def find_promise(cursor: Cursor, promise_id: str) -> Promise | None:
    """The promise with this id."""
    row = cursor.execute(f"SELECT {PROMISE} FROM promise WHERE id = ?", (promise_id,)).fetchone()  # noqa: S608
    return None if row is None else to_promise(row)


def to_promise(row: Sequence[Any]) -> Promise:
    """A row selected as PROMISE."""
    return Promise(
        id=PromiseId(row[0]),
        conversation_id=ConversationId(row[1]),
        what=row[2],
        made_at=from_micros(row[3]),
        due_at=from_micros(row[4]),
        owner=None if row[5] is None else AgentId(row[5]),
        backup=None if row[6] is None else AgentId(row[6]),
        source=row[7],
        state=PromiseState(row[8]),
        agreed_at=None if row[9] is None else from_micros(row[9]),
        reminded=bool(row[10]),
        alerted=bool(row[11]),
        settled_at=None if row[12] is None else from_micros(row[12]),
        was_late=bool(row[13]),
    )


class Ledger:
    """Reads of promises."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def one(self, promise_id: str) -> Promise | None:
        """The promise with this id."""
        return await self._reader.run(lambda cursor: find_promise(cursor, promise_id))

    async def of(self, conversation_id: ConversationId) -> Sequence[Promise]:
        """All of the conversation, in the order of their moments."""
        return await self._promises("conversation_id = ? ORDER BY due_at, id", conversation_id)

    async def of_site(self, site_id: SiteId, since: datetime) -> Sequence[Promise]:
        """What is due from `since` on, and whatever is open."""
        return await self._promises(
            "site_id = ? AND (due_at >= ? OR next_at IS NOT NULL) ORDER BY due_at, id LIMIT 500",
            site_id,
            to_micros(since),
        )

    async def due(self, now: datetime, limit: int = 100) -> Sequence[Promise]:
        """Those of which the clock asks something."""
        return await self._promises(
            "next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT ?", to_micros(now), limit
        )

    async def _promises(self, where: str, *values: Any) -> Sequence[Promise]:
        def work(cursor: Cursor) -> Sequence[Promise]:
            rows = cursor.execute(f"SELECT {PROMISE} FROM promise WHERE {where}", values)  # noqa: S608
            return [to_promise(row) for row in rows]

        return await self._reader.run(work)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)
