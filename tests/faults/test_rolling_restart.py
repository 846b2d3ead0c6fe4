"""Three gateways behind the shipped balancer are restarted one after the other: nobody loses anything."""

from __future__ import annotations

import httpx

from tests.faults.balancer import binary
from tests.faults.matrix import MATRIX, Fleet, fleet
from tests.faults.mishaps import restart_one_after_the_other
from tests.faults.rider import Habits

SEED = 20261122
RIDERS = 8


async def test_three_gateways_behind_haproxy_restart_one_after_the_other_and_nobody_loses_anything() -> None:
    binary()
    async with fleet(MATRIX[-1], with_haproxy=True) as here:
        plan = [restart_one_after_the_other]
        episode = await here.episode(SEED, 0, RIDERS, plan=plan, habits=Habits(twice=0.1, late=0.1, person=0.05))
        print(f"the longest answer took {episode.longest:.1f} s")
        assert episode.violations == []
        assert episode.messages > RIDERS
        assert episode.reconnects > 0
        assert all(gateway.starts == 2 for gateway in here.scene.gateways)
        await _a_link_over_plain_http_stays_with_its_gateway(here)


async def _a_link_over_plain_http_stays_with_its_gateway(here: Fleet) -> None:
    async with httpx.AsyncClient(base_url=here.base, trust_env=False, timeout=30) as client:
        token = (await client.post("/api/visitor/session", json={"site": here.site})).json()["token"]
        hello = {"type": "hello", "v": 1, "token": token, "after": 0}
        opened = await client.post("/api/visitor/poll", json=hello)
        link = {"Authorization": f"Bearer {opened.json()['link']}"}
        for _ in range(6):  # more often than there are gateways
            answer = await client.get("/api/visitor/poll/frames", params={"wait": 1}, headers=link)
            assert answer.status_code == 200, answer.text
        assert '"welcome"' in answer.json()["frames"][0]
