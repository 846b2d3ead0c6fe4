"""Takes orders into our own order book: from a file, or from a signed POST. The same order again replaces itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete
from sqlmodel import col, select

from app.persistence.catalogue import ShipmentEventRow, ShopOrderLineRow, ShopOrderRow
from app.persistence.database import Sessions
from app.shops.fitments.record import BadFile, Problem
from app.shops.order_form import OrderTold
from app.shops.proof import email, order_number, postcode

_LINE_COLUMNS = ("sku", "name", "quantity")
_LARGEST = 64 * 1024 * 1024


@dataclass(slots=True)
class OrderFile:
    """What a file of orders holds."""

    orders: list[OrderTold] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_orders(path: Path) -> OrderFile:
    """Orders from JSON (a list of them) or CSV (a row for each position). Raises BadFile when it is neither.

    A problem's line is the row of the CSV, or the place of the order in the JSON list.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile(f"{path.name} has more than {_LARGEST // 1024**2} MiB; import it in pieces")
        text = path.read_text("utf-8-sig")
        rows = _from_json(text) if text.lstrip()[:1] in {"[", "{"} else _from_csv(text)
        file = OrderFile()
        for line, row in rows:
            try:
                order = OrderTold.model_validate(row)
                if not (order.email or order.postcode):
                    raise ValueError("an e-mail address or a postcode is needed, by which its owner proves it")
                file.orders.append(order)
            except ValidationError as error:
                file.problems += [
                    Problem(line, f"{'.'.join(map(str, each['loc'])) or 'order'}: {each['msg']}")
                    for each in error.errors()
                ]
            except ValueError as error:
                file.problems.append(Problem(line, str(error)))
        file.problems += _doubled(file.orders)
        return file
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise BadFile(f"{path.name}: {error}") from error


def _doubled(orders: Sequence[OrderTold]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, order in enumerate(orders, 1):
        number = order_number(order.number)
        if number in seen:
            yield Problem(place, f"order {order.number} is in the file twice")
        seen.add(number)


def _from_json(text: str) -> Iterator[tuple[int, Any]]:
    told = json.loads(text)
    orders = told.get("orders") if isinstance(told, dict) else told
    if not isinstance(orders, list):
        raise BadFile('a list of orders is needed, or {"orders": [...]}')
    yield from enumerate(orders, 1)


def _from_csv(text: str) -> Iterator[tuple[int, Any]]:
    """Rows of one number, one after the other, are one order with a position each."""
    reader = csv.DictReader(text.splitlines(), strict=True)
    if "number" not in (reader.fieldnames or ()):
        raise BadFile(f"there is no column number; there are {', '.join(reader.fieldnames or ())}")
    order: dict[str, Any] | None = None
    start = 0
    for row in reader:
        cells = {
            name: value.strip() for name, value in row.items() if name and isinstance(value, str) and value.strip()
        }
        line = {name: cells.pop(name) for name in _LINE_COLUMNS if name in cells}
        if order is not None and cells.get("number") == order.get("number"):
            order["lines"].append(line)
            continue
        if order is not None:
            yield start, order
        order, start = {**cells, "lines": [line] if line else []}, reader.line_num
    if order is not None:
        yield start, order


async def keep_orders(sessions: Sessions, site_id: str, orders: Iterable[OrderTold]) -> int:
    """Put orders into the book of a site, in one transaction; how many. An order of the same number is replaced."""
    count = 0
    async with sessions() as session, session.begin():
        for told in orders:
            count += 1
            number = order_number(told.number)
            of_number = (col(ShopOrderRow.site_id) == site_id, col(ShopOrderRow.number) == number)
            ids = select(col(ShopOrderRow.id)).where(*of_number)
            for table in (ShopOrderLineRow, ShipmentEventRow):
                await session.exec(delete(table).where(col(table.order_id).in_(ids)))
            await session.exec(delete(ShopOrderRow).where(*of_number))
            carrier, url = told.carried_by()
            row = ShopOrderRow(
                site_id=site_id,
                number=number,
                email=email(told.email),
                postcode=postcode(told.postcode),
                status=told.status.value,
                placed_at=told.placed_at,
                promised_for=told.promised_for,
                expected_for=told.expected_for,
                window=told.window,
                carrier=carrier,
                tracking_number=told.tracking_number,
                tracking_url=url,
            )
            session.add(row)
            await session.flush()
            session.add_all(
                ShopOrderLineRow(order_id=row.id, sku=line.sku, name=line.name, quantity=line.quantity)
                for line in told.lines
            )
            session.add_all(
                ShipmentEventRow(order_id=row.id, label=each.label, detail=each.detail, at=each.at, is_scan=each.scan)
                for each in told.events
            )
    return count
