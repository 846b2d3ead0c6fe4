"""Puts what a file says into a site's catalogue: all of it or nothing, and once however often it comes.

The file is read into a staging file first, and sorted and merged there. Only then one transaction moves the result
into the store, so that a server beside it waits for the copying alone.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from app.persistence.moments import to_micros
from app.persistence.writer import connect
from app.shops.fitments.aces import Submission
from app.shops.fitments.record import BadFile, Problem, Record
from app.shops.fitments.staging import EVER, Group, StagedModel, StagedPart, Staging, Stretch, merged, same
from app.shops.legality import sheet_words

_BATCH = 5_000


class Mode(StrEnum):
    """What a file means to what was there before."""

    UPDATE = "update"
    """Only what the file speaks of changes."""
    FULL = "full"
    """The file is the whole catalogue: fitments that it does not name are gone. Parts and machines stay."""


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    mode: str
    rows: int = 0
    additions: int = 0
    removals: int = 0
    problems: int = 0
    parts: int = 0
    new_parts: int = 0
    models: int = 0
    new_models: int = 0
    fitments_before: int = 0
    fitments: int = 0
    """In the catalogue afterwards."""
    unknown_makes: list[str] = field(default_factory=list)
    """Makes that the catalogue did not know: new, or mistyped."""
    suspicious_years: list[str] = field(default_factory=list)
    needed_parts: list[str] = field(default_factory=list)
    """Skus that a part needs and that no row describes; they are kept under their number."""
    is_written: bool = False
    locked_seconds: float = 0.0
    """How long the store was held; a server beside it waited as long with what it had to write."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def import_fitments(
    rows: Iterable[Record | Problem],
    database: Path,
    site_id: str,
    *,
    now: datetime,
    mode: Mode | None = None,
    submission: Submission | None = None,
    known_makes: Iterable[str] = (),
    dry_run: bool = False,
    on_problem: Callable[[Problem], None] = lambda problem: None,
) -> Report:
    """Put `rows` into the catalogue of `site_id` in the store at `database`, unless one of them has a problem.

    Every problem goes to `on_problem`, and nothing is written then, nor with `dry_run`. Without `mode` an ACES header
    decides, and a sheet updates. Raises BadFile when the file breaks off or the catalogue changes meanwhile.
    """
    with tempfile.TemporaryDirectory(prefix="kickstand-import-") as folder:
        staging = Staging(Path(folder) / "staging.db")
        with closing(staging.connection), closing(connect(database, synchronous="FULL")) as store:
            for row in rows:
                staging.add(row)
            is_full = submission is not None and bool(submission.is_full)
            chosen = mode or (Mode.FULL if is_full else Mode.UPDATE)
            site = _Site.read(store, site_id)
            report = _report(staging, site, chosen, known_makes)
            for problem in staging.bad_rows():
                on_problem(problem)
            if not staging.problems:
                ready = _merge(staging, store, site, chosen, to_micros(now))
                if not dry_run:
                    start = time.perf_counter()
                    _copy(staging, store, site, chosen)
                    report.locked_seconds = time.perf_counter() - start
                    report.is_written = True
                report.fitments = _after(staging, store, site, chosen, ready, is_written=report.is_written)
            return report


@dataclass(slots=True)
class _Site:
    """What the catalogue holds before the import."""

    id: str
    version: int
    parts: dict[str, int]
    models: dict[tuple[str, str], int]
    makes: set[str]
    fitments: int

    @classmethod
    def read(cls, store: sqlite3.Connection, site_id: str) -> _Site:
        version = store.execute("SELECT version FROM catalogue_version WHERE site_id = ?", (site_id,)).fetchone()
        models = store.execute("SELECT make, name, id FROM vehicle_model WHERE site_id = ?", (site_id,)).fetchall()
        return cls(
            id=site_id,
            version=version[0] if version else 0,
            parts=dict(store.execute("SELECT sku, id FROM part WHERE site_id = ?", (site_id,))),
            models={(same(make), same(name)): id_ for make, name, id_ in models},
            makes={same(make) for make, _, _ in models},
            fitments=_count(store, site_id),
        )


def _count(store: sqlite3.Connection, site_id: str) -> int:
    of_site = "SELECT COUNT(*) FROM fitment WHERE part_id IN (SELECT id FROM part WHERE site_id = ?)"
    return int(store.execute(of_site, (site_id,)).fetchone()[0])


def _report(staging: Staging, site: _Site, mode: Mode, known_makes: Iterable[str]) -> Report:
    known = site.makes | {same(make) for make in known_makes}
    makes = {model.make for model in staging.models.values()}
    return Report(
        mode=mode.value,
        rows=staging.rows,
        additions=staging.added,
        removals=staging.removed,
        problems=staging.problems,
        parts=len(staging.parts),
        new_parts=sum(sku not in site.parts and part.is_kept for sku, part in staging.parts.items()),
        models=len(staging.models),
        new_models=sum(key not in site.models and model.last > 0 for key, model in staging.models.items()),
        fitments_before=site.fitments,
        fitments=site.fitments,
        unknown_makes=sorted(make for make in makes if same(make) not in known),
        suspicious_years=staging.suspicious,
        needed_parts=[sku for sku in staging.unlisted() if sku not in site.parts],
    )


def _merge(staging: Staging, store: sqlite3.Connection, site: _Site, mode: Mode, now: int) -> int:
    """Fill the staging file's `ready` with what will hold; the count of it."""
    part_ids = {part.id: site.parts.get(sku) for sku, part in staging.parts.items()}
    model_ids = {model.id: site.models.get(key) for key, model in staging.models.items()}
    with closing(sqlite3.connect(staging.path, isolation_level=None)) as target:
        staging.connection.execute("COMMIT")
        target.execute("PRAGMA journal_mode=OFF")
        target.execute("PRAGMA synchronous=OFF")
        ready = "part INT, model INT, submodel TEXT, position TEXT, first INT, last INT, payload TEXT, checked_at INT"
        target.execute(f"CREATE TABLE ready ({ready})")
        target.execute("CREATE TABLE replaced (id INTEGER PRIMARY KEY)")
    count = 0
    rows = _merged_rows(staging, store, part_ids, model_ids, mode, now)
    staging.connection.execute("BEGIN")
    while batch := list(islice(rows, _BATCH)):
        count += len(batch)
        staging.connection.executemany("INSERT INTO ready VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch)
    staging.connection.execute("COMMIT")
    return count


def _merged_rows(
    staging: Staging,
    store: sqlite3.Connection,
    part_ids: dict[int, int | None],
    model_ids: dict[int, int | None],
    mode: Mode,
    now: int,
) -> Iterator[tuple[object, ...]]:
    for group, said in staging.groups():
        part, model = part_ids[group.part], model_ids[group.model]
        before: list[Stretch] = []
        if mode is Mode.UPDATE and part is not None and model is not None:
            found = _stored(store, part, model, group)
            before = list(found.values())
            staging.connection.executemany("INSERT OR IGNORE INTO replaced VALUES (?)", [(id_,) for id_ in found])
        for stretch in merged(before, said, now):
            yield (*group, stretch.first or None, None if stretch.last == EVER else stretch.last, *stretch[2:])


def _stored(store: sqlite3.Connection, part: int, model: int, group: Group) -> dict[int, Stretch]:
    """What the catalogue says of the group, by row."""
    rows = store.execute(
        "SELECT id, COALESCE(first_year, 0), COALESCE(last_year, ?), quantity, notes, needs, legality, checked_at"
        " FROM fitment"
        " WHERE part_id = ? AND model_id = ? AND COALESCE(submodel, '') = ? AND COALESCE(position, '') = ?",
        (EVER, part, model, group.submodel, group.position),
    )
    return {
        row[0]: Stretch(
            row[1],
            row[2],
            json.dumps([row[3], *(json.loads(each) for each in row[4:7])], ensure_ascii=False),
            row[7],
        )
        for row in rows
    }


def _after(
    staging: Staging, store: sqlite3.Connection, site: _Site, mode: Mode, ready: int, *, is_written: bool
) -> int:
    if is_written:
        return _count(store, site.id)
    if mode is Mode.FULL:
        return ready
    replaced = staging.connection.execute("SELECT COUNT(*) FROM replaced").fetchone()[0]
    return int(site.fitments - replaced + ready)


def _copy(staging: Staging, store: sqlite3.Connection, site: _Site, mode: Mode) -> None:
    """The one transaction that changes the catalogue."""
    store.execute("ATTACH DATABASE ? AS staging", (str(staging.path),))
    store.execute("BEGIN IMMEDIATE")
    try:
        if _Site.read(store, site.id).version != site.version:
            raise BadFile("the catalogue was changed by somebody else meanwhile; import the file again")
        parts = _put_parts(store, site, staging.parts)
        models = _put_models(store, site, staging.models)
        store.execute("CREATE TEMP TABLE part_of (staged INTEGER PRIMARY KEY, id INT)")
        store.execute("CREATE TEMP TABLE model_of (staged INTEGER PRIMARY KEY, id INT)")
        store.executemany("INSERT INTO part_of VALUES (?, ?)", parts.items())
        store.executemany("INSERT INTO model_of VALUES (?, ?)", models.items())
        if mode is Mode.FULL:
            store.execute("DELETE FROM fitment WHERE part_id IN (SELECT id FROM part WHERE site_id = ?)", (site.id,))
        else:
            store.execute("DELETE FROM fitment WHERE id IN (SELECT id FROM staging.replaced)")
        store.execute(
            "INSERT INTO fitment (part_id, model_id, first_year, last_year, notes, needs, submodel, position, quantity,"
            " legality, checked_at)"
            " SELECT p.id, m.id, r.first, r.last, payload ->> '$[1]', payload ->> '$[2]', NULLIF(r.submodel, ''),"
            " NULLIF(r.position, ''), payload ->> '$[0]', payload ->> '$[3]', r.checked_at"
            " FROM staging.ready r JOIN part_of p ON p.staged = r.part JOIN model_of m ON m.staged = r.model"
        )
        store.execute(
            "INSERT INTO catalogue_version (site_id, version) VALUES (?, 1)"
            " ON CONFLICT (site_id) DO UPDATE SET version = version + 1",
            (site.id,),
        )
        store.execute("COMMIT")
    except BaseException:
        store.execute("ROLLBACK")
        raise
    finally:
        store.execute("DETACH DATABASE staging")


def _put_parts(store: sqlite3.Connection, site: _Site, parts: dict[str, StagedPart]) -> dict[int, int]:
    """Add what is new, and bring up to date what the file says of the others: price, stock, links."""
    ids: dict[int, int] = {}
    for sku, part in parts.items():
        told = part.record
        price = (told.price.amount, told.price.currency) if told.price else (None, None)
        known = site.parts.get(sku)
        if known is not None:
            ids[part.id] = known
            store.execute(
                "UPDATE part SET price = COALESCE(?, price), currency = COALESCE(?, currency),"
                " stock = COALESCE(?, stock), url = COALESCE(?, url), image = COALESCE(?, image) WHERE id = ?",
                (*price, told.stock, told.url or None, told.image or None, known),
            )
            continue
        if not part.is_kept:
            continue
        name = told.title or sku
        facts = {"legal": sheet_words(told.legality), "fitting": part.fact}
        row = store.execute(
            "INSERT INTO part (site_id, sku, name, line, family, price, currency, stock, in_box, spoken, facts, url,"
            " image) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', ?, ?, ?)",
            (
                *(site.id, sku, name, told.line_name or name, told.family or "part", *price, told.stock),
                json.dumps({topic: words for topic, words in facts.items() if words}, ensure_ascii=False),
                *(told.url or None, told.image or None),
            ),
        )
        ids[part.id] = int(row.lastrowid or 0)
    return ids


def _put_models(store: sqlite3.Connection, site: _Site, models: dict[tuple[str, str], StagedModel]) -> dict[int, int]:
    """Add what is new; a machine is at least as old and as new as what is made for it."""
    ids: dict[int, int] = {}
    for key, model in models.items():
        known = site.models.get(key)
        if known is None and not model.last:
            continue
        if known is None:
            row = store.execute(
                "INSERT INTO vehicle_model (site_id, make, name) VALUES (?, ?, ?)", (site.id, model.make, model.name)
            )
            known = int(row.lastrowid or 0)
        elif model.last:
            store.execute(
                "UPDATE vehicle_model SET first_year = CASE WHEN ? = 0 THEN first_year ELSE MIN(first_year, ?) END,"
                " last_year = CASE WHEN ? = ? THEN NULL ELSE MAX(last_year, ?) END WHERE id = ?",
                (model.first, model.first, model.last, EVER, model.last, known),
            )
        ids[model.id] = known
    return ids
