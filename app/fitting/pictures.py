"""Draws what a report shows. matplotlib comes with the extra `report` and is imported here alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from app.fitting.score import Floats, Judged, calibration, calibration_error

mpl.use("agg")

_INK, _QUIET, _RIGHT, _WRONG, _OUTSIDE = "#1f2933", "#9aa5b1", "#1f7a6d", "#d9622b", "#6b5bb5"
_STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.edgecolor": _QUIET,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
}
MOST_IN_MATRIX = 40
"""Intents that a confusion matrix can show and still be read."""
_LONGEST_NAME = 34


def confusion_matrix(judged: Judged, intents: Sequence[str], path: Path) -> int:
    """Draw the intents that take part in most confusions; how many they are."""
    known = judged.wanted >= 0
    counts = np.zeros((len(intents), len(intents)), dtype=np.int64)
    np.add.at(counts, (judged.wanted[known], judged.found[known]), 1)
    wrong = counts - np.diag(np.diag(counts))
    weight = wrong.sum(axis=0) + wrong.sum(axis=1)
    shown = np.sort(np.argsort(-weight, kind="stable")[:MOST_IN_MATRIX])
    part = counts[np.ix_(shown, shown)]
    share = part / np.maximum(1, counts[shown].sum(axis=1, keepdims=True))
    size = max(4.5, 0.27 * len(shown) + 3.2)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(size, size), layout="constrained")
        axes = figure.subplots()
        # What is right has a colour of its own, so that even a single confusion stands out.
        right = np.where(np.eye(len(shown), dtype=bool), share, np.nan)
        mistaken = np.where(np.eye(len(shown), dtype=bool) | (part == 0), np.nan, share)
        axes.imshow(right, cmap="Greens", vmin=0, vmax=1.6)
        axes.imshow(
            mistaken, cmap="Oranges", vmin=-0.15, vmax=max(0.5, 1.8 * float(np.nanmax([0.0, *mistaken.ravel()])))
        )
        names = [_short(intents[number]) for number in shown]
        axes.set_xticks(range(len(shown)), names, rotation=90, fontsize=8)
        axes.set_yticks(range(len(shown)), names, fontsize=8)
        axes.set_xlabel("found")
        axes.set_ylabel("wanted")
        for row, column in zip(*np.nonzero(part), strict=True):
            ink = "white" if row == column and share[row, column] > 0.9 else _INK
            axes.text(column, row, str(part[row, column]), ha="center", va="center", fontsize=7, color=ink)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        figure.savefig(path, dpi=110)
    return len(shown)


def confidences(judged: Judged, path: Path) -> None:
    """How sure the classifier was, of what was right and of what was wrong."""
    edges = np.linspace(0, 1, 21)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.5, 3.6), layout="constrained")
        axes = figure.subplots()
        parts = [judged.confidence[judged.right], judged.confidence[~judged.right]]
        labels = [f"right ({len(parts[0])})", f"wrong ({len(parts[1])})"]
        axes.hist(parts, bins=edges.tolist(), stacked=True, color=[_RIGHT, _WRONG], label=labels, rwidth=0.92)
        axes.set_xlabel("confidence")
        axes.set_ylabel("messages")
        axes.set_xlim(0, 1)
        axes.legend(loc="upper left")
        figure.savefig(path, dpi=110)


def calibration_curve(judged: Judged, path: Path) -> None:
    """Whether of the messages with confidence 0.7 seven in ten are right."""
    points = calibration(judged)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(4.8, 4.8), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=_QUIET, linestyle="--", linewidth=1)
        axes.annotate("as sure as right", (0.05, 0.09), color=_QUIET, rotation=45, rotation_mode="anchor", fontsize=9)
        sizes = [20 + 180 * count / max(count for *_, count in points) for *_, count in points]
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], color=_RIGHT, linewidth=1.5)
        axes.scatter([x for x, _, _ in points], [y for _, y, _ in points], s=sizes, color=_RIGHT, zorder=3)
        axes.set_xlabel("confidence")
        axes.set_ylabel("share that is right")
        axes.set_xlim(0, 1.03)
        axes.set_ylim(0, 1.03)
        axes.set_title(f"{100 * calibration_error(judged):.1f} points off on average")
        figure.savefig(path, dpi=110)


def scope_curve(judged: Judged, outside: Floats, threshold: float, path: Path) -> None:
    """What each line through the scores would give: out of scope found, against in scope still answered rightly."""
    lines = np.unique(np.concatenate([judged.best, outside]))
    right = np.sort(judged.best[judged.right])
    answered = (len(right) - np.searchsorted(right, lines, side="left")) / len(judged.best)
    found = np.searchsorted(np.sort(outside), lines, side="left") / len(outside)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.5, 4.2), layout="constrained")
        axes = figure.subplots()
        axes.plot(found, answered, color=_OUTSIDE, linewidth=1.8)
        at = min(int(np.searchsorted(lines, threshold)), len(lines) - 1)
        axes.scatter([found[at]], [answered[at]], s=60, color=_WRONG, zorder=3)
        axes.annotate(
            f"line at {threshold:.2f}: {found[at]:.0%} found,\n{answered[at]:.0%} answered rightly",
            (float(found[at]), float(answered[at])),
            xytext=(-8, -42),
            textcoords="offset points",
            ha="right" if found[at] > 0.4 else "left",
        )
        axes.set_xlabel("out of scope: share that is found")
        axes.set_ylabel("in scope: share answered rightly")
        axes.set_xlim(0, 1.01)
        axes.set_ylim(0, 1.01)
        figure.savefig(path, dpi=110)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
