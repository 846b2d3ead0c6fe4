"""Entries as frames: what a visitor may see of the log, and what an agent does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.conversations import Entry
from app.protocol import AgentMessageCreated, Author, Button, EntryCreated, MessageCreated, cards


def author_of(entry: Entry) -> Author:
    """Who said it, as the other side may see it."""
    return Author(kind=entry.author_kind, name=entry.data.get("name"))


def for_visitor(entry: Entry) -> MessageCreated:
    """A visible message in the visitor's stream. Agents appear with their first name."""
    author = author_of(entry)
    if author.kind == "agent" and author.name:
        author = Author(kind="agent", name=author.name.split()[0])
    return MessageCreated(
        conversation_id=UUID(entry.conversation_id),
        seq=entry.seq or 0,
        author=author,
        **_said(entry, shown_client_id=entry.author_kind == "visitor"),
    )


def for_agent(entry: Entry) -> AgentMessageCreated | EntryCreated:
    """Any entry, as the team sees it."""
    if entry.kind == "message" or entry.kind == "note":
        return AgentMessageCreated(
            conversation_id=UUID(entry.conversation_id),
            pos=entry.pos,
            seq=entry.seq,
            author=author_of(entry),
            note=entry.kind == "note",
            **_said(entry, shown_client_id=entry.author_kind == "agent"),
        )
    return EntryCreated(
        conversation_id=UUID(entry.conversation_id),
        pos=entry.pos,
        kind=entry.kind,
        data=dict(entry.data),
        at=entry.at,
    )


def _said(entry: Entry, *, shown_client_id: bool) -> Mapping[str, Any]:
    """The fields that both kinds of message share. A client_id is its sender's business, nobody else's."""
    data = entry.data
    return {
        "id": UUID(entry.id),
        "client_id": UUID(entry.client_id) if entry.client_id and shown_client_id else None,
        "text": data["text"],
        "buttons": tuple(Button(**button) for button in data.get("buttons", ())),
        "card": cards.validate_python(data["card"]) if data.get("card") else None,
        "sent_at": entry.at,
        "re": UUID(data["re"]) if data.get("re") else None,
    }
