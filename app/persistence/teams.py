"""Teams of a site's agents, to whom a conversation can be passed by what they know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col, select

from app.conversations import new_id
from app.persistence.database import Sessions
from app.persistence.people import BadAccount
from app.persistence.tables import AgentRow, AgentSiteRow, SiteRow, TeamMemberRow, TeamRow
from handoff import SiteId, TeamId


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

    async def put(self, site_id: SiteId, name: str, emails: Sequence[str]) -> TeamId:
        """The team of this name, with exactly these members. Raises BadAccount for who does not work for the site."""
        wanted = {email.lower() for email in emails}
        name = " ".join(name.split())
        if not name:
            raise BadAccount("The name is empty. Visitors read it when they are passed to the team.")
        async with self._writes() as session, session.begin():
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
            await session.exec(delete(TeamMemberRow).where(col(TeamMemberRow.team_id) == row.id))
            session.add_all([TeamMemberRow(team_id=row.id, agent_id=agent.id) for agent in agents])
        return TeamId(row.id)

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
