"""The demonstration's shop without its server, for who wants to talk to the bot alone."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx

from app.demo.brand import seed
from app.persistence.database import open_database
from app.persistence.people import People
from app.settings import DATABASE, Settings
from app.shops.cases import DatabaseCases
from app.shops.database import DatabaseShop
from app.shops.garage import DatabaseGarage
from app.shops.preferences import DatabasePreferences
from bot.ports import Services


@asynccontextmanager
async def visited_shop(clock: Callable[[], datetime]) -> AsyncIterator[Services]:
    """What the built-in bot asks for, on the sample catalogue and orders; nothing of it is kept."""
    fields = Settings.model_fields
    with tempfile.TemporaryDirectory(prefix="kickstand-shop-") as folder:
        async with (
            open_database(Path(folder) / DATABASE, durability="NORMAL") as database,
            httpx.AsyncClient(trust_env=False) as http,
        ):
            people = People(
                database.reads,
                database.writes,
                idle=fields["session_idle"].default,
                absolute=fields["session_absolute"].default,
            )
            site, _ = await seed(database, people, shop_url="https://larkmoor.example", now=clock())
            yield Services(
                shop=DatabaseShop(database.reads, site.id, clock),
                cases=DatabaseCases(database.writes, site.id, clock),
                garage=DatabaseGarage(database.reads, database.writes, site.id, clock),
                preferences=DatabasePreferences(database.reader, database.writes, site.id, clock),
                clock=clock,
                http=http,
                timezone=site.hours.tz,
            )
