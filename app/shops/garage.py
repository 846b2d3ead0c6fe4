"""Garages kept in our own database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, delete, insert
from sqlmodel import col, select

from app.persistence.catalogue import GarageVehicleRow
from app.persistence.database import Sessions
from bot.ports import Clock, Vehicle

_MOST = 10
"""Machines kept per visitor; more is a shop, not a garage."""


class DatabaseGarage:
    """The garages of one site. See `bot.ports.Garage`. A look into one takes no turn among the writers."""

    def __init__(self, reads: Sessions, writes: Sessions, site_id: str, clock: Clock) -> None:
        self._reads = reads
        self._writes = writes
        self._site_id = site_id
        self._clock = clock

    async def vehicles(self, visitor_id: str) -> Sequence[Vehicle]:
        newest = select(GarageVehicleRow).where(*self._of(visitor_id)).order_by(col(GarageVehicleRow.id).desc())
        async with self._reads() as session:
            rows = await session.exec(newest.limit(_MOST))
            return tuple(Vehicle(row.make, row.model, row.year, row.submodel) for row in rows)

    async def keep(self, visitor_id: str, vehicle: Vehicle) -> None:
        kept = insert(GarageVehicleRow).values(
            site_id=self._site_id,
            visitor_id=visitor_id,
            make=vehicle.make,
            model=vehicle.model,
            year=vehicle.year,
            submodel=vehicle.submodel,
            kept_at=self._clock(),
        )
        async with self._writes() as session, session.begin():
            await session.exec(delete(GarageVehicleRow).where(*self._of(visitor_id, vehicle)))
            await session.exec(kept)

    async def forget(self, visitor_id: str, vehicle: Vehicle | None = None) -> None:
        async with self._writes() as session, session.begin():
            await session.exec(delete(GarageVehicleRow).where(*self._of(visitor_id, vehicle)))

    def _of(self, visitor_id: str, vehicle: Vehicle | None = None) -> tuple[ColumnElement[bool], ...]:
        theirs = (col(GarageVehicleRow.site_id) == self._site_id, col(GarageVehicleRow.visitor_id) == visitor_id)
        if vehicle is None:
            return theirs
        return (
            *theirs,
            col(GarageVehicleRow.make) == vehicle.make,
            col(GarageVehicleRow.model) == vehicle.model,
            _is(col(GarageVehicleRow.year), vehicle.year),
            _is(col(GarageVehicleRow.submodel), vehicle.submodel),
        )


def _is(column: Any, value: object) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], column.is_(None) if value is None else column == value)
