"""`kickstand db`: the database."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import anyio
import typer

from app.commands.manners import Json, fail, read_settings
from app.errors import ChatError, StartupRefused
from app.persistence.address import Store, named, store_at
from app.persistence.copying import Copied, begin_anew, bring_back, copy, keep
from app.persistence.database import upgrade

db = typer.Typer(no_args_is_help=True, help="The database.")

T = TypeVar("T")
Replace = Annotated[bool, typer.Option("--replace", help="Let go of everything that the target holds.")]


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema. `serve` does it too with a SQLite file, and never with PostgreSQL."""
    store = _own()
    if isinstance(store, Path):
        store.parent.mkdir(parents=True, exist_ok=True)
    try:
        upgrade(store)
    except (OSError, ChatError) as error:
        raise fail(f"{named(store)} does not answer: {error}") from error
    print(f"{named(store)} has the newest schema.")


@db.command("copy")
def db_copy(
    source: Annotated[str, typer.Option("--from", help="sqlite:///path or postgresql://user:password@host/name")],
    target: Annotated[str, typer.Option("--to", help="Likewise; empty, or --replace.")],
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Move everything to another database, verified by counts and checksums. Stop the servers first."""
    copied = _carried_out(lambda: copy(store_at(source), store_at(target), replace=replace))
    _tell(copied, as_json=as_json)


@db.command("backup")
def db_backup(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Keep the whole database in one SQLite file, as it is at one moment. Servers go on."""
    _carried_out(lambda: keep(_own(), file))
    print(f"{file} holds everything, {file.stat().st_size:,} bytes.")


@db.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.", exists=True, dir_okay=False)],
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back, under a new epoch: clients begin anew with it. Stop the servers first."""
    _tell(_carried_out(lambda: bring_back(file, _own(), replace=replace)), as_json=as_json)


@db.command("new-epoch")
def db_new_epoch() -> None:
    """Have all clients begin anew, after the database itself was brought back (a snapshot, point-in-time recovery)."""
    _carried_out(lambda: begin_anew(_own()))
    print("Clients discard what they show and fetch it again when they come back.")


def _own() -> Store:
    try:
        return read_settings().store
    except StartupRefused as error:
        raise fail(str(error)) from error


def _carried_out(work: Callable[[], Awaitable[T]]) -> T:
    async def run() -> T:
        return await work()

    try:
        return anyio.run(run)
    except (StartupRefused, ChatError, OSError) as error:
        raise fail(str(error)) from error


def _tell(copied: Sequence[Copied], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"tables": [asdict(each) for each in copied]}))
        return
    for each in copied:
        print(f"{each.rows:>12,}  {each.table:24} {each.checksum}")
    print(f"{sum(each.rows for each in copied):>12,}  rows, the same on both sides.")
