"""Who is connected: heartbeats of every socket, and the leases of agents while theirs are open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from app.errors import CloseCode, Unavailable
from app.gateway.hub import Hub
from app.persistence.people import People
from app.settings import Settings

log = structlog.get_logger(__name__)

BEAT = 1.0  # seconds between looks at the sockets
RENEWALS_PER_LEASE = 3
LOOK_AGAIN = 4.0  # seconds at most until a session that ended elsewhere, or lost a site, loses its sockets


class Presence:
    """One task for all sockets: an idle one costs no task of its own."""

    def __init__(
        self,
        hub: Hub,
        people: People,
        settings: Settings,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._hub = hub
        self._people = people
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep

    async def run(self) -> None:
        """Beat and renew, for ever."""
        between = min(self._settings.lease.total_seconds() / RENEWALS_PER_LEASE, LOOK_AGAIN)
        due = self._monotonic() + between
        while True:
            await self._sleep(BEAT)
            for connection in tuple(self._hub.connections):
                connection.beat()
            if self._monotonic() >= due:
                due += between
                await self._renew()

    async def _renew(self) -> None:
        sessions = self._hub.sessions.all()
        if not sessions:
            return
        try:
            live = await self._people.renew(sessions, self._clock(), self._settings.lease)
        except Unavailable:
            log.warning("presence not renewed")
            return
        except Exception:
            # Heartbeats of all sockets hang on this task: what one renewal meets must not end it.
            log.exception("presence not renewed")
            return
        for session_id in sessions:
            for console in self._hub.sessions[session_id]:
                if session_id not in live:  # signed out, disabled or too old, perhaps by another process
                    console.connection.leave(CloseCode.NOT_AUTHENTICATED)
                elif console.site_ids != live[session_id]:  # comes back and sees what it may see now
                    console.connection.leave(CloseCode.RESYNC)
