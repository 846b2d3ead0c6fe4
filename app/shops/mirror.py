"""The catalogue of a site as a SQLite file, whatever database it lives in: imports work on a file.

A catalogue in PostgreSQL is copied out, changed as a file, and the difference is written back in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, func, insert, literal, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from app.persistence.address import Store
from app.persistence.catalogue import (
    CatalogueVersionRow,
    FitmentRow,
    ModelAliasRow,
    PartRow,
    VehicleGenerationRow,
    VehicleModelRow,
)
from app.persistence.copying import connected
from app.persistence.database import upgrade
from app.persistence.tables import SiteRow
from app.shops.fitments import BadFile

T = TypeVar("T")
BATCH = 5_000  # rows


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


SITE, VERSION = _table(SiteRow), _table(CatalogueVersionRow)
PART, MODEL = _table(PartRow), _table(VehicleModelRow)
BELOW = (_table(ModelAliasRow), _table(VehicleGenerationRow), _table(FitmentRow))
"""Rows of parts and machines."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """What was copied out. `version`: of the catalogue then."""

    site_id: str
    version: int


async def with_catalogue(store: Store, site_id: str, work: Callable[[Path], T]) -> T:
    """What `work` gives, with the file that holds the catalogue of a site; what it changes in there is kept.

    When `work` raises, nothing is. Raises BadFile when somebody else changed the catalogue meanwhile.
    """
    if isinstance(store, Path):
        return await asyncio.to_thread(work, store)
    async with _copied_out(store, site_id) as (path, copy):
        done = await asyncio.to_thread(work, path)
        async with connected(path) as changed, connected(store) as target, target.begin():
            await _bring_back(changed, target, copy)
        return done


@asynccontextmanager
async def _copied_out(store: URL, site_id: str) -> AsyncIterator[tuple[Path, _Copy]]:
    with TemporaryDirectory(prefix="kickstand-catalogue-") as folder:
        path = Path(folder) / "catalogue.db"
        await asyncio.to_thread(upgrade, path)
        async with connected(store) as source, connected(path) as target, source.begin(), target.begin():
            version = await source.scalar(select(VERSION.c.version).where(VERSION.c.site_id == site_id))
            for table in (SITE, VERSION, PART, MODEL, *BELOW):
                rows = await source.stream(select(table).where(_of_site(table, site_id)))
                async for part in rows.partitions(BATCH):
                    await target.execute(insert(table), [dict(row._mapping) for row in part])
            for table in (PART, MODEL, *BELOW):
                await target.execute(text(f"CREATE TABLE before_{table.name} AS SELECT * FROM {table.name}"))  # noqa: S608
        yield path, _Copy(site_id, version or 0)


def _of_site(table: Table, site_id: str) -> Any:
    """Which rows of a table belong to a site."""
    if table is SITE:
        return table.c.id == site_id
    if "site_id" in table.c:
        return table.c.site_id == site_id
    return table.c.model_id.in_(select(MODEL.c.id).where(MODEL.c.site_id == site_id))


async def _bring_back(changed: AsyncConnection, target: AsyncConnection, copy: _Copy) -> None:
    new = await changed.scalar(select(VERSION.c.version).where(VERSION.c.site_id == copy.site_id))
    if (new or 0) == copy.version:
        return  # nothing was imported
    kept = select(VERSION.c.version).where(VERSION.c.site_id == copy.site_id).with_for_update()
    if (await target.scalar(kept) or 0) != copy.version:
        raise BadFile("the catalogue was changed by somebody else meanwhile; import the file again")
    for table in reversed(BELOW):
        await _remove(changed, target, table)
    ids: dict[str, dict[int, int]] = {}
    for table in (PART, MODEL, *BELOW):
        ids[table.name] = await _write(changed, target, table, ids)
    await target.execute(delete(VERSION).where(VERSION.c.site_id == copy.site_id))
    await target.execute(insert(VERSION).values(site_id=copy.site_id, version=copy.version + 1))


async def _remove(changed: AsyncConnection, target: AsyncConnection, table: Table) -> None:
    gone = f"SELECT id FROM before_{table.name} WHERE id NOT IN (SELECT id FROM {table.name})"  # noqa: S608
    found = await changed.stream(text(gone))
    async for part in found.partitions(BATCH):
        await target.execute(delete(table).where(table.c.id.in_([row[0] for row in part])))


async def _write(
    changed: AsyncConnection, target: AsyncConnection, table: Table, ids: dict[str, dict[int, int]]
) -> dict[int, int]:
    """Write rows that are new or not as they were; the ids that new ones have got in the target."""
    known = await changed.execute(text(f"SELECT id FROM before_{table.name}"))  # noqa: S608
    before = {row[0] for row in known}
    differs = f"id IN (SELECT id FROM (SELECT * FROM {table.name} EXCEPT SELECT * FROM before_{table.name}))"  # noqa: S608
    found = await changed.stream(select(table).where(text(differs)).order_by(table.c.id))
    got: dict[int, int] = {}
    async for part in found.partitions(BATCH):
        rows = [_placed(dict(row._mapping), ids) for row in part]
        fresh = [row for row in rows if row["id"] not in before]
        if fresh:
            sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
            numbers = await target.execute(select(sequence).select_from(func.generate_series(1, literal(len(fresh)))))
            for row, (number,) in zip(fresh, numbers.all(), strict=True):
                got[row["id"]] = row["id"] = number
            await target.execute(insert(table), fresh)
        moved = [{**row, "row_id": row["id"]} for row in rows if row["id"] in before]
        if moved:
            values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.c if column.name != "id"}
            statement = update(table).where(table.c.id == bindparam("row_id")).values(values)
            await target.execute(statement, [{k: v for k, v in row.items() if k != "id"} for row in moved])
    return got


def _placed(row: dict[str, Any], ids: dict[str, dict[int, int]]) -> dict[str, Any]:
    """A row that names parts and machines by the ids they have in the target."""
    for column, table in (("part_id", PART), ("model_id", MODEL)):
        if column in row:
            row[column] = ids[table.name].get(row[column], row[column])
    return row
