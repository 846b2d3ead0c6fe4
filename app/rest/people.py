"""REST for administrators: who there is, what they may do, teams, and what was done."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from app.errors import AccountRefused, BadAccount, NoSuchSite
from app.persistence.accounts import Change, WayIn
from app.persistence.audit import PAGE
from app.persistence.people_tables import AuditRow
from app.protocol_people import (
    AuditLine,
    AuditPage,
    ChangePerson,
    Invite,
    OneTimeLink,
    PersonLine,
    PersonList,
    PutTeam,
    SecondStepRoles,
    Sessions,
    SiteName,
    TeamLine,
    TeamList,
)
from app.rest.account import close_sockets, session_lines, way_in_link
from app.rest.rights import FOR_ADMINS, Admin, actor
from app.services import Services, services
from handoff import AgentId, Role, SiteId

router = APIRouter(prefix="/api/admin", dependencies=[FOR_ADMINS])

CSV_HEAD = ("at", "who", "did", "about", "before", "after", "address")


@router.get("/people")
async def people(request: Request) -> PersonList:
    """Everybody, and what roles have to keep to."""
    here = services(request)
    settings = here.settings
    found = await here.accounts.people(here.clock(), idle=settings.session_idle, absolute=settings.session_absolute)
    return PersonList(
        people=tuple(PersonLine(**{**asdict(each), "id": UUID(each.id), "role": each.role.value}) for each in found),
        sites=tuple(SiteName(key=site.key, name=site.name) for site in await here.people.sites()),
        second_step=tuple(sorted(role.value for role in await here.accounts.second_step_roles())),
    )


@router.post("/people", status_code=201)
async def invite(body: Invite, request: Request, admin: Admin) -> OneTimeLink:
    """A new account, and the link by which its person comes in. The link is shown this once."""
    here = services(request)
    sites = await _site_ids(here, body.sites)
    try:
        way_in = await here.accounts.invite(
            actor(request, admin), body.email, Role(body.role), sites, body.capacity, here.clock()
        )
    except BadAccount as error:
        raise AccountRefused(str(error)) from error
    return _link(here, way_in)


@router.post("/people/{agent_id}/link", status_code=201)
async def link_anew(agent_id: UUID, request: Request, admin: Admin) -> OneTimeLink:
    """Another link: for who has not come in yet, or forgot the password. The one before ends."""
    here = services(request)
    return _link(here, await here.accounts.link_anew(actor(request, admin), AgentId(str(agent_id)), here.clock()))


@router.put("/people/{agent_id}", status_code=204)
async def change(agent_id: UUID, body: ChangePerson, request: Request, admin: Admin) -> None:
    """Another role, other sites, another limit, closed or opened again. A new role ends the person's sessions."""
    here = services(request)
    wanted = Change(
        role=None if body.role is None else Role(body.role),
        site_ids=None if body.sites is None else tuple(await _site_ids(here, body.sites)),
        capacity=body.capacity,
        disabled=body.disabled,
    )
    ended = await here.accounts.change(actor(request, admin), AgentId(str(agent_id)), wanted, here.clock())
    await close_sockets(here, ended)


@router.delete("/people/{agent_id}/second-step", status_code=204)
async def drop_second_step(agent_id: UUID, request: Request, admin: Admin) -> None:
    """For who lost device and recovery codes: they sign in with the password and set it up anew."""
    here = services(request)
    await here.accounts.drop_second_step(actor(request, admin), here.clock(), whose=AgentId(str(agent_id)))


@router.get("/people/{agent_id}/sessions")
async def sessions(agent_id: UUID, request: Request, admin: Admin) -> Sessions:
    """Where somebody is signed in."""
    return Sessions(sessions=await session_lines(services(request), AgentId(str(agent_id)), admin.session_id))


@router.delete("/people/{agent_id}/sessions", status_code=204)
async def end_sessions(agent_id: UUID, request: Request, admin: Admin) -> None:
    """Sign somebody out everywhere."""
    here = services(request)
    await close_sockets(
        here, await here.accounts.end_sessions(actor(request, admin), AgentId(str(agent_id)), here.clock())
    )


@router.delete("/people/{agent_id}/sessions/{session_id}", status_code=204)
async def end_session(agent_id: UUID, session_id: UUID, request: Request, admin: Admin) -> None:
    """Sign somebody out in one place."""
    here = services(request)
    ended = await here.accounts.end_sessions(
        actor(request, admin), AgentId(str(agent_id)), here.clock(), only=str(session_id)
    )
    await close_sockets(here, ended)


@router.put("/second-step", status_code=204)
async def require_second_step(body: SecondStepRoles, request: Request, admin: Admin) -> None:
    """The roles that have to have a second step; who lacks it sets it up before anything else."""
    here = services(request)
    roles = frozenset(map(Role, body.roles))
    await here.accounts.require_second_step(actor(request, admin), roles, here.clock())


@router.get("/teams")
async def teams(request: Request) -> TeamList:
    """Every team."""
    found = await services(request).teams.all()
    return TeamList(
        teams=tuple(TeamLine(site=each.site, name=each.name, members=tuple(each.members)) for each in found)
    )


@router.put("/teams", status_code=204)
async def put_team(body: PutTeam, request: Request, admin: Admin) -> None:
    """A new team, or other members."""
    here = services(request)
    [site_id] = await _site_ids(here, (body.site,))
    try:
        await here.teams.put(site_id, body.name, body.members, by=actor(request, admin), now=here.clock())
    except BadAccount as error:
        raise AccountRefused(str(error)) from error


@router.delete("/teams/{site}/{name}", status_code=204)
async def remove_team(site: str, name: str, request: Request, admin: Admin) -> None:
    """Take a team away. What waits for it waits for everybody of the site."""
    here = services(request)
    [site_id] = await _site_ids(here, (site,))
    await here.teams.remove(site_id, name, by=actor(request, admin), now=here.clock())


@router.get("/audit")
async def audit(request: Request, before: Annotated[AwareDatetime | None, Query()] = None) -> AuditPage:
    """Who did what, newest first."""
    rows = await services(request).audit.page(before=before, limit=PAGE + 1)
    return AuditPage(
        lines=tuple(
            AuditLine(
                id=UUID(row.id),
                at=row.at,
                who=row.who,
                did=row.did,
                about=row.about,
                before=_read(row.before),
                after=_read(row.after),
                address=row.address,
            )
            for row in rows[:PAGE]
        ),
        more=len(rows) > PAGE,
    )


@router.get("/audit.csv")
async def audit_csv(request: Request) -> StreamingResponse:
    """All of it, oldest first, as a table."""
    return StreamingResponse(
        _lines(services(request).audit.all()),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


async def _lines(rows: AsyncIterator[AuditRow]) -> AsyncIterator[str]:
    yield _csv(CSV_HEAD)
    async for row in rows:
        yield _csv((row.at.isoformat(), row.who, row.did, row.about, row.before or "", row.after or "", row.address))


def _csv(values: Sequence[str]) -> str:
    """One line. What a spreadsheet would take for a formula gets an apostrophe before it."""
    line = io.StringIO()
    csv.writer(line).writerow([f"'{each}" if each[:1] in ("=", "+", "-", "@", "\t", "\r") else each for each in values])
    return line.getvalue()


def _read(noted: str | None) -> object:
    return None if noted is None else json.loads(noted)


def _link(here: Services, way_in: WayIn) -> OneTimeLink:
    return OneTimeLink(link=way_in_link(here, way_in), ends_at=way_in.ends_at)


async def _site_ids(here: Services, keys: Sequence[str]) -> Sequence[SiteId]:
    """Raises NoSuchSite."""
    found = {site.key: site.id for site in await here.people.sites()}
    if missing := [key for key in keys if key not in found]:
        raise NoSuchSite(f"There is no site {missing[0]!r}. Choose one of the list.")
    return [found[key] for key in keys]
