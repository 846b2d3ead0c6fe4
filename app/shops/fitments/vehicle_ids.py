"""Names behind the numbers of an ACES file.

The numbers mean something only with the tables of the Auto Care Association, which are licensed. Whoever has them
uploads the rows they need: `base_vehicle_id,year,make,model`, with `make_id` and `model_id` for files that give
years, make and model, and `part_type_id,part_type` or `position_id,position` on rows of their own.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from app.shops.fitments.record import BadFile

_NEEDED = {"base_vehicle_id", "year", "make", "model"}
_TYPES = {"part_type_id", "part_type"}
_POSITIONS = {"position_id", "position"}


@dataclass(frozen=True, slots=True)
class VehicleIds:
    """Machines by their numbers."""

    base: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """Year, make and model by BaseVehicle id."""
    makes: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    part_types: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)


def read_vehicle_ids(path: Path) -> VehicleIds:
    """The table in `path`. Raises BadFile, with each line that cannot be read."""
    ids, problems = VehicleIds(), list[str]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            columns = set(reader.fieldnames or ())
            if not any(columns >= needed for needed in (_NEEDED, _TYPES, _POSITIONS)):
                raise BadFile(f"{path.name}: the columns {', '.join(sorted(_NEEDED))} are needed")
            for row in reader:
                cells = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)}
                if cells.get("part_type_id"):
                    ids.part_types[cells["part_type_id"]] = cells.get("part_type", "").lower()
                    continue
                if cells.get("position_id"):
                    ids.positions[cells["position_id"]] = cells.get("position", "")
                    continue
                year, make, model = cells.get("year", ""), cells.get("make", ""), cells.get("model", "")
                if not (cells.get("base_vehicle_id") and year.isdigit() and make and model):
                    problems.append(f"line {reader.line_num}: base_vehicle_id, year, make and model are needed")
                    continue
                ids.base[cells["base_vehicle_id"]] = (int(year), make, model)
                if cells.get("make_id"):
                    ids.makes[cells["make_id"]] = make
                if cells.get("model_id"):
                    ids.models[cells["model_id"]] = model
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"{path.name}: {error}") from error
    if problems:
        raise BadFile("\n".join([f"{path.name}:", *problems]))
    return ids
