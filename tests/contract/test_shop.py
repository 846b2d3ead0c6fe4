"""What every shop, case store and garage keeps to; see `bot.ports`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from app.persistence.postgres import PostgresReader, open_pool
from app.shops.load import load_sample
from bot.ports import CaseKind, Model, OrderStatus, Services, Shop, Vehicle, Verdict, YearRange
from tests.contract.servers import postgres
from tests.shops import NOON, services_of, stocked

MT_07 = Model("Yamaha", "MT-07", YearRange(2014))
DUE = date(2026, 11, 27)


@pytest.fixture(params=["sqlite", "postgres"])
async def services(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Services]:
    if request.param == "sqlite":
        yield await stocked(tmp_path / "sqlite.db")
        return
    server = await anyio.to_thread.run_sync(postgres)
    url = await anyio.to_thread.run_sync(server.empty_database)
    sessions = async_sessionmaker(
        create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool), class_=AsyncSession
    )
    await load_sample(sessions, "larkmoor", now=NOON, shop_url="https://larkmoor.example")
    async with open_pool(url, connections=1) as pool:
        yield services_of(sessions, "larkmoor", PostgresReader(pool))


@pytest.fixture
def shop(services: Services) -> Shop:
    return services.shop


async def skus(shop: Shop, text: str) -> list[str]:
    return [part.sku for part in await shop.find_parts(text)]


@pytest.mark.parametrize(
    ("said", "name", "year"),
    [
        ("mt07", "MT-07", None),
        ("2019 MT 07", "MT-07", 2019),
        ("mt-07 '19", "MT-07", 2019),
        ("my 06 r6 (not the r6s)", "YZF-R6", 2006),
        ("cb 500 f from 2016", "CB500F", 2016),
        ("z900 rs", "Z900RS", None),
        ("TENERE 700", "Ténéré 700", None),
        ("wee-strom", "V-Strom 650", None),
        ("hayabuza", "GSX1300R Hayabusa", None),
        ("the ducati scrambler", "Scrambler 800", None),
    ],
)
async def test_a_machine_is_known_by_the_names_riders_use(shop: Shop, said: str, name: str, year: int | None) -> None:
    (mention,) = await shop.find_vehicles(f"does it fit {said}?")
    assert [model.name for model in mention.models] == [name]
    assert mention.year == year


@pytest.mark.parametrize("said", ["cbr 1100", "mt-08", "z750", "does it fit", "", "1042", "2019"])
async def test_digits_are_never_forgiven_and_silence_names_nothing(shop: Shop, said: str) -> None:
    assert await shop.find_vehicles(said) == []


async def test_a_makers_other_name_is_told_and_a_nickname_is_not(shop: Shop) -> None:
    (market,) = await shop.find_vehicles("fz07")
    (nickname,) = await shop.find_vehicles("busa")
    assert (market.alias, nickname.alias) == ("FZ-07", None)


async def test_a_name_of_several_machines_gives_them_all(shop: Shop) -> None:
    (mention,) = await shop.find_vehicles("scrambler")
    assert {model.make for model in mention.models} == {"Triumph", "Ducati"}


async def test_machines_come_in_the_order_of_the_text_with_their_own_years(shop: Shop) -> None:
    first, second = await shop.find_vehicles("2022 mt07 and a 2019 z900")
    assert (first.models[0].name, first.year) == ("MT-07", 2022)
    assert (second.models[0].name, second.year) == ("Z900", 2019)


async def test_a_sku_names_one_part_and_a_line_all_its_versions(shop: Shop) -> None:
    assert await skus(shop, "is lm-f2 0718 in stock") == ["LM-F2-0718"]
    assert await skus(shop, "the FELL 2 please") == ["LM-F2-0718", "LM-F2-0921", "LM-F2-0606"]
    assert await skus(shop, "something loud") == []


async def test_ranges_are_split_only_where_the_answer_changes(shop: Shop) -> None:
    ranges = await shop.year_ranges(await skus(shop, "fell 2"), MT_07)
    assert [str(each) for each in ranges] == ["2014–17", "2018–20", "2021+"]
    assert await shop.versions(await skus(shop, "fell 2"), Vehicle("Yamaha", "MT-07", 2019)) == ()
    one = await shop.year_ranges(await skus(shop, "fell 1"), Model("Suzuki", "SV650", YearRange(2016)))
    assert [str(each) for each in one] == ["2016+"]
    assert await shop.year_ranges(await skus(shop, "fell 2"), Model("Suzuki", "GSX1300R Hayabusa")) == ()


async def test_every_year_of_a_range_has_the_same_answer(shop: Shop) -> None:
    asked = await skus(shop, "fell 2")
    for stretch in await shop.year_ranges(asked, MT_07):
        years = [year for year in range(2014, 2027) if year in stretch]
        fits = [await shop.fits(asked, Vehicle("Yamaha", "MT-07", year)) for year in years]
        assert len({(fit.verdict, fit.part, fit.alternative, fit.notes, fit.needs) for fit in fits}) == 1


async def test_the_four_verdicts(shop: Shop) -> None:
    asked = await skus(shop, "fell r")
    fits = await shop.fits(asked, Vehicle("Yamaha", "MT-07", 2022))
    noted = await shop.fits(asked, Vehicle("Yamaha", "MT-07", 2019))
    other = await shop.fits(asked, Vehicle("Yamaha", "MT-07", 2015))
    silent = await shop.fits(asked, Vehicle("Suzuki", "GSX1300R Hayabusa", 2015))
    assert [fit.verdict for fit in (fits, noted, other, silent)] == [
        Verdict.FITS,
        Verdict.FITS_WITH_NOTES,
        Verdict.OTHER_SUITS,
        Verdict.UNKNOWN,
    ]
    assert [need.sku for need in noted.needs] == ["LP-07"]
    assert other.alternative is not None
    assert other.alternative.sku == "LM-F1-0714"
    assert [str(years) for years in other.asked_years] == ["2018–20", "2021+"]


async def test_years_outside_the_model_and_a_missing_year_that_matters_are_unknown(shop: Shop) -> None:
    asked = await skus(shop, "fell 2")
    for year in (2009, None):
        assert (await shop.fits(asked, Vehicle("Yamaha", "MT-07", year))).verdict is Verdict.UNKNOWN


async def test_side_and_gaps_in_the_years_reach_the_answer(shop: Shop) -> None:
    asked = await skus(shop, "fell 2")
    fit = await shop.fits(asked, Vehicle("Yamaha", "MT-09", 2019))
    assert "Mounts on the right." in fit.notes
    assert (await shop.fits(asked, Vehicle("Yamaha", "MT-09", 2017))).verdict is Verdict.UNKNOWN


@given(first=st.integers(1950, 2040), span=st.integers(0, 60))
def test_a_range_is_written_so_that_both_ends_can_be_read(first: int, span: int) -> None:
    written = str(YearRange(first, first + span))
    assert written.startswith(str(first))
    assert written.endswith(str(first + span)[-2:])


@pytest.mark.parametrize("proof", ["jonas.weber@example.com", " Jonas.Weber@Example.com ", "80331", "80 331"])
async def test_an_order_is_told_to_whoever_names_its_mail_or_postcode(shop: Shop, proof: str) -> None:
    order = await shop.order("# 1042", proof)
    assert order is not None
    assert (order.number, order.status, [line.sku for line in order.lines]) == (
        "1042",
        OrderStatus.IN_TRANSIT,
        ["LM-F2-0718", "LP-07"],
    )


@pytest.mark.parametrize(
    ("number", "proof"),
    [("1042", "28013"), ("9999", "80331"), ("1042", ""), ("", "80331"), ("1042", " "), ("1042' OR 1=1 --", "80331")],
)
async def test_unknown_and_mismatched_are_both_none(shop: Shop, number: str, proof: str) -> None:
    assert await shop.order(number, proof) is None


async def test_late_and_quiet_days_are_counted_from_the_first_promise_and_the_newest_scan(services: Services) -> None:
    order = await services.shop.order("1038", "1200-109")
    assert order is not None
    now = services.clock()
    assert (order.late_days(now.date()), order.quiet_days(now)) == (2, 2)
    assert [step.state for step in order.steps] == ["done", "done", "now", "to_come"]


async def test_one_key_opens_one_case_however_often_it_comes(services: Services) -> None:
    async def open_it() -> None:
        await services.cases.open(CaseKind.RETURN, key="k", visitor_id="v", about="too loud", due_on=DUE)

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(open_it)
    (case,) = await services.cases.list("v")
    assert (case.number[:2], case.about, case.due_on, case.opened_at) == ("R-", "too loud", DUE, services.clock())


async def test_cases_opened_at_once_have_numbers_of_their_own(services: Services) -> None:
    async def open_it(key: str) -> None:
        await services.cases.open(CaseKind.DAMAGE, key=key, visitor_id="v", about="dent", due_on=DUE)

    async with anyio.create_task_group() as tasks:
        for number in range(5):
            tasks.start_soon(open_it, f"key-{number}")
    assert len({case.number for case in await services.cases.list("v")}) == 5


async def test_an_order_number_is_put_on_a_case(services: Services) -> None:
    case = await services.cases.open(CaseKind.WARRANTY, key="k", visitor_id="v", about="crack", due_on=DUE)
    assert await services.cases.name_order(case.number, "# 1012") == replace(case, order_number="1012")
    for unknown in ("W-9", "R-1001", "W", "", "W-x"):
        assert await services.cases.name_order(unknown, "1012") is None
    told = "What brings it back: The sound"
    for _ in range(2):
        named = await services.cases.name_order(case.number, "1012", told)
        assert named == replace(case, order_number="1012", about=f"{case.about}; {told}")


async def test_a_garage_keeps_machines_newest_first_and_forgets_on_request(services: Services) -> None:
    garage, seven, nine = services.garage, Vehicle("Yamaha", "MT-07", 2019), Vehicle("Yamaha", "MT-09")
    for vehicle in (seven, nine, seven):
        await garage.keep("v", vehicle)
    await garage.keep("other", nine)
    assert await garage.vehicles("v") == (seven, nine)
    await garage.forget("v", seven)
    assert await garage.vehicles("v") == (nine,)
    await garage.forget("v")
    assert await garage.vehicles("v") == ()
    assert await garage.vehicles("other") == (nine,)
