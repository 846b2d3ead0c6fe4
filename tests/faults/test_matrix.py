"""Gateways, PostgreSQL and Redis die under load: every promise is kept. `make faults` does the same for ten minutes."""

from __future__ import annotations

import pytest

from tests.faults.matrix import MATRIX, Stores, fleet

SEED = 20261122
MISHAPS = 5
RIDERS = 6


@pytest.mark.parametrize("stores", MATRIX, ids=lambda stores: stores.name)
async def test_every_promise_is_kept_whatever_dies(stores: Stores) -> None:
    async with fleet(stores) as here:
        episode = await here.episode(SEED, MISHAPS, RIDERS)
    assert episode.violations == []
    assert episode.kills >= 2
    assert episode.messages >= MISHAPS
