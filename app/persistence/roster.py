"""Who serves a site, as they are now: what routing decides from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader
from handoff import Agent, AgentId, ConversationId, Role, SiteId, TeamId
from handoff.routing import Colleague
from handoff.skills import needed

_COLLEAGUES = """
SELECT a.id, a.name, a.capacity, a.role,
       a.available AND COALESCE(MAX(s.lease_until), 0) > ?1,
       (SELECT COUNT(*) FROM ticket t WHERE t.agent_id = a.id AND t.state = 'assigned')
       + (SELECT COUNT(*) FROM ticket t WHERE t.offered_to = a.id AND t.state = 'offered'),
       COALESCE(MAX(s.created_at), 0),
       COALESCE((SELECT MAX(t.closed_at) FROM ticket t WHERE t.agent_id = a.id AND t.state = 'closed'), 0)
FROM agent a JOIN agent_site w ON w.agent_id = a.id
     LEFT JOIN agent_session s ON s.agent_id = a.id AND s.revoked_at IS NULL
WHERE w.site_id = ?2 AND a.disabled_at IS NULL AND NOT a.invited
GROUP BY a.id ORDER BY a.id
"""
_SKILLS = (
    "SELECT k.agent_id, k.skill FROM agent_skill k JOIN agent_site w ON w.agent_id = k.agent_id WHERE w.site_id = ?"
)
_LINE, _LAST = 100, 5
"""Conversations of a line that are looked at, and turns of the bot in each."""
_MEMBERS = "SELECT m.team_id, m.agent_id FROM team_member m JOIN team t ON t.id = m.team_id WHERE t.site_id = ?"

_DESKS = """
SELECT w.agent_id, (SELECT MAX(s.lease_until) FROM agent_session s WHERE s.agent_id = w.agent_id
                    AND s.revoked_at IS NULL), v.name, t.reason
FROM agent_site w
     LEFT JOIN ticket t ON t.agent_id = w.agent_id AND t.state = 'assigned'
     LEFT JOIN conversation c ON c.id = t.conversation_id LEFT JOIN visitor v ON v.id = c.visitor_id
WHERE w.site_id = ? ORDER BY t.assigned_at
"""


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Whether somebody is connected, taking conversations or not, and the one that came to them last."""

    connected: bool
    visitor: str | None
    reason: str | None


class Roster:
    """Read when it is needed and never kept: presence is a lease in the store."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def colleagues(self, site_id: SiteId, now: datetime) -> Sequence[Colleague]:
        """The agents of the site. Their load counts what they hold and what rings at them, on any site."""

        def work(cursor: Cursor) -> Sequence[Colleague]:
            rows = cursor.execute(_COLLEAGUES, (to_micros(now), site_id)).fetchall()
            teams: dict[str, set[TeamId]] = {}
            for team_id, agent_id in cursor.execute(_MEMBERS, (site_id,)):
                teams.setdefault(agent_id, set()).add(TeamId(team_id))
            skills: dict[str, set[str]] = {}
            for agent_id, skill in cursor.execute(_SKILLS, (site_id,)):
                skills.setdefault(agent_id, set()).add(skill)
            return [
                Colleague(
                    Agent(AgentId(agent_id), name, capacity, Role(role)),
                    present=bool(present),
                    load=load,
                    idle_since=from_micros(max(came_at, served_at)),
                    teams=frozenset(teams.get(agent_id, ())),
                    skills=frozenset(skills.get(agent_id, ())),
                )
                for agent_id, name, capacity, role, present, load, came_at, served_at in rows
            ]

        return await self._reader.run(work)

    async def desks(self, site_id: SiteId, now: datetime) -> Mapping[AgentId, AtDesk]:
        """The agents of the site at their desks."""

        def work(cursor: Cursor) -> Mapping[AgentId, AtDesk]:
            rows = cursor.execute(_DESKS, (site_id,))
            at = to_micros(now)
            return {AgentId(row[0]): AtDesk((row[1] or 0) > at, row[2], row[3]) for row in rows}

        return await self._reader.run(work)

    async def asked_for(self, site_id: SiteId, known: frozenset[str]) -> Mapping[ConversationId, frozenset[str]]:
        """Which of the `known` skills the conversations ask for that wait at this site."""

        def work(cursor: Cursor) -> Mapping[ConversationId, frozenset[str]]:
            rows = cursor.execute(
                "SELECT conversation_id FROM ticket WHERE site_id = ? AND state = 'waiting'"
                " ORDER BY rank_at, id LIMIT ?",
                (site_id, _LINE),
            ).fetchall()
            return {ConversationId(each): needed(known, **_about(cursor, each)) for (each,) in rows}

        return await self._reader.run(work)

    async def teams(self, site_id: SiteId) -> Mapping[TeamId, str]:
        """The names of the site's teams, in the order of the alphabet."""

        def work(cursor: Cursor) -> Mapping[TeamId, str]:
            rows = cursor.execute("SELECT id, name FROM team WHERE site_id = ? ORDER BY name", (site_id,))
            return {TeamId(team_id): name for team_id, name in rows}

        return await self._reader.run(work)


def _about(cursor: Cursor, conversation_id: str) -> dict[str, list[str]]:
    """Its tags, and the intents of its last turns."""
    tags = cursor.execute("SELECT tag FROM conversation_tag WHERE conversation_id = ?", (conversation_id,)).fetchall()
    turns = cursor.execute(
        "SELECT data FROM entry WHERE conversation_id = ? AND kind = 'tracker' ORDER BY pos DESC LIMIT ?",
        (conversation_id, _LAST),
    ).fetchall()
    events = [event for (data,) in turns for event in json.loads(data)["events"] if event.get("event") == "user"]
    intents = [((event.get("parse_data") or {}).get("intent") or {}).get("name") for event in events]
    return {"tags": [tag for (tag,) in tags], "intents": [str(intent) for intent in intents if intent]}
