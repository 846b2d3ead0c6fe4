"""Draws the ways through a dialog as one SVG: from left to right, one leaf below the other."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.story_report.ways import Step

_ROW = 34
"""Pixels from one leaf to the next."""
_BOX = 24
_GAP = 44
"""Pixels between two columns; the connecting lines bend in it."""
_LETTER = 7.0
"""Pixels that a letter of the labels is wide, on average."""
_MARGIN = 20
_LONGEST = 44
"""Letters of a label; longer ones are cut, and whole in the tooltip."""

STYLE = """
.ways text { font: 500 12px system-ui, "Segoe UI", sans-serif; dominant-baseline: central; fill: var(--ink, #1c2430) }
.ways .start rect { fill: var(--ink, #1c2430); stroke: none }
.ways .start text { fill: var(--paper, #fff); font-weight: 600 }
.ways .visitor rect { fill: var(--sky, #e3eefc); stroke: var(--line, #c5cfdb) }
.ways .bot rect { fill: var(--paper, #fff); stroke: var(--line, #c5cfdb) }
.ways path { fill: none; stroke: var(--line, #c5cfdb); stroke-width: 1.5 }
.ways path.tested { stroke: var(--good, #1d8a5b); stroke-width: 2 }
.ways path.failing { stroke: var(--bad, #c8352b); stroke-width: 2.5 }
.ways .tested rect { stroke: var(--good, #1d8a5b) }
.ways .failing rect { stroke: var(--bad, #c8352b); stroke-width: 2 }
.ways .untested.visitor text, .ways .untested.bot text { fill: var(--faint, #6a7686) }
.ways .untested rect { stroke-dasharray: 4 3 }
"""


def drawn(roots: Sequence[Step]) -> str:
    """The SVG text. Its colours are CSS variables, so that a page may set its own."""
    columns = _columns(roots)
    left: list[float] = [_MARGIN]
    for width in columns:
        left.append(left[-1] + width + _GAP)
    shapes: list[str] = []
    lines: list[str] = []
    y = _MARGIN + _ROW / 2
    for root in roots:
        _, y = _place(root, 0, y, left, shapes, lines)
        y += _ROW * 0.6
    width = left[-1] - _GAP + _MARGIN
    height = y - _ROW * 0.6 + _MARGIN - _ROW / 2 if roots else _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ways" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="Ways through rules and stories">'
        f"<style>{STYLE}</style>{''.join(lines)}{''.join(shapes)}</svg>"
    )


def _columns(roots: Sequence[Step]) -> list[float]:
    """How wide each column is."""
    found: list[float] = []
    here = list(roots)
    while here:
        found.append(max(_width(step) for step in here))
        here = [child for step in here for child in step.children]
    return found


def _width(step: Step) -> float:
    return min(len(step.label), _LONGEST) * _LETTER + 22


def _place(
    step: Step, depth: int, y: float, left: list[float], shapes: list[str], lines: list[str]
) -> tuple[float, float]:
    """(the height of this step's middle, the first free row below); a step stands in the middle of its children."""
    middles: list[float] = []
    below = y
    for child in step.children:
        middle, below = _place(child, depth + 1, below, left, shapes, lines)
        middles.append(middle)
    if not middles:
        below = y + _ROW
    middle = (middles[0] + middles[-1]) / 2 if middles else y
    right = left[depth] + _width(step)
    for child, target in zip(step.children, middles, strict=True):
        lines.append(_line(right, middle, left[depth + 1], target, child.state))
    shapes.append(_box(step, left[depth], middle))
    return middle, below


def _line(x: float, y: float, to_x: float, to_y: float, state: str) -> str:
    bend = to_x - _GAP / 2
    curve = f"C{bend:.0f} {y:.0f} {bend:.0f} {to_y:.0f} {bend + 12:.0f} {to_y:.0f}"
    return f'<path class="{state}" d="M{x:.0f} {y:.0f}H{bend - 12:.0f}{curve}H{to_x:.0f}"/>'


def _box(step: Step, x: float, y: float) -> str:
    label = step.label if len(step.label) <= _LONGEST else f"{step.label[: _LONGEST - 1]}…"
    radius = _BOX / 2 if step.kind != "bot" else 5
    state = step.state if step.kind != "start" else ""
    title = "\n".join([step.label, *step.told])
    return (
        f'<g class="{step.kind} {state}"><title>{escape(title)}</title>'
        f'<rect x="{x:.0f}" y="{y - _BOX / 2:.0f}" width="{_width(step):.0f}" height="{_BOX}" rx="{radius:.0f}"/>'
        f'<text x="{x + 11:.0f}" y="{y:.0f}">{escape(label)}</text></g>'
    )
