"""What a site has arranged: when its people and teams are there, and how they are reached. Each change is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from app.alerts.reach import Reach
from app.errors import NoSuchSite
from app.persistence.audit import Actor, deed, note
from app.persistence.database import Sessions
from app.persistence.tables import SiteRow, TeamRow
from app.sites import Site
from handoff import OpeningHours, Role, SiteId, TeamId
from handoff.sla import Calendar


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team; `hours` None: it keeps those of its site."""

    id: TeamId
    name: str
    hours: OpeningHours | None


class Arrangements:
    """Read when needed; written by who has the role for it at that very moment."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def teams(self, site_id: SiteId) -> Sequence[TeamPlan]:
        """The site's teams, by name."""
        async with self._reads() as session:
            rows = await session.exec(select(TeamRow).where(TeamRow.site_id == site_id).order_by(col(TeamRow.name)))
            return [
                TeamPlan(TeamId(row.id), row.name, OpeningHours.from_dict(row.hours) if row.hours else None)
                for row in rows
            ]

    async def calendar(self, site: Site) -> Calendar:
        """The hours of the site and of those teams that have their own."""
        return Calendar(
            site.hours, {team.id: team.hours for team in await self.teams(site.id) if team.hours is not None}
        )

    async def set_hours(
        self, actor: Actor, site: Site, hours: OpeningHours, answer_within: timedelta | None, now: datetime
    ) -> None:
        """Other hours, and another promised wait if one is given. Raises Forbidden."""
        async with deed(self._writes, actor, Role.SUPERVISOR) as session:
            row = await session.get(SiteRow, site.id)
            if row is None:
                raise NoSuchSite
            before = {"hours": row.hours, "answer_within_s": row.answer_within_s}
            row.hours = hours.to_dict()
            if answer_within is not None:
                row.answer_within_s = int(answer_within.total_seconds())
            after = {"hours": row.hours, "answer_within_s": row.answer_within_s}
            session.add(row)
            note(session, actor, now, "hours.changed", f"site {site.key}", before=before, after=after)

    async def set_team_hours(
        self, actor: Actor, site: Site, team_id: TeamId, hours: OpeningHours | None, now: datetime
    ) -> None:
        """Other hours of a team; None: those of the site. Raises Forbidden or NoSuchSite."""
        async with deed(self._writes, actor, Role.SUPERVISOR) as session:
            row = await session.get(TeamRow, team_id)
            if row is None or row.site_id != site.id:
                raise NoSuchSite("This site has no such team. Reload the page to see those it has.")
            before, row.hours = row.hours, {} if hours is None else hours.to_dict()
            session.add(row)
            about = f"team {row.name} of site {site.key}"
            note(session, actor, now, "hours.changed", about, before=before, after=row.hours)

    async def set_reach(self, actor: Actor, site: Site, reach: Reach, now: datetime) -> None:
        """Other ways to the site's people. Raises Forbidden. Of secrets the record says only that they changed."""
        async with deed(self._writes, actor, Role.ADMIN) as session:
            row = await session.get(SiteRow, site.id)
            if row is None:
                raise NoSuchSite
            row.reach = reach.to_dict()
            session.add(row)
            before, after = (_without_secrets(each) for each in (site.reach, reach))
            note(session, actor, now, "alerts.changed", f"site {site.key}", before=before, after=after)


def _without_secrets(reach: Reach) -> dict[str, object]:
    shown = reach.to_dict()
    return {
        **shown,
        "webhook_secret": shown["webhook_secret"] is not None,
        "slack_url": shown["slack_url"] is not None,
    }
