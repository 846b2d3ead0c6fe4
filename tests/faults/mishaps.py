"""What can go wrong, by name. Each does its harm, waits a moment that chance gives, and mends what it broke."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.contract.servers import Postgres, RedisServer
from tests.ending import to_its_end
from tests.faults.gateway import Gateway
from tests.faults.lines import Lines

AN_HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to break."""

    gateways: list[Gateway]
    lines: Lines
    postgres: Postgres | None
    redis: RedisServer | None
    chance: random.Random

    def one(self) -> Gateway:
        return self.chance.choice(self.gateways)

    async def a_moment(self, longest: float = 0.5) -> None:
        await asyncio.sleep(self.chance.random() * longest)


async def kill_a_gateway(scene: Scene) -> None:
    gateway = scene.one()
    await gateway.kill()
    await scene.a_moment()
    await gateway.start()


async def kill_all_gateways(scene: Scene) -> None:
    await asyncio.gather(*(gateway.kill() for gateway in scene.gateways))
    for gateway in scene.gateways:
        await gateway.start()


async def drain_a_gateway(scene: Scene) -> None:
    gateway = scene.one()
    await gateway.drain()
    await gateway.start()


async def freeze_a_gateway(scene: Scene) -> None:
    """Longer than a turn's lease now and then: what it does when it wakes must not count any more."""
    gateway = scene.one()
    gateway.freeze()
    await scene.a_moment(6.0)
    gateway.thaw()


async def jump_a_clock(scene: Scene) -> None:
    scene.one().set_wrong(scene.chance.choice([-AN_HOUR, AN_HOUR, 0.0]))
    await scene.a_moment()


async def cut_lines(scene: Scene) -> None:
    scene.lines.cut(scene.chance.choice([0.3, 1.0]))
    await scene.a_moment()


async def hush_lines(scene: Scene) -> None:
    scene.lines.hush(0.3)
    await scene.a_moment()


async def kill_postgres(scene: Scene) -> None:
    """Immediate: as a power cut, with recovery from its log."""
    assert scene.postgres is not None
    await to_its_end(scene.postgres.stop)
    await scene.a_moment(2.0)
    await to_its_end(scene.postgres.start)


async def restart_postgres(scene: Scene) -> None:
    assert scene.postgres is not None
    await to_its_end(scene.postgres.stop, "fast")
    await to_its_end(scene.postgres.start)


async def cut_connections_to_postgres(scene: Scene) -> None:
    assert scene.postgres is not None
    what = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kickstand'"
    await asyncio.to_thread(scene.postgres.execute, what)
    await scene.a_moment()


async def freeze_postgres(scene: Scene) -> None:
    """Longer than a unit of work may take, now and then: as when the network between drops everything."""
    assert scene.postgres is not None
    await to_its_end(scene.postgres.freeze)
    try:
        await scene.a_moment(9.0)
    finally:
        scene.postgres.thaw()


async def kill_redis(scene: Scene) -> None:
    assert scene.redis is not None
    await to_its_end(scene.redis.stop)
    await scene.a_moment(2.0)
    await to_its_end(scene.redis.start)


async def freeze_redis(scene: Scene) -> None:
    assert scene.redis is not None
    scene.redis.freeze()
    await scene.a_moment(5.0)
    scene.redis.thaw()


async def restart_one_after_the_other(scene: Scene) -> None:
    """As an upgrade does: the next one goes when the one before serves again."""
    for gateway in scene.gateways:
        await gateway.drain()
        await gateway.start()


Mishap = Callable[[Scene], Awaitable[None]]

KILLS: frozenset[Mishap] = frozenset({kill_a_gateway, kill_all_gateways, kill_postgres, kill_redis})
"""Kill points: a process ends without a chance to do anything."""
ANYWHERE: Mapping[Mishap, int] = {
    kill_a_gateway: 12,
    drain_a_gateway: 1,
    freeze_a_gateway: 1,
    jump_a_clock: 1,
    cut_lines: 1,
    hush_lines: 1,
}
"""How often each comes, in proportion."""
WITH_POSTGRES: Mapping[Mishap, int] = {
    kill_a_gateway: 10,
    kill_postgres: 4,
    restart_postgres: 1,
    freeze_postgres: 1,
    cut_connections_to_postgres: 1,
    drain_a_gateway: 1,
    freeze_a_gateway: 1,
    jump_a_clock: 1,
    cut_lines: 1,
    hush_lines: 1,
}
WITH_ALL: Mapping[Mishap, int] = {
    kill_a_gateway: 8,
    kill_all_gateways: 1,
    kill_postgres: 3,
    kill_redis: 4,
    freeze_redis: 1,
    freeze_postgres: 1,
    cut_connections_to_postgres: 1,
    drain_a_gateway: 1,
    freeze_a_gateway: 1,
    jump_a_clock: 1,
    cut_lines: 1,
    hush_lines: 1,
}
