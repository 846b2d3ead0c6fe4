"""Rasa's HTTP API, as far as its clients use it: a message in, the answers out, the tracker to be read.

Off until the operator sets a token. A sender is a visitor like any other: the conversation is stored, triage reads
it, and once a person is awaited or answers, the bot says no more than that.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from importlib.metadata import version
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.conversations import Entry, Said, Status
from app.errors import BadFrame, ChatError, NoSuchConversation, NotAuthenticated, Unavailable
from app.gateway.commands import clean
from app.persistence.journal import Change
from app.persistence.people import Visitor
from app.protocol import TEXT_LIMIT
from app.services import Services, services
from app.sites import Site
from bot import Assistant, Event, Tracker, fault, rest_messages

PROTOCOL = "3.6.21"
"""The version of Rasa whose API this is."""
MOST_EVENTS = 1_000
Sender = Annotated[str, Field(min_length=1, max_length=200)]


def authenticated(request: Request, authorization: Annotated[str | None, Header()] = None) -> None:
    """Raises NotAuthenticated unless the request carries the settings' token. Without one nobody is let in."""
    token = services(request).settings.rasa_token
    scheme, _, given = (authorization or "").partition(" ")
    ours = b"" if token is None else token.get_secret_value().encode()
    if token is None or scheme.lower() != "bearer" or not hmac.compare_digest(ours, given.encode()):
        raise NotAuthenticated


router = APIRouter(dependencies=[Depends(authenticated)])


class NoSite(ChatError):
    """Several sites are served here. Say whose visitors the senders are: set KICKSTAND_RASA_SITE."""

    code = "no_site"
    http_status = 409


class RasaMessage(BaseModel):
    """What a client of the REST channel sends."""

    model_config = ConfigDict(extra="ignore")  # clients send `stream` and whatever else other servers know
    sender: Sender = "default"
    message: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class Text(BaseModel):
    """A text to be understood."""

    model_config = ConfigDict(extra="ignore")
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


@router.post("/webhooks/rest/webhook")
async def webhook(body: RasaMessage, request: Request) -> list[dict[str, JsonValue]]:
    """Say something as a sender; everything that is said in answer."""
    here = services(request)
    site = await _site(here)
    assistant = await here.bots.of(site.id)
    text = clean(body.message)
    payload = text if text.startswith("/") and assistant.parse_payload(text) is not None else None
    visitor = await here.people.visitor_with(_token(here, site, body.sender), site.id, here.clock())
    change = await here.turns.ask(visitor, Said(uuid4(), text, payload, of_a_service=True, locale=site.locale))
    return [{"recipient_id": body.sender, **said} for said in _answers(change)]


@router.get("/conversations/{sender}/tracker")
async def tracker(
    sender: Sender,
    request: Request,
    include_events: Annotated[Literal["ALL", "APPLIED", "AFTER_RESTART", "NONE"], Query()] = "AFTER_RESTART",
) -> dict[str, Any]:
    """The sender's conversation as a tracker; that of a sender who has said nothing is empty."""
    here = services(request)
    site = await _site(here)
    visitor = await here.people.visitor(_token(here, site, sender), here.clock())
    return await _tracker(here, site, visitor, sender, include_events)


@router.post("/conversations/{sender}/tracker/events")
async def append_events(
    sender: Sender,
    body: Annotated[list[dict[str, JsonValue]] | dict[str, JsonValue], Field()],
    request: Request,
    include_events: Annotated[Literal["ALL", "APPLIED", "AFTER_RESTART", "NONE"], Query()] = "AFTER_RESTART",
) -> dict[str, Any]:
    """Append events to the sender's conversation; the tracker after them. Nothing of them is shown to anybody."""
    here = services(request)
    found: list[Event] = body if isinstance(body, list) else [body]
    if not 1 <= len(found) <= MOST_EVENTS:
        raise BadFrame(f"Send one to {MOST_EVENTS:,} events at a time.")
    for event in found:
        wrong = fault(event)
        if wrong is not None:
            raise BadFrame(f"{wrong[0].upper()}{wrong[1:]}.")
    site = await _site(here)
    visitor = await here.people.visitor(_token(here, site, sender), here.clock())
    conversation = None if visitor is None else await here.journal.current(visitor.id, now=here.clock())
    if conversation is None:
        raise NoSuchConversation("This sender has said nothing yet. Send a message to the webhook first.")
    stamped = [{"timestamp": here.clock().timestamp(), **event} for event in found]
    change = await here.journal.append_events(conversation.id, stamped, now=here.clock())
    if change is None:
        raise Unavailable("The bot is answering this sender just now. Send the events again in a moment.")
    await here.turns.publish(change)
    return await _tracker(here, site, visitor, sender, include_events)


@router.post("/model/parse")
async def parse(body: Text, request: Request) -> dict[str, Any]:
    """What the bot understands of a text; nothing is stored."""
    here = services(request)
    assistant = await here.bots.of((await _site(here)).id)
    payload = assistant.parse_payload(body.text) if body.text.startswith("/") else None
    return payload or assistant.parse(body.text, here.clock())


@router.get("/status")
async def status(request: Request) -> dict[str, JsonValue]:
    """Which model answers."""
    here = services(request)
    project = (await here.bots.of((await _site(here)).id)).project
    return {"model_file": project.path.name, "model_id": project.digest, "num_active_training_jobs": 0}


@router.get("/version")
async def version_of_the_api() -> dict[str, JsonValue]:
    """The version of Rasa whose API this is, and our own."""
    return {"version": PROTOCOL, "minimum_compatible_version": "3.0.0", "kickstand": version("kickstand")}


async def _site(here: Services) -> Site:
    """The site whose visitors the senders are."""
    if here.settings.rasa_site is not None:
        return await here.people.site(here.settings.rasa_site)
    sites = await here.people.sites()
    if len(sites) != 1:
        raise NoSite
    return sites[0]


def _token(here: Services, site: Site, sender: str) -> str:
    """The visitor's token of a sender: the same each time, and nobody else can make it."""
    key = here.settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"rasa sender:{site.id}:{sender}".encode(), hashlib.sha256).hexdigest()


def _answers(change: Change) -> Iterator[dict[str, Any]]:
    """What was said in a turn: the bot's messages as they were meant, then what was said beyond them."""
    told: list[str] = []
    for entry in change.entries:
        for event in entry.data["events"] if entry.kind == "tracker" else ():
            if event.get("event") == "bot":
                told.append(event.get("text") or "")
                yield from rest_messages(event)
    for entry in change.entries:
        if entry.kind == "message" and entry.data["text"] and not _is_told(entry, told):
            yield from rest_messages({"text": entry.data["text"], "data": {"buttons": entry.data.get("buttons")}})
    if change.conversation.status in (Status.WAITING, Status.HUMAN):
        yield {"custom": {"handoff": {"status": str(change.conversation.status)}}}


def _is_told(entry: Entry, told: list[str]) -> bool:
    return entry.author_kind == "bot" and entry.data["text"] in told


async def _tracker(here: Services, site: Site, visitor: Visitor | None, sender: str, shown: str) -> dict[str, Any]:
    assistant: Assistant = await here.bots.of(site.id)
    conversation = None if visitor is None else await here.journal.current(visitor.id, now=here.clock())
    found = Tracker(sender) if conversation is None else (await here.dialogues.newest(conversation.id)).tracker
    events = {
        "ALL": lambda: found.events,
        "APPLIED": lambda: found.applied_events,
        "AFTER_RESTART": found.events_since_restart,
        "NONE": list,
    }[shown]()
    return {**assistant.state(found, events), "sender_id": sender}
