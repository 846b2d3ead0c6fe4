"""What `python -m tests.e2e.page_timing` concludes from what it saw."""

from __future__ import annotations

import random

import pytest

from tests.e2e.page_timing import MEASURES, Comparison, compared, verdict


def test_the_interval_is_that_of_the_sign_test() -> None:
    """For 10 pairs the second smallest and the second largest difference, for 5 the outermost: a table's values."""
    assert compared("loaded", [(0.0, float(n)) for n in range(10)]).sure == (1.0, 8.0)
    assert compared("loaded", [(0.0, float(n)) for n in range(5)]).sure == (0.0, 4.0)
    assert compared("loaded", [(3.0, 5.0)]).sure == (2.0, 2.0)


@pytest.mark.parametrize(("costs", "is_more"), [(0.0, False), (30.0, True)])
def test_what_is_noise_is_not_taken_for_a_cost_nor_a_cost_for_noise(costs: float, is_more: bool) -> None:
    noise = random.Random(8)  # noqa: S311
    pairs = [(noise.gauss(300, 40), noise.gauss(300, 40) + costs) for _ in range(60)]
    assert compared("loaded", pairs).is_more is is_more


def test_the_verdict_names_what_the_page_pays() -> None:
    free = [Comparison(name, 1.0, 1.0, 0.0, (-1.0, 1.0)) for name in MEASURES]
    assert verdict(free).startswith("The page pays nothing")
    late = [Comparison("loaded", 1.0, 9.0, 8.0, (5.0, 11.0)) if one.measure == "loaded" else one for one in free]
    assert "load, ms +8.0" in verdict(late)
