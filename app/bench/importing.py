"""Measures an import: rows a second, and the most memory the process ever had."""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from app.persistence.database import upgrade
from app.persistence.writer import connect
from app.shops.fitments import import_fitments, read_sheet

_HEADER = ("sku", "title", "category", "make", "model", "submodel", "years", "position", "qty", "notes", "street_legal")
_MAKES = ("Yamaha", "Honda", "Kawasaki", "Suzuki", "Triumph", "Ducati", "KTM", "BMW", "Aprilia", "Polaris")
_MODELS_PER_MAKE = 500
_POSITIONS = ("", "Left", "Right", "Pair")


def run_import_bench(rows: int) -> dict[str, float | int]:
    """Make a sheet of `rows` different statements in a folder of its own, import it, and tell what it took."""
    with tempfile.TemporaryDirectory(prefix="kickstand-bench-") as name:
        sheet, store = Path(name) / "fitments.csv", Path(name) / "kickstand.db"
        with sheet.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            writer.writerows(islice(_rows(), rows))
        upgrade(store)
        before = _peak_mib()
        start = time.perf_counter()
        now = datetime.now(UTC)
        report = import_fitments(read_sheet(sheet, this_year=now.year), store, "bench", now=now)
        seconds = time.perf_counter() - start
        with closing(connect(store, synchronous="FULL", read_only=True)) as connection:
            fitments = connection.execute("SELECT COUNT(*) FROM fitment").fetchone()[0]
        return {
            "rows": report.rows,
            "fitments": fitments,
            "seconds": round(seconds, 1),
            "rows_per_second": round(rows / seconds),
            "locked_seconds": round(report.locked_seconds, 1),
            "rss_before_mib": before,
            "peak_rss_mib": _peak_mib(),
        }


def _rows() -> Iterator[tuple[object, ...]]:
    """Different statements without end: parts by machines, years with gaps here and there, a note on every third."""
    number = 0
    while True:
        part, machine = divmod(number, 200)
        make = _MAKES[(part + machine) % len(_MAKES)]
        model = (part * 37 + machine * 11) % _MODELS_PER_MAKE
        first = 1990 + number % 30
        years = f"{first}-{first + 3}, {first + 5}+" if number % 10 == 0 else f"{first}-{first + number % 6}"
        yield (
            *(f"SKU-{part:05}", f"Silencer {part}", "slip-on", make, f"{make[0]}{model * 10 + 100} GT"),
            *("SE" if number % 7 == 0 else "", years, _POSITIONS[number % 4], 1 + (number % 4 == 3)),
            *(f"Needs bracket {number % 50}" if number % 3 == 0 else "", "yes" if number % 5 else "no"),
        )
        number += 1


def _peak_mib() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024 * 1024))
