"""The figures of the owner's page, against values worked out by hand."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recommendation import ENOUGH, Resolution, figures, wilson
from tests.factories import MONDAY_MORNING


def resolved(score: int | None, solved: bool | None = None) -> Resolution:
    answered = MONDAY_MORNING if score is not None else None
    return Resolution(uuid4(), MONDAY_MORNING, answered, score, None, None, solved)


def test_the_score_is_the_share_of_9_and_10_minus_the_share_of_0_to_6() -> None:
    scores = [10] * 14 + [9] * 6 + [8] * 5 + [7] * 5 + [6] * 4 + [0] * 6
    found = figures([resolved(score) for score in scores] + [resolved(None)] * 40)

    assert (found.promoters, found.passives, found.detractors, found.n, found.asked) == (20, 10, 10, 40, 80)
    assert (found.score, found.response_rate) == (25.0, 0.5)


def test_below_30_answers_only_counts_are_shown() -> None:
    found = figures([resolved(10)] * (ENOUGH - 1))

    assert (found.n, found.promoters) == (29, 29)
    assert (found.score, found.low, found.high) == (None, None, None)


def test_nothing_asked_has_no_rate() -> None:
    assert figures([]).response_rate is None


@pytest.mark.parametrize(
    ("count", "n", "low", "high"), [(10, 20, 0.2993, 0.7007), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)]
)
def test_wilson_ranges_are_those_of_the_tables(count: int, n: int, low: float, high: float) -> None:
    assert list(wilson(count, n)) == pytest.approx([low, high], abs=5e-4)


@given(st.lists(st.integers(0, 10), min_size=ENOUGH, max_size=200))
def test_the_score_lies_within_its_range(scores: list[int]) -> None:
    found = figures([resolved(score) for score in scores])

    assert found.score is not None
    assert found.low is not None
    assert found.high is not None
    assert -100 <= found.low <= found.score <= found.high <= 100
