"""Alembic's entry: runs the migrations on the SQLite file that `app.persistence.database` names."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import String, TypeDecorator, create_engine, event
from sqlmodel import SQLModel

from app.persistence import catalogue, tables

assert catalogue, tables  # noqa: S101  (imported for their tables)


def include(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Leave SQLite's own tables alone."""
    return not (kind == "table" and (name or "").startswith("sqlite_"))


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they store: a migration outlives the code of its day."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain = item.impl_instance
        return "sa.String()" if isinstance(plain, String) else f"sa.{type(plain).__name__}()"
    return False


engine = create_engine(f"sqlite:///{context.config.attributes['path']}")


@event.listens_for(engine, "connect")
def prepare(connection: Any, _: object) -> None:
    """The driver would commit before each CREATE TABLE: with it in autocommit mode, `begin` decides."""
    connection.isolation_level = None


@event.listens_for(engine, "begin")
def begin(connection: Any) -> None:
    """All migrations that are due, or none."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        include_object=include,
        render_item=render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
