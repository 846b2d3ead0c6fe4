"""Where an import waits until all of it is known to be good: a SQLite file of its own, so that memory stays small."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from app.shops.fitments.record import Problem, Record
from app.shops.names import tokens
from bot.ports import YearRange

_BATCH = 5_000
EVER = 9_999
"""Stands for an open end while years are compared."""


class Group(NamedTuple):
    """What a statement is about; two statements about the same are one, brought up to date."""

    part: int
    model: int
    submodel: str
    position: str


class Stretch(NamedTuple):
    """Years of a group with what is said of them: `payload` is JSON of quantity, notes, needs and legality."""

    first: int
    last: int
    payload: str
    checked_at: int


@dataclass(slots=True)
class StagedPart:
    """A part as the file tells it, the first word on each matter."""

    id: int
    record: Record
    fact: str | None = None
    """A note on the part alone: "Universal"."""
    is_listed: bool = True
    """Has a row of its own; else another part needs it."""
    is_kept: bool = False
    """Something is added to it; a part of which rows are only taken out is none of the catalogue's."""


@dataclass(slots=True)
class StagedModel:
    """A machine as the file writes it first."""

    id: int
    make: str
    name: str
    first: int = EVER
    last: int = 0


def same(text: str) -> str:
    """What tells two spellings of a name apart: "MT-07", "MT 07" and "mt07" are one."""
    return "".join(token.key for token in tokens(text)) or text.casefold()


@dataclass(slots=True)
class Staging:
    """The rows of a file, sorted into parts, machines and statements about them."""

    path: Path
    parts: dict[str, StagedPart] = field(default_factory=dict)
    models: dict[tuple[str, str], StagedModel] = field(default_factory=dict)
    rows: int = 0
    added: int = 0
    removed: int = 0
    problems: int = 0
    suspicious: list[str] = field(default_factory=list)
    _waiting: list[tuple[object, ...]] = field(default_factory=list)
    _bad: list[tuple[int, str]] = field(default_factory=list)
    connection: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "PRAGMA temp_store=FILE",
            "PRAGMA cache_size=-16384",
            "CREATE TABLE staged (part INT, model INT, submodel TEXT, position TEXT, action TEXT, first INT, last INT,"
            " payload TEXT)",
            "CREATE TABLE problem (line INT, text TEXT)",
            "BEGIN",
        ):
            self.connection.execute(statement)

    def add(self, row: Record | Problem) -> None:
        """Take a row. A Problem is kept for the report."""
        self.rows += 1
        if isinstance(row, Problem):
            self.problems += 1
            self._bad.append((row.line, row.text))
            if len(self._bad) >= _BATCH:
                self._write()
            return
        part = self._part(row)
        part.is_kept |= row.action == "A"
        if not row.make:
            part.fact = part.fact or "; ".join(row.notes) or None
            return
        model = self._model(row)
        payload = json.dumps([row.quantity, row.notes, row.needs, dict(row.legality)], ensure_ascii=False)
        if row.action == "A":
            self.added += 1
            for sku in row.needs:
                if sku not in self.parts:
                    self.parts[sku] = StagedPart(len(self.parts), Record(row.line, sku), is_listed=False, is_kept=True)
        else:
            self.removed += 1
        for years in row.years or (YearRange(),):
            first, last = years.first or 0, years.last or EVER
            if row.action == "A":
                model.first, model.last = min(model.first, first), max(model.last, last)
            if years.first and years.last and years.last - years.first > 45 and len(self.suspicious) < 100:
                self.suspicious.append(f"line {row.line}: {years} is a long time for one {row.model}")
            self._waiting.append((part.id, model.id, row.submodel, row.position, row.action, first, last, payload))
        if len(self._waiting) >= _BATCH:
            self._write()

    def bad_rows(self) -> Iterator[Problem]:
        """All problems, in the order of the file."""
        self._write()
        for line, text in self.connection.execute("SELECT line, text FROM problem ORDER BY line, rowid"):
            yield Problem(line, text)

    def unlisted(self) -> list[str]:
        """Skus that others need, without a row of their own."""
        return [sku for sku, part in self.parts.items() if not part.is_listed]

    def groups(self) -> Iterator[tuple[Group, list[tuple[str, Stretch]]]]:
        """Each group with what the file says of it, as (action, stretch)."""
        self._write()
        rows = self.connection.execute(
            "SELECT part, model, submodel, position, action, first, last, payload FROM staged"
            " ORDER BY part, model, submodel, position, first"
        )
        for key, said in groupby(rows, key=lambda row: row[:4]):
            yield Group(*key), [(row[4], Stretch(row[5], row[6], row[7], 0)) for row in said]

    def _part(self, row: Record) -> StagedPart:
        part = self.parts.get(row.sku)
        if part is None:
            part = self.parts[row.sku] = StagedPart(len(self.parts), _about_part(row))
            return part
        part.is_listed = True
        known = part.record
        if not (known.title and known.family and known.line_name) or known.price is None or known.stock is None:
            part.record = replace(
                known,
                title=known.title or row.title,
                family=known.family or row.family,
                line_name=known.line_name or row.line_name,
                price=known.price or row.price,
                stock=known.stock if known.stock is not None else row.stock,
                url=known.url or row.url,
                image=known.image or row.image,
                legality=known.legality if known.legality == row.legality or not row.make else {},
            )
        elif row.make and known.legality != row.legality:
            part.record = replace(known, legality={})
        return part

    def _model(self, row: Record) -> StagedModel:
        key = (same(row.make), same(row.model))
        model = self.models.get(key)
        if model is None:
            model = self.models[key] = StagedModel(len(self.models), row.make, row.model)
        return model

    def _write(self) -> None:
        self.connection.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self.connection.executemany("INSERT INTO problem VALUES (?, ?)", self._bad)
        self._waiting.clear()
        self._bad.clear()


def _about_part(row: Record) -> Record:
    """What a row says of the part itself."""
    return replace(row, make="", model="", submodel="", years=(), notes=(), needs=(), position="")


def merged(before: list[Stretch], said: list[tuple[str, Stretch]], now: int) -> list[Stretch]:
    """What holds after a file has spoken: what was there, less the years it speaks of, with what it adds.

    The order of its rows is of no matter, as updates come as a removal and an addition of the same machine. Years
    with the same words are joined; where a file says two things of the same years, both stay.
    """
    kept = [
        Stretch(first, last, stretch.payload, stretch.checked_at)
        for stretch in before
        for first, last in _without(stretch.first, stretch.last, [other for _, other in said])
    ]
    joined: dict[str, list[Stretch]] = {}
    for action, stretch in said:
        if action == "A":
            joined.setdefault(stretch.payload, []).append(stretch)
    return kept + [each for same_words in joined.values() for each in _joined(same_words, now)]


def _without(first: int, last: int, taken: list[Stretch]) -> list[tuple[int, int]]:
    left = [(first, last)]
    for other in taken:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, other.first - 1)), (max(start, other.last + 1), end))
            if piece[0] <= piece[1]
        ]
    return left


def _joined(stretches: list[Stretch], now: int) -> list[Stretch]:
    ordered = sorted(stretches)
    result = [ordered[0]._replace(checked_at=now)]
    for stretch in ordered[1:]:
        newest = result[-1]
        if stretch.first <= newest.last + 1:
            result[-1] = newest._replace(last=max(newest.last, stretch.last))
        else:
            result.append(stretch._replace(checked_at=now))
    return result
