"""Fits the two thresholds to marked conversations: as much recall as the false alarms that a shop accepts allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.judging.conversations import Marked
from app.judging.judge import Judged, figures, judge
from handoff import Triage, Tuning

CANDIDATES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0)
FALSE_PER_100 = 4.0
"""A wrong handoff costs an agent a minute, a missed one the customer; above this the queue stops being believed."""
OFFER_SHARE = 0.7
"""Of the first threshold; the second one marks the grey zone below it."""


@dataclass(frozen=True, slots=True)
class Fitted:
    tuning: Tuning
    before: dict[str, Any]
    after: dict[str, Any]


def tune(triage: Triage, conversations: Sequence[Marked], start: Tuning) -> Fitted:
    """The threshold with the best recall at few false alarms; where two are alike, the one nearer to the start."""
    marked = [each for each in conversations if each.marked]

    def judged(tuning: Tuning) -> dict[str, Any]:
        verdicts: list[Judged] = [judge(triage, each, tuning) for each in marked]
        return figures(marked, verdicts)

    before = judged(start)
    tried = {value: judged(replace(start, hand_over=value, offer=value * OFFER_SHARE)) for value in CANDIDATES}

    def worth(value: float) -> tuple[float, float]:
        found = tried[value]
        alarms = max(0.0, (found["false_per_100_calm"] or 0.0) - FALSE_PER_100)
        return (found["on_time_recall"] or 0.0) - alarms / 10, -abs(value - start.hand_over)

    best = max(CANDIDATES, key=worth)
    tuning = replace(start, hand_over=best, offer=round(best * OFFER_SHARE, 2))
    return Fitted(tuning, before, tried[best])


def written(fitted: Fitted, site: str) -> str:
    """The tuning as the file that KICKSTAND_TRIAGE_TUNING names, with what it was fitted on as a comment."""
    lines = [
        f"# {fitted.after['conversations']} marked conversations",
        f"# before: {_told(fitted.before)}; now: {_told(fitted.after)}",
        f"[{site}]",
        f"hand_over = {fitted.tuning.hand_over}",
        f"offer = {fitted.tuning.offer}",
        f"decay = {fitted.tuning.decay}",
    ]
    if fitted.tuning.weights:
        lines += ["", f"[{site}.weights]", *(f"{kind} = {value}" for kind, value in fitted.tuning.weights.items())]
    return "\n".join(lines)


def _told(found: dict[str, Any]) -> str:
    return f"recall {found['on_time_recall']}, false per 100 calm {found['false_per_100_calm']}"
