"""Importing fitments: all rows or none, once however often, and every word of a note."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from app.cli import app
from app.persistence.database import upgrade
from app.shops.fitments import Mode, Problem, Record, Report, import_fitments, read_sheet
from app.shops.fitments.staging import Stretch, merged
from app.shops.year_text import read_years
from bot.ports import YearRange
from tests.shops import NOON

SHEET = """sku,title,category,make,model,submodel,years,position,qty,notes,street_legal,needs_remap,requires_sku
QX-1,Quill slip-on,slip-on,Honda,CB750,,"2012-2016, 2018-2023",Right,1,,yes,no,
QX-1,Quill slip-on,slip-on,Honda,CB750,ABS,2024+,Right,1,"With electric start, before VIN 12345",yes,no,QX-LP
QX-2,Quill pair,slip-on,Suzuki,SV650S,,<=2009,Pair,2,Race use only,no,yes,
QX-LP,Link pipe,link pipe,,,,,,1,Universal,,,
"""

ACES = """<?xml version="1.0" encoding="UTF-8"?>
<ACES version="{version}">
  <Header><Company>Invented</Company><SubmissionType>{kind}</SubmissionType></Header>
  {apps}
  <Footer><RecordCount>{count}</RecordCount></Footer>
</ACES>
"""
IDS = "base_vehicle_id,year,make_id,make,model_id,model\n7,2019,1,Honda,2,CB750\n8,2020,1,Honda,2,CB750\n"
CB750_2019 = '<App action="{action}" id="1"><BaseVehicle id="7"/>{more}<Qty>1</Qty><Part>QX-1</Part></App>'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "kickstand.db"
    upgrade(path)
    return path


@pytest.fixture
def kickstand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command, on a store with one site."""
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", "0aB9xKq3LmZpR7tYwVu5sHdJfGnC2e8Q")  # pragma: allowlist secret
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    made = runner.invoke(app, ["site", "add", "quill", "--name", "Quill", "--origin", "https://quill.example"])
    assert made.exit_code == 0
    return runner


def fitments(store: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(
            "SELECT p.sku, m.name, f.submodel, f.first_year, f.last_year, f.position, f.quantity, f.notes, f.needs"
            " FROM fitment f JOIN part p ON p.id = f.part_id JOIN vehicle_model m ON m.id = f.model_id"
            " ORDER BY p.sku, f.first_year, f.last_year"
        ).fetchall()


def imported(store: Path, tmp_path: Path, text: str, mode: Mode | None = None) -> Report:
    file = tmp_path / "sheet.csv"
    file.write_text(text, "utf-8")
    return import_fitments(read_sheet(file, this_year=NOON.year), store, "site", now=NOON, mode=mode)


def run(kickstand: CliRunner, tmp_path: Path, text: str, *options: str, name: str = "file.csv") -> Result:
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "ids.csv").write_text(IDS, "utf-8")
    return kickstand.invoke(app, ["import", "fitment", str(tmp_path / name), *options])


def aces(*apps: str, kind: str = "FULL", version: str = "4.2", count: int | None = None) -> str:
    return ACES.format(version=version, kind=kind, apps="\n  ".join(apps), count=len(apps) if count is None else count)


def test_a_sheet_keeps_gaps_open_ends_submodels_sides_and_notes_word_for_word(store: Path, tmp_path: Path) -> None:
    imported(store, tmp_path, SHEET)
    assert fitments(store) == [
        ("QX-1", "CB750", None, 2012, 2016, "Right", 1, "[]", "[]"),
        ("QX-1", "CB750", None, 2018, 2023, "Right", 1, "[]", "[]"),
        ("QX-1", "CB750", "ABS", 2024, None, "Right", 1, '["With electric start, before VIN 12345"]', '["QX-LP"]'),
        ("QX-2", "SV650S", None, None, 2009, "Pair", 2, '["Race use only"]', "[]"),
    ]


def test_a_file_read_twice_changes_nothing(store: Path, tmp_path: Path) -> None:
    imported(store, tmp_path, SHEET)
    once = fitments(store)
    report = imported(store, tmp_path, SHEET.replace("CB750", "cb 750"))
    assert fitments(store) == once
    assert (report.new_parts, report.new_models, report.fitments) == (0, 0, 4)


def test_an_update_changes_what_it_names_and_a_full_file_ends_the_rest(store: Path, tmp_path: Path) -> None:
    imported(store, tmp_path, SHEET)
    change = "sku,make,model,years,position,notes\nQX-1,Honda,CB750,2015-2019,Right,New bracket\n"
    imported(store, tmp_path, change)
    assert [row[3:5] + row[7:8] for row in fitments(store) if row[2] is None and row[0] == "QX-1"] == [
        (2012, 2014, "[]"),
        (2015, 2019, '["New bracket"]'),
        (2020, 2023, "[]"),
    ]
    imported(store, tmp_path, change, Mode.FULL)
    assert [row[3:5] for row in fitments(store)] == [(2015, 2019)]


def test_a_removal_takes_out_its_years_alone(store: Path, tmp_path: Path) -> None:
    imported(store, tmp_path, SHEET)
    imported(store, tmp_path, "action,sku,make,model,years,position\nD,QX-1,Honda,CB750,2019,Right\n")
    assert [row[3:5] for row in fitments(store)][:3] == [(2012, 2016), (2018, 2018), (2020, 2023)]


def test_two_notes_for_the_same_years_are_both_kept(store: Path, tmp_path: Path) -> None:
    rows = "sku,make,model,years,notes\nQX-9,Honda,CB750,2019,With main stand\nQX-9,Honda,CB750,2019,Without it\n"
    imported(store, tmp_path, rows)
    assert [row[7] for row in fitments(store)] == ['["With main stand"]', '["Without it"]']


def test_every_bad_row_is_listed_with_its_line_and_nothing_is_imported(kickstand: CliRunner, tmp_path: Path) -> None:
    rows = ["QX-1,Honda,CB750,1894", "QX-1,Honda,CB750,2091", "QX-1,Honda,,2019", ",Honda,CB750,2019"]
    rows += ["QX-1,Honda,CB750,soon", "QX-1,Honda,CB750,2019-2012", "QX-1,Honda,CB750,2019", "QX-1,Honda,CB750,"]
    result = run(kickstand, tmp_path, "sku,make,model,years\n" + "\n".join(rows) + "\n", "--json")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert [bad["line"] for bad in report["bad_rows"]] == [2, 3, 4, 5, 6, 7, 9]
    assert (report["problems"], report["is_written"]) == (7, False)
    assert fitments(tmp_path / "kickstand.db") == []


def test_bytes_that_are_no_text_are_a_bad_row_like_any_other(kickstand: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(
        "sku,make,model,years\nQX-1,Honda,CB750,2019\nQX-2,Hönda,X,2019\n".encode("latin-1")
    )
    result = kickstand.invoke(app, ["import", "fitment", str(tmp_path / "latin.csv")])
    assert result.exit_code == 2
    assert "line 3: has bytes that are not UTF-8" in result.stderr


def test_a_dry_run_reports_and_writes_nothing(kickstand: CliRunner, tmp_path: Path) -> None:
    result = run(kickstand, tmp_path, SHEET, "--dry-run", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["rows"], report["fitments"], report["unknown_makes"]) == (4, 4, ["Honda", "Suzuki"])
    assert fitments(tmp_path / "kickstand.db") == []


def test_columns_of_any_name_are_mapped(kickstand: CliRunner, tmp_path: Path) -> None:
    sheet = "Artikel;Marke;Modell;Von;Bis\nQX-1;Honda;CB750;12;16\n"
    mapped = [
        f"--column={pair}" for pair in ("sku=Artikel", "make=Marke", "model=Modell", "year_from=Von", "year_to=Bis")
    ]
    assert run(kickstand, tmp_path, sheet).exit_code == 2
    assert run(kickstand, tmp_path, sheet, *mapped).exit_code == 0
    assert [row[3:5] for row in fitments(tmp_path / "kickstand.db")] == [(2012, 2016)]


@pytest.mark.parametrize("version", ["3.0", "3.2", "4.1", "4.2", "5.0"])
def test_aces_of_every_version_brings_notes_quantity_and_side(
    kickstand: CliRunner, tmp_path: Path, version: str
) -> None:
    more = (
        '<Qual id="1"><text>Race use only</text></Qual><Note>Remap</Note><MfrLabel>Quill</MfrLabel><Position id="3"/>'
    )
    machine = '<Years from="2012" to="2014"/><Make id="1"/><Model id="2"/>'
    years = f'<App action="A" id="2">{machine}<Qty>2</Qty><Part>QX-2</Part></App>'
    file = aces(CB750_2019.format(action="A", more=more), years, version=version)
    result = run(kickstand, tmp_path, file, "--vehicles", str(tmp_path / "ids.csv"), name="file.xml")
    assert result.exit_code == 0, result.stderr
    assert fitments(tmp_path / "kickstand.db") == [
        ("QX-1", "CB750", None, 2019, 2019, "position 3", 1, '["Race use only","Remap"]', "[]"),
        ("QX-2", "CB750", None, 2012, 2014, None, 2, "[]", "[]"),
    ]


def test_the_header_says_whether_an_aces_file_replaces_or_updates(kickstand: CliRunner, tmp_path: Path) -> None:
    ids = ("--vehicles", str(tmp_path / "ids.csv"))
    first = aces(*(CB750_2019.format(action="A", more=f"<Note>{word}</Note>") for word in ("a", "b")))
    run(kickstand, tmp_path, first, *ids, name="file.xml")
    pair = [CB750_2019.format(action=action, more="") for action in "DA"]
    run(kickstand, tmp_path, aces(*pair, kind="UPDATE"), *ids, name="file.xml")
    assert [row[7] for row in fitments(tmp_path / "kickstand.db")] == ["[]"]
    removal = aces(CB750_2019.format(action="D", more=""), kind="UPDATE")
    run(kickstand, tmp_path, removal, *ids, name="file.xml")
    assert fitments(tmp_path / "kickstand.db") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><ACES version="4.2"/>', "entities are refused"),
        ('<ACES version="4.2"><App action="A">', "line 1"),
        ("<Catalogue/>", "no ACES element"),
        (aces(CB750_2019.format(action="A", more=""), count=2), "is it whole?"),
        (aces(CB750_2019.replace('"7"', '"99"').format(action="A", more="")), "line 4: BaseVehicle 99"),
    ],
)
def test_a_broken_aces_file_is_refused_in_words(kickstand: CliRunner, tmp_path: Path, text: str, told: str) -> None:
    result = run(kickstand, tmp_path, text, "--vehicles", str(tmp_path / "ids.csv"), name="file.xml")
    assert result.exit_code == 2
    assert told in result.stderr
    assert fitments(tmp_path / "kickstand.db") == []


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("2024", ["2024"]),
        ("2020-2024", ["2020–24"]),
        ("2012-2016, 2018-2023", ["2012–16", "2018–23"]),
        ("14-20", ["2014–20"]),
        ("98 - 02", ["1998–2002"]),
        ("2014+", ["2014+"]),
        ("2014 on", ["2014+"]),
        ("2014-", ["2014+"]),
        ("2014 to present", ["2014+"]),
        ("<=2016", ["to 2016"]),
        ("up to 2016", ["to 2016"]),
        (">2016", ["2017+"]),
        ("2009 & 2011", ["2009", "2011"]),
        ("all", []),
    ],
)
def test_years_are_read_as_catalogues_write_them(text: str, ranges: list[str]) -> None:
    assert [str(each) for each in read_years(text, this_year=2026)] == ranges


@given(st.text(max_size=30))
def test_no_text_of_years_breaks_the_reader(text: str) -> None:
    try:
        ranges = read_years(text, this_year=2026)
    except ValueError:
        return  # told in words, as the parametrised tests of bad rows see
    assert all(1900 <= year <= 2028 for each in ranges for year in (each.first, each.last) if year is not None)


STRETCHES = st.lists(
    st.tuples(st.sampled_from("AD"), st.integers(2000, 2010), st.integers(0, 5), st.sampled_from("pq")), max_size=6
)


@given(before=STRETCHES, said=STRETCHES)
def test_what_holds_afterwards_is_what_was_there_and_unnamed_with_what_was_added(
    before: list[tuple[str, int, int, str]], said: list[tuple[str, int, int, str]]
) -> None:
    stored = [Stretch(first, first + span, payload, 1) for _, first, span, payload in before]
    spoken = [(action, Stretch(first, first + span, payload, 0)) for action, first, span, payload in said]
    result = merged(stored, spoken, now=2)
    for year in range(2000, 2016):
        named = any(each.first <= year <= each.last for _, each in spoken)
        added = {each.payload for action, each in spoken if action == "A" and each.first <= year <= each.last}
        kept = set() if named else {each.payload for each in stored if each.first <= year <= each.last}
        assert {each.payload for each in result if each.first <= year <= each.last} == added | kept


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_sheets(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("sheets") / "sheet.csv"
    file.write_bytes(b"sku,make,model,years\n" + data)
    for row in read_sheet(file, this_year=2026):
        assert isinstance(row, Record | Problem)


def test_ranges_read_from_a_sheet_are_the_ports_own(tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("sku,make,model,year from,year to\nQX-1,Honda,CB750,2012,\n", "utf-8")
    (row,) = read_sheet(file, this_year=2026)
    assert isinstance(row, Record)
    assert row.years == (YearRange(2012, None),)
