"""One periodic task: the next step of every conversation that waits for a person, and of those who took one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from app.alerts.alarms import Alarms
from app.alerts.news import News
from app.errors import ChatError
from app.persistence.arrangements import Arrangements
from app.persistence.people import People
from app.persistence.roster import Roster
from app.sites import Site
from handoff import ConversationId, Desk, SiteId, TeamId, Ticket
from handoff.routing import CallOwner, Colleague, Plan
from handoff.sla import Calendar, unstaffed

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)
"""Between looks: what an accept deadline of some seconds needs. With nothing to do, a look only reads."""
ALARM_AGAIN = timedelta(minutes=15)
"""An empty desk is told once in this time at most, whichever gateway sees it first."""


class Router:
    """Asks the desk what each ticket needs. Deadlines live in the store, so a restart loses none."""

    def __init__(
        self,
        desk: Desk,
        people: People,
        roster: Roster,
        arrangements: Arrangements,
        alarms: Alarms,
        plan: Plan,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._people = people
        self._roster = roster
        self._arrangements = arrangements
        self._alarms = alarms
        self._plan = plan
        self._clock = clock
        self._sleep = sleep
        self._staffed_at: dict[tuple[SiteId, TeamId | None], datetime] = {}
        self._alarmed: set[tuple[SiteId, TeamId | None]] = set()

    async def run(self, settle: timedelta) -> None:
        """Look for ever, beginning after `settle`: agents get the time to come back after a restart."""
        await self._sleep(settle.total_seconds())
        while True:
            try:
                for site in await self._people.sites():
                    await self.look(site)
            except ChatError as error:
                log.warning("routing put off", error=error.code)
            except Exception:
                # One row that nobody can read must not keep everybody else from a person.
                log.exception("routing failed")
            await self._sleep(LOOK.total_seconds())

    async def look(self, site: Site) -> None:
        """Take the next step with each open ticket of the site; tell of an empty desk."""
        now = self._clock()
        colleagues = await self._roster.colleagues(site.id, now)
        plan = replace(self._plan, push=site.push, promised=site.answer_within)
        calendar = await self._arrangements.calendar(site)
        done = await self._desk.route(
            site.id,
            colleagues,
            plan,
            now=now,
            opens_at=site.opens_at(now),
            teams_open_at=calendar.teams_open_at(now),
            appointments=site.calls_at_once > 0,
            skills=await self._asked_for(site, colleagues),
        )
        for ticket, decision in done:
            if isinstance(decision, CallOwner):
                await self._call_owner(ticket, decision, now)
        await self._alarm(site, calendar, colleagues, now)

    async def _asked_for(
        self, site: Site, colleagues: Sequence[Colleague]
    ) -> Mapping[ConversationId, frozenset[str]] | None:
        """The skills that those who wait ask for, where conversations are pushed and somebody has any."""
        known = frozenset(skill for each in colleagues if each.present for skill in each.skills)
        return await self._roster.asked_for(site.id, known) if site.push and known else None

    async def _call_owner(self, ticket: Ticket, decision: CallOwner, now: datetime) -> None:
        log.warning("the owner is called", conversation_id=ticket.conversation_id, because=decision.because)
        minutes = (now - (ticket.waiting_since or ticket.requested_at)) // timedelta(minutes=1)
        news = News(
            "owner.called",
            f"A customer has waited {minutes} min for a person" if minutes else "A customer waits and nobody is there",
            f"{decision.because[:1].upper()}{decision.because[1:]}. It goes on ringing; you can take it yourself.",
            ticket.conversation_id,
        )
        await self._alarms.tell(ticket.site_id, news, about=f"{ticket.id}/owner/{decision.until.isoformat()}")

    async def _alarm(self, site: Site, calendar: Calendar, colleagues: Sequence[Colleague], now: datetime) -> None:
        """Once each time a desk is empty though the hours say otherwise: the site's, or that of a team with its own."""
        for team_id, hours in ((None, calendar.site), *calendar.teams.items()):
            desk = (site.id, team_id)
            if any(each.present and (team_id is None or team_id in each.teams) for each in colleagues):
                self._staffed_at[desk] = now
            alarm = unstaffed(hours, now, last_staffed_at=self._staffed_at.get(desk))
            if alarm is None:
                self._alarmed.discard(desk)
            elif desk not in self._alarmed:
                self._alarmed.add(desk)
                log.warning(str(alarm), site=site.key, team_id=team_id, since=alarm.since.isoformat())
                whose = "" if team_id is None else ", in a team with hours of its own"
                news = News("desk.unstaffed", f"Nobody is on duty at {site.name}{whose}", str(alarm))
                number = int(now.timestamp() / ALARM_AGAIN.total_seconds())
                await self._alarms.tell(site.id, news, about=f"{team_id or site.id}/unstaffed/{number}")
