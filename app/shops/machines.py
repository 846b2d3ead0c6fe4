"""Takes machines, and the names riders have for them, into a site's catalogue. All of a file or nothing of it."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from app.persistence.writer import connect
from app.shops.fitments.record import BadFile, Problem
from app.shops.fitments.staging import same
from app.shops.names import tokens
from app.shops.vehicles import Machines
from app.shops.year_text import read_years
from bot.ports import Model, YearRange

STARTER = Path(__file__).parent / "starter"
"""A list of machines and one of names, to begin with; its README says where they are from."""

_SURE = 0.8
"""A target that is named less well is another machine."""
_GENERATION = re.compile(r"gen (\d)")
_STILL_SOLD = 1
"""Years before the newest of a list from which a machine counts as still sold when the list ends."""


@dataclass(slots=True)
class Taken:
    """What a file brought."""

    rows: int = 0
    new: int = 0
    known: int = 0
    unplaced: list[str] = field(default_factory=list)
    """Names for machines that the catalogue does not have."""
    problems: list[Problem] = field(default_factory=list)


def import_machines(file: Path, database: Path, site_id: str, *, this_year: int) -> Taken:
    """Machines from CSV with `make,model,years` or one row for each year. Known ones are widened, none is taken away.

    Raises BadFile for a file without these columns; with problems nothing is written.
    """
    taken = Taken()
    years: dict[tuple[str, str], list[YearRange]] = {}
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for line, row in _rows(file, {"make", "model"}):
        taken.rows += 1
        make, model = row["make"], row["model"]
        try:
            ranges = read_years(row.get("years") or row.get("year") or "", this_year=this_year)
            if not (make and model):
                raise ValueError("make and model are needed")
        except ValueError as error:
            taken.problems.append(Problem(line, str(error)))
            continue
        key = (same(make), same(model))
        names.setdefault(key, (make, model))
        years.setdefault(key, []).extend(ranges)
    if taken.problems:
        return taken
    newest = max((each.last or this_year for ranges in years.values() for each in ranges), default=this_year)
    with closing(connect(database, synchronous="FULL")) as store, store:
        store.execute("BEGIN IMMEDIATE")
        found = store.execute("SELECT make, name FROM vehicle_model WHERE site_id = ?", (site_id,))
        known = {(same(make), same(name)): (make, name) for make, name in found}
        for key, (make, model) in names.items():
            taken.known += key in known
            taken.new += key not in known
            first, last = _span(years[key], newest)
            store.execute(
                "INSERT INTO vehicle_model (site_id, make, name, first_year, last_year) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (site_id, make, name) DO UPDATE SET first_year = MIN(first_year, excluded.first_year),"
                " last_year = MAX(last_year, excluded.last_year)",
                (site_id, *known.get(key, (make, model)), first, last),
            )
        _changed(store, site_id)
        store.execute("COMMIT")
    return taken


def import_names(file: Path, database: Path, site_id: str, *, this_year: int) -> Taken:
    """Names from CSV with `spoken,make,catalogue_name[,market,year_from,year_to]`; "gen 2" counts a generation.

    A name is put on the machine of that make that `catalogue_name` names best; a name that the catalogue's own words
    answer already is left to them. Raises BadFile for a file without these columns; with problems nothing is written.
    """
    taken = Taken()
    with closing(connect(database, synchronous="FULL")) as store, store:
        rows = store.execute(
            "SELECT make, name, first_year, last_year, id FROM vehicle_model WHERE site_id = ? ORDER BY id", (site_id,)
        ).fetchall()
        ids = {(row[0], row[1]): row[4] for row in rows}
        models = [Model(row[0], row[1], YearRange(row[2], row[3])) for row in rows]
        placing = _Placing(models)
        store.execute("BEGIN IMMEDIATE")
        for line, row in _rows(file, {"spoken", "make", "catalogue_name"}):
            taken.rows += 1
            try:
                first, last = (_year(row.get(name, ""), this_year) for name in ("year_from", "year_to"))
                if not (row["spoken"] and row["catalogue_name"]):
                    raise ValueError("spoken and catalogue_name are needed")
            except ValueError as error:
                taken.problems.append(Problem(line, str(error)))
                continue
            model = placing.target(row)
            if model is None:
                taken.unplaced.append(row["spoken"])
                continue
            taken.new += _put_name(store, ids[model.make, model.name], row, first, last)
        if taken.problems:
            store.execute("ROLLBACK")
        else:
            _changed(store, site_id)
            store.execute("COMMIT")
    taken.known = taken.rows - taken.new - len(taken.unplaced) - len(taken.problems)
    return taken


class _Placing:
    """Finds the machine a row of names is about."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._machines = Machines(models)
        self._by_make: dict[str, list[Model]] = {}
        for model in models:
            self._by_make.setdefault(same(model.make), []).append(model)

    def target(self, row: Mapping[str, str]) -> Model | None:
        make = same(row["make"])
        of_make = self._by_make.get(make, [])
        exact = [model for model in of_make if same(model.name) == same(row["catalogue_name"])]
        if exact:
            return exact[0]
        text = f"{row['make']} {row['catalogue_name']}".lower()
        for mention in self._machines.find(tokens(text), text):
            sure = [
                model
                for model, score in zip(mention.models, mention.scores, strict=True)
                if score >= _SURE and same(model.make) == make
            ]
            if len(sure) == 1 and len(mention.models) == 1:
                return sure[0]
        return None


def _put_name(
    store: sqlite3.Connection, model_id: int, row: Mapping[str, str], first: int | None, last: int | None
) -> int:
    """Store it; 1 if it is new, 0 if the catalogue had it."""
    generation = _GENERATION.fullmatch(row["spoken"].lower())
    if generation:
        return store.execute(
            "INSERT INTO vehicle_generation (model_id, number, first_year, last_year) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (model_id, int(generation[1]), first, last),
        ).rowcount
    market = row.get("market", "")
    is_market_name = market not in {"", "world"} and any(letter.isdigit() for letter in row["spoken"])
    return store.execute(
        "INSERT INTO model_alias (model_id, alias, is_market_name, market, first_year, last_year)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (model_id, row["spoken"], is_market_name, market or None, first, last),
    ).rowcount


def _rows(file: Path, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = needed - set(reader.fieldnames or ())
            if missing:
                raise BadFile(f"{file.name}: no column {', '.join(sorted(missing))}")
            for row in reader:
                yield reader.line_num, {name: (value or "").strip() for name, value in row.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"{file}: {error}") from error


def _span(ranges: Sequence[YearRange], newest: int) -> tuple[int | None, int | None]:
    """First and last year of all; open where the list ends before the machine does."""
    firsts = [each.first for each in ranges]
    lasts = [each.last for each in ranges]
    first = None if not firsts or None in firsts else min(year for year in firsts if year)
    last = None if not lasts or None in lasts else max(year for year in lasts if year)
    return first, None if last is not None and last >= newest - _STILL_SOLD else last


def _year(text: str, this_year: int) -> int | None:
    ranges = read_years(text, this_year=this_year)
    return ranges[0].first if ranges else None


def _changed(store: sqlite3.Connection, site_id: str) -> None:
    store.execute(
        "INSERT INTO catalogue_version (site_id, version) VALUES (?, 1)"
        " ON CONFLICT (site_id) DO UPDATE SET version = version + 1",
        (site_id,),
    )
