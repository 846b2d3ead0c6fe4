"""Cases kept in our own database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, func, insert, literal, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.persistence.catalogue import CaseRow
from app.persistence.database import Sessions
from app.persistence.moments import Moment
from app.shops.proof import order_number as stored_number
from bot.ports import Case, CaseKind, Clock

_FIRST_SERIAL = 1001
_ATTEMPTS = 5
_LETTERS = {
    CaseKind.RETURN: "R",
    CaseKind.WARRANTY: "W",
    CaseKind.DAMAGE: "D",
    CaseKind.MISSING: "M",
    CaseKind.WRONG: "X",
    CaseKind.DELIVERY: "T",
    CaseKind.EXCHANGE: "S",
    CaseKind.REPAIR: "J",
    CaseKind.VISIT: "V",
    CaseKind.ESTIMATE: "E",
    CaseKind.CHANGE: "C",
    CaseKind.PAYMENT: "P",
    CaseKind.INVOICE: "I",
    CaseKind.REFUND: "B",
    CaseKind.ACCOUNT: "A",
    CaseKind.QUESTION: "Q",
}
_ABOUT_LENGTH = 500


class DatabaseCases:
    """The cases of one site. See `bot.ports.Cases`."""

    def __init__(self, sessions: Sessions, site_id: str, clock: Clock) -> None:
        self._sessions = sessions
        self._site_id = site_id
        self._clock = clock

    async def open(
        self,
        kind: CaseKind,
        *,
        key: str,
        visitor_id: str,
        about: str,
        due_on: date,
        order_number: str | None = None,
    ) -> Case:
        opened = (col(CaseRow.site_id) == self._site_id, col(CaseRow.key) == key)
        next_serial = (
            select(func.coalesce(func.max(col(CaseRow.serial)) + 1, _FIRST_SERIAL))
            .where(col(CaseRow.site_id) == self._site_id)
            .scalar_subquery()
        )
        columns = {
            "site_id": literal(self._site_id),
            "serial": next_serial,
            "kind": literal(kind.value),
            "key": literal(key),
            "visitor_id": literal(visitor_id),
            "about": literal(about[:_ABOUT_LENGTH]),
            "order_number": literal(stored_number(order_number) if order_number else None),
            "opened_at": literal(self._clock(), Moment()),
            "due_on": literal(due_on),
        }
        row = select(*columns.values()).where(~exists().where(*opened))
        for _ in range(_ATTEMPTS):
            # The insert comes first: on SQLite a transaction that reads and then writes may find the
            # file moved on and fail, one that starts by writing waits for its turn.
            try:
                async with self._sessions() as session, session.begin():
                    await session.exec(insert(CaseRow).from_select(list(columns), row))
                    return _case((await session.exec(select(CaseRow).where(*opened))).one())
            except IntegrityError:
                continue  # Another process took the serial or opened this very case: look again.
        raise RuntimeError(f"no case number could be taken in {_ATTEMPTS} attempts; try again")

    async def name_order(self, number: str, order_number: str, told: str = "") -> Case | None:
        prefix, _, serial = number.partition("-")
        kinds = [kind.value for kind, letter in _LETTERS.items() if letter == prefix]
        if not serial.isdigit() or not kinds:
            return None
        named = (
            update(CaseRow)
            .where(
                col(CaseRow.site_id) == self._site_id,
                col(CaseRow.serial) == int(serial),
                col(CaseRow.kind).in_(kinds),
            )
            .values(order_number=stored_number(order_number))
            .returning(CaseRow)
        )
        async with self._sessions() as session, session.begin():
            row = (await session.exec(named)).scalar_one_or_none()
            if row is None:
                return None
            if told not in row.about:
                row.about = f"{row.about}; {told}"[:_ABOUT_LENGTH]
            return _case(row)

    async def list(self, visitor_id: str) -> Sequence[Case]:
        theirs = (
            select(CaseRow)
            .where(col(CaseRow.site_id) == self._site_id, col(CaseRow.visitor_id) == visitor_id)
            .order_by(col(CaseRow.serial).desc())
        )
        async with self._sessions() as session:
            return tuple(_case(row) for row in await session.exec(theirs))


def _case(row: CaseRow) -> Case:
    kind = CaseKind(row.kind)
    return Case(
        number=f"{_LETTERS[kind]}-{row.serial}",
        kind=kind,
        opened_at=row.opened_at,
        due_on=row.due_on,
        about=row.about,
        order_number=row.order_number,
    )
