"""`kickstand bench`: what the server does under load, and what it costs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import anyio
import typer

from app.commands.manners import Json, fail
from app.logs import configure_logs
from app.main import BUILT_IN_PROJECT
from bot import ProjectError


def bench(
    url: Annotated[str | None, typer.Option(help="A running server, e.g. ws://127.0.0.1:8080.")] = None,
    spawn: Annotated[bool, typer.Option("--spawn", help="Start a server for the run, with its limits raised.")] = False,
    visitors: Annotated[int, typer.Option(min=1, max=2_000, help="Visitors who talk at the same time.")] = 50,
    turns: Annotated[int, typer.Option(min=1, max=10_000, help="Messages each of them sends.")] = 20,
    site_key: Annotated[str, typer.Option("--site", help="With --url: the site whose visitors they are.")] = "larkmoor",
    own: Annotated[bool, typer.Option("--i-own-this-host", help="Allow a URL that is not this machine.")] = False,
    triage: Annotated[bool, typer.Option("--triage", help="Triage alone: CPU of one message.")] = False,
    engine: Annotated[bool, typer.Option("--engine", help="The dialog engine alone, without a server.")] = False,
    project: Annotated[Path, typer.Option(help="With --engine: the bot project whose turns count.")] = BUILT_IN_PROJECT,
    as_json: Json = False,
) -> None:
    """Real visitors on real sockets: turns a second, latencies, CPU a turn. With --engine: the dialog engine alone."""
    if triage:
        from app.bench.triage import bench_triage

        _tell(bench_triage(), as_json)
        return
    if engine:
        _tell(_bench_engine(project), as_json)
        return
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
    _tell(figures, as_json)


def _bench_engine(project: Path) -> dict[str, Any]:
    from app.bench.engine import bench_engine

    configure_logs(readable=True)
    logging.disable(logging.WARNING)  # a hint written costs more than a turn
    with redirect_stdout(sys.stderr):  # what actions print is no part of the answer
        try:
            return asdict(anyio.run(bench_engine, project))
        except ProjectError as refused:
            raise fail(str(refused)) from None


def _tell(figures: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:26} {value if value is not None else 'not measured'}")
