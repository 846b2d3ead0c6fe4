"""`kickstand bench`: what the server does under load, and what it costs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import anyio
import typer

from app.bench.interpreter import interpreter
from app.commands.manners import Json, fail
from app.logs import configure_logs
from app.main import BUILT_IN_PROJECT
from bot import ProjectError


class Against(StrEnum):
    """What a run may be held against."""

    WS_ECHO = "ws-echo"


def bench(
    url: Annotated[str | None, typer.Option(help="A running server, e.g. ws://127.0.0.1:8080.")] = None,
    spawn: Annotated[bool, typer.Option("--spawn", help="Start a server for the run, with its limits raised.")] = False,
    visitors: Annotated[int, typer.Option(min=1, max=2_000, help="Visitors who talk at the same time.")] = 50,
    turns: Annotated[int, typer.Option(min=1, max=10_000, help="Messages each of them sends.")] = 20,
    site_key: Annotated[str, typer.Option("--site", help="With --url: the site whose visitors they are.")] = "larkmoor",
    own: Annotated[bool, typer.Option("--i-own-this-host", help="Allow a URL that is not this machine.")] = False,
    idle: Annotated[int, typer.Option(min=1, max=20_000, help="With --spawn: silent sockets held beside.")] = 500,
    ramp: Annotated[bool, typer.Option("--ramp", help="More and more visitors, up to 200.")] = False,
    rate: Annotated[
        float | None, typer.Option(min=0.5, help="A steady load: messages a second, with --gateways 100 in all.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=2, help="With --rate or --gateways: for how long.")] = 30,
    gateways: Annotated[
        int | None, typer.Option(min=2, max=16, help="On one gateway and on so many: at full speed, then steadily.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="With --gateways: postgresql://... of a database to spare.")
    ] = None,
    redis: Annotated[
        str | None, typer.Option(help="With --gateways: redis://...; left out, they ask the store.")
    ] = None,
    against: Annotated[
        Against | None, typer.Option(help="With --url: ws-echo, a bare echo of the same stack in the same run.")
    ] = None,
    against_rasa: Annotated[
        str | None, typer.Option(help="Instead: the same talk at the REST channel of a Rasa server, http://host:5005.")
    ] = None,
    rasa_token: Annotated[str | None, typer.Option(help="With --against-rasa: its bearer token.")] = None,
    triage: Annotated[bool, typer.Option("--triage", help="Triage alone: CPU of one message.")] = False,
    engine: Annotated[bool, typer.Option("--engine", help="The dialog engine alone, without a server.")] = False,
    project: Annotated[Path, typer.Option(help="With --engine: the bot project whose turns count.")] = BUILT_IN_PROJECT,
    as_json: Json = False,
) -> None:
    """Real visitors on real sockets: turns a second, latencies, CPU a turn. With --engine: the dialog engine alone."""
    if triage:
        from app.bench.triage import bench_triage

        _tell(bench_triage() | interpreter(), as_json)
        return
    if engine:
        _tell(_bench_engine(project) | interpreter(), as_json)
        return
    from app.bench.load import BenchFailed, Target
    from app.bench.run import Spawned, bench_echo, bench_spawned, bench_url, http_url, is_loopback, spawned
    from app.bench.shapes import SCALE_RATE, scale, steady
    from app.bench.shapes import against_rasa as talk_to_rasa
    from app.bench.shapes import ramp as ramp_up

    for named in (url, against_rasa):
        if named is not None and not is_loopback(named) and not own:
            raise fail(f"{named} is not this machine. Add --i-own-this-host if the load is yours to send there.")
    if gateways is not None and database is None:
        raise fail("Several gateways need a PostgreSQL to spare: --database postgresql://user:password@host/name.")
    if gateways is None and against_rasa is None and (url is None) == (not spawn):
        raise fail("Say which server: --spawn for one of its own, or --url ws://127.0.0.1:8080 for one that runs.")

    async def shaped(target: Target, server: Spawned | None) -> dict[str, Any]:
        async def used() -> float:
            assert server is not None  # noqa: S101  (asked only where there is one)
            return (await server.read()).cpu_s

        read = None if server is None else used
        if rate is not None:
            return {"steady": asdict(await steady(target, rate, seconds, read))}
        return {"ramp": [asdict(each) for each in await ramp_up(target, read)]}

    async def run() -> dict[str, Any]:
        if gateways is not None and database is not None:
            return await scale(gateways, database, redis, visitors, turns, rate or SCALE_RATE, seconds)
        if against_rasa is not None:
            return await talk_to_rasa(against_rasa.rstrip("/"), rasa_token, visitors, turns)
        if ramp or rate is not None:
            if url is not None:
                return await shaped(Target(http_url(url), site_key), None)
            async with spawned("kickstand") as ours:
                return await shaped(ours.target, ours)
        if url is None:
            return await bench_spawned(visitors, turns, idle)
        figures = await bench_url(url, site_key, visitors, turns)
        if against is Against.WS_ECHO:
            figures["echo"] = await bench_echo(visitors)
        return figures

    try:
        figures = anyio.run(run, backend_options={"use_uvloop": True})
    except* (BenchFailed, OSError, TimeoutError) as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise fail(f"The run was given up: {first or type(first).__name__}") from None
    _tell(figures if url is not None or against_rasa is not None else figures | interpreter(), as_json)


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
        return
    for name, value in _flat(figures):
        if isinstance(value, list):
            print(*(" ".join(f"{key} {each}" for key, each in row.items()) for row in value), sep="\n")
        else:
            print(f"{name:34} {value if value is not None else 'not measured'}")


def _flat(figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Figures within figures by their whole name, as `echo.messages_per_s`."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", each) for inner, each in _flat(value))
        else:
            yield name, value
