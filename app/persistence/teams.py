"""Teams of a site's agents, to whom a conversation can be passed by what they know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select

from app.conversations import new_id
from app.errors import BadAccount
from app.persistence.audit import Actor, deed, note
from app.persistence.database import Sessions
from app.persistence.tables import AgentRow, AgentSiteRow, SiteRow, TeamMemberRow, TeamRow, TicketRow
from handoff import Role, SiteId, TeamId


@dataclass(frozen=True, slots=True)
class Team:
    """A team with the e-mails of who is on it; `site` is the site's key."""

    site: str
    name: str
    members: Sequence[str]


class Teams:
    """The cold path of setting them up; who is there now is in `roster`."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def put(self, site_id: SiteId, name: str, emails: Sequence[str], *, by: Actor, now: datetime) -> TeamId:
        """The team of this name, with exactly these members.

        Raises BadAccount for who does not work for the site, and Forbidden when `by` may not any more.
        """
        wanted = {email.lower() for email in emails}
        name = " ".join(name.split())
        if not name:
            raise BadAccount("The name is empty. Visitors read it when they are passed to the team.")
        async with deed(self._writes, by, Role.ADMIN) as session:
            agents = list(
                await session.exec(
                    select(AgentRow)
                    .join(AgentSiteRow, col(AgentSiteRow.agent_id) == col(AgentRow.id))
                    .where(AgentSiteRow.site_id == site_id, col(AgentRow.email).in_(wanted))
                )
            )
            if missing := wanted - {agent.email for agent in agents}:
                raise BadAccount(f"{min(missing)} does not work for this site. `kickstand user list` shows all.")
            found = await session.exec(select(TeamRow).where(TeamRow.site_id == site_id, TeamRow.name == name))
            row = found.first() or TeamRow(id=new_id(), site_id=site_id, name=name)
            session.add(row)
            await session.flush()
            before = sorted(
                await session.exec(
                    select(AgentRow.email)
                    .join(TeamMemberRow, col(TeamMemberRow.agent_id) == col(AgentRow.id))
                    .where(TeamMemberRow.team_id == row.id)
                )
            )
            await session.exec(delete(TeamMemberRow).where(col(TeamMemberRow.team_id) == row.id))
            session.add_all([TeamMemberRow(team_id=row.id, agent_id=agent.id) for agent in agents])
            note(session, by, now, "team.changed", name, before=before, after=sorted(wanted))
        return TeamId(row.id)

    async def remove(self, site_id: SiteId, name: str, *, by: Actor, now: datetime) -> None:
        """Take the team away, if it is there; what waits for it waits for everybody of the site. Raises Forbidden."""
        async with deed(self._writes, by, Role.ADMIN) as session:
            found = await session.exec(select(TeamRow).where(TeamRow.site_id == site_id, TeamRow.name == name))
            row = found.first()
            if row is None:
                return
            await session.exec(delete(TeamMemberRow).where(col(TeamMemberRow.team_id) == row.id))
            await session.exec(update(TicketRow).where(col(TicketRow.team_id) == row.id).values(team_id=None))
            await session.delete(row)
            note(session, by, now, "team.removed", name)

    async def all(self) -> Sequence[Team]:
        """Every team, by site and name."""
        async with self._reads() as session:
            rows = await session.exec(
                select(SiteRow.key, TeamRow.name, AgentRow.email)
                .join(TeamRow, col(TeamRow.site_id) == col(SiteRow.id))
                .join(TeamMemberRow, col(TeamMemberRow.team_id) == col(TeamRow.id), isouter=True)
                .join(AgentRow, col(AgentRow.id) == col(TeamMemberRow.agent_id), isouter=True)
                .order_by(SiteRow.key, TeamRow.name, col(AgentRow.email))
            )
            members: dict[tuple[str, str], list[str]] = {}
            for key, name, email in rows:
                members.setdefault((key, name), []).extend(() if email is None else (email,))
        return [Team(key, name, emails) for (key, name), emails in members.items()]
