"""Sites of one server: each bot speaks for its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from app.sites import Site
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import ALWAYS_OPEN, Running


async def due_days(server: Running, sites: Sequence[Site]) -> list[str]:
    """By when visitors of these sites hear about a return that they open now."""
    days = []
    for site in sites:
        await server.services.bots.of(site.id)  # it learns as long as it takes, before anybody is impatient
        async with server.visitor(site) as anna:
            days.append((await anna.ask("i'd like to return it"))["card"]["due"])
    return days


async def test_days_are_counted_where_a_sites_visitors_live(start: Start, clock: ManualClock) -> None:
    clock.at = datetime(2026, 11, 25, 12, tzinfo=UTC)  # it is Thursday already in Auckland
    async with start(bot_project=None) as server:
        sites = [await server.new_site(hours={**ALWAYS_OPEN, "tz": tz}) for tz in ("Europe/Berlin", "Pacific/Auckland")]
        assert await due_days(server, sites) == ["Thu 26 Nov", "Fri 27 Nov"]
    async with start(bot_project=None) as server:  # now the sites are there from the start
        assert await due_days(server, sites) == ["Thu 26 Nov", "Fri 27 Nov"]
