"""Commands that start or describe the server: demo, serve, inventory."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from app.commands.manners import Json, print_line, read_settings, run_to_the_end
from app.logs import configure_logs
from app.main import create_app, now
from app.server import server
from app.settings import Settings

DATA = Path(".kickstand/demo")


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

    run_to_the_end(lambda: run_demo(data, port=port, shop_port=shop_port, reset=reset, clock=now, announce=announce))


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (KICKSTAND_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (KICKSTAND_PORT).")] = None,
    dev: Annotated[bool, typer.Option("--dev", help="Take over each change of the bot project at once.")] = False,
) -> None:
    """The production server; configured by KICKSTAND_*, see docs/settings.md."""
    settings = read_settings()
    given = (("host", host), ("port", port), ("dev", dev or None))
    changes: dict[str, Any] = {name: value for name, value in given if value is not None}
    settings = settings.model_copy(update=changes)
    configure_logs(readable=False)
    run_to_the_end(server(create_app(settings), settings).serve)


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
