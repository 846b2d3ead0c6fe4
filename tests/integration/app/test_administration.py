"""Commands that administrate work beside a running server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.demo.run import demo_settings, forget
from app.errors import BadAccount, DatabaseInUse
from app.persistence.database import Sessions, beside_a_server, open_database
from app.persistence.people import People
from app.sites import Site

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


def test_a_site_that_is_changed_keeps_what_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", "0aB9xKq3LmZpR7tYwVu5sHdJfGnC2e8Q")  # pragma: allowlist secret
    run = CliRunner()
    nameless = run.invoke(app, ["site", "add", "acme", "--origin", "https://acme.example"])
    assert nameless.exit_code == 2
    assert "A new one needs --name and at least one --origin." in nameless.output
    hours = '{"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "18:00"]]}}'
    made = ["site", "add", "acme", "--name", "Acme", "--origin", "https://acme.example", "--hours", hours]
    assert run.invoke(app, [*made, "--accent", "#112233", "--push"]).exit_code == 0

    assert run.invoke(app, ["site", "add", "acme", "--origin", "https://shop.acme.example"]).exit_code == 0

    site = asyncio.run(_site(tmp_path / "kickstand.db"))
    assert list(site.origins) == ["https://shop.acme.example"]
    assert (site.name, site.accent, site.push, str(site.hours.tz)) == ("Acme", "#112233", True, "Europe/Berlin")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [(["--accent", "red"], "#rrggbb"), (["--locale", "German!"], "en or de-AT"), (["--starter", " "], "in words")],
)
def test_a_look_that_no_widget_could_draw_is_told_at_once(wrong: list[str], told: str) -> None:
    refused = CliRunner().invoke(app, ["site", "add", "acme", *wrong])
    assert (refused.exit_code, told in refused.output) == (2, True)


async def _site(path: Path) -> Site:
    async with beside_a_server(path) as (reads, writes):
        return await people(reads, writes).site("acme")
