"""ACES applications, versions 3.0 to 5.0, read as they stream by.

Read tolerantly: of the elements only those that say part, machine, years and notes count, wherever the version has
them. Entities and document types are refused. The machine is a `BaseVehicle` id or `Years` with `Make` and `Model`,
each an id of the uploaded table or a name written in the element.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]

from app.shops.fitments.record import LONGEST, BadFile, Problem, Record, Told
from app.shops.fitments.vehicle_ids import VehicleIds
from app.shops.year_text import FIRST_YEAR, YEARS_AHEAD
from bot.ports import YearRange

_CHUNK = 1 << 16
_SUBMODELS = ("SubModel", "Mfr", "EquipmentModel")
_QUALIFIERS = frozenset(
    "BodyType BodyNumDoors DriveType EngineBase EngineBlock EngineDesignation EngineVIN EngineVersion EngineMfr "  # noqa: SIM905
    "Aspiration FuelType FuelDeliveryType TransmissionType TransmissionControlType Region WheelBase BrakeABS".split()
)
"""Narrowing attributes: an id alone would tell a rider nothing, a text in them is a note."""


@dataclass(slots=True)
class Submission:
    """What the header says, known once the file was read."""

    is_full: bool | None = None
    """FULL replaces everything of before; None where the header is silent."""
    version: str = ""


def read_aces(
    path: Path, ids: VehicleIds, submission: Submission, *, this_year: int, told: Told | None = None
) -> Iterator[Record | Problem]:
    """Each `App` as a Record, or as the Problem it has; `submission` is filled from the header on the way.

    Raises BadFile for a file that is no well-formed ACES, with the line.
    """
    handler = _Apps(ids, submission, this_year)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)
    read = 0
    try:
        with path.open("rb") as raw:
            while chunk := raw.read(_CHUNK):
                parser.feed(chunk)
                read += len(chunk)
                if told is not None:
                    told(read)
                yield from handler.take()
            parser.close()
            yield from handler.take()
    except SAXParseException as error:
        raise BadFile(f"{path.name}: line {error.getLineNumber()}: {error.getMessage()}") from error
    except DefusedXmlException as error:
        raise BadFile(f"{path.name}: document types and entities are refused; export it without them") from error
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error
    if not handler.is_aces:
        raise BadFile(f"{path.name}: there is no ACES element; is this an ACES file?")


@dataclass(slots=True)
class _App:
    """An `App` while it is read: texts and ids by element."""

    line: int
    action: str
    values: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    years: tuple[str, str] | None = None


class _Apps(ContentHandler):
    """Collects the records of a piece of the file."""

    def __init__(self, ids: VehicleIds, submission: Submission, this_year: int) -> None:
        super().__init__()
        self.is_aces = False
        self._ids = ids
        self._submission = submission
        self._this_year = this_year
        self._app: _App | None = None
        self._text: list[str] = []
        self._path: list[str] = []
        self._ready: list[Record | Problem] = []
        self._count = 0
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:
        self._locator = locator

    def take(self) -> list[Record | Problem]:
        """What was read since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def startElement(self, name: str, attrs: Any) -> None:
        self._path.append(name)
        self._text = []
        if name == "ACES":
            self.is_aces = True
            self._submission.version = attrs.get("version", "")
        elif name in {"App", "Asset"} and len(self._path) == 2:
            self._app = _App(self._line(), attrs.get("action", "A").upper()) if name == "App" else None
        elif self._app is not None and "id" in attrs:
            self._app.ids[name] = attrs["id"]
        if self._app is not None and name == "Years":
            self._app.years = (attrs.get("from", ""), attrs.get("to", ""))

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:
        self._path.pop()
        text, self._text = "".join(self._text).strip(), []
        app = self._app
        if app is not None:
            if name == "App":
                self._count += 1
                self._ready.append(self._record(app))
                self._app = None
            elif name == "Note" or (name == "text" and self._path[-1:] == ["Qual"]) or (name in _QUALIFIERS and text):
                app.notes.append(text)
            elif name == "MfrLabel":
                app.labels.append(text)
            elif text:
                app.values[name] = text
        elif name == "SubmissionType":
            self._submission.is_full = text.upper() == "FULL"
        elif name == "RecordCount" and text != str(self._count):
            self._ready.append(
                Problem(
                    self._line(), f"the footer counts {text or 'nothing'}, the file has {self._count}: is it whole?"
                )
            )

    def _line(self) -> int:
        return int(self._locator.getLineNumber() or 0)

    def _record(self, app: _App) -> Record | Problem:
        try:
            make, model, years = self._machine(app)
            sku = app.values.get("Part", "")
            if not sku:
                raise ValueError("the part number is missing")
            if app.action not in {"A", "D"}:
                raise ValueError(f'"{app.action}" is no action; write A or D')
            quantity = app.values.get("Qty", "1")
            if not quantity.isdecimal() or not 1 <= int(quantity) < 1_000:
                raise ValueError(f'"{quantity}" is no quantity')
            notes = tuple(dict.fromkeys(note for note in app.notes if note))
            if any(len(note) > LONGEST for note in notes):
                raise ValueError(f"a note has more than {LONGEST} characters")
            kind = app.ids.get("PartType", "")
            place = app.ids.get("Position", "")
            position = app.values.get("Position") or self._ids.positions.get(
                place, f"position {place}" if place else ""
            )
            return Record(
                line=app.line,
                sku=sku,
                action="D" if app.action == "D" else "A",
                make=make,
                model=model,
                submodel=next((app.values[name] for name in _SUBMODELS if app.values.get(name)), ""),
                years=(years,),
                position=position,
                quantity=int(quantity),
                notes=notes,
                title=app.labels[0] if app.labels else "",
                family=self._ids.part_types.get(kind, f"part type {kind}" if kind else ""),
            )
        except ValueError as error:
            return Problem(app.line, str(error))

    def _machine(self, app: _App) -> tuple[str, str, YearRange]:
        base = app.ids.get("BaseVehicle")
        if base is not None:
            if base not in self._ids.base:
                raise ValueError(
                    f"BaseVehicle {base} is not in the table of vehicles; add it to the file given with --vehicles"
                )
            year, make, model = self._ids.base[base]
            return make, model, YearRange(self._year(str(year)), year)
        if app.years is None:
            raise ValueError("the machine is missing: give BaseVehicle, or Years with Make and Model")
        first, last = (self._year(text) for text in app.years)
        if last < first:
            raise ValueError(f"the years {first} to {last} end before they begin")
        return (
            self._named(app, "Make", self._ids.makes),
            self._named(app, "Model", self._ids.models),
            YearRange(first, last),
        )

    def _named(self, app: _App, element: str, table: dict[str, str]) -> str:
        written = app.values.get(element)
        number = app.ids.get(element, "")
        if written or number in table:
            return written or table[number]
        raise ValueError(
            f"{element} {number or '(missing)'} is not in the table of vehicles; give the file with --vehicles"
        )

    def _year(self, text: str) -> int:
        if not (text.isdecimal() and FIRST_YEAR <= int(text) <= self._this_year + YEARS_AHEAD):
            raise ValueError(
                f'"{text}" is no model year; they run from {FIRST_YEAR} to {self._this_year + YEARS_AHEAD}'
            )
        return int(text)
