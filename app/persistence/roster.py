"""Who serves a site, as they are now: what routing decides from."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.persistence.moments import from_micros, to_micros
from app.persistence.writer import SqliteReader
from handoff import Agent, AgentId, SiteId, TeamId
from handoff.routing import Colleague

_COLLEAGUES = """
SELECT a.id, a.name, a.capacity,
       a.available AND COALESCE(MAX(s.lease_until), 0) > :now,
       (SELECT COUNT(*) FROM ticket t WHERE t.agent_id = a.id AND t.state = 'assigned')
       + (SELECT COUNT(*) FROM ticket t WHERE t.offered_to = a.id AND t.state = 'offered'),
       MAX(COALESCE(MAX(s.created_at), 0),
           COALESCE((SELECT MAX(t.closed_at) FROM ticket t WHERE t.agent_id = a.id AND t.state = 'closed'), 0)),
       (SELECT GROUP_CONCAT(m.team_id) FROM team_member m WHERE m.agent_id = a.id)
FROM agent a JOIN agent_site w ON w.agent_id = a.id
     LEFT JOIN agent_session s ON s.agent_id = a.id AND s.revoked_at IS NULL
WHERE w.site_id = :site AND a.disabled_at IS NULL
GROUP BY a.id ORDER BY a.id
"""


class Roster:
    """Read when it is needed and never kept: presence is a lease in the store."""

    def __init__(self, reader: SqliteReader) -> None:
        self._reader = reader

    async def colleagues(self, site_id: SiteId, now: datetime) -> Sequence[Colleague]:
        """The agents of the site. Their load counts what they hold and what rings at them, on any site."""

        def work(cursor: sqlite3.Cursor) -> Sequence[Colleague]:
            rows = cursor.execute(_COLLEAGUES, {"site": site_id, "now": to_micros(now)})
            return [
                Colleague(
                    Agent(AgentId(agent_id), name, capacity),
                    present=bool(present),
                    load=load,
                    idle_since=from_micros(idle_since),
                    teams=frozenset(TeamId(team_id) for team_id in (teams or "").split(",") if team_id),
                )
                for agent_id, name, capacity, present, load, idle_since, teams in rows
            ]

        return await self._reader.run(work)

    async def teams(self, site_id: SiteId) -> Mapping[TeamId, str]:
        """The names of the site's teams, in the order of the alphabet."""

        def work(cursor: sqlite3.Cursor) -> Mapping[TeamId, str]:
            rows = cursor.execute("SELECT id, name FROM team WHERE site_id = ? ORDER BY name", (site_id,))
            return {TeamId(team_id): name for team_id, name in rows}

        return await self._reader.run(work)
