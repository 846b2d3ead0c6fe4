"""`kickstand import`: what fits what, machines and their names, orders."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlmodel import select

from app.bench.importing import run_import_bench
from app.bench.naming import run_naming_bench
from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.errors import DatabaseInUse
from app.persistence.address import Store
from app.persistence.database import beside_a_server, only_process, upgrade
from app.persistence.tables import SiteRow
from app.shops.fitments import (
    BadFile,
    Mode,
    Problem,
    Report,
    Submission,
    VehicleIds,
    import_fitments,
    read_aces,
    read_sheet,
    read_vehicle_ids,
)
from app.shops.fitments.record import Told
from app.shops.fitments.sheet import COLUMNS
from app.shops.machines import STARTER, Taken, import_machines, import_names
from app.shops.mirror import with_catalogue
from app.shops.orders import keep_orders, read_orders

importing = typer.Typer(no_args_is_help=True, help="Take in what others keep: fitments, machines, names, orders.")

T = TypeVar("T")
SiteKey = Annotated[str | None, typer.Option("--site", help="Key of the site. Not needed where there is only one.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read, check and report; write nothing.")]


@importing.command("fitment")
def fitment(
    file: Annotated[Path, typer.Argument(help="ACES XML (3.0 to 5.0), or a CSV sheet of parts, machines and years.")],
    site: SiteKey = None,
    vehicles: Annotated[
        Path | None, typer.Option(help="CSV of ACES ids: base_vehicle_id,year,make,model[,make_id,model_id].")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help='Where a sheet has what: --column sku="Part No" (may be repeated).')
    ] = None,
    mode: Annotated[
        Mode | None,
        typer.Option(help="update changes only what the file speaks of; full replaces all fitments. ACES says itself."),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Which part fits which machine: all rows of FILE, or, when one of them is bad, none.

    Importing a file again changes nothing. Every bad row is listed with its line.
    """
    store = _store()
    site_id = _site_id(store, site)
    bad: list[dict[str, object]] = []

    def tell(problem: Problem) -> None:
        if as_json:
            bad.append({"line": problem.line, "problem": problem.text})
        else:
            print(f"{file.name}: {problem}", file=sys.stderr)

    now = datetime.now(UTC)
    try:
        submission = Submission()
        ids = read_vehicle_ids(vehicles) if vehicles else VehicleIds()
        with _progress(file, shown=not as_json) as told:
            rows = (
                read_aces(file, ids, submission, this_year=now.year, told=told)
                if _is_xml(file)
                else read_sheet(file, this_year=now.year, columns=_columns(column or []), told=told)
            )
            report = _changing(
                store,
                site_id,
                lambda path: import_fitments(
                    rows, path, site_id, now=now, mode=mode, submission=submission, dry_run=dry_run, on_problem=tell
                ),
            )
    except BadFile as error:
        raise fail(str(error)) from None
    if as_json:
        print(json.dumps({**report.to_json(), "bad_rows": bad}, ensure_ascii=False))
    else:
        _print(report, dry_run=dry_run)
    if report.problems:
        raise typer.Exit(2)


@importing.command("machines")
def machines(
    file: Annotated[Path | None, typer.Argument(help="CSV of make,model,years. Left out: the starter list.")] = None,
    site: SiteKey = None,
    as_json: Json = False,
) -> None:
    """Machines that exist, whether or not anything is made for them: then a gap in the catalogue is known as one."""
    store = _store()
    _take(import_machines, file or STARTER / "machines.csv", store, _site_id(store, site), as_json=as_json)


@importing.command("names")
def names(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV of spoken,make,catalogue_name[,market,year_from,year_to]. Left out: the starter."),
    ] = None,
    site: SiteKey = None,
    as_json: Json = False,
) -> None:
    """What riders call machines: nicknames, market names, generations. Take the machines and fitments first."""
    store = _store()
    _take(import_names, file or STARTER / "names.csv", store, _site_id(store, site), as_json=as_json)


@importing.command("orders")
def orders(
    file: Annotated[Path, typer.Argument(help="JSON list of orders, or CSV with a row for each position.")],
    site: SiteKey = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Orders into the own order book: all of FILE or, when one is bad, none. The same order again replaces itself."""
    store = _store()
    site_id = _site_id(store, site)
    try:
        found = read_orders(file)
    except BadFile as error:
        raise fail(str(error)) from None

    async def keep() -> None:
        async with beside_a_server(store) as (_, writes):
            await keep_orders(writes, site_id, found.orders)

    is_written = not dry_run and not found.problems
    if is_written:
        run_to_the_end(keep)
    bad = [{"line": each.line, "problem": each.text} for each in found.problems]
    if as_json:
        print(json.dumps({"orders": len(found.orders), "is_written": is_written, "bad_rows": bad}, ensure_ascii=False))
    else:
        for problem in found.problems:
            print(f"{file.name}: {problem}", file=sys.stderr)
        print(f"{len(found.orders):,} orders: {'imported' if is_written else 'nothing was written'}")
    if bad:
        raise typer.Exit(2)


@importing.command("bench")
def bench(
    rows: Annotated[int, typer.Option(min=1_000, help="Rows to make and import.")] = 1_000_000,
    as_json: Json = False,
) -> None:
    """Make a sheet of that many rows, import it into a database of its own, and tell rows a second and memory."""
    result = run_import_bench(rows)
    if as_json:
        print(json.dumps(result))
    else:
        print(
            f"{result['rows']:,} rows in {result['seconds']} s: {result['rows_per_second']:,} rows/s, "
            f"{result['fitments']:,} fitments, peak memory {result['peak_rss_mib']} MiB, "
            f"of which {result['rss_before_mib']} MiB before the import; "
            f"the store was locked for {result['locked_seconds']} s"
        )


class _Import(Protocol):
    def __call__(self, file: Path, database: Path, site_id: str, *, this_year: int) -> Taken: ...


def _take(work: _Import, file: Path, store: Store, site_id: str, *, as_json: bool) -> None:
    """Import a list and tell what it brought."""
    try:
        taken = _changing(store, site_id, lambda path: work(file, path, site_id, this_year=datetime.now(UTC).year))
    except BadFile as error:
        raise fail(str(error)) from None
    bad = [{"line": each.line, "problem": each.text} for each in taken.problems]
    if as_json:
        figures = {"rows": taken.rows, "new": taken.new, "known": taken.known}
        print(json.dumps({**figures, "unplaced": taken.unplaced, "bad_rows": bad}, ensure_ascii=False))
    else:
        for problem in taken.problems:
            print(f"{file.name}: {problem}", file=sys.stderr)
        if bad:
            print(f"{len(bad):,} bad rows; nothing was imported")
        else:
            print(f"{taken.rows:,} rows: {taken.new:,} new, {taken.known:,} known")
            if taken.unplaced:
                print(f"the catalogue lacks the machines behind {', '.join(dict.fromkeys(taken.unplaced))}")
    if bad:
        raise typer.Exit(2)


@importing.command("bench-names")
def bench_names(
    file: Annotated[
        Path | None, typer.Argument(help="Machines as `import machines` takes them. Left out: the starter list.")
    ] = None,
    said: Annotated[Path | None, typer.Option(help="Messages, one a line; else names as riders bend them.")] = None,
    messages: Annotated[int, typer.Option(min=100, help="Messages to look at.")] = 20_000,
    as_json: Json = False,
) -> None:
    """Look for machines in that many messages, in a store of its own that has FILE, and tell the milliseconds."""
    try:
        result = run_naming_bench(messages, file, said)
    except BadFile as error:
        raise fail(str(error)) from None
    if as_json:
        print(json.dumps(result))
    else:
        print(
            f"{result['rows']:,} rows, {result['machines']:,} machines, read in {result['read_ms']} ms; "
            f"{result['messages']:,} messages: median {result['p50_ms']} ms, p99 {result['p99_ms']} ms "
            f"({result['cpu_p99_ms']} ms of CPU), longest {result['max_ms']} ms; "
            f"a machine was found in {result['found']:,}"
        )


def _store() -> Store:
    """The store, with its newest schema; a server that runs has seen to that."""
    store = read_settings().store
    if isinstance(store, Path):
        store.parent.mkdir(parents=True, exist_ok=True)
        try:
            with only_process(store):
                upgrade(store)
        except DatabaseInUse:
            pass
    return store


def _site_id(store: Store, key: str | None) -> str:
    sites: dict[str, str] = {}

    async def look() -> None:
        async with beside_a_server(store) as (reads, _), reads() as session:
            sites.update((await session.exec(select(SiteRow.key, SiteRow.id).order_by(SiteRow.key))).all())

    run_to_the_end(look)
    if key is None and len(sites) == 1:
        return next(iter(sites.values()))
    if key in sites:
        return sites[key]
    known = ", ".join(sites) or "none yet; make one with `kickstand site add`"
    raise fail(f"Name the site with --site. Sites: {known}.")


def _changing(store: Store, site_id: str, work: Callable[[Path], T]) -> T:
    """What `work` gives with the file that holds the site's catalogue. Raises what it raises."""
    done: list[T] = []

    async def run() -> None:
        done.append(await with_catalogue(store, site_id, work))

    run_to_the_end(run)
    return done[0]


def _is_xml(file: Path) -> bool:
    try:
        with file.open("rb") as raw:
            return raw.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    except OSError as error:
        raise BadFile(f"{file}: {error.strerror}") from error


def _columns(pairs: list[str]) -> dict[str, str]:
    columns = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = columns.keys() - set(COLUMNS)
    if unknown or not all(columns.values()):
        raise BadFile(f"--column takes NAME=HEADING, with one of the names {', '.join(COLUMNS)}")
    return columns


@contextmanager
def _progress(file: Path, *, shown: bool) -> Iterator[Told | None]:
    """A bar of the bytes read, on standard error, where somebody watches it."""
    console = Console(stderr=True)
    if not shown or not console.is_terminal:
        yield None
        return
    with Progress(TextColumn("reading"), BarColumn(), TimeRemainingColumn(), console=console) as progress:
        size = file.stat().st_size if file.exists() else None
        task = progress.add_task("reading", total=size)
        yield lambda read: progress.update(task, completed=read)


def _print(report: Report, *, dry_run: bool) -> None:
    print(f"rows            {report.rows:,} ({report.additions:,} add, {report.removals:,} take out)")
    print(f"parts           {report.parts:,}, {report.new_parts:,} of them new")
    print(f"machines        {report.models:,}, {report.new_models:,} of them new")
    print(f"fitments        {report.fitments_before:,} before, {report.fitments:,} after ({report.mode})")
    if report.unknown_makes:
        print(f"new makes       {', '.join(report.unknown_makes)}")
    if report.needed_parts:
        print(f"needed parts    {', '.join(report.needed_parts)} (no row describes them)")
    for words in report.suspicious_years:
        print(f"look again      {words}")
    if report.problems:
        print(f"bad rows        {report.problems:,}; nothing was imported")
    else:
        print("nothing was written: this was a dry run" if dry_run else "imported")
