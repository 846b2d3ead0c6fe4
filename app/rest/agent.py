"""REST for the console: signing in and out, lists, the customer pane."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Query, Request, Response
from pydantic import AwareDatetime

from app.backplane import SessionEnded
from app.errors import Forbidden, NoSuchConversation, NotAuthenticated, OriginRefused
from app.gateway.auth import COOKIE
from app.persistence.people import SignedIn
from app.protocol import AgentRef, AgentSession, Colleague, Company, ConversationList, SignIn, Team
from app.services import Services, services
from handoff import ConversationId

router = APIRouter(prefix="/api/agent")

Token = Annotated[str | None, Cookie(alias=COOKIE)]
PAGE = 50


def _session(here: Services, signed_in: SignedIn) -> AgentSession:
    return AgentSession(
        agent=AgentRef(id=UUID(signed_in.agent.id), name=signed_in.agent.name),
        email=signed_in.email,
        csrf=here.tokens.csrf(signed_in.session_id),
        socket_token=here.tokens.socket(signed_in.session_id),
    )


async def signed_in_as(here: Services, token: str | None, now: datetime) -> SignedIn:
    signed_in = await here.people.session_of(token, now) if token else None
    if signed_in is None:
        raise NotAuthenticated("You are signed out. Sign in to go on.")
    return signed_in


async def acting_as(here: Services, token: str | None, csrf: str) -> SignedIn:
    """Who asks for a change, which has to come from the console's own pages. Raises NotAuthenticated or Forbidden."""
    signed_in = await signed_in_as(here, token, here.clock())
    if not here.tokens.is_csrf(signed_in.session_id, csrf):
        raise Forbidden("This request did not come from the console. Reload the page and try again.")
    return signed_in


@router.post("/sign-in")
async def sign_in(
    body: SignIn, request: Request, response: Response, origin: Annotated[str | None, Header()] = None
) -> AgentSession:
    """A new session; its token travels in the cookie alone."""
    here = services(request)
    if not here.origins.allow(origin):
        raise OriginRefused("Sign in from the console itself.")
    here.sign_ins.take(f"account {body.email.lower()}")
    here.sign_ins.take(f"address {here.address(request)}")
    signed_in, token = await here.people.sign_in(body.email, body.password, here.clock())
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(here.settings.session_absolute.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return _session(here, signed_in)


@router.get("/session")
async def session(request: Request, token: Token = None) -> AgentSession:
    """Who is signed in."""
    here = services(request)
    return _session(here, await signed_in_as(here, token, here.clock()))


@router.post("/sign-out", status_code=204)
async def sign_out(
    request: Request,
    response: Response,
    token: Token = None,
    x_kickstand_csrf: Annotated[str, Header()] = "",
) -> None:
    """End the session and close its sockets."""
    here = services(request)
    signed_in = await acting_as(here, token, x_kickstand_csrf)
    await here.people.sign_out(signed_in.session_id, here.clock())
    await here.backplane.publish(SessionEnded(signed_in.session_id))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")


@router.get("/conversations")
async def conversations(
    request: Request, token: Token = None, before: Annotated[AwareDatetime | None, Query()] = None
) -> ConversationList:
    """The conversations of the agent's sites, last changed first."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return await here.console.conversations(signed_in.site_ids, before=before, limit=PAGE)


@router.get("/conversations/{conversation_id}/company")
async def company(conversation_id: UUID, request: Request, token: Token = None) -> Company:
    """To whom the conversation can be passed: colleagues of its site, who is there first, and its teams."""
    here = services(request)
    now = here.clock()
    signed_in = await signed_in_as(here, token, now)
    conversation = await here.journal.conversation(ConversationId(str(conversation_id)))
    if conversation is None or conversation.site_id not in signed_in.site_ids:
        raise NoSuchConversation
    everybody = await here.roster.colleagues(conversation.site_id, now)
    others = sorted(
        (each for each in everybody if each.agent.id != signed_in.agent.id),
        key=lambda each: (not each.present, each.load >= each.agent.capacity, each.agent.name),
    )
    return Company(
        colleagues=tuple(
            Colleague(
                id=UUID(each.agent.id),
                name=each.agent.name,
                here=each.present,
                holds=each.load,
                capacity=each.agent.capacity,
            )
            for each in others
        ),
        teams=tuple(
            Team(id=UUID(team_id), name=name, here=sum(each.present and team_id in each.teams for each in everybody))
            for team_id, name in (await here.roster.teams(conversation.site_id)).items()
        ),
    )
