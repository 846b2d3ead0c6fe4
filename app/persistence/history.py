"""What a visitor's earlier conversations were about, in their own words."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.persistence.work import Cursor, Reader
from handoff import ConversationId, Past

CONVERSATIONS = 5
FIRST_WORDS = 2
"""Messages that open a conversation say what it is about; the last one says how it ended."""
ORDER = "order "

_OTHERS = """
SELECT other.id, other.about FROM conversation own JOIN conversation other ON other.visitor_id = own.visitor_id
WHERE own.id = ? AND other.id <> own.id ORDER BY other.updated_at DESC LIMIT ?
"""
_SAID = "SELECT data FROM entry WHERE conversation_id = ? AND kind = 'message' AND author_kind = 'visitor'"


class History:
    """Reads once for a conversation; whoever asks keeps the answer."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def before(self, conversation_id: ConversationId) -> Sequence[Past]:
        """The same visitor's other conversations, oldest first, at most five."""
        return await self._reader.look(lambda cursor: _before(cursor, conversation_id))


def _before(cursor: Cursor, conversation_id: str) -> tuple[Past, ...]:
    found = []
    for other, about in reversed(cursor.execute(_OTHERS, (conversation_id, CONVERSATIONS)).fetchall()):
        first = cursor.execute(f"{_SAID} ORDER BY pos LIMIT ?", (other, FIRST_WORDS)).fetchall()
        last = cursor.execute(f"{_SAID} ORDER BY pos DESC LIMIT 1", (other,)).fetchall()
        words = [json.loads(data)["text"].strip() for (data,) in dict.fromkeys((*first, *last))]
        if any(words):
            found.append(Past(" / ".join(filter(None, words)), _keys(about)))
    return tuple(found)


def _keys(about: str | None) -> frozenset[str]:
    """The order that a conversation was about; a bike alone proves nothing, one asks many things about it."""
    return frozenset({about.removeprefix(ORDER)}) if about is not None and about.startswith(ORDER) else frozenset()
