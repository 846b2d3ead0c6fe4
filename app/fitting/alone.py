"""A process that only opens a model and classifies: `python -m app.fitting.alone MODEL < TEXTS`, as JSON strings.

Prints {"p50_ms", "p99_ms", "rss_mib"}: CPU per message, and the memory that the process holds at its end.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from bot.model import open_model
from bot.nlu.classifier import LinearClassifier
from bot.nlu.plain import plain, spoken

_KIB = 1024


def main(model: Path) -> None:
    """Classify each line of standard input."""
    classifier = LinearClassifier.from_model(open_model(model)[0])
    classifier.rank("good morning")  # what is only paid once, by the first message
    taken: list[int] = []
    for line in sys.stdin:
        text = json.loads(line)
        start = time.thread_time_ns()
        classifier.rank(spoken(plain(text).text))
        taken.append(time.thread_time_ns() - start)
    held = _resident()  # before percentiles are taken, which costs numpy another 10 MiB
    p50, p99 = (np.percentile(taken, share) / 1e6 for share in (50, 99))
    print(json.dumps({"p50_ms": round(float(p50), 4), "p99_ms": round(float(p99), 4), "rss_mib": held}))


def _resident() -> float | None:
    """MiB held now; None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    held = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return round(int(held.split()[1]) / _KIB, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
