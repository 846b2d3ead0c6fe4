"""Photos that go out with a message, inside the transaction that stores it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.conversations import VisitorId
from app.errors import NoSuchPhoto
from app.persistence.work import Cursor
from handoff import ConversationId


def send_photos(
    cursor: Cursor, photo_ids: Sequence[UUID], visitor_id: VisitorId, conversation_id: ConversationId
) -> list[dict[str, Any]]:
    """Give a visitor's loose photos to a conversation; as the entry keeps them, in their order. Raises NoSuchPhoto."""
    sent = []
    for photo_id in dict.fromkeys(map(str, photo_ids)):
        row = cursor.execute(
            "UPDATE photo SET conversation_id = ? WHERE id = ? AND visitor_id = ? AND conversation_id IS NULL"
            " RETURNING width, height, alt",
            (conversation_id, photo_id, visitor_id),
        ).fetchone()
        if row is None:
            raise NoSuchPhoto
        sent.append({"id": photo_id, "width": row[0], "height": row[1], "alt": row[2]})
    return sent
