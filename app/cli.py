"""The `kickstand` command. Exit codes: 0 done, 1 a check failed, 2 wrong usage or input."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import anyio
import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console

from app.errors import NoSuchSite, StartupRefused
from app.gateway.origins import origin_of
from app.logs import configure_logs
from app.main import BUILT_IN_PROJECT, create_app, now
from app.persistence.database import beside_a_server, upgrade
from app.persistence.people import BadAccount, People
from app.settings import Settings, missing_secret
from bot import ProjectError
from handoff import BadHours, OpeningHours

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
user = typer.Typer(no_args_is_help=True, help="Accounts of agents.")
site = typer.Typer(no_args_is_help=True, help="Sites: a brand's presence, its look and the pages that may embed it.")
db = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(user, name="user")
app.add_typer(site, name="site")
app.add_typer(db, name="db")

DATA = Path(".kickstand/demo")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
print_line = Console(highlight=False, soft_wrap=True).print


def fail(message: str) -> typer.Exit:
    """Say what to do next on standard error, and end with exit code 2."""
    print(message, file=sys.stderr)
    return typer.Exit(2)


def read_settings() -> Settings:
    """The settings of this process; a missing or wrong one ends the command with what to do."""
    try:
        return Settings()
    except ValidationError as error:
        if any(detail["type"] == "missing" and detail["loc"] == ("secret_key",) for detail in error.errors()):
            raise fail(str(missing_secret())) from None
        lines = [f"KICKSTAND_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise fail("\n".join(lines)) from None


@asynccontextmanager
async def people_of(settings: Settings) -> AsyncIterator[People]:
    """The people of the database; a server may have it open meanwhile."""
    configure_logs(readable=True)
    async with beside_a_server(settings.database) as (reads, writes):
        yield People(reads, writes, idle=settings.session_idle, absolute=settings.session_absolute)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the chat; another one is taken if it is busy.")] = 8080,
    shop_port: Annotated[int, typer.Option(help="Port of the shop page; likewise.")] = 8081,
    data: Annotated[Path, typer.Option(help="Where the demonstration keeps its data.")] = DATA,
    reset: Annotated[bool, typer.Option(help="Forget everything from earlier starts.")] = False,
) -> None:
    """A shop page with the widget, the console, a sample catalogue, orders and two agents."""
    from app.demo.brand import Login
    from app.demo.run import run_demo

    configure_logs(readable=sys.stderr.isatty())

    def announce(shop: str, console: str, logins: list[Login]) -> None:
        print_line(f"\n  The shop    [bold]{shop}[/]\n  The console [bold]{console}[/]\n")
        for login in logins:
            print_line(f"  Sign in as  {login.email}   {login.password}")
        print_line("\n  Ask whether a part fits, then get angry. Ctrl+C ends; everything is kept for the next start.\n")
        sys.stdout.flush()

    _run(lambda: run_demo(data, port=port, shop_port=shop_port, reset=reset, clock=now, announce=announce))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (KICKSTAND_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (KICKSTAND_PORT).")] = None,
) -> None:
    """The production server; configured by KICKSTAND_*, see docs/settings.md."""
    from app.server import server

    settings = read_settings()
    changes: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=changes)
    configure_logs(readable=False)
    _run(server(create_app(settings), settings).serve)


@app.command()
def check(
    project: Annotated[Path, typer.Option(help="Folder of the bot project.")] = BUILT_IN_PROJECT,
    as_json: Json = False,
) -> None:
    """Everything wrong with a bot project, with file and line."""
    import bot

    if not project.is_dir():
        raise fail(f"{project} is no folder. Name the folder that holds domain.yml: kickstand check --project DIR")
    problems = bot.check(project)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        listed = [{"file": str(p.file), "line": p.line, "severity": p.severity, "message": p.message} for p in problems]
        print(json.dumps({"errors": errors, "problems": listed}))
    else:
        for problem in problems:
            print(f"{problem.file}:{problem.line}: {problem.severity}: {problem.message}")
        print(f"{errors} errors, {len(problems) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@app.command()
def replay(
    project: Annotated[Path, typer.Argument(help="Folder of the bot project.")],
    files: Annotated[list[Path], typer.Argument(help="Recorded conversations (JSON).", metavar="FILE...")],
    config: Annotated[Path | None, typer.Option(help="Another configuration than the project's config.yml.")] = None,
    as_json: Json = False,
) -> None:
    """Play recorded conversations again and show each difference."""
    from bot import Assistant
    from bot.replay import BadRecording, Replay, read_recording
    from bot.replay import replay as play

    async def run() -> Replay:
        assistant = Assistant.load(project, None, config=config)
        found = [await play(assistant, recording) for recording in recordings]
        return sum(found[1:], found[0])

    try:
        recordings = [read_recording(file) for file in files]
        with redirect_stdout(sys.stderr):  # what actions print is no part of the answer
            result = anyio.run(run)
    except (BadRecording, ProjectError) as refused:
        raise fail(str(refused)) from None
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        for each in result.differences:
            print(f"{each.conversation}, turn {each.turn}: {each.user}")
            print(f"  {each.field}\n    recorded  {each.expected}\n    now       {each.got}")
        print(f"{result.bot}: {result.equal} of {result.turns} turns equal")
    raise typer.Exit(1 if result.differences else 0)


@app.command()
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


@app.command()
def inventory(as_json: Json = False) -> None:
    """Every route and every frame, and whom it serves."""
    from app.inventory import check_inventory

    secret = SecretStr(secrets.token_urlsafe(48))  # nothing is signed here, nothing is opened
    doors = check_inventory(create_app(Settings(_env_file=None, secret_key=secret)))
    if as_json:
        print(json.dumps({"doors": [{"name": door.name, "principal": door.principal} for door in doors]}))
    else:
        for door in doors:
            print(f"{door.principal:8} {door.name}")


@user.command("add")
def user_add(
    email: str,
    name: Annotated[str, typer.Option(help="Full name; visitors see the first one.", prompt=True)],
    sites: Annotated[list[str], typer.Option("--site", help="Key of a site; may be given several times.")],
    admin: Annotated[bool, typer.Option(help="May change settings.")] = False,
    password: Annotated[
        str, typer.Option(envvar="KICKSTAND_NEW_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """A new agent. The password is asked for, or read from KICKSTAND_NEW_PASSWORD."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                site_ids = [(await people.site(key)).id for key in sites]
                await people.add_agent(email, name, password, site_ids, admin=admin)
            except (BadAccount, NoSuchSite) as error:
                raise fail(str(error)) from None

    _run(run)
    print(f"{email} can sign in.")


@user.command("list")
def user_list(as_json: Json = False) -> None:
    """All agents."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            rows = [
                {"email": r.email, "name": r.name, "admin": r.is_admin, "disabled": r.disabled_at is not None}
                for r in await people.agents()
            ]
        if as_json:
            print(json.dumps({"agents": rows}))
        else:
            for row in rows:
                print(f"{row['email']}  {row['name']}{'  (disabled)' if row['disabled'] else ''}")

    _run(run)


@user.command("disable")
def user_disable(email: str) -> None:
    """Close an account and end its sessions."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                await people.disable_agent(email, now())
            except BadAccount as error:
                raise fail(str(error)) from None

    _run(run)
    print(f"{email} is disabled.")


@site.command("add")
def site_add(
    key: str,
    name: Annotated[str, typer.Option(help="The brand's name.", prompt=True)],
    origins: Annotated[list[str], typer.Option("--origin", help="A page origin that may embed the widget.")],
    accent: Annotated[str, typer.Option(help="The brand's colour.")] = "#3450C8",
    locale: Annotated[str, typer.Option(help="BCP 47 language of the widget.")] = "en",
    hours: Annotated[
        str, typer.Option(help='JSON: {"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "18:00"]]}}')
    ] = '{"tz": "UTC", "weekly": {}}',
) -> None:
    """A new site, or new values for one that is there."""
    try:
        exact = [origin_of(origin) for origin in origins]
        opening = OpeningHours.from_dict(json.loads(hours)).to_dict()
    except (ValueError, BadHours) as error:
        raise fail(str(error)) from None

    async def run() -> None:
        async with people_of(read_settings()) as people:
            await people.put_site(
                key,
                name=name,
                accent=accent,
                locale=locale,
                greeting="Hi! What can we sort out?",
                starters=["Does it fit my bike?", "Where's my order?", "Something's wrong"],
                origins=exact,
                hours=opening,
            )

    _run(run)
    print(f'Put this on your pages: <script src="https://YOUR-SERVER/widget.js" data-site="{key}" async></script>')


@site.command("list")
def site_list(as_json: Json = False) -> None:
    """All sites."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            rows = [{"key": s.key, "name": s.name, "origins": list(s.origins)} for s in await people.sites()]
        if as_json:
            print(json.dumps({"sites": rows}))
        else:
            for row in rows:
                print(f"{row['key']}  {row['name']}  {' '.join(row['origins'])}")

    _run(run)


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema. `serve` does it too."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    print(f"{settings.database} has the newest schema.")


def _run(work: Callable[[], Awaitable[None]]) -> None:
    """Run to the end; what keeps a server from starting is told in its own words, with exit code 2."""
    try:
        anyio.run(work, backend_options={"use_uvloop": True})
    except* (StartupRefused, ProjectError) as refused:
        first: BaseException = refused
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise fail(str(first)) from None


def main() -> None:
    """Entry of the console script."""
    app()
