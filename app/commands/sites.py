"""`kickstand site`: a brand's presence, its look and the pages that may embed it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.commands.people import people_of
from app.gateway.origins import origin_of
from handoff import BadHours, OpeningHours

site = typer.Typer(no_args_is_help=True, help="Sites: a brand's presence, its look and the pages that may embed it.")


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
    push: Annotated[
        bool, typer.Option("--push/--pull", help="Offer to one agent after the other, or let everybody claim.")
    ] = False,
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
                push=push,
            )

    run_to_the_end(run)
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

    run_to_the_end(run)
