"""REST for the wall: a site as it is now, for supervisors who work for it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.errors import NoSuchSite
from app.protocol_people import SiteName, WaitBin, Wall, WallPerson
from app.rest.rights import FOR_SUPERVISORS, Supervisor
from app.services import services
from app.voice import kept
from app.walls import half_hours, longest, midnight

router = APIRouter(prefix="/api/supervisor", dependencies=[FOR_SUPERVISORS])


@router.get("/wall")
async def wall(
    request: Request, supervisor: Supervisor, site: Annotated[str | None, Query(max_length=200)] = None
) -> Wall:
    """One of the supervisor's sites, the first when none is named."""
    here = services(request)
    now = here.clock()
    sites = [each for each in await here.people.sites() if each.id in supervisor.site_ids]
    shown = next((each for each in sites if site is None or each.key == site), None)
    if shown is None:
        raise NoSuchSite("You work for no site with this key.")
    since = midnight(now, shown.hours.tz)
    handovers = await here.handovers.between(shown.id, since, now)
    promises = kept(await here.handovers.promised(shown.id, since, now), now)
    upset = [each for each in await here.resolutions.between(shown.id, since, now) if each.came_upset]
    waited = longest(handovers)
    bins = half_hours(handovers, since)
    colleagues = await here.roster.colleagues(shown.id, now)
    desks = await here.roster.desks(shown.id, now)
    availability = await here.duty.availability(shown)
    return Wall(
        site=shown.key,
        sites=tuple(SiteName(key=each.key, name=each.name) for each in sites),
        at=now,
        tz=shown.hours.tz.key,
        promised_s=int(shown.answer_within.total_seconds()),
        open=availability.open,
        changes_at=availability.changes_at,
        people=tuple(
            WallPerson(
                id=UUID(each.agent.id),
                name=each.agent.name,
                role=each.agent.role.value,
                here=desks[each.agent.id].connected,
                available=each.present,
                holds=each.load,
                capacity=each.agent.capacity,
                newest=desks[each.agent.id].visitor,
                newest_reason=desks[each.agent.id].reason,
            )
            for each in sorted(
                colleagues, key=lambda one: (not desks[one.agent.id].connected, -one.load, one.agent.name)
            )
            if desks[each.agent.id].connected or each.load
        ),
        team=len(colleagues),
        longest_s=None if waited is None or waited.waited is None else int(waited.waited.total_seconds()),
        longest_at=None if waited is None else waited.requested_at,
        waits=tuple(
            WaitBin(
                start=each.start, half_s=int(each.half.total_seconds()), nine_s=int(each.nine.total_seconds()), n=each.n
            )
            for each in bins
        ),
        answered=sum(each.n for each in bins),
        recovered=sum(each.feeling == "good" for each in upset),
        came_upset=len(upset),
        kept=promises.on_time,
        late=promises.late,
        broken=promises.broken,
    )
