"""What a visitor may do with their own data: read it, take it along, have it removed."""

from __future__ import annotations

from datetime import UTC

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from app.conversations import Entry
from app.errors import IdentityRequired, NoSuchConversation
from app.persistence.people import Visitor
from app.services import KnownVisitor, Services, TheVisitor, services
from app.transcript import transcript
from handoff import ConversationId

router = APIRouter(prefix="/api/visitor")
_PAGE = 500


@router.get("/transcript")
async def transcript_of(request: Request, visitor: TheVisitor) -> Response:
    """The visitor's conversation as a text to keep."""
    here = services(request)
    here.own_data_requests.take(visitor.id)
    text = await transcript_text(here, visitor)
    return PlainTextResponse(text, headers={"Content-Disposition": 'attachment; filename="conversation.txt"'})


@router.get("/export")
async def export(request: Request, visitor: KnownVisitor) -> Response:
    """Everything that is kept of the visitor."""
    here = services(request)
    _themselves(visitor)
    here.own_data_requests.take(visitor.id)
    told = await here.own_data.export(visitor.id)
    return JSONResponse(told, headers={"Content-Disposition": 'attachment; filename="my-data.json"'})


@router.delete("", status_code=204)
async def erase(request: Request, visitor: KnownVisitor) -> None:
    """Remove everything that is kept of the visitor; the token ends."""
    here = services(request)
    _themselves(visitor)
    here.own_data_requests.take(visitor.id)
    await here.erasure.of(visitor.id)


async def transcript_text(here: Services, visitor: Visitor) -> str:
    """Raises NoSuchConversation."""
    conversation = await here.journal.current(visitor.id, now=here.clock())
    if conversation is None:
        raise NoSuchConversation
    site = await here.people.site_by_id(visitor.site_id)
    entries = await _visible(here, conversation.id)
    return transcript(site.name, entries, site.hours.tz or UTC, conversation.locale)


async def _visible(here: Services, conversation_id: ConversationId) -> list[Entry]:
    entries: list[Entry] = []
    more = True
    while more:
        page = await here.journal.visible(conversation_id, after=entries[-1].seq or 0 if entries else 0, limit=_PAGE)
        entries += page.entries
        more = page.more
    return entries


def _themselves(visitor: Visitor) -> None:
    """Raises IdentityRequired for who came by a link in a mail to somebody whom the shop knows."""
    if visitor.external_id is not None and not visitor.verified:
        raise IdentityRequired
