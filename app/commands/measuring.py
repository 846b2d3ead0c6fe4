"""`kickstand bench`: what the server does under load, and what it costs."""

from __future__ import annotations

import json
from typing import Annotated, Any

import anyio
import typer

from app.commands.manners import Json, fail


def bench(
    url: Annotated[str | None, typer.Option(help="A running server, e.g. ws://127.0.0.1:8080.")] = None,
    spawn: Annotated[bool, typer.Option("--spawn", help="Start a server for the run, with its limits raised.")] = False,
    visitors: Annotated[int, typer.Option(min=1, max=2_000, help="Visitors who talk at the same time.")] = 50,
    turns: Annotated[int, typer.Option(min=1, max=10_000, help="Messages each of them sends.")] = 20,
    site_key: Annotated[str, typer.Option("--site", help="With --url: the site whose visitors they are.")] = "larkmoor",
    own: Annotated[bool, typer.Option("--i-own-this-host", help="Allow a URL that is not this machine.")] = False,
    as_json: Json = False,
) -> None:
    """Real visitors on real sockets: turns a second, latencies, CPU a turn."""
    from app.bench.load import BenchFailed
    from app.bench.run import bench_spawned, bench_url, is_loopback

    if (url is None) == (not spawn):
        raise fail("Say which server: --spawn for one of its own, or --url ws://127.0.0.1:8080 for one that runs.")
    if url is not None and not is_loopback(url) and not own:
        raise fail(f"{url} is not this machine. Add --i-own-this-host if the load is yours to send there.")

    async def run() -> dict[str, Any]:
        return await (bench_spawned(visitors, turns) if url is None else bench_url(url, site_key, visitors, turns))

    try:
        figures = anyio.run(run, backend_options={"use_uvloop": True})
    except* (BenchFailed, OSError, TimeoutError) as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise fail(f"The run was given up: {first or type(first).__name__}") from None
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:26} {value if value is not None else 'not measured'}")
