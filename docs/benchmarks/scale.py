"""What a load takes, from measured unit costs: machines on paper, and what waits and breaks in a simulation.

    python docs/benchmarks/scale.py --widgets 1000000 --turns 10000
    kickstand bench --spawn --json > costs.json && python docs/benchmarks/scale.py --costs costs.json

Standard library alone; the same seed gives the same figures.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import statistics
from dataclasses import dataclass
from pathlib import Path

BUSY = 0.6  # share of a core that is planned for: above it waiting grows fast
SPREAD_S = 5.0  # over which clients come back after a goodbye, and about that after a crash
ENTRIES = 5.0  # rows of the log a turn: message, triage or tracker, answers, half of a step
BYTES = 900.0  # of a row with its indexes, on disk
COMMITS = 2.2  # transactions a turn: the message, the answer, and what agents do
HINTS = 2.2  # messages on the backplane a turn


@dataclass(frozen=True)
class Costs:
    """Measured on one machine; give your own with --costs."""

    gateway_ms: float = 1.1
    """CPU of a gateway a turn, on PostgreSQL and Redis."""
    postgres_ms: float = 0.9
    """CPU of PostgreSQL a turn."""
    socket_kib: float = 40.0
    """Memory of an idle socket."""
    handshake_ms: float = 1.5
    """CPU of a gateway for a hello and its catch-up."""
    compare_us: float = 12.0
    """CPU of PostgreSQL to compare one head; a gateway asks every 2 s for each conversation it has sockets for."""
    hint_us: float = 3.0
    """CPU of a gateway for each hint of another gateway, wanted or not."""


@dataclass(frozen=True)
class Plan:
    """How many of everything."""

    gateways: int
    postgres_cores: float
    compare_cores: float
    hint_share: float
    """Of a gateway's core, for hints that are none of its business."""
    rows_per_day: float
    gib_per_day: float
    redis_messages_per_s: float
    gateway_gib: float


def plan(widgets: int, turns: float, costs: Costs, *, sharded: bool) -> Plan:
    """What the load takes, with one process a core. `sharded`: hints by channel."""
    for_turns = turns * costs.gateway_ms / 1_000 / BUSY
    gateways = max(math.ceil(for_turns), math.ceil(widgets / 20_000))
    while True:  # each gateway hears the hints of all others, unless channels are sharded
        heard = turns * HINTS * (1 / gateways if sharded else 1) * costs.hint_us / 1e6
        needed = math.ceil(turns * costs.gateway_ms / 1_000 / max(0.05, BUSY - heard))
        if needed <= gateways or gateways > 10_000:
            break
        gateways = needed
    per_day = turns * 86_400 * 0.35  # a day is a third as busy as its peak
    return Plan(
        gateways=gateways,
        postgres_cores=turns * costs.postgres_ms / 1_000 / BUSY,
        compare_cores=widgets / 2 * costs.compare_us / 1e6 / BUSY,
        hint_share=heard,
        rows_per_day=per_day * ENTRIES,
        gib_per_day=per_day * ENTRIES * BYTES / 2**30,
        redis_messages_per_s=turns * HINTS * (gateways if not sharded else 2),
        gateway_gib=widgets / gateways * costs.socket_kib / 2**20,
    )


def waits(
    turns: float, gateways: int, costs: Costs, chance: random.Random, seconds: float = 20.0
) -> tuple[float, float]:
    """Median and 99th percentile of a turn's time at one gateway in ms: it works on one thing after the other."""
    rate, service = turns / gateways, costs.gateway_ms / 1_000
    clock = free_at = 0.0
    took: list[float] = []
    while clock < seconds:
        clock += chance.expovariate(rate)
        begun = max(clock, free_at)
        free_at = begun + service * chance.uniform(0.5, 1.5)
        took.append(free_at - clock)
    cuts = statistics.quantiles(took, n=100)
    return cuts[49] * 1_000, cuts[98] * 1_000


def crash(widgets: int, turns: float, gateways: int, costs: Costs, chance: random.Random) -> tuple[float, float]:
    """One gateway of `gateways` dies: seconds until all its visitors are back, and the longest that a turn waits."""
    others = gateways - 1
    back = sorted(chance.random() * SPREAD_S for _ in range(widgets // gateways))
    rate, service = turns / others, costs.gateway_ms / 1_000
    events = [(moment, costs.handshake_ms / 1_000, True) for moment in back if chance.random() < 1 / others]
    clock = 0.0
    while clock < SPREAD_S * 3:
        clock += chance.expovariate(rate)
        events.append((clock, service, False))
    heapq.heapify(events)
    free_at = last_back = longest = 0.0
    while events:
        moment, cost, is_return = heapq.heappop(events)
        free_at = max(moment, free_at) + cost
        if is_return:
            last_back = free_at
        else:
            longest = max(longest, free_at - moment)
    return last_back, longest


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--widgets", type=int, default=1_000_000, help="open at the same time")
    parser.add_argument("--turns", type=float, default=10_000, help="answered a second, at the peak")
    parser.add_argument("--cores", type=int, default=16, help="of a machine for gateways")
    parser.add_argument("--costs", type=Path, help="what `kickstand bench --spawn --json` wrote")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    costs = Costs()
    if given.costs:
        told = json.loads(given.costs.read_text())
        costs = Costs(gateway_ms=told["cpu_ms_per_turn"], socket_kib=told["idle_kib_per_socket"])
    chance = random.Random(given.seed)  # noqa: S311
    print(f"{given.widgets:,} widgets open, {given.turns:,.0f} turns/s; {costs}\n")
    for name, sharded in (("one channel for all hints", False), ("sharded channels", True)):
        found = plan(given.widgets, given.turns, costs, sharded=sharded)
        median, late = waits(given.turns, found.gateways, costs, chance)
        back, longest = crash(given.widgets, given.turns, found.gateways, costs, chance)
        machines = math.ceil(found.gateways / given.cores)
        for line in (
            name,
            f"  gateways            {found.gateways:,} processes on {machines} machines,",
            f"                      {found.gateway_gib:.1f} GiB each for sockets,",
            f"                      {found.hint_share:.0%} of a core for others' hints",
            f"  PostgreSQL          {found.postgres_cores:.0f} cores for turns, {found.compare_cores:.0f} to compare",
            f"                      {found.rows_per_day:,.0f} rows, {found.gib_per_day:,.0f} GiB a day",
            f"  Redis               {found.redis_messages_per_s:,.0f} deliveries/s",
            f"  a turn              {median:.1f} ms in the middle, {late:.1f} ms at p99, of the gateway's part",
            f"  a gateway dies      its visitors are back after {back:.1f} s,",
            f"                      the longest turn meanwhile {longest * 1_000:.0f} ms",
        ):
            print(line)


if __name__ == "__main__":
    main()
