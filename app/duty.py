"""Who can take a conversation now, and what a visitor may be told about waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.persistence.people import People
from app.protocol import Availability
from app.sites import Site
from handoff import SiteId, Ticket
from handoff.sla import Calendar


class Duty:
    """Presence is read from the store at the moment of use; hours only say when people are back."""

    def __init__(self, people: People, clock: Callable[[], datetime]) -> None:
        self._people = people
        self._clock = clock

    async def staffed(self, site_id: SiteId) -> bool:
        """Whether somebody is connected and takes conversations of this site."""
        return bool(await self._people.on_duty(site_id, self._clock()))

    async def availability(self, site: Site) -> Availability:
        """What the widget says of people. Hours are a plan: only who is at the desk counts as there."""
        now = self._clock()
        people = await self._people.on_duty(site.id, now)
        if people:
            return Availability(open=True, changes_at=site.hours.closes_at(now), people=tuple(people))
        return Availability(open=False, changes_at=site.opens_at(now))

    def answer_by(self, site: Site, ticket: Ticket, calendar: Calendar, *, staffed: bool) -> datetime | None:
        """The latest moment a person answers: the promised wait while somebody is on duty, else when people are back.

        Those of the ticket's team, where it has hours of its own. None when neither is known; nothing is promised then.
        """
        if staffed:
            return ticket.requested_at + site.answer_within
        now = self._clock()
        if ticket.team_id is not None and ticket.team_id in calendar.teams:
            return calendar.teams_open_at(now)[ticket.team_id]
        return site.opens_at(now)
