"""Would customers recommend us to a fellow rider? The score, with everything needed to judge how sure it is.

The score is the share of 9 and 10 minus the share of 0 to 6, in points from -100 to 100 (Net Promoter Score).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from uuid import UUID

FORMULA = "share of 9 and 10 minus share of 0 to 6, of those who answered, in points; range: Wilson, 95 % on each share"
ENOUGH = 30
"""Answers below which only counts are shown: a score of so few says nothing."""
_Z = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One conversation that an agent resolved, and what its customer said then."""

    conversation_id: UUID
    resolved_at: datetime
    answered_at: datetime | None
    score: int | None
    why: str | None
    feeling: str | None
    solved: bool | None
    visitor: str | None = None
    came_upset: bool = False
    """Their anger was among the reasons for which a person was asked for."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`score` and `low` to `high` in points, None below ENOUGH answers; rates from 0 to 1, None of nothing.

    `scores`: how many said 0, 1, ... 10. `recovered` of `upset_told` came upset and left glad, of those who came
    upset (`came_upset`) and said how they left.
    """

    asked: int
    n: int
    promoters: int
    passives: int
    detractors: int
    score: float | None
    low: float | None
    high: float | None
    response_rate: float | None
    solved: int
    not_solved: int
    scores: tuple[int, ...]
    glad: int
    neutral: int
    upset: int
    came_upset: int
    upset_told: int
    recovered: int


def figures(resolutions: Sequence[Resolution]) -> Figures:
    """The figures of these resolutions; every one of them was asked about."""
    scores = [each.score for each in resolutions if each.score is not None]
    n = len(scores)
    promoters, detractors = sum(each >= 9 for each in scores), sum(each <= 6 for each in scores)
    upset = [each for each in resolutions if each.came_upset]
    left = Counter(each.feeling for each in resolutions)
    score = low = high = None
    if n >= ENOUGH:
        score = 100 * (promoters - detractors) / n
        good, bad = wilson(promoters, n), wilson(detractors, n)
        low, high = 100 * (good[0] - bad[1]), 100 * (good[1] - bad[0])
    return Figures(
        asked=len(resolutions),
        n=n,
        promoters=promoters,
        passives=n - promoters - detractors,
        detractors=detractors,
        score=score,
        low=low,
        high=high,
        response_rate=n / len(resolutions) if resolutions else None,
        solved=sum(each.solved is True for each in resolutions),
        not_solved=sum(each.solved is False for each in resolutions),
        scores=tuple(map(scores.count, range(11))),
        glad=left["good"],
        neutral=left["mixed"],
        upset=left["bad"],
        came_upset=len(upset),
        upset_told=sum(each.feeling is not None for each in upset),
        recovered=sum(each.feeling == "good" for each in upset),
    )


def wilson(count: int, n: int) -> tuple[float, float]:
    """The 95 % range of a share after `count` of `n` (Wilson 1927)."""
    share, z2 = count / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
