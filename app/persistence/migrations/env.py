"""Alembic's entry: runs the migrations on the store that `app.persistence.database` names."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, String, TypeDecorator, create_engine, event, exists, insert, literal, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from app.persistence import alert_tables, catalogue, desk_tables, people_tables, tables
from app.persistence.tables import StoreRow

assert catalogue, tables  # noqa: S101  (imported for their tables)
assert desk_tables, people_tables  # noqa: S101
assert alert_tables  # noqa: S101

LOCK = 0x4B49434B  # of everything that migrates: "KICK"


def include(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Leave SQLite's own tables alone."""
    return not (kind == "table" and ((name or "").startswith("sqlite_") or (name or "").split("_")[0] == "words"))


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they store: a migration outlives the code of its day."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain = item.impl_instance
        return "sa.String()" if isinstance(plain, String) else f"sa.{type(plain).__name__}()"
    return False


def run(connection: Connection) -> None:
    """All migrations that are due, or none; and the name of a new store's lifetime."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        include_object=include,
        render_item=render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # whoever comes second finds nothing left to do
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        context.run_migrations()
        if connection.dialect.has_table(connection, StoreRow.__tablename__):
            store = insert(StoreRow).from_select(
                ["id", "epoch"],
                select(literal(1).label("id"), literal(context.config.attributes["epoch"])).where(
                    ~exists(select(literal(1)).select_from(StoreRow))
                ),
            )
            connection.execute(store)


def migrate_file(path: Path) -> None:
    """On SQLite."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        """The driver would commit before each CREATE TABLE: with it in autocommit mode, `begin` decides."""
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        run(connection)
    engine.dispose()


async def migrate_server(url: URL) -> None:
    """On PostgreSQL."""
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


target = context.config.attributes["store"]
if isinstance(target, URL):
    asyncio.run(migrate_server(target))
else:
    migrate_file(target)
