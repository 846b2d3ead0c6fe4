"""Units of work on PostgreSQL, in step: each runs up to where it needs rows, then what all of them ask for is sent.

A unit is a plain function in a greenlet of its own. What changes rows and tells nothing waits in the unit until rows
are asked for, or the unit ends, so that the same statements of many units travel together: one round trip instead of
many, and a round trip costs more here than what PostgreSQL does in it.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from greenlet import getcurrent, greenlet

from app.persistence.work import Work

FOR_UPDATE = " FOR NO KEY UPDATE"

_MARK = re.compile(r"\?(\d*)")
_CHANGES = re.compile(r"(INSERT|UPDATE|DELETE)\b|WITH\b.*\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b", re.DOTALL)

Rows = Sequence[tuple[Any, ...]]


class NotTogether(Exception):
    """These units cannot share a transaction; each by itself may."""


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement as PostgreSQL reads it. There is one of each."""

    text: str
    numbered: str | None
    """The same with a further value, which ends each of its rows and so tells whose they are. None: it cannot."""
    gives_rows: bool
    changes: bool
    locks: bool
    """Whether its rows, which begin with their id, are kept to the unit."""


@cache
def translated(statement: str, counted: bool = False) -> Statement:
    """The statement with PostgreSQL's marks for values. Literals have no `?` in them.

    `counted`: one that gives no rows gives one for each row that it changed.
    """
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        number = int(found[1] or count + 1)
        count = max(count, number)
        return f"${number}"

    text = _MARK.sub(mark, statement).strip()
    number = f"${count + 1}::int"
    changes = _CHANGES.match(text) is not None
    if not text.startswith(("SELECT", "WITH")) and " RETURNING " not in text:
        if counted:
            return Statement(f"{text} RETURNING 1", f"{text} RETURNING {number}", True, True, locks=False)
        return Statement(text, None, False, True, locks=False)
    numbered: str | None = f"{text}, {number}"  # RETURNING is what it ends with
    if not changes:
        numbered = f"SELECT found.*, {number} FROM ({text}) found"  # noqa: S608
    elif text.startswith("WITH"):
        numbered = None
    return Statement(text, numbered, True, changes, locks=text.endswith(FOR_UPDATE))


class PostgresCursor:
    """See `app.persistence.work.Cursor`. Only inside its unit."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, unit: Unit, *, for_update: str) -> None:
        self.for_update = for_update
        self._unit = unit
        self._last = ""
        self._count: int | None = -1
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> PostgresCursor:
        """Run one statement and keep its rows; what gives none is run before the next one that does."""
        asked = translated(statement)
        self._unit.asks.append((asked, values))
        if asked.gives_rows:
            rows = self._unit.wait()
            self._count = len(rows)
            self._rows = iter(rows)
        else:
            self._last = statement
            self._count = None
            self._rows = iter(())
        return self

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed. Asking runs it."""
        if self._count is None:
            _, values = self._unit.asks.pop()
            self._unit.asks.append((translated(self._last, counted=True), values))
            self._count = len(self._unit.wait())
        return self._count

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """The other rows."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        """The other rows, one by one."""
        return self._rows


class Unit:
    """A unit of work on its way."""

    def __init__(self, work: Work[Any], *, for_update: str, context: Context | None = None) -> None:
        self.asks: deque[tuple[Statement, Sequence[Any]]] = deque()
        """What is to be run next, in order. When the unit waits, the last of them is what it waits for."""
        self.changed = False
        """Whether anything that it changed has been sent."""
        self.result: Any = None
        self.error: Exception | None = None
        self._work = work
        self._for_update = for_update
        self._greenlet = greenlet(self._run, getcurrent())
        self._greenlet.gr_context = context or copy_context()

    def go_on(self, rows: Rows = ()) -> None:
        """Run it up to where it needs rows, or to its end. `rows` is what it waits for."""
        self._greenlet.switch(rows)

    def wait(self) -> Rows:
        """Inside the unit: leave it, and come back with the rows of its last statement."""
        rows: Rows = self._greenlet.parent.switch()
        return rows

    @property
    def is_done(self) -> bool:
        """Whether it has come to its end."""
        return bool(self._greenlet.dead)

    def outcome(self) -> Any:
        """Its result. Raises what it raised."""
        if self.error is not None:
            raise self.error
        return self.result

    def end(self) -> None:
        """Leave it where it is."""
        self.asks.clear()
        if not self._greenlet.dead:
            self._greenlet.throw()

    def _run(self, _: Rows) -> None:
        try:
            self.result = self._work(PostgresCursor(self, for_update=self._for_update))
        except Exception as error:
            self.error = error
            self.asks.clear()


async def carry_out(connection: Any, units: Sequence[Unit]) -> Collection[Unit]:
    """Run the units to their ends, inside a transaction; those that have to wait for another one of them are left out.

    Of units that keep the same row to themselves one goes on. Raises NotTogether when another one cannot just be left
    out, because something that it changed has been sent.
    """
    kept: dict[str, Unit] = {}
    left_out = []
    try:
        for unit in units:
            unit.go_on()
        while (following := _next(units)) is not None:
            statement, some = following
            for unit, rows in zip(some, await _sent(connection, statement, some), strict=False):
                if not statement.locks or all(kept.setdefault(row[0], unit) is unit for row in rows):
                    unit.go_on(rows)
                elif unit.changed:
                    raise NotTogether
                else:
                    unit.end()
                    left_out.append(unit)
    finally:
        for unit in units:
            unit.end()
    return left_out


async def carry_out_reading(connection: Any, unit: Unit) -> bool:
    """Run a unit outside of a transaction, if all it asks for is one statement that only reads; whether it was."""
    try:
        unit.go_on()
        if len(unit.asks) == 1 and not unit.asks[0][0].changes:
            (rows,) = await _sent(connection, unit.asks[0][0], [unit])
            unit.go_on(rows)
        return unit.is_done and not unit.asks
    finally:
        unit.end()


def _next(units: Sequence[Unit]) -> tuple[Statement, list[Unit]] | None:
    """The statement to run next and whose it is: what most of the units need rows of to go on, else what most left."""
    asking = [unit for unit in units if unit.asks]
    if len(asking) < 2:
        return (asking[0].asks[0][0], asking) if asking else None
    first: defaultdict[Statement, list[Unit]] = defaultdict(list)
    for unit in asking:
        first[unit.asks[0][0]].append(unit)
    return max(first.items(), key=lambda each: (each[0].gives_rows, len(each[1])))


async def _sent(connection: Any, statement: Statement, units: list[Unit]) -> Sequence[Rows]:
    """Run the statement that each of the units asks for first; the rows of each, if it gives rows."""
    if (
        statement.locks and len(units) > 1
    ):  # everybody in the same order, so that no two transactions wait for each other
        units.sort(key=lambda unit: str(unit.asks[0][1]))
    calls = []
    for unit in units:
        if statement.changes:
            unit.changed = True
        calls.append(unit.asks.popleft()[1])
        while not statement.gives_rows and unit.asks and unit.asks[0][0] is statement:
            calls.append(unit.asks.popleft()[1])
    if not statement.gives_rows:
        if len(calls) == 1:
            await connection.execute(statement.text, *calls[0])
        else:
            await connection.executemany(statement.text, calls)
        return []
    if len(calls) == 1 or statement.numbered is None:
        return [list(map(tuple, await connection.fetch(statement.text, *values))) for values in calls]
    found: list[list[Any]] = [[] for _ in calls]
    for row in await connection.fetchmany(statement.numbered, [(*each, n) for n, each in enumerate(calls)]):
        found[row[-1]].append(row[:-1])
    return found
