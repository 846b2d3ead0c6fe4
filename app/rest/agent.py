"""REST for the console: signing in and out, lists, the customer pane."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Query, Request, Response
from pydantic import AwareDatetime

from app.backplane import SessionEnded
from app.devices import device_of
from app.errors import EnrolFirst, Forbidden, NoSuchConversation, NotAuthenticated, OriginRefused
from app.gateway.auth import COOKIE
from app.persistence.people import SignedIn
from app.protocol import AgentRef, AgentSession, Colleague, Company, ConversationList, SignIn, Team
from app.services import Services, services
from handoff import ConversationId

router = APIRouter(prefix="/api/agent")

Token = Annotated[str | None, Cookie(alias=COOKIE)]
PAGE = 50


WHY_ENDED = {
    "role": "Your role has changed. Sign in again to go on with what you may do now.",
    "disabled": "Your account is closed. An administrator can open it again.",
    "password": "Your password has changed. Sign in with the new one.",
    "revoked": "This session was ended. Sign in again to go on.",
}


def session_frame(here: Services, signed_in: SignedIn) -> AgentSession:
    """Who is signed in, as the console learns it."""
    return AgentSession(
        agent=AgentRef(id=UUID(signed_in.agent.id), name=signed_in.agent.name),
        email=signed_in.email,
        role=signed_in.role.value,
        enrol_first=signed_in.enrol_first,
        csrf=here.tokens.csrf(signed_in.session_id),
        socket_token=here.tokens.socket(signed_in.session_id),
    )


async def signed_in_as(here: Services, token: str | None, now: datetime, *, enrolling: bool = False) -> SignedIn:
    """Who asks. Raises NotAuthenticated, with the reason where the session was ended, and EnrolFirst.

    `enrolling`: also who has to set a second step up first.
    """
    signed_in = await here.people.session_of(token, now) if token else None
    if signed_in is None:
        because = await here.people.why_ended(token) if token else None
        raise NotAuthenticated(WHY_ENDED.get(because or "", "You are signed out. Sign in to go on."))
    if signed_in.enrol_first and not enrolling:
        raise EnrolFirst
    return signed_in


async def acting_as(here: Services, token: str | None, csrf: str, *, enrolling: bool = False) -> SignedIn:
    """Who asks for a change, which has to come from the console's own pages. Raises NotAuthenticated or Forbidden."""
    signed_in = await signed_in_as(here, token, here.clock(), enrolling=enrolling)
    if not here.tokens.is_csrf(signed_in.session_id, csrf):
        raise Forbidden("This request did not come from the console. Reload the page and try again.")
    return signed_in


@router.post("/sign-in")
async def sign_in(
    body: SignIn,
    request: Request,
    response: Response,
    origin: Annotated[str | None, Header()] = None,
    user_agent: Annotated[str, Header()] = "",
) -> AgentSession:
    """A new session; its token travels in the cookie alone. `code_needed` asks for the code of the second step."""
    here = services(request)
    if not here.origins.allow(origin):
        raise OriginRefused("Sign in from the console itself.")
    here.sign_ins.take(f"account {body.email.lower()}")
    here.sign_ins.take(f"address {here.address(request)}")
    session_id, token = await here.accounts.sign_in(
        body.email,
        body.password,
        body.code,
        here.clock(),
        device=device_of(user_agent),
        address=here.address(request),
    )
    signed_in = await here.people.session(session_id, here.clock())
    if signed_in is None:
        raise NotAuthenticated
    give_cookie(here, response, token)
    return session_frame(here, signed_in)


def give_cookie(here: Services, response: Response, token: str) -> None:
    """The session's token, for this host and for no script."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(here.settings.session_absolute.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


@router.get("/session")
async def session(request: Request, token: Token = None) -> AgentSession:
    """Who is signed in."""
    here = services(request)
    return session_frame(here, await signed_in_as(here, token, here.clock(), enrolling=True))


@router.post("/sign-out", status_code=204)
async def sign_out(
    request: Request,
    response: Response,
    token: Token = None,
    x_kickstand_csrf: Annotated[str, Header()] = "",
) -> None:
    """End the session and close its sockets."""
    here = services(request)
    signed_in = await acting_as(here, token, x_kickstand_csrf, enrolling=True)
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
