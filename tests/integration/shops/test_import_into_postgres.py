"""What is imported into PostgreSQL is what a file would hold: beside other sites, once however often, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from app.cli import app
from app.persistence.work import Cursor
from tests.contract.servers import postgres
from tests.running import PROJECT, SECRET

SHEET = """sku,title,category,make,model,submodel,years,position,qty,notes,price,currency
QX-1,Quill slip-on,slip-on,Honda,CB750,,"2012-2016, 2018-2023",Right,1,,399.00,EUR
QX-1,Quill slip-on,slip-on,Honda,CB750,ABS,2024+,Right,1,"With electric start",399.00,EUR
QX-2,Quill pair,slip-on,Suzuki,SV650S,,<=2009,Pair,2,Race use only,749.00,EUR
"""
WHAT_FITS = """
    SELECT s.key, p.sku, p.price, m.make, m.name, f.first_year, f.last_year, f.submodel, f.position, f.quantity
    FROM fitment f JOIN part p ON p.id = f.part_id JOIN vehicle_model m ON m.id = f.model_id
    JOIN site s ON s.id = p.site_id ORDER BY s.key, p.sku, f.first_year
"""
ORDERS = """[{"number": "4711", "email": "ada@example.com", "postcode": "80331", "status": "packed",
  "placed_at": "2026-11-01T09:00:00Z", "lines": [{"sku": "QX-1", "name": "Quill slip-on"}]}]"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[URL]:
    """A database with two sites, of which the second has a catalogue already."""
    server = postgres()
    url = server.empty_database()
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", SECRET)
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KICKSTAND_BOT_PROJECT", str(PROJECT))
    monkeypatch.setenv("KICKSTAND_DATABASE_URL", url.render_as_string(hide_password=False))
    for key in ("quill", "other"):
        kickstand("site", "add", key, "--name", key.title(), "--origin", f"https://{key}.example")
    imported(tmp_path, SHEET.replace("QX-", "OT-"), "other")
    yield url
    server.drop(url)


def kickstand(*command: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == code, result.output
    return result


def imported(folder: Path, sheet: str, site: str = "quill", *options: str, code: int = 0) -> Result:
    (folder / "sheet.csv").write_text(sheet)
    return kickstand("import", "fitment", str(folder / "sheet.csv"), "--site", site, *options, code=code)


def rows(url: URL, query: str = WHAT_FITS) -> Sequence[tuple[object, ...]]:
    from app.persistence.postgres import PostgresReader, open_pool

    def work(cursor: Cursor) -> list[tuple[object, ...]]:
        return list(cursor.execute(query.strip()))

    async def run() -> Sequence[tuple[object, ...]]:
        async with open_pool(url, connections=1) as pool:
            return await PostgresReader(pool).run(work)

    return asyncio.run(run())


def test_a_sheet_fills_one_site_and_leaves_the_other_alone(database: URL, tmp_path: Path) -> None:
    others = rows(database)
    imported(tmp_path, SHEET)

    now = rows(database)
    assert [row for row in now if row[0] == "other"] == list(others)
    assert [row[1:] for row in now if row[0] == "quill"] == [
        ("QX-1", 39900, "Honda", "CB750", 2012, 2016, None, "Right", 1),
        ("QX-1", 39900, "Honda", "CB750", 2018, 2023, None, "Right", 1),
        ("QX-1", 39900, "Honda", "CB750", 2024, None, "ABS", "Right", 1),
        ("QX-2", 74900, "Suzuki", "SV650S", None, 2009, None, "Pair", 2),
    ]


def test_again_changes_nothing_a_new_price_is_taken_and_a_bad_row_or_a_dry_run_writes_nothing(
    database: URL, tmp_path: Path
) -> None:
    imported(tmp_path, SHEET)
    first = rows(database)
    imported(tmp_path, SHEET)
    assert rows(database) == first
    imported(tmp_path, SHEET.replace("399.00", "429.00"), "quill", "--dry-run")
    imported(tmp_path, SHEET.replace("399.00", "429.00").replace("2024+", "whenever"), code=2)
    assert rows(database) == first
    imported(tmp_path, SHEET.replace("399.00", "429.00"))

    assert {row[2] for row in rows(database) if row[1] == "QX-1"} == {42900}
    assert len(rows(database)) == len(first)


def test_what_the_file_leaves_out_goes_when_it_is_the_full_one(database: URL, tmp_path: Path) -> None:
    imported(tmp_path, SHEET)
    imported(tmp_path, "\n".join(SHEET.splitlines()[:2]), "quill", "--mode", "full")

    assert [row[5] for row in rows(database) if row[0] == "quill"] == [2012, 2018]
    assert len([row for row in rows(database) if row[0] == "other"]) == 4


def test_machines_names_and_orders_come_in_too(database: URL, tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text(ORDERS)
    kickstand("import", "machines", "--site", "quill")
    kickstand("import", "names", "--site", "quill")
    kickstand("import", "orders", str(tmp_path / "orders.json"), "--site", "quill")
    ((machines,),) = rows(
        database, "SELECT COUNT(*) FROM vehicle_model m JOIN site s ON s.id = site_id AND key = 'quill'"
    )
    ((names,),) = rows(database, "SELECT COUNT(*) FROM model_alias")

    assert machines == 3454
    assert isinstance(names, int)
    assert names > 50
    assert rows(database, "SELECT number, status FROM shop_order") == [("4711", "packed")]


def test_the_site_is_asked_for_by_name_and_what_was_never_said_is_not_exported(database: URL) -> None:
    refused = kickstand("import", "machines", code=2)
    assert "other, quill" in refused.stderr
    assert "No conversation" in kickstand("export", "--as-stories", code=2).stderr
