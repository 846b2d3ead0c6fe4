"""Puts a sample shop into a site, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from sqlalchemy import delete
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
    VehicleModelRow,
)
from app.persistence.database import Sessions
from app.shops.proof import email, order_number, postcode
from app.shops.samples import BadSample, Calendar, Sample, SampleOrder, SamplePart, read_sample

DEMO = Path(__file__).parent.parent / "demo" / "data"
"""The invented brand of the demonstration."""


async def load_sample(
    sessions: Sessions,
    site_id: str,
    *,
    now: datetime,
    folder: Path = DEMO,
    zone: tzinfo = UTC,
    shop_url: str | None = None,
) -> Sample:
    """Replace the site's catalogue and the sample's orders by what the files say; days count from `now` in `zone`.

    Loading twice leaves one catalogue and one of each order; orders with other numbers stay. `shop_url` is where
    the parts' pages and pictures live: `<shop_url>/#fell-2`, `<shop_url>/pictures/fell-2.svg`.
    Raises BadSample before anything is written.
    """
    sample = read_sample(folder)
    calendar = Calendar(now, zone)
    async with sessions() as session, session.begin():
        await _clear(session, site_id, [order_number(order.number) for order in sample.orders])
        await _add_catalogue(session, site_id, sample, calendar, shop_url)
        for order in sample.orders:
            await _add_order(session, site_id, order, {part.sku: part.name for part in sample.parts}, calendar)
    return sample


async def put_order(sessions: Sessions, site_id: str, order: SampleOrder, *, now: datetime, zone: tzinfo = UTC) -> None:
    """Put one order into a site, in place of the one with its number. Raises BadSample for a part it does not have."""
    async with sessions() as session, session.begin():
        rows = await session.exec(select(PartRow.sku, PartRow.name).where(PartRow.site_id == site_id))
        names = dict(rows.all())
        missing = [line.sku for line in order.lines if line.sku not in names]
        if missing:
            raise BadSample([f"order {order.number}: there is no part {sku}" for sku in missing])
        await _clear_orders(session, site_id, [order_number(order.number)])
        await _add_order(session, site_id, order, names, Calendar(now, zone))


async def _clear(session: AsyncSession, site_id: str, numbers: list[str]) -> None:
    """Take out what is about to be written; children first, so that it needs no cascade from the database."""
    part_ids = select(col(PartRow.id)).where(col(PartRow.site_id) == site_id)
    model_ids = select(col(VehicleModelRow.id)).where(col(VehicleModelRow.site_id) == site_id)
    for statement in (
        delete(FitmentRow).where(col(FitmentRow.part_id).in_(part_ids)),
        delete(ModelAliasRow).where(col(ModelAliasRow.model_id).in_(model_ids)),
        delete(PartRow).where(col(PartRow.site_id) == site_id),
        delete(VehicleModelRow).where(col(VehicleModelRow.site_id) == site_id),
    ):
        await session.exec(statement)
    await _clear_orders(session, site_id, numbers)


async def _clear_orders(session: AsyncSession, site_id: str, numbers: list[str]) -> None:
    these = (col(ShopOrderRow.site_id) == site_id, col(ShopOrderRow.number).in_(numbers))
    order_ids = select(col(ShopOrderRow.id)).where(*these)
    for statement in (
        delete(ShopOrderLineRow).where(col(ShopOrderLineRow.order_id).in_(order_ids)),
        delete(ShipmentEventRow).where(col(ShipmentEventRow.order_id).in_(order_ids)),
        delete(ShopOrderRow).where(*these),
    ):
        await session.exec(statement)


async def _add_catalogue(
    session: AsyncSession, site_id: str, sample: Sample, calendar: Calendar, shop_url: str | None
) -> None:
    parts = {part.sku: _part_row(site_id, part, calendar, shop_url) for part in sample.parts}
    models = {
        (model.make, model.name): VehicleModelRow(
            site_id=site_id,
            make=model.make,
            name=model.name,
            first_year=model.years[0].first,
            last_year=model.years[-1].last,
        )
        for model in sample.models
    }
    session.add_all([*parts.values(), *models.values()])
    await session.flush()
    for model in sample.models:
        named = [(name, True) for name in model.market_names] + [(name, False) for name in model.nicknames]
        session.add_all(
            ModelAliasRow(model_id=models[model.make, model.name].id, alias=name, is_market_name=is_market)
            for name, is_market in named
        )
    for fitment in sample.fitments:
        session.add_all(
            FitmentRow(
                part_id=parts[fitment.sku].id,
                model_id=models[fitment.make, fitment.model].id,
                first_year=years.first,
                last_year=years.last,
                notes=fitment.notes,
                needs=fitment.needs,
                position=fitment.position,
                quantity=fitment.quantity,
                checked_at=calendar.moment(f"-{fitment.checked_days_ago} 09:00"),
            )
            for years in fitment.years
        )
    version = await session.get(CatalogueVersionRow, site_id)
    if version is None:
        session.add(CatalogueVersionRow(site_id=site_id, version=1))
    else:
        version.version += 1


def _part_row(site_id: str, part: SamplePart, calendar: Calendar, shop_url: str | None) -> PartRow:
    return PartRow(
        site_id=site_id,
        **part.model_dump(exclude={"page", "picture", "restock_in_days"}),
        image=f"{shop_url.rstrip('/')}/pictures/{part.picture}" if shop_url and part.picture else None,
        url=f"{shop_url.rstrip('/')}/#{part.page}" if shop_url and part.page else None,
        restock_on=None if part.restock_in_days is None else calendar.day(part.restock_in_days),
    )


async def _add_order(
    session: AsyncSession, site_id: str, order: SampleOrder, names: Mapping[str, str], calendar: Calendar
) -> None:
    promised, expected = order.promised_in_days, order.expected_in_days
    row = ShopOrderRow(
        site_id=site_id,
        number=order_number(order.number),
        email=email(order.email),
        postcode=postcode(order.postcode),
        status=order.status.value,
        placed_at=calendar.moment(order.placed),
        promised_for=None if promised is None else calendar.day(promised),
        expected_for=None if expected is None else calendar.day(expected),
        window=order.window,
        carrier=order.carrier,
        tracking_number=order.tracking_number,
        tracking_url=order.tracking_url,
    )
    session.add(row)
    await session.flush()
    session.add_all(
        ShopOrderLineRow(order_id=row.id, sku=line.sku, name=names[line.sku], quantity=line.quantity)
        for line in order.lines
    )
    session.add_all(
        ShipmentEventRow(
            order_id=row.id,
            label=event.label,
            detail=event.detail,
            at=calendar.moment(event.at),
            is_scan=event.scan,
        )
        for event in order.events
    )
