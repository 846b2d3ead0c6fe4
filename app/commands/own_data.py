"""`kickstand erase` and `kickstand export --visitor`: one customer's data, on their request."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.conversations import VisitorId
from app.logs import configure_logs
from app.persistence.database import beside_a_server
from app.persistence.own_data import OwnData
from app.photos.storage import Folder

_NOBODY = (
    "Nobody goes by {who}. Take the visitor's id, or the id or e-mail address by which one site's shop knows them."
)


def erase(
    visitor: Annotated[str, typer.Option(help="The visitor's id, or the shop's id or e-mail address of them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Remove everything that is kept of a customer: messages, photos, garage, cases, name and address.

    When it was and how it went stays for the figures. A server may run meanwhile. Backups are yours to age out.
    """
    if not yes and not as_json:
        typer.confirm(f"Remove everything that is kept of {visitor}, for good?", abort=True)
    settings = read_settings()

    async def run() -> None:
        configure_logs(readable=True)
        async with beside_a_server(settings.store) as (reads, writes):
            own_data = OwnData(reads, writes)
            erased = await own_data.erase(await _found(own_data, visitor), datetime.now(UTC))
        storage = Folder(settings.data_dir / "photos")
        for photo_id in erased.photos:
            await storage.remove(photo_id)
        counts = {"conversations": len(erased.conversations), "photos": len(erased.photos)}
        told = f"Removed: {counts['conversations']} conversations, {counts['photos']} photos."
        print(json.dumps(counts) if as_json else told)

    run_to_the_end(run)


def export_visitor(visitor: str, out: Path | None) -> None:
    """Everything that is kept of a customer, as JSON on standard output or in a file."""
    settings = read_settings()

    async def run() -> None:
        configure_logs(readable=True)
        async with beside_a_server(settings.store) as (reads, writes):
            own_data = OwnData(reads, writes)
            told = await own_data.export(await _found(own_data, visitor))
        text = json.dumps(told, ensure_ascii=False, indent=2)
        if out is None:
            print(text)
        else:
            out.write_text(text + "\n", "utf-8")  # noqa: ASYNC240  (a command does nothing else meanwhile)

    run_to_the_end(run)


async def _found(own_data: OwnData, who: str) -> VisitorId:
    found = await own_data.find(who)
    if found is None:
        raise fail(_NOBODY.format(who=who))
    return found
