"""The whole fault matrix, as long as it is given: `make faults`.

Every store gets the same time. Seeds are printed; `--seed` begins with the same ones again. Exit code 1: a promise was
broken.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import time

import structlog

from tests.faults.matrix import MATRIX, Episode, fleet, summary

MISHAPS = 12
RIDERS = 10


async def _run(seconds: float, seed: int, only: str) -> list[Episode]:
    episodes: list[Episode] = []
    chosen = [stores for stores in MATRIX if only.lower() in stores.name.lower()]
    for stores in chosen:
        until = time.monotonic() + seconds / len(chosen)
        async with fleet(stores) as here:
            while time.monotonic() < until:
                episode = await here.episode(seed + len(episodes), MISHAPS, RIDERS)
                episodes.append(episode)
                outcome = f"{len(episode.violations)} violations" if episode.violations else "sound"
                kinds = ", ".join(episode.mishaps)
                print(f"{stores.name}, seed {episode.seed}: {outcome} ({kinds})", flush=True)
                for each in episode.violations:
                    print(f"  {each}", flush=True)
    return episodes


def main() -> int:
    """Run, tell, and say by the exit code whether all promises were kept."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for all stores together (600)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the first episode")
    parser.add_argument("--only", default="", help="stores whose name has this in it")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    episodes = asyncio.run(_run(given.seconds, given.seed, given.only))
    print(summary(episodes))
    return 1 if any(each.violations for each in episodes) else 0


if __name__ == "__main__":
    sys.exit(main())
