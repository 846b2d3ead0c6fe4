"""When people are there: hours of sites and teams, and what a visitor would be told at any moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.errors import BadFrame
from app.protocol import (
    CallSlot,
    HoursPlan,
    HoursPreview,
    PreviewHours,
    PutHours,
    SiteHours,
    SiteHoursList,
    TeamHours,
)
from app.rest.agent import Token, signed_in_as
from app.rest.alerts import site_of, sites_of
from app.rest.rights import Supervisor, actor
from app.services import Services, services
from app.sites import Site
from handoff import BadHours, OpeningHours, Reason, TeamId
from handoff.sla import Calendar, preview


async def _somebody(request: Request, token: Token = None) -> None:
    """Before anything of a request is looked at: whoever is signed out learns nothing of what it lacks."""
    here = services(request)
    await signed_in_as(here, token, here.clock())


router = APIRouter(dependencies=[Depends(_somebody)])


@router.get("/api/agent/hours")
async def hours(request: Request, token: Token = None) -> SiteHoursList:
    """The hours of the agent's sites and their teams."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return SiteHoursList(sites=tuple([await _hours(here, site) for site in await sites_of(here, signed_in)]))


@router.post("/api/agent/hours/preview")
async def hours_preview(body: PreviewHours, request: Request) -> HoursPreview:
    """What a visitor who asks for a person at that moment is told, by hours that may not be stored yet."""
    plan = _read(body.hours)
    try:
        at = datetime.fromisoformat(body.at).replace(tzinfo=plan.tz)
    except ValueError as error:
        raise BadFrame(f"{body.at} is no moment of a calendar. Write it like 2026-12-24T16:30") from error
    found = preview(Calendar(plan), None, at, timedelta(seconds=body.answer_within_s))
    asked = services(request).desk.request(
        Reason.HUMAN_REQUEST,
        "",
        (),
        now=at,
        staffed=found.is_open,
        opens_at=None if found.is_open else found.changes_at,
        tz=plan.tz,
    )
    return HoursPreview(
        at=found.at,
        open=found.is_open,
        changes_at=found.changes_at,
        answer_by=found.answer_by,
        slots=tuple(CallSlot(begins=begins, ends=ends) for begins, ends in found.slots),
        says=asked.says,
    )


@router.put("/api/admin/sites/{key}/hours")
async def put_hours(key: str, body: PutHours, request: Request, signed_in: Supervisor) -> SiteHours:
    """Other hours of a site or a team; visitors are told by them from now on."""
    here = services(request)
    site = await site_of(here, signed_in, key)
    who, now = actor(request, signed_in), here.clock()
    plan = None if body.hours is None else _read(body.hours)
    if body.team is not None:
        await here.arrangements.set_team_hours(who, site, TeamId(str(body.team)), plan, now)
    elif plan is None:
        raise BadFrame("A site has hours of its own. Leave every day empty if nobody is ever there.")
    else:
        within = None if body.answer_within_s is None else timedelta(seconds=body.answer_within_s)
        await here.arrangements.set_hours(who, site, plan, within, now)
    here.line.touch(site.id, None)
    return await _hours(here, await here.people.site(key))


def _read(plan: HoursPlan) -> OpeningHours:
    """Raises BadFrame with what to mend."""
    try:
        return OpeningHours.from_dict(plan.model_dump())
    except BadHours as error:
        raise BadFrame(str(error)) from error


async def _hours(here: Services, site: Site) -> SiteHours:
    return SiteHours(
        site=site.key,
        name=site.name,
        hours=_plan(site.hours),
        answer_within_s=int(site.answer_within.total_seconds()),
        teams=tuple(
            TeamHours(id=UUID(team.id), name=team.name, hours=None if team.hours is None else _plan(team.hours))
            for team in await here.arrangements.teams(site.id)
        ),
    )


def _plan(found: OpeningHours) -> HoursPlan:
    data: dict[str, Any] = found.to_dict()
    return HoursPlan.model_validate(data)
