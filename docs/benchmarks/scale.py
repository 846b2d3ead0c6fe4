"""What a load takes, from measured unit costs: machines on paper, and what waits and breaks in a simulation.

    python docs/benchmarks/scale.py --widgets 1000000 --turns 10000
    python docs/benchmarks/unit_costs.py > costs.json && python docs/benchmarks/scale.py --costs costs.json

The paper is held against the simulation: exit code 1 when they differ by more than a tenth. Standard library alone; the
same seed gives the same figures.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import statistics
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

AGREE = 0.1
ROUND_S = 0.01  # what a gateway tells within so long is one message, and hints of others are dealt with in such rounds
T = TypeVar("T")


@dataclass(frozen=True)
class Costs:
    """Unit costs; docs/benchmarks/unit_costs.py measures them, --costs gives yours."""

    gateway_ms: float = 0.9
    """CPU of a gateway a turn, on PostgreSQL and Redis."""
    postgres_ms: float = 0.24
    """CPU of PostgreSQL a turn."""
    socket_kib: float = 14.0
    """Memory of an idle socket."""
    handshake_ms: float = 3.8
    """CPU of a gateway for a hello and its catch-up."""
    compare_us: float = 4.9
    """CPU of PostgreSQL to compare one head."""
    hint_us: float = 6.0
    """CPU of a gateway for each hint of another gateway, wanted or not."""
    hints: float = 2.0
    """Hints a turn."""
    entries: float = 3.4
    """Rows of the log a turn: the message, what was understood, the answer."""
    entry_bytes: float = 1_150.0
    """Of such a row with its share of turns and indexes, on disk."""
    wal_bytes: float = 6_000.0
    """What PostgreSQL writes to its write-ahead log a turn."""


@dataclass(frozen=True)
class Assumptions:
    """What nobody measured here; --assume name=value sets another."""

    busy: float = 0.6
    """Share of a core that is planned for: above it waiting grows fast."""
    sockets_per_process: float = 20_000
    """Beyond it a process's goodbyes and heartbeats take too long at once."""
    spread_s: float = 5.0
    """Over which clients come back after a goodbye, and about that after a crash."""
    compare_every_s: float = 2.0
    """Between comparisons of a conversation that has sockets."""
    commits: float = 2.0
    """Transactions that write, a turn: the message, and the answer."""
    day_share: float = 0.35
    """How busy the average hour is beside the busiest."""
    varies: float = 0.5
    """A turn costs so much more or less than the average one."""


@dataclass(frozen=True)
class Plan:
    """How many of everything."""

    gateways: int
    busy: float
    """Of a gateway's core, hints of others included."""
    hint_share: float
    """Of a gateway's core, for hints that are none of its business."""
    postgres_cores: float
    compare_cores: float
    commits_per_s: float
    wal_mib_per_s: float
    rows_per_day: float
    gib_per_day: float
    redis_messages_per_s: float
    gateway_gib: float
    mean_wait_ms: float
    """Before a turn is begun, by Pollaczek and Khinchine."""


@dataclass(frozen=True)
class Simulated:
    """One gateway, working on one thing after the other for a while."""

    busy: float
    mean_wait_ms: float
    median_ms: float
    p99_ms: float


def plan(widgets: int, turns: float, costs: Costs, given: Assumptions, *, sharded: bool) -> Plan:
    """What the load takes, with one process a core. `sharded`: hints by channel."""
    gateways = max(
        math.ceil(turns * costs.gateway_ms / 1_000 / given.busy), math.ceil(widgets / given.sockets_per_process)
    )
    while True:  # each gateway hears the hints of all others, unless channels are sharded
        heard = turns * costs.hints * (1 / gateways if sharded else 1) * costs.hint_us / 1e6
        needed = math.ceil(turns * costs.gateway_ms / 1_000 / max(0.05, given.busy - heard))
        if needed <= gateways or gateways > 10_000:
            break
        gateways = needed
    rate, service = turns / gateways, costs.gateway_ms / 1_000
    round_s = heard * ROUND_S  # what a round of hints takes
    squares = rate * service**2 * (1 + given.varies**2 / 3) + round_s**2 / ROUND_S
    busy = rate * service + heard
    per_day = turns * 86_400 * given.day_share
    return Plan(
        gateways=gateways,
        busy=busy,
        hint_share=heard,
        postgres_cores=turns * costs.postgres_ms / 1_000 / given.busy,
        compare_cores=widgets / given.compare_every_s * costs.compare_us / 1e6 / given.busy,
        commits_per_s=turns * given.commits,
        wal_mib_per_s=turns * costs.wal_bytes / 2**20,
        rows_per_day=per_day * costs.entries,
        gib_per_day=per_day * costs.entries * costs.entry_bytes / 2**30,
        redis_messages_per_s=(
            turns * costs.hints * 2 if sharded else min(turns * costs.hints, gateways / ROUND_S) * gateways
        ),
        gateway_gib=widgets / gateways * costs.socket_kib / 2**20,
        mean_wait_ms=squares / 2 / max(1e-9, 1 - busy) * 1_000,
    )


def work(turns: float, found: Plan, costs: Costs, given: Assumptions, chance: random.Random) -> Simulated:
    """A gateway of the plan for two minutes: turns as they come, and rounds of hints between them."""
    rate, service, seconds = turns / found.gateways, costs.gateway_ms / 1_000, 120.0
    clock = free_at = worked = next_round = 0.0
    took: list[float] = []
    waited: list[float] = []
    while clock < seconds:
        clock += chance.expovariate(rate)
        while next_round <= clock:
            free_at = max(next_round, free_at) + found.hint_share * ROUND_S
            worked += found.hint_share * ROUND_S
            next_round += chance.expovariate(1 / ROUND_S)
        begun = max(clock, free_at)
        cost = service * chance.uniform(1 - given.varies, 1 + given.varies)
        free_at = begun + cost
        worked += cost
        waited.append(begun - clock)
        took.append(free_at - clock)
    cuts = statistics.quantiles(took, n=100)
    return Simulated(worked / clock, statistics.fmean(waited) * 1_000, cuts[49] * 1_000, cuts[98] * 1_000)


def crash(
    widgets: int, turns: float, gateways: int, costs: Costs, given: Assumptions, chance: random.Random
) -> tuple[float, float]:
    """One gateway of `gateways` dies: seconds until all its visitors are back, and the longest that a turn waits."""
    others = gateways - 1
    back = sorted(chance.random() * given.spread_s for _ in range(widgets // gateways))
    rate, service = turns / others, costs.gateway_ms / 1_000
    events = [(moment, costs.handshake_ms / 1_000, True) for moment in back if chance.random() < 1 / others]
    clock = 0.0
    while clock < given.spread_s * 3:
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


def changed(what: T, values: dict[str, Any]) -> T:
    """With these values instead. Raises SystemExit for a name that it has not."""
    unknown = values.keys() - {each.name for each in fields(what)}  # type: ignore[arg-type]
    if unknown:
        raise SystemExit(f"{', '.join(sorted(unknown))}: not known. There are {', '.join(vars(what))}.")
    return replace(what, **{name: float(value) for name, value in values.items()})  # type: ignore[type-var]


def main() -> int:
    """Print it; 1 when paper and simulation differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--widgets", type=int, default=1_000_000, help="open at the same time")
    parser.add_argument("--turns", type=float, default=10_000, help="answered a second, at the peak")
    parser.add_argument("--cores", type=int, default=16, help="of a machine for gateways")
    parser.add_argument("--costs", type=Path, help="what unit_costs.py wrote; any part of it")
    parser.add_argument(
        "--assume", action="append", default=[], metavar="NAME=VALUE", help="instead of what is assumed"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    costs = changed(Costs(), json.loads(given.costs.read_text()) if given.costs else {})
    assumed = changed(Assumptions(), dict(each.split("=", 1) for each in given.assume))
    chance = random.Random(given.seed)  # noqa: S311
    print(f"{given.widgets:,} widgets open, {given.turns:,.0f} turns/s\n{costs}\n{assumed}\n")
    differ = False
    for name, sharded in (("one channel for all hints", False), ("sharded channels", True)):
        found = plan(given.widgets, given.turns, costs, assumed, sharded=sharded)
        seen = work(given.turns, found, costs, assumed, chance)
        back, longest = crash(given.widgets, given.turns, found.gateways, costs, assumed, chance)
        apart = max(abs(seen.busy / found.busy - 1), abs(seen.mean_wait_ms / found.mean_wait_ms - 1))
        differ = differ or apart > AGREE
        machines = math.ceil(found.gateways / given.cores)
        for line in (
            name,
            f"  gateways            {found.gateways:,} processes on {machines} machines,",
            f"                      {found.gateway_gib:.1f} GiB each for sockets,",
            f"                      {found.hint_share:.0%} of a core for others' hints",
            f"  PostgreSQL          {found.postgres_cores:.0f} cores for turns, {found.compare_cores:.0f} to compare",
            f"                      {found.commits_per_s:,.0f} commits/s, {found.wal_mib_per_s:.0f} MiB/s of its log",
            f"                      {found.rows_per_day:,.0f} rows, {found.gib_per_day:,.0f} GiB a day",
            f"  Redis               {found.redis_messages_per_s:,.0f} deliveries/s",
            f"  a turn              {seen.median_ms:.1f} ms in the middle, {seen.p99_ms:.1f} ms at p99, at its gateway",
            f"  paper, simulation   {found.busy:.1%}, {seen.busy:.1%} of a core; a turn waits {found.mean_wait_ms:.2f},"
            f" {seen.mean_wait_ms:.2f} ms: {'they agree' if apart <= AGREE else 'THEY DIFFER'}",
            f"  a gateway dies      its visitors are back after {back:.1f} s,",
            f"                      the longest turn meanwhile {longest * 1_000:.0f} ms",
        ):
            print(line)
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
