"""REST for the widget: the site's look, a visitor's token, older messages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.conversations import Conversation
from app.errors import ConsentRequired, OriginRefused
from app.gateway.frames import for_visitor
from app.protocol import HistoryPage, SiteInfo, SiteWords, VisitorSession
from app.services import KnownVisitor, Services, TheVisitor, services
from app.sites import Site

router = APIRouter(prefix="/api")


Locale = Annotated[str | None, Field(max_length=35)]
"""BCP 47."""


class NewVisitor(BaseModel):
    """Which site's widget asks. `consent`: the visitor agreed to the site's notice, in what they read (`locale`)."""

    model_config = ConfigDict(extra="forbid")
    site: Annotated[str, Field(min_length=1, max_length=100)]
    consent: bool = False
    locale: Locale = None


class Agreed(BaseModel):
    """The visitor agreed to the site's notice, in what they read."""

    model_config = ConfigDict(extra="forbid")
    locale: Locale = None


async def site_info_of(here: Services, site: Site) -> SiteInfo:
    """The site as its widget draws it."""
    return SiteInfo(
        key=site.key,
        name=site.name,
        accent=site.accent,
        locale=site.locale,
        greeting=site.greeting,
        starters=tuple(site.starters),
        team=tuple(await here.people.team(site.id)),
        availability=await here.duty.availability(site),
        uploads=site.uploads,
        notice=site.notice,
        privacy_url=site.privacy_url,
        consent=site.consent,
        mail=here.mailer is not None,
        words={language: SiteWords(**asdict(said)) for language, said in site.words.items()},
    )


@router.get("/site/{key}")
async def site_info(key: str, request: Request) -> SiteInfo:
    """What the widget needs to draw itself."""
    here = services(request)
    return await site_info_of(here, await here.people.site(key))


@router.post("/visitor/session")
async def new_visitor(
    body: NewVisitor, request: Request, origin: Annotated[str | None, Header()] = None
) -> VisitorSession:
    """A new visitor's token; limited per address."""
    here = services(request)
    site = await here.people.site(body.site)
    if not here.origins.allow(origin, site):
        raise OriginRefused
    if site.consent and not body.consent:
        raise ConsentRequired
    here.new_visitors.take(here.address(request))
    token = await here.people.new_visitor(site.id, here.clock(), site.agreed_to(body.locale) if body.consent else None)
    return VisitorSession(token=token, site=await site_info_of(here, site))


@router.post("/visitor/consent", status_code=204)
async def consent(request: Request, visitor: KnownVisitor, body: Agreed | None = None) -> None:
    """A visitor from before the site asked agrees to its notice."""
    here = services(request)
    here.own_data_requests.take(visitor.id)
    site = await here.people.site_by_id(visitor.site_id)
    await here.people.consent(visitor.id, site.agreed_to(None if body is None else body.locale), here.clock())


@router.get("/visitor/messages")
async def history(
    request: Request,
    visitor: TheVisitor,
    before: Annotated[int, Query(ge=1, le=2**53)],
) -> HistoryPage:
    """Messages of the visitor's conversation older than `before`, oldest first."""
    here = services(request)
    conversation: Conversation | None = await here.journal.current(visitor.id, now=here.clock())
    if conversation is None:
        return HistoryPage(messages=(), more=False)
    page = await here.journal.visible_before(conversation.id, before=before, limit=here.settings.page_size)
    messages = tuple(for_visitor(entry, here.photo_links.sign) for entry in page.entries)
    return HistoryPage(messages=messages, more=page.more)
