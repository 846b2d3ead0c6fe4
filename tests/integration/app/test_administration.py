"""Commands that administrate work beside a running server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.demo.run import demo_settings, forget
from app.errors import BadAccount, DatabaseInUse
from app.persistence.database import Sessions, beside_a_server, open_database
from app.persistence.people import People

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def people(reads: Sessions, writes: Sessions) -> People:
    return People(reads, writes, idle=timedelta(hours=1), absolute=timedelta(days=1))


async def test_an_agent_is_added_while_a_server_has_the_store_open(tmp_path: Path) -> None:
    path = tmp_path / "kickstand.db"
    async with open_database(path) as served:
        async with beside_a_server(path) as (reads, writes):
            site = await people(reads, writes).put_site(
                "acme",
                name="Acme",
                accent="#112233",
                greeting="Hi!",
                origins=["https://acme.example"],
                hours={"tz": "UTC", "weekly": {}},
            )
            await people(reads, writes).add_agent(
                "ann@acme.example", "Ann Lee", "three wet kittens", [site.id], now=NOW
            )
        assert await people(served.reads, served.writes).team(site.id) == ["Ann"]


async def test_a_command_makes_the_store_when_there_is_none(tmp_path: Path) -> None:
    async with beside_a_server(tmp_path / "new" / "kickstand.db") as (reads, writes):
        assert await people(reads, writes).sites() == []


async def test_an_agent_without_a_name_is_refused(tmp_path: Path) -> None:
    async with beside_a_server(tmp_path / "kickstand.db") as (reads, writes):
        with pytest.raises(BadAccount, match="name is empty"):
            await people(reads, writes).add_agent("ann@acme.example", "  ", "three wet kittens", [], now=NOW)


async def test_a_reset_of_the_demonstration_deletes_what_it_made_and_nothing_else(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    settings = demo_settings(tmp_path, 0)
    async with open_database(settings.database):
        with pytest.raises(DatabaseInUse):
            forget(tmp_path)
    forget(tmp_path)

    assert notes.read_text() == "mine"
    assert not settings.database.exists()
    assert demo_settings(tmp_path, 0).secret_key != settings.secret_key
