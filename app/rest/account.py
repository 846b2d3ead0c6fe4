"""REST for one's own account: coming in by a link, password, second step, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, BackgroundTasks, Depends, Header, Request, Response

from app.backplane import SessionEnded
from app.errors import (
    AccountRefused,
    BadAccount,
    MailOff,
    NotAuthenticated,
    OriginRefused,
    Unavailable,
    WrongPassword,
)
from app.mail.mailer import Mailer
from app.persistence.accounts import WayIn
from app.persistence.audit import Actor
from app.persistence.people import SignedIn
from app.protocol import AgentSession
from app.protocol_people import (
    AskForLink,
    ComeIn,
    ConfirmEnrolment,
    Enrolment,
    Guest,
    NewPassword,
    OwnAccount,
    ProvePassword,
    RecoveryCodes,
    SessionLine,
    ShowLink,
)
from app.rest.agent import Token, acting_as, give_cookie, session_frame, signed_in_as
from app.services import Services, services
from handoff import AgentId


async def _somebody(request: Request, token: Token = None) -> None:
    """Before anything of a request is looked at: whoever is signed out learns nothing of what it lacks."""
    here = services(request)
    await signed_in_as(here, token, here.clock(), enrolling=True)


log = structlog.get_logger(__name__)

router = APIRouter(prefix="/api/agent")
_own = APIRouter(prefix="/account", dependencies=[Depends(_somebody)])

Csrf = Annotated[str, Header(alias="X-Kickstand-CSRF")]
Origin = Annotated[str | None, Header()]


@router.post("/way-in")
async def guest(body: ShowLink, request: Request, origin: Origin = None) -> Guest:
    """Whose one-time link this is; it stays good."""
    here = _from_the_console(request, origin)
    found = await here.accounts.guest(body.token, here.clock())
    return Guest(email=found.email, name=found.name, invited=found.invited)


@router.post("/way-in/ask", status_code=204)
async def ask_for_link(body: AskForLink, request: Request, tasks: BackgroundTasks, origin: Origin = None) -> None:
    """Have a link sent to one's e-mail. The answer is the same whether or not an account has it, and as quick."""
    here = _from_the_console(request, origin)
    if here.mailer is None:
        raise MailOff("This server sends no mail. Ask an administrator for a new link.")
    address = here.address(request)
    here.sign_ins.take(f"account {body.email.lower()}")
    here.sign_ins.take(f"address {address}")
    tasks.add_task(_send_link, here, here.mailer, body.email, address)


async def _send_link(here: Services, mailer: Mailer, email: str, address: str) -> None:
    """After the answer is out."""
    way_in = await here.accounts.link_for(email, here.clock(), address=address)
    if way_in is None:
        return
    try:
        await mailer.way_in(email.lower(), way_in_link(here, way_in))
    except Unavailable:
        log.warning("a link to come in by could not be mailed")


@router.post("/way-in/come-in")
async def come_in(body: ComeIn, request: Request, origin: Origin = None) -> Guest:
    """Set name and password by a link, which is used up. Whoever came in signs in next."""
    here = _from_the_console(request, origin)
    here.sign_ins.take(f"address {here.address(request)}")
    try:
        email, ended = await here.accounts.come_in(
            body.token, body.name, body.password, here.clock(), address=here.address(request)
        )
    except BadAccount as error:
        raise AccountRefused(str(error)) from error
    await close_sockets(here, ended)
    return Guest(email=email, name=" ".join(body.name.split()), invited=False)


@_own.get("")
async def account(request: Request, token: Token = None) -> OwnAccount:
    """One's own account and where it is signed in."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock(), enrolling=True)
    return OwnAccount(
        email=signed_in.email,
        name=signed_in.agent.name,
        role=signed_in.role.value,
        second_step=signed_in.second_step,
        required=signed_in.role in await here.accounts.second_step_roles(),
        recovery_codes=await here.second_step.left(signed_in.agent.id),
        sessions=await session_lines(here, signed_in.agent.id, signed_in.session_id),
    )


@_own.put("/password")
async def change_password(
    body: NewPassword, request: Request, response: Response, csrf: Csrf = "", token: Token = None
) -> AgentSession:
    """Another password. Every other session ends; this one goes on under a new cookie."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    here.sign_ins.take(f"account {signed_in.email}")
    try:
        session_id, fresh, ended = await here.accounts.change_password(
            _actor(request, signed_in), signed_in.session_id, body.current, body.new, here.clock()
        )
    except BadAccount as error:
        raise AccountRefused(str(error)) from error
    give_cookie(here, response, fresh)
    await close_sockets(here, ended)
    changed = await here.people.session(session_id, here.clock())
    if changed is None:
        raise NotAuthenticated
    return session_frame(here, changed)


@_own.post("/second-step")
async def begin_second_step(body: ProvePassword, request: Request, csrf: Csrf = "", token: Token = None) -> Enrolment:
    """Begin to set a second step up; nothing is changed until a code proves that it works."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf, enrolling=True)
    await _proved(here, signed_in, body)
    begun = here.second_step.enrol(signed_in.agent.id, signed_in.email)
    return Enrolment(secret=begun.secret, uri=begun.uri, qr=begun.qr, ticket=begun.ticket)


@_own.put("/second-step")
async def set_up_second_step(
    body: ConfirmEnrolment, request: Request, csrf: Csrf = "", token: Token = None
) -> RecoveryCodes:
    """The first code of the authenticator: from now on sign-in asks for one."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf, enrolling=True)
    here.sign_ins.take(f"account {signed_in.email}")
    actor = _actor(request, signed_in)
    codes = await here.accounts.set_up_second_step(actor, body.ticket, body.code, here.clock())
    return RecoveryCodes(codes=tuple(codes))


@_own.post("/second-step/drop", status_code=204)
async def drop_second_step(body: ProvePassword, request: Request, csrf: Csrf = "", token: Token = None) -> None:
    """Sign in without a second step again, where the role may."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    await _proved(here, signed_in, body)
    if signed_in.role in await here.accounts.second_step_roles():
        raise AccountRefused("Your role signs in with a second step. Set it up anew instead: that replaces this one.")
    await here.accounts.drop_second_step(_actor(request, signed_in), here.clock())


@_own.delete("/sessions/{session_id}", status_code=204)
async def end_session(session_id: UUID, request: Request, csrf: Csrf = "", token: Token = None) -> None:
    """End one of one's own sessions; its sockets close."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    actor = _actor(request, signed_in)
    await close_sockets(
        here, await here.accounts.end_sessions(actor, signed_in.agent.id, here.clock(), only=str(session_id))
    )


@_own.delete("/sessions", status_code=204)
async def end_other_sessions(request: Request, csrf: Csrf = "", token: Token = None) -> None:
    """End all of one's own sessions but this one."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    actor = _actor(request, signed_in)
    ended = await here.accounts.end_sessions(actor, signed_in.agent.id, here.clock(), but=signed_in.session_id)
    await close_sockets(here, ended)


router.include_router(_own)


def way_in_link(here: Services, way_in: WayIn) -> str:
    """The token stands behind the #: no server, log or Referer sees it."""
    return f"{here.own_url}/console/#/come-in/{way_in.token}"


async def session_lines(here: Services, agent_id: AgentId, current: str | None) -> tuple[SessionLine, ...]:
    """The live sessions of an account."""
    now = here.clock()
    idle, absolute = here.settings.session_idle, here.settings.session_absolute
    return tuple(
        SessionLine(
            id=UUID(row.id),
            device=row.device,
            address=row.address,
            created_at=row.created_at,
            seen_at=row.seen_at,
            here=row.lease_until is not None and row.lease_until > now,
            current=row.id == current,
        )
        for row in await here.accounts.sessions(agent_id)
        if row.seen_at > now - idle and row.created_at > now - absolute
    )


async def close_sockets(here: Services, session_ids: Iterable[str]) -> None:
    """Of sessions that have ended, on every gateway."""
    for session_id in session_ids:
        await here.backplane.publish(SessionEnded(session_id))


async def _proved(here: Services, signed_in: SignedIn, body: ProvePassword) -> None:
    """Raises WrongPassword; guesses are counted like those at the door."""
    here.sign_ins.take(f"account {signed_in.email}")
    if not await here.accounts.fits(signed_in.agent.id, body.password):
        raise WrongPassword("This is another password than yours. Type the one that you sign in with.")


def _from_the_console(request: Request, origin: str | None) -> Services:
    here = services(request)
    if not here.origins.allow(origin):
        raise OriginRefused("Open the link in the console itself.")
    return here


def _actor(request: Request, signed_in: SignedIn) -> Actor:
    return Actor(signed_in.agent.id, signed_in.agent.name, services(request).address(request))
