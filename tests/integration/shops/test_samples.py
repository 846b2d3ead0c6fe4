"""Loading a sample shop: all of it or nothing, as often as one likes, and never older than today."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import SQLModel, select

from app.persistence.catalogue import FitmentRow, ModelAliasRow, PartRow, ShopOrderLineRow, ShopOrderRow
from app.persistence.database import Sessions
from app.shops.database import DatabaseShop
from app.shops.load import DEMO, load_sample
from app.shops.samples import BadSample, read_sample
from bot.ports import OrderStatus, Vehicle
from tests.shops import NOON, empty_database, now, services_of


async def rows(sessions: Sessions, *tables: type[SQLModel]) -> list[int]:
    async with sessions() as session:
        return [(await session.exec(select(func.count()).select_from(table))).one() for table in tables]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample that a test may spoil."""
    return Path(shutil.copytree(DEMO, tmp_path / "data"))


async def test_loading_twice_leaves_one_of_everything(tmp_path: Path) -> None:
    tables = (PartRow, ModelAliasRow, FitmentRow, ShopOrderRow, ShopOrderLineRow)
    async with empty_database(tmp_path / "shop.db") as sessions:
        await load_sample(sessions, "larkmoor", now=NOON)
        once = await rows(sessions, *tables)
        await load_sample(sessions, "larkmoor", now=NOON)
        assert await rows(sessions, *tables) == once
        assert min(once) > 10


async def test_orders_of_the_same_number_belong_to_their_sites(tmp_path: Path) -> None:
    async with empty_database(tmp_path / "shop.db") as sessions:
        await load_sample(sessions, "larkmoor", now=NOON)
        other = services_of(sessions, "other")
        assert await other.shop.order("1042", "80331") is None
        assert await other.shop.find_parts("fell 2") == ()


async def test_the_days_of_the_orders_follow_today(tmp_path: Path) -> None:
    async with empty_database(tmp_path / "shop.db") as sessions:
        for later in (0, 40):
            await load_sample(sessions, "larkmoor", now=NOON + timedelta(days=later))
            order = await services_of(sessions, "larkmoor").shop.order("1042", "80331")
            assert order is not None
            assert (order.placed_at - NOON).days == later - 4
            assert order.promised_for is not None
            assert order.promised_for.isoweekday() != 7


async def test_nothing_in_an_order_has_happened_after_now(tmp_path: Path) -> None:
    at_dawn = NOON.replace(hour=3)
    async with empty_database(tmp_path / "shop.db") as sessions:
        sample = await load_sample(sessions, "larkmoor", now=at_dawn)
        shop = services_of(sessions, "larkmoor").shop
        for each in sample.orders:
            order = await shop.order(each.number, each.email)
            assert order is not None
            assert [step.at for step in order.steps if step.at is not None and step.at > at_dawn] == []


async def test_the_sample_has_orders_in_every_state(tmp_path: Path) -> None:
    assert {order.status for order in read_sample(DEMO).orders} == set(OrderStatus)


async def test_a_changed_catalogue_is_noticed_after_a_minute_or_at_once_when_told(tmp_path: Path, folder: Path) -> None:
    clock = [NOON]
    async with empty_database(tmp_path / "shop.db") as sessions:
        await load_sample(sessions, "larkmoor", now=NOON, folder=folder)
        patient, told = (DatabaseShop(sessions, "larkmoor", lambda: clock[0]) for _ in range(2))
        asked = Vehicle("Suzuki", "SV650", 2020)
        assert len(await patient.parts_for(asked)) == len(await told.parts_for(asked)) == 1

        fitments = (folder / "fitments.csv").read_text("utf-8")
        (folder / "fitments.csv").write_text(fitments + "LM-FR-0721,Suzuki,SV650,2016+,,1,,,1\n", "utf-8")
        await load_sample(sessions, "larkmoor", now=NOON, folder=folder)
        await told.refresh()
        assert len(await told.parts_for(asked)) == 2
        assert len(await patient.parts_for(asked)) == 1
        clock[0] += timedelta(minutes=1)
        assert len(await patient.parts_for(asked)) == 2


async def test_a_bad_sample_is_refused_with_all_its_mistakes_and_nothing_is_written(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "models.csv").write_text("make,name,years\nYamaha,MT-07,soon\nYamaha,,2014+\n", "utf-8")
    (folder / "orders.json").write_text('[{"number": "1"}]', "utf-8")
    (folder / "parts.json").write_text("[", "utf-8")
    async with empty_database(tmp_path / "shop.db") as sessions:
        with pytest.raises(BadSample) as refused:
            await load_sample(sessions, "larkmoor", now=now(), folder=folder)
        assert await rows(sessions, PartRow, ShopOrderRow) == [0, 0]
    report = str(refused.value)
    for place in ("models.csv:2: years", "models.csv:3: name", "orders.json, entry 1: email", "parts.json: "):
        assert place in report
    assert "soon" in report


async def test_a_fitment_of_an_unknown_part_or_machine_is_refused(folder: Path) -> None:
    lines = (folder / "fitments.csv").read_text("utf-8").splitlines()
    spoilt = [lines[0], "XX-1,Yamaha,MT-07,2014+,,1,,,1", "LP-07,Yamaha,MT-77,2014+,,1,,YY-2,1"]
    (folder / "fitments.csv").write_text("\n".join(spoilt), "utf-8")
    with pytest.raises(BadSample) as refused:
        read_sample(folder)
    assert [problem.split('"')[1] for problem in refused.value.problems] == ["XX-1", "YY-2", "Yamaha MT-77"]
