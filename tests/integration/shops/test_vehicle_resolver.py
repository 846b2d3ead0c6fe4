"""Riders' words against a list of 3,454 real machines: the right one, or the one right question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.naming import run_naming_bench
from app.persistence.database import upgrade
from app.shops.database import DatabaseShop
from app.shops.fitments import BadFile
from app.shops.machines import STARTER, import_machines, import_names
from bot.ports import Mention
from tests.shops import NOON, now, sessions_on

_MOST_CHIPS = 8
_PHRASES = [
    [cell.strip() for cell in line.split("|")]
    for line in (Path(__file__).parent / "phrasings.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("machines") / "kickstand.db"
    upgrade(path)
    import_machines(STARTER / "machines.csv", path, "site", this_year=NOON.year)
    import_names(STARTER / "names.csv", path, "site", this_year=NOON.year)
    return path


@pytest.fixture(scope="module")
def shop(store: Path) -> DatabaseShop:
    return DatabaseShop(sessions_on(store), "site", now)


def names(mentions: Sequence[Mention]) -> list[list[str]]:
    return [[model.name for model in mention.models] for mention in mentions]


async def test_two_hundred_phrasings_find_the_machine_or_the_one_right_question(shop: DatabaseShop) -> None:
    assert len(_PHRASES) >= 200
    missed, wrong_years = [], []
    for said, meant, year in _PHRASES:
        mentions = await shop.find_vehicles(said)
        candidates = [model.name for mention in mentions for model in mention.models]
        if len(mentions) != 1 or meant not in candidates or len(candidates) > _MOST_CHIPS:
            missed.append((said, meant, candidates))
        elif year and mentions[0].year != int(year):
            wrong_years.append((said, mentions[0].year))
    assert len(missed) <= 0.05 * len(_PHRASES), missed
    assert wrong_years == []


async def test_no_phrasing_ever_finds_a_machine_of_another_displacement(shop: DatabaseShop) -> None:
    for said, _, year in _PHRASES:
        digits = {number for number in re.findall(r"\d{3,4}", said) if number != year}
        for mention in await shop.find_vehicles(said):
            for model in mention.models:
                assert digits <= set(re.findall(r"\d+", model.name)), (said, model)


@given(
    family=st.sampled_from(["cbr", "gsx-r", "ninja", "monster", "tiger", "bandit", "katana", "shadow", "dr"]),
    number=st.integers(100, 1990),
)
def test_digits_that_no_machine_of_the_family_has_are_never_passed_over(
    shop: DatabaseShop, family: str, number: int
) -> None:
    for mention in anyio.run(shop.find_vehicles, f"my {family} {number}"):
        if mention.year != number:
            assert all(str(number) in re.findall(r"\d+", model.name) for model in mention.models)


@pytest.mark.parametrize(
    ("said", "meant", "year"),
    [
        ("06 r6", ["YZF-R6"], 2006),
        ("my 2008 r6s", ["YZF-R6S"], 2008),
        ("busa gen 2", ["GSX1300R HAYABUSA"], None),
        ("gsxr 750 k5", ["GSX-R750"], 2005),
        ("gixxer", ["GSX-R600", "GSX-R750", "GSX-R1000"], None),
        ("hayabuza", ["GSX1300R HAYABUSA"], None),
        ("ninja 650 2009", ["EX650 NINJA 650R"], 2009),
        ("ninja 650 2013", ["EX650 NINJA 650"], 2013),
        ("zoomer", ["NPS50 RUCKUS"], None),
        ("f4i", ["CBR600F F4I"], None),
    ],
)
async def test_nicknames_codes_generations_and_years(
    shop: DatabaseShop, said: str, meant: list[str], year: int | None
) -> None:
    (mention,) = await shop.find_vehicles(f"does it fit {said}?")
    assert sorted(model.name for model in mention.models) == sorted(meant)
    assert mention.year == year
    assert len(mention.scores) == len(mention.models)
    assert all(0 < score <= 1 for score in mention.scores)


async def test_a_generation_tells_the_stretch_of_years(shop: DatabaseShop) -> None:
    (mention,) = await shop.find_vehicles("my busa, 2nd gen")
    assert str(mention.years) == "2008–20"


@pytest.mark.parametrize(
    "said",
    [
        "is the price 919 dollars",
        "order 748",
        "i need a touring exhaust for the street",
        "street legal slip on with black end cap",
        "how loud is it versus the stock one",
        "cbr 700",
        "in the spirit of racing, any sport kit?",
        "the parcel is late, 3 days now, number 1042",
        "can i get a special price",
        "my road trip starts monday",
        "2019",
        "",
        "🏍️🏍️🏍️",
    ],
)
async def test_turns_of_speech_prices_and_orders_name_no_machine(shop: DatabaseShop, said: str) -> None:
    assert names(await shop.find_vehicles(said)) == []


@given(st.text(max_size=200))
def test_no_text_breaks_it(shop: DatabaseShop, said: str) -> None:
    for mention in anyio.run(shop.find_vehicles, said):
        assert mention.models


def test_the_measuring_takes_a_list_and_messages_of_ones_own(tmp_path: Path) -> None:
    machines, said = tmp_path / "machines.csv", tmp_path / "said.txt"
    machines.write_text("year,make,model\n2014,Quill,QX200 COMET\n2015,Quill,QX200 COMET\n", "utf-8")
    said.write_text("my qx200\n\nwhere is my parcel\n", "utf-8")
    figures = run_naming_bench(10, machines, said)
    assert (figures["rows"], figures["machines"], figures["found"]) == (2, 1, 5)
    machines.write_text("year,make,model\nsoon,Quill,QX200\n", "utf-8")
    with pytest.raises(BadFile, match="1 bad rows, the first is line 2"):
        run_naming_bench(10, machines)
