"""Year-make-model sheets: CSV as brands, shops and fitment apps export it, with their own names for the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from app.shops.fitments.record import LEGALITY, LONGEST, BadFile, Problem, Record, Told
from app.shops.year_text import read_years
from bot.ports import Money, YearRange

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sku": ("sku", "part", "partno", "part no", "part number", "part_number", "partnumber", "item", "mpn"),
    "make": ("make", "manufacturer", "brand of vehicle", "vehicle make"),
    "model": ("model", "vehicle model"),
    "submodel": ("submodel", "sub model", "sub_model", "trim", "version"),
    "years": ("years", "year", "year range", "model year", "model years"),
    "year_from": ("year_from", "yearfrom", "year from", "from", "start year", "year start"),
    "year_to": ("year_to", "yearto", "year to", "to", "end year", "year end"),
    "position": ("position", "side"),
    "quantity": ("qty", "quantity"),
    "notes": ("notes", "note", "comment", "comments", "fitment notes"),
    "needs": ("requires_sku", "requires", "needs", "required parts"),
    "title": ("title", "name", "product", "description"),
    "line": ("line", "product line", "series"),
    "family": ("category", "family", "part type", "type", "group"),
    "price": ("price",),
    "currency": ("currency",),
    "stock": ("stock", "inventory"),
    "url": ("url", "link"),
    "image": ("image", "picture", "image url"),
    "action": ("action",),
    **{name: (name, name.replace("_", " ")) for name in LEGALITY},
}
"""What we read, and the headings under which sheets have it."""

_ACTIONS = {"": "A", "a": "A", "add": "A", "d": "D", "delete": "D", "remove": "D"}


def read_sheet(
    path: Path, *, this_year: int, columns: Mapping[str, str] | None = None, told: Told | None = None
) -> Iterator[Record | Problem]:
    """Each row as a Record, or as the Problem it has. `columns` maps our names to the sheet's headings.

    Reads line by line; `told` hears of the bytes read. Raises BadFile for a file without the columns it needs.
    """
    try:
        with path.open("rb") as raw:
            text = _Lines(raw, told)
            heading = text.first()
            dialect = ";" if heading.count(";") > heading.count(",") else "\t" if "\t" in heading else ","
            reader = csv.reader(text, delimiter=dialect, strict=True)
            place = _places(path, next(reader, []), columns or {})
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield Problem(reader.line_num, f"{error}; put texts with commas or quotes into quotes")
                    continue
                except UnicodeDecodeError:
                    yield Problem(reader.line_num + 1, "has bytes that are not UTF-8; save the sheet as UTF-8")
                    continue
                if cells is None:
                    return
                if any(cell.strip() for cell in cells):
                    yield _record(reader.line_num, cells, place, this_year)
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error


class _Lines:
    """The lines of a file as text, one at a time; a line that is no UTF-8 raises and the next one follows."""

    def __init__(self, raw: IO[bytes], told: Told | None) -> None:
        self._raw = raw
        self._told = told
        self._read = 0

    def first(self) -> str:
        line = self._raw.readline(65_536)
        self._raw.seek(0)
        return line.decode("utf-8-sig", "replace")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._raw.readline()
        if not line:
            raise StopIteration
        is_first = self._read == 0
        self._read += len(line)
        if self._told is not None:
            self._told(self._read)
        return line.decode("utf-8-sig" if is_first else "utf-8")


def _places(path: Path, header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where each of our columns is. Raises BadFile when a needed one is missing or a mapping leads nowhere."""
    titles = {title.strip().lower(): place for place, title in reversed(list(enumerate(header)))}
    places: dict[str, int] = {}
    for name, known in COLUMNS.items():
        wanted = (columns[name].strip().lower(),) if name in columns else known
        place = next((titles[title] for title in wanted if title in titles), None)
        if place is not None:
            places[name] = place
        elif name in columns:
            raise BadFile(f'{path.name}: there is no column "{columns[name]}"; there are {", ".join(header)}')
    missing = [name for name in ("sku", "make", "model") if name not in places]
    if not places.keys() & {"years", "year_from"}:
        missing.append("years")
    if missing:
        raise BadFile(
            f"{path.name}: no column for {', '.join(missing)}. Name it with --column, as in --column "
            f'{missing[0]}="{header[0] if header else "Part"}".'
        )
    return places


def _record(line: int, cells: list[str], place: Mapping[str, int], this_year: int) -> Record | Problem:
    def cell(name: str) -> str:
        at = place.get(name)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    try:
        if any(len(each) > LONGEST for each in cells):
            raise ValueError(f"a cell has more than {LONGEST} characters; is a quote missing before it?")
        if not cell("sku"):
            raise ValueError("the part number is missing")
        if bool(cell("make")) != bool(cell("model")):
            raise ValueError("make and model are needed both, or neither for a part of its own")
        action = _ACTIONS.get(cell("action").lower())
        if action is None:
            raise ValueError(f'"{cell("action")}" is no action; write A or D')
        return Record(
            line=line,
            sku=cell("sku"),
            action="D" if action == "D" else "A",
            make=cell("make"),
            model=cell("model"),
            submodel=_every(cell("submodel")),
            years=_years(cell("years"), cell("year_from"), cell("year_to"), this_year) if cell("make") else (),
            position=cell("position"),
            quantity=_count(cell("quantity"), "quantity", 1) or 1,
            notes=(cell("notes"),) if cell("notes") else (),
            needs=tuple(sku.strip() for sku in cell("needs").replace("|", ";").split(";") if sku.strip()),
            legality={name: cell(name) for name in LEGALITY if cell(name)},
            title=cell("title"),
            line_name=cell("line"),
            family=cell("family").lower(),
            price=_price(cell("price"), cell("currency")),
            stock=_count(cell("stock"), "stock", 0),
            url=cell("url"),
            image=cell("image"),
        )
    except ValueError as error:
        return Problem(line, str(error))


def _every(submodel: str) -> str:
    """ "All", "any" and "*" are all versions, as an empty cell is."""
    return "" if submodel.lower() in {"all", "any", "*", "base/all"} else submodel


def _years(text: str, first: str, last: str, this_year: int) -> tuple[YearRange, ...]:
    if text:
        return read_years(text, this_year=this_year)
    if first and last:
        return read_years(f"{first}-{last}", this_year=this_year)
    if first or last:
        return read_years(f"{first}+" if first else f"<={last}", this_year=this_year)
    raise ValueError('the years are missing; write "all" if it fits every year')


def _count(text: str, name: str, least: int) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not least <= int(text) < 1_000_000:
        raise ValueError(f'"{text}" is no {name}')
    return int(text)


def _price(text: str, currency: str) -> Money | None:
    if not text:
        return None
    whole, _, cents = text.replace(",", ".").partition(".")
    if not whole.isdecimal() or not (cents.isdecimal() or not cents) or len(cents) > 2 or len(whole) > 9:
        raise ValueError(f'"{text}" is no price; write 329 or 329.50, and the currency in its own column')
    if len(currency) != 3 or not currency.isalpha():
        raise ValueError(f'"{currency}" is no currency; write EUR, GBP, USD')
    return Money(int(whole) * 100 + int(cents.ljust(2, "0") or 0), currency.upper())
