"""Commands that administrate work beside a running server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from app.persistence.database import Sessions, beside_a_server, open_database
from app.persistence.people import People


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
            await people(reads, writes).add_agent("ann@acme.example", "Ann Lee", "three wet kittens", [site.id])
        assert await people(served.reads, served.writes).team(site.id) == ["Ann"]


async def test_a_command_makes_the_store_when_there_is_none(tmp_path: Path) -> None:
    async with beside_a_server(tmp_path / "new" / "kickstand.db") as (reads, writes):
        assert await people(reads, writes).sites() == []
