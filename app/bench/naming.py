"""Measures how long a machine is looked for in a message, in a store of its own filled as `kickstand import` does."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import anyio

from app.persistence.database import beside_a_server, upgrade
from app.persistence.writer import connect
from app.shops.database import DatabaseShop
from app.shops.fitments.record import BadFile
from app.shops.machines import STARTER, import_machines, import_names
from bot.ports import Model

_SENTENCES = (
    "does the pipe fit my {}?",
    "{}",
    "i ordered it for a {} and it is still not here",
    "what do you have for {} please",
)
_SEED = 20_261_122
_SITE = "bench"


def run_naming_bench(messages: int, machines: Path | None = None, said: Path | None = None) -> dict[str, float | int]:
    """Milliseconds to find the machines in each of `messages` messages, by the clock and of CPU.

    `machines` is a list as `kickstand import machines` takes it, else the starter's; the starter's names are put to
    it. The messages are the machines' names as riders bend them, or the lines of `said`, again and again. Raises
    BadFile for files that cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="kickstand-bench-") as folder:
        store = Path(folder) / "kickstand.db"
        upgrade(store)
        this_year = datetime.now(UTC).year
        taken = import_machines(machines or STARTER / "machines.csv", store, _SITE, this_year=this_year)
        if taken.problems:
            raise BadFile(f"{machines}: {len(taken.problems)} bad rows, the first is {taken.problems[0]}")
        import_names(STARTER / "names.csv", store, _SITE, this_year=this_year)
        models = _models(store)
        texts = list(_lines(said, messages) if said else _bent(models, messages))
        return {"rows": taken.rows, "machines": len(models), **anyio.run(_measured, store, texts)}


async def _measured(store: Path, texts: Sequence[str]) -> dict[str, float | int]:
    """Through the shop's own door, which a turn of the bot uses: nothing is looked up in advance."""
    async with beside_a_server(store) as (reads, _):
        shop = DatabaseShop(reads, _SITE, lambda: datetime.now(UTC))
        start = time.perf_counter()
        await shop.refresh()
        read = time.perf_counter() - start
        took, spent, found = list[float](), list[float](), 0
        for text in texts:
            start, busy = time.perf_counter(), time.thread_time()
            found += bool(await shop.find_vehicles(text))
            spent.append((time.thread_time() - busy) * 1_000)
            took.append((time.perf_counter() - start) * 1_000)
    took.sort()
    spent.sort()
    return {
        "read_ms": round(read * 1_000),
        "messages": len(texts),
        "found": found,
        "p50_ms": round(took[len(took) // 2], 3),
        "p99_ms": round(took[len(took) * 99 // 100], 3),
        "max_ms": round(took[-1], 3),
        "cpu_p99_ms": round(spent[len(spent) * 99 // 100], 3),
    }


def _models(store: Path) -> list[Model]:
    with closing(connect(store, synchronous="FULL", read_only=True)) as connection:
        return [Model(make, name) for make, name in connection.execute("SELECT make, name FROM vehicle_model")]


def _lines(said: Path, count: int) -> Iterator[str]:
    try:
        lines = [line for line in said.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{said}: {error}") from error
    if not lines:
        raise BadFile(f"{said}: no message in it; one a line is wanted")
    for place in range(count):
        yield lines[place % len(lines)]


def _bent(models: Sequence[Model], count: int) -> Iterator[str]:
    """Names of machines as riders write them: words left out, hyphens dropped, a letter wrong, year and make before."""
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
