"""The whole fault matrix, as long as it is given: `make faults`.

Every store gets the same time, and one episode at least. Seeds are printed; `--seed` begins with the same ones again.
Exit code 1: a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import time

import structlog

from tests.ending import heed_termination
from tests.faults.matrix import MATRIX, Episode, fleet, summary

MISHAPS = 18
RIDERS = 10


async def _run(seconds: float, seed: int, only: str, *, paced: bool) -> list[Episode]:
    episodes: list[Episode] = []
    chosen = [stores for stores in MATRIX if only.lower() in stores.name.lower()]
    for stores in chosen:
        until = time.monotonic() + seconds / len(chosen)
        async with fleet(stores) as here:
            took = 0.0
            while not took or time.monotonic() + took / 2 < until:
                episode = await here.episode(seed + len(episodes), MISHAPS, RIDERS)
                episodes.append(episode)
                took = episode.seconds
                outcome = f"{len(episode.violations)} violations" if episode.violations else "sound"
                kinds = ", ".join(episode.mishaps)
                print(f"{stores.name}, seed {episode.seed}, {episode.seconds:.0f} s: {outcome} ({kinds})", flush=True)
                if paced:
                    print("  " + "; ".join(episode.pace), flush=True)
                for each in episode.violations:
                    print(f"  {each}", flush=True)
    return episodes


def main() -> int:
    """Run, tell, and say by the exit code whether all promises were kept."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for all stores together (600)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the first episode")
    parser.add_argument("--only", default="", help="stores whose name has this in it")
    parser.add_argument("--pace", action="store_true", help="say what happened when in each episode")
    given = parser.parse_args()
    heed_termination()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    try:
        episodes = asyncio.run(_run(given.seconds, given.seed, given.only, paced=given.pace))
    except KeyboardInterrupt:
        print("Stopped, and with it all that was started.", file=sys.stderr)
        return 130
    print(summary(episodes))
    return 1 if any(each.violations for each in episodes) else 0


if __name__ == "__main__":
    sys.exit(main())
