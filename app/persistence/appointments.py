"""Calls that visitors booked: the rows, inside the transactions that book and take them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.conversations import new_id
from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader
from handoff import ConversationId, SiteId
from handoff.promises import PromiseId


@dataclass(frozen=True, slots=True)
class Appointment:
    """A call between these moments, promised in the ledger under `promise_id`."""

    promise_id: PromiseId
    phone: str
    begins_at: datetime
    ends_at: datetime


class Appointments:
    """Reads of appointments."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def taken(self, site_id: SiteId, since: datetime) -> Mapping[datetime, int]:
        """How many calls begin when, at a site."""

        def work(cursor: Cursor) -> Mapping[datetime, int]:
            rows = cursor.execute(
                "SELECT begins_at FROM appointment WHERE site_id = ? AND begins_at >= ? AND cancelled_at IS NULL",
                (site_id, to_micros(since)),
            )
            return Counter(from_micros(row[0]) for row in rows)

        return await self._reader.run(work)

    async def of(self, conversation_id: ConversationId, now: datetime) -> Appointment | None:
        """The call that is still to come in a conversation."""
        return await self._reader.run(lambda cursor: find_appointment(cursor, conversation_id, now))


def find_appointment(cursor: Cursor, conversation_id: ConversationId, now: datetime) -> Appointment | None:
    """The call that is still to come in a conversation."""
    row = cursor.execute(
        "SELECT promise_id, phone, begins_at, ends_at FROM appointment"
        " WHERE conversation_id = ? AND ends_at > ? AND cancelled_at IS NULL ORDER BY begins_at LIMIT 1",
        (conversation_id, to_micros(now)),
    ).fetchone()
    if row is None:
        return None
    return Appointment(PromiseId(row[0]), row[1], from_micros(row[2]), from_micros(row[3]))


def cancel_appointment(cursor: Cursor, conversation_id: ConversationId, now: datetime) -> None:
    """Its time is free again."""
    cursor.execute(
        "UPDATE appointment SET cancelled_at = ? WHERE conversation_id = ? AND ends_at > ? AND cancelled_at IS NULL",
        (to_micros(now), conversation_id, to_micros(now)),
    )


def book_appointment(
    cursor: Cursor, site_id: SiteId, conversation_id: ConversationId, appointment: Appointment, places: int
) -> bool:
    """Take one of `places`; False when all are taken by now."""
    for place in range(places):
        cursor.execute(
            "INSERT INTO appointment (id, site_id, conversation_id, promise_id, phone, begins_at, ends_at, place)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                new_id(),
                site_id,
                conversation_id,
                appointment.promise_id,
                appointment.phone,
                to_micros(appointment.begins_at),
                to_micros(appointment.ends_at),
                place,
            ),
        )
        if cursor.rowcount == 1:
            return True
    return False
