"""Measures how long it takes to find a machine in a message, with the starter's machines loaded."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterator

from app.shops.machines import STARTER
from app.shops.names import tokens
from app.shops.vehicles import Machines
from app.shops.year_text import read_years
from bot.ports import Model, YearRange

_SENTENCES = (
    "does the pipe fit my {}?",
    "{}",
    "i ordered it for a {} and it is still not here",
    "what do you have for {} please",
)
_SEED = 20_261_122


def run_naming_bench(messages: int) -> dict[str, float | int]:
    """Milliseconds to find the machine in each of `messages` messages, each a machine's name as riders bend it."""
    with (STARTER / "machines.csv").open(encoding="utf-8", newline="") as lines:
        models = [
            Model(row["make"], row["model"], YearRange(read_years(row["years"], this_year=2026)[0].first, None))
            for row in csv.DictReader(lines)
        ]
    start = time.perf_counter()
    machines = Machines(models)
    built = time.perf_counter() - start
    took, found = list[float](), 0
    for text in _messages(models, messages):
        start = time.perf_counter()
        found += bool(machines.find(tokens(text), text))
        took.append((time.perf_counter() - start) * 1_000)
    took.sort()
    return {
        "machines": len(models),
        "built_ms": round(built * 1_000),
        "messages": messages,
        "found": found,
        "p50_ms": round(took[len(took) // 2], 3),
        "p99_ms": round(took[len(took) * 99 // 100], 3),
        "max_ms": round(took[-1], 3),
    }


def _messages(models: list[Model], count: int) -> Iterator[str]:
    chance = random.Random(_SEED)  # noqa: S311 - the same messages in each run
    for _ in range(count):
        model = chance.choice(models)
        words = model.name.lower().split()
        said = " ".join(words[1:] if len(words) > 1 and chance.random() < 0.5 else words)
        if chance.random() < 0.3:
            said = said.replace("-", chance.choice(("", " ")))
        if chance.random() < 0.2:
            at = chance.randrange(len(said))
            said = said[:at] + chance.choice("aeiourst") + said[at + 1 :]
        if chance.random() < 0.4:
            said = f"{chance.randint(2001, 2015)} {model.make.lower()} {said}"
        yield chance.choice(_SENTENCES).format(said)
