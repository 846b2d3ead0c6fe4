"""Three gateways behind the shipped balancer are restarted one after the other: nobody loses anything."""

from __future__ import annotations

from tests.faults.balancer import binary
from tests.faults.matrix import MATRIX, fleet
from tests.faults.mishaps import restart_one_after_the_other
from tests.faults.rider import Habits

SEED = 20261122
RIDERS = 8


async def test_three_gateways_behind_haproxy_restart_one_after_the_other_and_nobody_loses_anything() -> None:
    binary()
    async with fleet(MATRIX[-1], with_haproxy=True) as here:
        plan = [restart_one_after_the_other]
        episode = await here.episode(SEED, 0, RIDERS, plan=plan, habits=Habits(twice=0.1, late=0.1, person=0.05))
        assert episode.violations == []
        assert episode.messages > RIDERS
        assert episode.reconnects > 0
        assert all(gateway.starts == 2 for gateway in here.scene.gateways)
