"""A folder with everything that was seen of a classifier: pictures, tables, advice, and `index.html` to start from."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.fitting.advice import advice
from app.fitting.examples import Labelled
from app.fitting.fitting import Fitted
from app.fitting.pictures import calibration_curve, confidences, confusion_matrix, scope_curve
from app.fitting.score import IntentScore, by_intent, confusions

MOST_PAIRS = 20
_EXAMPLES_OF_A_PAIR = 5


def write_report(fitted: Fitted, folder: Path) -> Path:
    """The path of the page to open first. What was in the folder from an earlier report is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    intents = fitted.classifier.intents
    judged = fitted.judged
    table = sorted(by_intent(judged, intents), key=lambda each: (each.f1, each.intent))
    pairs = confusions(judged, intents)
    in_matrix = confusion_matrix(judged, intents, folder / "confusion.png")
    confidences(judged, folder / "confidence.png")
    calibration_curve(judged, folder / "calibration.png")
    if fitted.outside_best is not None and fitted.scope is not None:
        scope_curve(judged, fitted.outside_best, fitted.scope.threshold, folder / "scope.png")
    _write_table(table, folder / "intents.csv")
    page = folder / "index.html"
    page.write_text(
        _page(
            figures=fitted.figures,
            outside=fitted.outside,
            has_scope=fitted.outside_best is not None and fitted.scope is not None,
            scope=fitted.scope,
            pairs=pairs[:MOST_PAIRS],
            pair_examples=_EXAMPLES_OF_A_PAIR,
            table=table,
            advice=advice(fitted.given.train, pairs, _sizes(fitted)),
            in_matrix=in_matrix,
            trained_on=len(fitted.given.train),
            judged_by=len(judged.texts),
            folds=fitted.given.folds if fitted.given.test is None else 0,
            knows_meanings=fitted.classifier.knows_meanings,
        ),
        "utf-8",
        errors="replace",
    )
    return page


def _sizes(fitted: Fitted) -> Counter[str]:
    judged: Sequence[Labelled] = fitted.given.train if fitted.given.test is None else fitted.given.test
    return Counter(example.intent for example in judged)


def _write_table(table: Sequence[IntentScore], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["intent", "messages", "precision", "recall", "f1"])
        rows.writerows(
            [each.intent, each.messages, f"{each.precision:.4f}", f"{each.recall:.4f}", f"{each.f1:.4f}"]
            for each in table
        )


def _page(**seen: Any) -> str:
    pages = Environment(
        loader=PackageLoader("app.fitting", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return pages.get_template("report.html").render(**seen)
