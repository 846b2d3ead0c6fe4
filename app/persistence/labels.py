"""Tags of conversations, and what people say that triage should have heard: written with their entries in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.errors import BadFrame, TooManyTags
from app.persistence.journal import Change
from app.persistence.moments import to_micros
from app.persistence.sql_log import Log, find_conversation
from app.persistence.work import Cursor, Reader, Writer, lock
from handoff import Agent, ConversationId, SiteId

MOST_TAGS = 12
"""Of one conversation."""
LONGEST_TAG = 40
NOTHING = "none"
"""The label of a message that was no reason to bring a person; the others are the names of triage's reasons."""


def plain_tag(text: str) -> str:
    """A tag as it is kept: in small letters, with single blanks. Raises BadFrame for none at all."""
    tag = " ".join(text.casefold().split())[:LONGEST_TAG].strip()
    if not tag or not tag.isprintable():
        raise BadFrame("A tag is a word or two, in 1 to 40 characters.")
    return tag


class Labels:
    """The same again changes nothing."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def tag(
        self, conversation_id: ConversationId, agent: Agent, text: str, *, on: bool, now: datetime
    ) -> Change | None:
        """Put a tag on, or take it off; None when it was so already. Raises BadFrame or TooManyTags."""
        tag = plain_tag(text)

        def work(cursor: Cursor) -> Change | None:
            lock(cursor, "conversation", conversation_id)
            conversation = find_conversation(cursor, conversation_id)
            there = _tags(cursor, conversation_id)
            if (tag in there) == on:
                return None
            if on and len(there) >= MOST_TAGS:
                raise TooManyTags
            if on:
                cursor.execute(
                    "INSERT INTO conversation_tag (conversation_id, tag, site_id) VALUES (?, ?, ?)",
                    (conversation_id, tag, conversation.site_id),
                )
            else:
                cursor.execute(
                    "DELETE FROM conversation_tag WHERE conversation_id = ? AND tag = ?", (conversation_id, tag)
                )
            here = Log(cursor, conversation, now)
            data = {"tag": tag, "on": on, "by": agent.name}
            here.append("tag", data, author=("agent", agent.id), visible=False)
            return here.close()

        return await self._writer.run(work)

    async def mark(
        self, conversation_id: ConversationId, agent: Agent, pos: int, label: str | None, now: datetime
    ) -> Change | None:
        """Say what triage should have heard in the visitor's message at `pos`; None takes it back.

        Raises BadFrame where the visitor said nothing.
        """

        def work(cursor: Cursor) -> Change | None:
            lock(cursor, "conversation", conversation_id)
            conversation = find_conversation(cursor, conversation_id)
            said = cursor.execute(
                "SELECT 1 FROM entry WHERE conversation_id = ? AND pos = ? AND kind = 'message'"
                " AND author_kind = 'visitor'",
                (conversation_id, pos),
            ).fetchone()
            if said is None:
                raise BadFrame("Only what the customer wrote can be marked.")
            if _marks(cursor, conversation_id).get(pos) == label:
                return None
            cursor.execute("DELETE FROM mark WHERE conversation_id = ? AND pos = ?", (conversation_id, pos))
            if label is not None:
                cursor.execute(
                    "INSERT INTO mark (conversation_id, pos, site_id, label, agent_id, at) VALUES (?, ?, ?, ?, ?, ?)",
                    (conversation_id, pos, conversation.site_id, label, agent.id, to_micros(now)),
                )
            here = Log(cursor, conversation, now)
            data = {"pos": pos, "label": label, "by": agent.name}
            here.append("mark", data, author=("agent", agent.id), visible=False)
            return here.close()

        return await self._writer.run(work)

    async def of(self, conversation_id: ConversationId) -> tuple[Sequence[str], Mapping[int, str]]:
        """Its tags in the order of the alphabet, and the labels of its messages by position."""
        return await self._reader.run(
            lambda cursor: (sorted(_tags(cursor, conversation_id)), _marks(cursor, conversation_id))
        )

    async def known(self, site_ids: Sequence[SiteId], limit: int = 200) -> Sequence[str]:
        """The tags of these sites, the most used first."""
        marks = ", ".join("?" * len(site_ids))
        return await self._reader.run(
            lambda cursor: [
                row[0]
                for row in cursor.execute(
                    f"SELECT tag, COUNT(*) AS used FROM conversation_tag WHERE site_id IN ({marks})"  # noqa: S608
                    " GROUP BY tag ORDER BY used DESC, tag LIMIT ?",
                    (*site_ids, limit),
                )
            ]
        )


def _tags(cursor: Cursor, conversation_id: str) -> set[str]:
    rows = cursor.execute("SELECT tag FROM conversation_tag WHERE conversation_id = ?", (conversation_id,))
    return {row[0] for row in rows}


def _marks(cursor: Cursor, conversation_id: str) -> dict[int, str]:
    rows = cursor.execute("SELECT pos, label FROM mark WHERE conversation_id = ?", (conversation_id,))
    return {row[0]: row[1] for row in rows}
