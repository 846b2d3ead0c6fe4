"""The bots that speak for the sites, all from one project; loaded anew while it is being worked on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from time import perf_counter

import anyio
import anyio.to_thread
from watchfiles import DefaultFilter, awatch

from app.persistence.people import People
from app.sites import Site
from bot import Assistant, ModelError, ProjectError
from handoff import SiteId

Files = AsyncIterator[Iterable[tuple[object, str]]]
"""What has changed, in bursts, as (kind, path)."""


class Bots:
    """A bot for each site; each knows its own site's shop and days. `load` may take seconds and runs in a thread."""

    def __init__(self, load: Callable[[Site], Assistant], people: People) -> None:
        self._load = load
        self._people = people
        self._loaded: dict[SiteId, Assistant] = {}
        self._one_at_a_time = anyio.Lock()

    async def of(self, site_id: SiteId) -> Assistant:
        """The bot of a site. Raises ProjectError or ModelError when it is loaded for the first time."""
        if site_id not in self._loaded:
            async with self._one_at_a_time:
                if site_id not in self._loaded:
                    self._loaded[site_id] = await self._fresh(site_id)
        return self._loaded[site_id]

    async def open(self) -> None:
        """Load the bots of all sites there are. Raises ProjectError or ModelError."""
        for site in await self._people.sites():
            await self.of(site.id)

    async def renew(self) -> None:
        """Load every bot again; the next turn of each conversation is the new one's.

        Raises ProjectError or ModelError, and then all bots are as they were.
        """
        async with self._one_at_a_time:
            fresh = {site_id: await self._fresh(site_id) for site_id in self._loaded}
            self._loaded.update(fresh)

    async def _fresh(self, site_id: SiteId) -> Assistant:
        site = await self._people.site_by_id(site_id)
        return await anyio.to_thread.run_sync(self._load, site)


async def renew_on_change(bots: Bots, project: Path, say: Callable[[str], None], files: Files | None = None) -> None:
    """Renew the bots whenever something in `project` changes, for ever; `say` tells the developer how it went.

    An edit that does not load changes nothing but what is said: every problem with file and line.
    """
    say(f"Edit {project}, and the next answer is the new one.")
    async for changed in files or awatch(project, watch_filter=DefaultFilter()):
        names = sorted({Path(path).name for _, path in changed})
        started = perf_counter()
        try:
            await bots.renew()
        except (ProjectError, ModelError) as error:
            say(f"{', '.join(names)}: not taken over, the bot stays as it was. Mend this:\n{error}")
        else:
            say(f"{', '.join(names)}: taken over in {perf_counter() - started:.1f} s.")
