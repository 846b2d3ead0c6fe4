"""Entries as frames: what a visitor may see of the log, and what an agent does.

Each frame is built once as plain fields. Sockets get them as JSON text at once: entries were checked when they were
stored, and a second check for each message shown is a tenth of what a turn costs. Tests hold both against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import to_json

from app.conversations import Entry
from app.persistence.journal import Heard
from app.protocol import AgentMessageCreated, EntryCreated, MessageCreated

Sign = Callable[[str], str]
"""The link under which a photo is served for a while, by its id."""


def unsigned(photo_id: str) -> str:
    """A path that opens nothing: for who has nobody's photos to show."""
    return f"/files/{photo_id}"


def visitor_frame(entry: Entry, sign: Sign = unsigned) -> str:
    """A visible message as a frame of the visitor's stream."""
    return to_json(_for_visitor(entry, sign)).decode()


def ack_frame(heard: Heard) -> str:
    """A visitor's message is stored: an `Ack`, as its widget waits for it."""
    message = heard.message
    ack = {
        "type": "ack",
        "client_id": message.client_id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "pos": None,
        "id": message.id,
        "sent_at": message.at,
        "duplicate": heard.duplicate,
        "gen": None,
    }
    return to_json(ack).decode()


def agent_frame(entry: Entry, sign: Sign = unsigned) -> str:
    """Any entry as the frame that the team gets."""
    return to_json(_for_agent(entry, sign)).decode()


def for_visitor(entry: Entry, sign: Sign = unsigned) -> MessageCreated:
    """What `visitor_frame` says, checked against the protocol."""
    return MessageCreated.model_validate(_for_visitor(entry, sign))


def for_agent(entry: Entry, sign: Sign = unsigned) -> AgentMessageCreated | EntryCreated:
    """What `agent_frame` says, checked against the protocol."""
    model = AgentMessageCreated if entry.kind in ("message", "note") else EntryCreated
    return model.model_validate(_for_agent(entry, sign))


def _for_visitor(entry: Entry, sign: Sign) -> Mapping[str, Any]:
    """Agents appear with their first name."""
    name = entry.data.get("name")
    if entry.author_kind == "agent" and name:
        name = name.split()[0]
    return {
        "type": "message.created",
        "conversation_id": entry.conversation_id,
        "seq": entry.seq,
        **_said(entry, name, sign, shown_client_id=entry.author_kind == "visitor"),
        "lang": entry.data.get("lang"),
    }


def _for_agent(entry: Entry, sign: Sign) -> Mapping[str, Any]:
    if entry.kind in ("message", "note"):
        return {
            "type": "message.created",
            "conversation_id": entry.conversation_id,
            "pos": entry.pos,
            "seq": entry.seq,
            "note": entry.kind == "note",
            **_said(entry, entry.data.get("name"), sign, shown_client_id=entry.author_kind == "agent"),
        }
    return {
        "type": "entry.created",
        "conversation_id": entry.conversation_id,
        "pos": entry.pos,
        "kind": entry.kind,
        "data": entry.data,
        "at": entry.at,
    }


def _said(entry: Entry, name: str | None, sign: Sign, *, shown_client_id: bool) -> Mapping[str, Any]:
    """The fields that both kinds of message share. A client_id is its sender's business, nobody else's."""
    data = entry.data
    return {
        "id": entry.id,
        "client_id": entry.client_id if shown_client_id else None,
        "author": {"kind": entry.author_kind, "name": name},
        "text": data["text"],
        "attachments": [{**photo, "url": sign(photo["id"])} for photo in data.get("attachments", ())],
        "buttons": data.get("buttons", ()),
        "card": data.get("card"),
        "sent_at": entry.at,
        "re": data.get("re"),
    }
