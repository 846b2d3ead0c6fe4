"""The default shop: catalogue and orders kept in our own database, filled by import."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.persistence.catalogue import (
    CatalogueVersionRow,
    FitmentRow,
    ModelAliasRow,
    PartRow,
    ShipmentEventRow,
    ShopOrderLineRow,
    ShopOrderRow,
    VehicleGenerationRow,
    VehicleModelRow,
)
from app.persistence.database import Sessions
from app.shops.catalogue import Catalogue, Fitment, ModelKey, Rows
from app.shops.legality import notes_on
from app.shops.order_form import steps
from app.shops.proof import email, order_number, postcode
from app.shops.vehicles import Alias
from bot.ports import (
    Clock,
    Fit,
    Mention,
    Model,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Part,
    Vehicle,
    YearRange,
)

_STALE_AFTER = timedelta(minutes=1)
"""How long a catalogue answers before its version is looked at again."""
_MODELS_REMEMBERED = 500
"""Machines of which what is made for them stays in memory; the least asked about goes first."""
_ANSWERS_REMEMBERED = 5_000

# One statement that holds number and proof alike: whether the number is unknown or the proof
# differs, the database finds nothing in the same way, and nobody learns which numbers exist.
_PROVED_ORDER = (
    select(ShopOrderRow, ShopOrderLineRow, ShipmentEventRow)
    .outerjoin(ShopOrderLineRow, col(ShopOrderLineRow.order_id) == col(ShopOrderRow.id))
    .outerjoin(ShipmentEventRow, col(ShipmentEventRow.order_id) == col(ShopOrderRow.id))
    .where(
        col(ShopOrderRow.site_id) == bindparam("site_id"),
        col(ShopOrderRow.number) == bindparam("number"),
        or_(col(ShopOrderRow.email) == bindparam("email"), col(ShopOrderRow.postcode) == bindparam("postcode")),
    )
    .order_by(col(ShopOrderLineRow.id), col(ShipmentEventRow.at), col(ShipmentEventRow.id))
)

T = TypeVar("T")


class DatabaseShop:
    """The shop of one site. See `bot.ports.Shop`."""

    def __init__(self, sessions: Sessions, site_id: str, clock: Clock) -> None:
        self._sessions = sessions
        self._site_id = site_id
        self._clock = clock
        self._catalogue: Catalogue | None = None
        self._version = -1
        self._looked_at: datetime | None = None
        self._rows: OrderedDict[ModelKey, Rows] = OrderedDict()
        self._answers: dict[Hashable, Any] = {}

    async def refresh(self) -> None:
        """Read the catalogue again if it has changed since it was read."""
        async with self._sessions() as session:
            version = await session.get(CatalogueVersionRow, self._site_id)
            number = version.version if version is not None else 0
            if self._catalogue is None or number != self._version:
                self._catalogue, self._version = await _read_catalogue(session, self._site_id), number
                self._rows.clear()
                self._answers.clear()
        self._looked_at = self._clock()

    async def find_parts(self, text: str) -> Sequence[Part]:
        return (await self._current()).find_parts(text)

    async def find_vehicles(self, text: str) -> Sequence[Mention]:
        return (await self._current()).find_vehicles(text)

    async def year_ranges(self, skus: Sequence[str], model: Model) -> Sequence[YearRange]:
        return await self._answer(
            ("years", tuple(skus), model),
            model.make,
            model.name,
            lambda catalogue, rows: catalogue.year_ranges(rows, skus, model),
        )

    async def versions(self, skus: Sequence[str], vehicle: Vehicle) -> Sequence[str]:
        return await self._answer(
            ("versions", tuple(skus), vehicle),
            vehicle.make,
            vehicle.model,
            lambda catalogue, rows: catalogue.versions(rows, skus, vehicle),
        )

    async def fits(self, skus: Sequence[str], vehicle: Vehicle) -> Fit:
        return await self._answer(
            ("fits", tuple(skus), vehicle),
            vehicle.make,
            vehicle.model,
            lambda catalogue, rows: catalogue.fits(rows, skus, vehicle),
        )

    async def parts_for(self, vehicle: Vehicle, family: str | None = None) -> Sequence[Fit]:
        return await self._answer(
            ("parts", family, vehicle),
            vehicle.make,
            vehicle.model,
            lambda catalogue, rows: catalogue.parts_for(rows, vehicle, family),
        )

    async def order(self, number: str, proof: str) -> Order | None:
        asked = {
            "site_id": self._site_id,
            "number": order_number(number),
            "email": email(proof),
            "postcode": postcode(proof),
        }
        async with self._sessions() as session:
            rows = (await session.exec(_PROVED_ORDER, params=asked)).all()
        if not rows or not postcode(proof):
            return None
        lines = {line.id: line for _, line, _ in rows if line is not None}
        events = {event.id: event for _, _, event in rows if event is not None}
        return _order(rows[0][0], list(lines.values()), list(events.values()))

    async def _answer(self, question: Hashable, make: str, name: str, find: Callable[[Catalogue, Rows], T]) -> T:
        """What the catalogue says of a model, remembered: many ask the same of a machine that many ride."""
        catalogue = await self._current()
        known: T | None = self._answers.get(question)
        if known is not None:
            return known
        answer = find(catalogue, await self._fitments(catalogue, make, name))
        if catalogue is self._catalogue:
            if len(self._answers) >= _ANSWERS_REMEMBERED:
                self._answers.clear()
            self._answers[question] = answer
        return answer

    async def _fitments(self, catalogue: Catalogue, make: str, name: str) -> Rows:
        """What is made for a model, read when it is first asked about: a catalogue may have a million rows."""
        key = (make, name)
        rows = self._rows.get(key)
        if rows is None:
            of_model = (
                select(FitmentRow, PartRow.sku)
                .join(PartRow, col(PartRow.id) == col(FitmentRow.part_id))
                .join(VehicleModelRow, col(VehicleModelRow.id) == col(FitmentRow.model_id))
                .where(
                    col(VehicleModelRow.site_id) == self._site_id,
                    col(VehicleModelRow.make) == make,
                    col(VehicleModelRow.name) == name,
                )
                .order_by(col(FitmentRow.id))
            )
            model = Model(make, name)
            async with self._sessions() as session:
                found = (await session.exec(of_model)).all()
            rows = [fitment for row, sku in found if (fitment := _fitment(row, sku, model, catalogue)) is not None]
            if catalogue is self._catalogue:
                self._rows[key] = rows
                if len(self._rows) > _MODELS_REMEMBERED:
                    self._rows.popitem(last=False)
        else:
            self._rows.move_to_end(key)
        return rows

    async def _current(self) -> Catalogue:
        if self._looked_at is None or self._clock() - self._looked_at >= _STALE_AFTER:
            await self.refresh()
        assert self._catalogue is not None  # noqa: S101 - refresh has set it
        return self._catalogue


def _order(row: ShopOrderRow, lines: Sequence[ShopOrderLineRow], events: Sequence[ShipmentEventRow]) -> Order:
    status = OrderStatus(row.status)
    scans = [event.at for event in events if event.is_scan]
    return Order(
        number=row.number,
        status=status,
        placed_at=row.placed_at,
        lines=tuple(OrderLine(line.sku, line.name, line.quantity) for line in lines),
        steps=steps(status, [(event.label, event.at, event.detail) for event in events]),
        promised_for=row.promised_for,
        expected_for=row.expected_for,
        window=row.window,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        last_seen_at=scans[-1] if scans else None,
        delivered_at=events[-1].at if status is OrderStatus.DELIVERED and events else None,
    )


async def _read_catalogue(session: AsyncSession, site_id: str) -> Catalogue:
    of_site = select(PartRow).where(col(PartRow.site_id) == site_id).order_by(col(PartRow.id))
    part_rows = (await session.exec(of_site)).all()
    parts = [_part(row) for row in part_rows]

    sold = select(VehicleModelRow).where(col(VehicleModelRow.site_id) == site_id).order_by(col(VehicleModelRow.id))
    model_rows = (await session.exec(sold)).all()
    models = {row.id: Model(row.make, row.name, YearRange(row.first_year, row.last_year)) for row in model_rows}

    named = select(ModelAliasRow).where(
        col(ModelAliasRow.model_id).in_(sold.with_only_columns(col(VehicleModelRow.id)))
    )
    aliases = [
        Alias(row.alias, models[row.model_id], row.is_market_name, YearRange(row.first_year, row.last_year))
        for row in await session.exec(named.order_by(col(ModelAliasRow.id)))
    ]
    counted = select(VehicleGenerationRow).where(
        col(VehicleGenerationRow.model_id).in_(sold.with_only_columns(col(VehicleModelRow.id)))
    )
    generations: dict[ModelKey, dict[int, YearRange]] = {}
    for row in await session.exec(counted):
        model = models[row.model_id]
        generations.setdefault((model.make, model.name), {})[row.number] = YearRange(row.first_year, row.last_year)
    spoken = {row.sku: tuple(row.spoken) for row in part_rows}
    return Catalogue(tuple(parts), tuple(models.values()), aliases, spoken, generations)


def _fitment(row: FitmentRow, sku: str, model: Model, catalogue: Catalogue) -> Fitment | None:
    """The row as an answer needs it; None for a part that came after the catalogue was read."""
    part = catalogue.part(sku)
    if part is None:
        return None
    notes = (*row.notes, *notes_on(row.legality, row.notes), *_mounting(row))
    return Fitment(
        part=part,
        model=model,
        years=YearRange(row.first_year, row.last_year),
        notes=notes,
        needs=tuple(need for sku in row.needs if (need := catalogue.part(sku)) is not None),
        checked_at=row.checked_at,
        legality=row.legality,
        submodel=row.submodel,
    )


def _mounting(row: FitmentRow) -> tuple[str, ...]:
    """Side and count reach the answer as notes."""
    side = (_place(row.position),) if row.position else ()
    return (*side, f"Takes {row.quantity} of them.") if row.quantity > 1 else side


def _place(position: str) -> str:
    """ "Right" is a side, "Pair" a count, "position 3" a number of the maker's own drawing."""
    place = position.lower()
    if place in {"pair", "both", "set"}:
        return f"Comes as a {place}." if place != "both" else "Mounts on both sides."
    return f"Mounting {place}, see the fitting sheet." if place.startswith("position") else f"Mounts on the {place}."


def _part(row: PartRow) -> Part:
    return Part(
        sku=row.sku,
        name=row.name,
        price=None if row.price is None or row.currency is None else Money(row.price, row.currency),
        stock=row.stock,
        family=row.family,
        line=row.line,
        in_box=tuple(row.in_box),
        facts=dict(row.facts),
        image=row.image,
        url=row.url,
        restock_on=row.restock_on,
    )
