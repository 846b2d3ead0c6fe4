"""Removing what visitors want removed, and what a site keeps no longer: rows, files, and what is held in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from app.backplane import Backplane, Changed, VisitorLeft
from app.conversations import VisitorId
from app.dialogues import Dialogues
from app.errors import ChatError
from app.persistence.own_data import Erased, OwnData
from app.persistence.people import People
from app.persistence.photos import Photos
from app.photos.storage import Storage

log = structlog.get_logger(__name__)
EVERY = timedelta(hours=1)
NEVER_SENT = timedelta(days=1)
"""How long a photo is kept that was taken up and went out with no message."""


class Erasure:
    """One for the process; also a periodic task."""

    def __init__(
        self,
        own_data: OwnData,
        photos: Photos,
        storage: Storage,
        people: People,
        dialogues: Dialogues,
        backplane: Backplane,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._own_data = own_data
        self._photos = photos
        self._storage = storage
        self._people = people
        self._dialogues = dialogues
        self._backplane = backplane
        self._clock = clock
        self._sleep = sleep

    async def of(self, visitor_id: VisitorId) -> None:
        """Everything of a visitor. Raises NoSuchVisitor."""
        await self._finish(await self._own_data.erase(visitor_id, self._clock()))
        await self._backplane.publish(VisitorLeft(visitor_id))

    async def run(self) -> None:
        """Look for what is kept no longer, for ever."""
        while True:
            await self._sleep(EVERY.total_seconds())
            try:
                await self.look()
            except ChatError as error:
                log.warning("erasure put off", error=error.code)
            except Exception:
                # One row that nobody can read must not keep all others for ever.
                log.exception("erasure failed")

    async def look(self) -> None:
        """Remove what each site keeps no longer, and photos that were never sent."""
        now = self._clock()
        for site in await self._people.sites():
            while site.retention is not None:
                erased = await self._own_data.erase_older(site.id, now - site.retention, now)
                await self._finish(erased)
                if not erased.conversations:
                    break
        left = await self._photos.never_sent(now - NEVER_SENT)
        await self._photos.forget(left)
        for photo_id in left:
            if await self._photos.one(photo_id) is None:
                await self._storage.remove(photo_id)

    async def _finish(self, erased: Erased) -> None:
        for photo_id in erased.photos:
            await self._storage.remove(photo_id)
        for each in erased.conversations:
            self._dialogues.forget(each.id)
            await self._backplane.publish(Changed(each.id, each.visitor_id, each.site_id, each.head, each.pos))
