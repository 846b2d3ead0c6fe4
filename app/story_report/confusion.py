"""Pictures of what was taken for what. The only place that needs matplotlib, which the extra `report` brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.testing import NOT_PLAYED, Pair

MOST = 28
"""Names that one picture shows; of more, those that were mistaken come first."""
_INK, _LINE, _PAPER = "#1c2430", "#dfe5ec", "#ffffff"


class NoPictures(RuntimeError):
    """Matplotlib is missing; the message says how to install it."""

    def __init__(self) -> None:
        super().__init__("The pictures need matplotlib. Install it with: pip install 'kickstand[report]'")


def need_matplotlib() -> None:
    """Raises NoPictures where the pictures cannot be drawn."""
    try:
        import matplotlib  # noqa: F401 - asked for, not used
    except ImportError:
        raise NoPictures from None


def draw(pairs: Iterable[Pair], title: str, what_came: str, file: Path) -> None:
    """Draw one row for each expected name and one column for each that came, as PNG and as SVG beside it."""
    need_matplotlib()
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    counts = Counter((pair.expected, pair.got) for pair in pairs)
    names = _names(counts)
    size = len(names)
    figure = Figure(figsize=(3.6 + size * 0.42, 2.6 + size * 0.36), dpi=160, facecolor=_PAPER)
    axes = figure.add_subplot()
    right = LinearSegmentedColormap.from_list("right", ["#d7efe3", "#1d8a5b"])
    wrong = LinearSegmentedColormap.from_list("wrong", ["#fbdedb", "#c8352b"])
    most = {same: max((n for (a, b), n in counts.items() if (a == b) is same), default=1) for same in (True, False)}
    for row, expected in enumerate(names):
        for column, got in enumerate(names):
            _cell(axes, row, column, counts[expected, got], right if row == column else wrong, most[row == column])
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    axes.set_xticks(range(size), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(size), names)
    axes.set_xlabel(what_came, color=_INK, labelpad=10)
    axes.set_ylabel("what the story expects", color=_INK, labelpad=10)
    axes.set_aspect("equal")
    axes.tick_params(length=0, labelsize=9, labelcolor=_INK)
    for side in axes.spines.values():
        side.set_visible(False)
    total, hits = sum(counts.values()), sum(n for (a, b), n in counts.items() if a == b)
    axes.set_title(
        f"{title}: {hits} of {total} as expected", loc="left", color=_INK, fontsize=12, weight="bold", pad=14
    )
    for suffix in (".png", ".svg"):
        figure.savefig(file.with_suffix(suffix), bbox_inches="tight", facecolor=_PAPER, metadata=_timeless(suffix))


def _cell(axes: Any, row: int, column: int, count: int, colours: Any, most: int) -> None:
    share = count / most
    face = colours(share) if count else ("#f4f7fa" if row == column else "#fbfcfd")
    axes.add_patch(_square(column, row, face))
    if count:
        axes.text(column, row, count, ha="center", va="center", fontsize=9, color=_PAPER if share > 0.55 else _INK)


def _square(x: float, y: float, face: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=face, edgecolor=_LINE, linewidth=0.8)


def _timeless(suffix: str) -> dict[str, Any] | None:
    """The same result gives the same file, whenever it is drawn."""
    return {"Date": None} if suffix == ".svg" else None


def _names(counts: Counter[tuple[str, str]]) -> list[str]:
    """All names in the order of the alphabet; where they are too many, the mistaken and then the most frequent."""
    mistaken: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for (expected, got), count in counts.items():
        seen[expected] += count
        seen[got] += count
        if expected != got:
            mistaken[expected] += count
            mistaken[got] += count
    ranked = sorted(seen, key=lambda name: (-mistaken[name], -seen[name], name))
    return sorted(ranked[:MOST], key=lambda name: (name == NOT_PLAYED, name))
