"""A shop with the sample catalogue on a SQLite file of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

import app.persistence.catalogue  # noqa: F401 - declares the tables
from app.persistence.database import Sessions
from app.persistence.work import Reader
from app.persistence.writer import SqliteReader
from app.shops.cases import DatabaseCases
from app.shops.database import DatabaseShop
from app.shops.garage import DatabaseGarage
from app.shops.load import load_sample
from app.shops.preferences import DatabasePreferences
from bot.ports import Services

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""A Wednesday, so that the days around it are working days."""


def now() -> datetime:
    return NOON


def sessions_on(path: Path) -> Sessions:
    """Sessions whose connections live no longer than they do, so that any event loop may use them."""
    return async_sessionmaker(
        create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool), class_=AsyncSession
    )


@asynccontextmanager
async def empty_database(path: Path) -> AsyncIterator[Sessions]:
    """The tables, without a row."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield async_sessionmaker(engine, class_=AsyncSession)
    await engine.dispose()


async def stocked(path: Path, site_id: str = "larkmoor") -> Services:
    """Services of a site that has the sample catalogue and orders."""
    async with empty_database(path) as sessions:
        await load_sample(sessions, site_id, now=NOON, shop_url="https://larkmoor.example")
    return services_of(sessions_on(path), site_id)


def services_of(sessions: Sessions, site_id: str, reader: Reader | None = None) -> Services:
    """The services on these sessions; `reader` reads the same store, and is opened here when that is a file."""
    reader = reader or SqliteReader(Path(str(sessions.kw["bind"].url.database)))
    return Services(
        shop=DatabaseShop(sessions, site_id, now),
        cases=DatabaseCases(sessions, site_id, now),
        garage=DatabaseGarage(sessions, sessions, site_id, now),
        preferences=DatabasePreferences(reader, sessions, site_id, now),
        clock=now,
    )
