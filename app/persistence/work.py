"""What units of work are written against, whichever database carries them out.

A unit is a plain function that reads and writes through a cursor. Its SQL is what SQLite and PostgreSQL both
understand, with `?` (or `?1`) for values. What differs is in the cursor: rows that a unit is going to change are read
with its `for_update`, which is empty on SQLite, where writers take turns anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, Protocol, TypeVar


class Cursor(Protocol):
    """The part of a `sqlite3.Cursor` that units use, and how rows are locked."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """The database, for the few things that both have and neither has like the other: search in full text."""

    @property
    def for_update(self) -> str:
        """Ends a SELECT whose rows nobody else may change until this unit is committed; empty where nobody can."""

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""

    def fetchone(self) -> Any:
        """The next row as a tuple, or None."""

    def fetchall(self) -> list[Any]:
        """The other rows, as tuples."""

    def __iter__(self) -> Iterator[Any]:
        """The other rows, one by one."""


T = TypeVar("T")
Work = Callable[[Cursor], T]
"""A unit of work: all of it is committed, or, when it raises, none of it."""


class Writer(Protocol):
    """Carries out units that write. `on_commit` is told how many units shared a commit."""

    on_commit: Callable[[int], None]

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, once it is on disk.

        What `work` raises is raised here and rolls back this unit alone. Raises Unavailable when the store does not
        take writes. Cancelling the caller does not undo the work: it may still be committed. A unit may be run more
        than once, of which one run is kept, so it does nothing but read and write through its cursor.
        """

    async def share(self, work: Work[T]) -> T:
        """The same for a unit that others may go with in one transaction, statement by statement.

        Everything that it trusts or changes belongs to rows that it locks; it locks them before it changes anything,
        each by a SELECT that ends with `for_update` and whose rows begin with the id.
        """


class Reader(Protocol):
    """Carries out units that only read."""

    async def run(self, work: Work[T]) -> T:
        """The result of `work` on one consistent snapshot. Raises Unavailable when the store cannot be read."""

    async def look(self, work: Work[T]) -> T:
        """The same for a few rows found by their key, which take less time than handing them to a thread."""


def nobody_elses(cursor: Cursor, table: Literal["conversation"], row_ids: Sequence[str]) -> Sequence[str]:
    """Those of the rows that no other unit is at, kept to this one; it waits for none, so it may ask out of turn."""
    if not cursor.for_update or not row_ids:
        return row_ids
    marks = ", ".join("?" * len(row_ids))
    mine = cursor.execute(
        f"SELECT id FROM {table} WHERE id IN ({marks}){cursor.for_update} SKIP LOCKED",  # noqa: S608
        list(row_ids),
    )
    kept = {row_id for (row_id,) in mine}
    return [each for each in row_ids if each in kept]


def lock(cursor: Cursor, table: Literal["visitor", "agent", "conversation"], row_id: str) -> None:
    """Keep a row to this unit. Locks are taken in this order: visitor or agent, conversation, everything of it."""
    if cursor.for_update:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ?{cursor.for_update}", (row_id,))  # noqa: S608
