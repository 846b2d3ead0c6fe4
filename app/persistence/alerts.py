"""Alerts that are owed, and the browsers that take them. Timers live in the store: a restart loses none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.alerts.news import Kind, News
from app.alerts.push import Subscription
from app.conversations import new_id
from app.persistence.moments import from_micros, to_micros
from app.persistence.work import Cursor, Reader, Writer
from handoff import AgentId, ConversationId, SiteId
from handoff.escalation import Way

MOST_DEVICES = 10
KEPT = timedelta(days=30)
_ALERT = (
    "id, site_id, about, step, way, kind, title, body, conversation_id, waiting_since, agents, state, attempts, detail,"
    " created_at, next_at"
)
_ADD = f"INSERT INTO alert ({_ALERT}) VALUES ({', '.join('?' * 16)}) ON CONFLICT (about, step, way) DO NOTHING"  # noqa: S608
_WAITS = "SELECT waiting_since FROM ticket WHERE conversation_id = ? AND state IN ('waiting', 'offered')"
_DEVICES = """
SELECT p.id, p.agent_id, p.endpoint, p.p256dh, p.auth, p.device, p.reached_at, p.session_id
FROM push_subscription p JOIN agent_session s ON s.id = p.session_id JOIN agent a ON a.id = p.agent_id
WHERE s.revoked_at IS NULL AND a.disabled_at IS NULL AND s.seen_at > ? AND s.created_at > ?
"""
_OWNERS = """
SELECT a.id, a.email, a.role FROM agent a JOIN agent_site w ON w.agent_id = a.id
WHERE w.site_id = ? AND a.role IN ('admin', 'supervisor') AND a.disabled_at IS NULL ORDER BY a.role, a.id
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that is owed. `attempts`: how often it was tried before."""

    id: str
    site_id: SiteId
    way: Way
    news: News
    agents: tuple[AgentId, ...] | None
    waiting_since: datetime | None
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """An alert to be: `about` and `step` name it among all."""

    site_id: SiteId
    about: str
    step: int
    way: Way
    news: News
    agents: tuple[AgentId, ...] | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A browser of an agent."""

    id: str
    agent_id: AgentId
    subscription: Subscription
    name: str
    reached_at: datetime | None
    session_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an alert: state "due", "sent", "dropped" or "failed"."""

    way: Way
    kind: Kind
    state: str
    detail: str
    at: datetime


class Alerts:
    """The two tables. `idle` and `absolute` as of agents' sessions: who is signed out gets nothing."""

    def __init__(self, writer: Writer, reader: Reader, *, idle: timedelta, absolute: timedelta) -> None:
        self._writer = writer
        self._reader = reader
        self._idle = idle
        self._absolute = absolute

    async def owe(self, owed: Sequence[Owed], now: datetime) -> None:
        """Keep them until they are sent; those that are known already stay as they are."""

        def work(cursor: Cursor) -> None:
            for each in owed:
                news = each.news
                cursor.execute(
                    _ADD,
                    (
                        new_id(),
                        each.site_id,
                        each.about,
                        each.step,
                        each.way.value,
                        news.kind,
                        news.title,
                        news.body,
                        news.conversation_id,
                        None if each.waiting_since is None else to_micros(each.waiting_since),
                        None if each.agents is None else json.dumps(each.agents),
                        "due",
                        0,
                        "",
                        to_micros(now),
                        to_micros(now),
                    ),
                )

        await self._writer.run(work)

    async def due(self, now: datetime, limit: int = 50) -> Sequence[Alert]:
        """What is owed now, the oldest first."""

        def work(cursor: Cursor) -> Sequence[Alert]:
            rows = cursor.execute(
                f"SELECT {_ALERT} FROM alert WHERE state = 'due' AND next_at <= ? ORDER BY next_at LIMIT ?",  # noqa: S608
                (to_micros(now), limit),
            )
            return [_to_alert(row) for row in rows]

        return await self._reader.run(work)

    async def take(self, alert: Alert, now: datetime, lease: timedelta) -> bool:
        """Keep the alert to this process for `lease`; whether it still is to be sent.

        An alert about somebody who waits is dropped when nobody waits since then any more.
        """

        def work(cursor: Cursor) -> bool:
            cursor.execute(
                "UPDATE alert SET attempts = attempts + 1, next_at = ? WHERE id = ? AND attempts = ? AND state = 'due'",
                (to_micros(now + lease), alert.id, alert.attempts),
            )
            if cursor.rowcount == 0:
                return False
            if alert.waiting_since is None:
                return True
            waits = cursor.execute(_WAITS, (alert.news.conversation_id,)).fetchone()
            if waits is not None and waits[0] == to_micros(alert.waiting_since):
                return True
            cursor.execute("UPDATE alert SET state = 'dropped', detail = 'taken before' WHERE id = ?", (alert.id,))
            return False

        return await self._writer.run(work)

    async def settle(self, alert: Alert, state: str, detail: str, next_at: datetime) -> None:
        """What became of it: "sent", "failed", or "due" again at `next_at`."""

        def work(cursor: Cursor) -> None:
            cursor.execute(
                "UPDATE alert SET state = ?, detail = ?, next_at = ? WHERE id = ?",
                (state, detail[:300], to_micros(next_at), alert.id),
            )

        await self._writer.run(work)

    async def prune(self, now: datetime) -> None:
        """Forget what is old."""
        before = to_micros(now - KEPT)
        await self._writer.run(lambda cursor: cursor.execute("DELETE FROM alert WHERE created_at < ?", (before,)))

    async def outcomes(self, site_id: SiteId, limit: int = 20) -> Sequence[Outcome]:
        """The latest alerts of a site, the newest first."""

        def work(cursor: Cursor) -> Sequence[Outcome]:
            rows = cursor.execute(
                "SELECT way, kind, state, detail, created_at FROM alert WHERE site_id = ?"
                " ORDER BY created_at DESC, id DESC LIMIT ?",
                (site_id, limit),
            )
            return [Outcome(Way(way), kind, state, detail, from_micros(at)) for way, kind, state, detail, at in rows]

        return await self._reader.run(work)

    async def owners(self, site_id: SiteId) -> Sequence[tuple[AgentId, str]]:
        """The site's admins with their e-mails; where it has none, its supervisors."""

        def work(cursor: Cursor) -> Sequence[tuple[AgentId, str]]:
            rows = cursor.execute(_OWNERS, (site_id,)).fetchall()
            first = rows[0][2] if rows else None
            return [(AgentId(agent_id), email) for agent_id, email, role in rows if role == first]

        return await self._reader.run(work)

    # Browsers ----------------------------------------------------------------------------------------------------

    async def add_device(
        self,
        agent_id: AgentId,
        session_id: str,
        subscription: Subscription,
        keys: tuple[str, str],
        name: str,
        now: datetime,
    ) -> None:
        """Take a browser in; one that is known belongs to who signed in last there. The oldest go beyond ten."""

        def work(cursor: Cursor) -> None:
            cursor.execute(
                "INSERT INTO push_subscription (id, agent_id, session_id, endpoint, p256dh, auth, device, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (endpoint) DO UPDATE SET agent_id = excluded.agent_id,"
                " session_id = excluded.session_id, p256dh = excluded.p256dh, auth = excluded.auth,"
                " device = excluded.device, created_at = excluded.created_at",
                (new_id(), agent_id, session_id, subscription.endpoint, *keys, name, to_micros(now)),
            )
            cursor.execute(
                "DELETE FROM push_subscription WHERE agent_id = ? AND id NOT IN (SELECT id FROM push_subscription"
                " WHERE agent_id = ? ORDER BY created_at DESC LIMIT ?)",
                (agent_id, agent_id, MOST_DEVICES),
            )

        await self._writer.run(work)

    async def remove_device(self, agent_id: AgentId, endpoint: str) -> None:
        """Send nothing to this browser any more."""

        def work(cursor: Cursor) -> None:
            cursor.execute("DELETE FROM push_subscription WHERE agent_id = ? AND endpoint = ?", (agent_id, endpoint))

        await self._writer.run(work)

    async def gone(self, device: Device) -> None:
        """The push service says that this browser is there no more."""
        await self._writer.run(
            lambda cursor: cursor.execute("DELETE FROM push_subscription WHERE id = ?", (device.id,))
        )

    async def reached(self, device: Device, now: datetime) -> None:
        """The push service has taken a message for it."""
        await self._writer.run(
            lambda cursor: cursor.execute(
                "UPDATE push_subscription SET reached_at = ? WHERE id = ?", (to_micros(now), device.id)
            )
        )

    async def devices_of(self, agents: Sequence[AgentId], now: datetime) -> Sequence[Device]:
        """The browsers of these agents, whether or not they are available."""
        marks = ", ".join("?" * len(agents)) or "NULL"
        return await self._devices(f"AND p.agent_id IN ({marks})", agents, now)

    async def has_devices(self, site_id: SiteId) -> bool:
        """Whether any browser of the site's agents takes messages."""
        statement = "SELECT 1 FROM push_subscription p JOIN agent_site w ON w.agent_id = p.agent_id WHERE w.site_id = ?"
        return await self._reader.run(lambda cursor: cursor.execute(statement, (site_id,)).fetchone() is not None)

    async def devices_at(self, site_id: SiteId, now: datetime) -> Sequence[Device]:
        """The browsers of the site's agents who are available and have room."""
        where = (
            "AND a.available AND p.agent_id IN (SELECT agent_id FROM agent_site WHERE site_id = ?) AND a.capacity >"
            " (SELECT COUNT(*) FROM ticket t WHERE t.agent_id = a.id AND t.state = 'assigned')"
        )
        return await self._devices(where, (site_id,), now)

    async def _devices(self, where: str, values: Sequence[Any], now: datetime) -> Sequence[Device]:
        def work(cursor: Cursor) -> Sequence[Device]:
            lives = (to_micros(now - self._idle), to_micros(now - self._absolute))
            return [_to_device(row) for row in cursor.execute(f"{_DEVICES} {where}", (*lives, *values))]

        return await self._reader.run(work)


def _to_alert(row: Sequence[Any]) -> Alert:
    return Alert(
        id=row[0],
        site_id=SiteId(row[1]),
        way=Way(row[4]),
        news=News(row[5], row[6], row[7], None if row[8] is None else ConversationId(row[8])),
        agents=None if row[10] is None else tuple(AgentId(each) for each in json.loads(row[10])),
        waiting_since=None if row[9] is None else from_micros(row[9]),
        attempts=row[12],
        created_at=from_micros(row[14]),
    )


def _to_device(row: Sequence[Any]) -> Device:
    return Device(
        id=row[0],
        agent_id=AgentId(row[1]),
        subscription=Subscription.read(row[2], row[3], row[4]),
        name=row[5],
        reached_at=None if row[6] is None else from_micros(row[6]),
        session_id=row[7],
    )
