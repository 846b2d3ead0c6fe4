"""`kickstand team`: teams of a site, to whom conversations can be passed."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.commands.people import people_of
from app.errors import BadAccount, NoSuchSite
from app.logs import configure_logs
from app.main import now
from app.persistence.audit import THE_SERVER
from app.persistence.database import beside_a_server
from app.persistence.teams import Teams

team = typer.Typer(no_args_is_help=True, help="Teams of a site, to whom conversations can be passed.")


@team.command("add")
def team_add(
    site: str,
    name: str,
    members: Annotated[list[str], typer.Option("--member", help="E-mail of an agent; may be given several times.")],
) -> None:
    """A new team, or other members for the one that is there. Visitors read its name when they are passed to it."""

    async def run() -> None:
        settings = read_settings()
        async with people_of(settings) as people, beside_a_server(settings.store) as (reads, writes):
            try:
                await Teams(reads, writes).put((await people.site(site)).id, name, members, by=THE_SERVER, now=now())
            except (BadAccount, NoSuchSite) as error:
                raise fail(str(error)) from None

    run_to_the_end(run)
    print(f"{name}: {len(set(members))} on the team.")


@team.command("list")
def team_list(as_json: Json = False) -> None:
    """All teams."""

    async def run() -> None:
        configure_logs(readable=True)
        async with beside_a_server(read_settings().database) as (reads, writes):
            teams = await Teams(reads, writes).all()
        if as_json:
            rows = [{"site": each.site, "name": each.name, "members": list(each.members)} for each in teams]
            print(json.dumps({"teams": rows}))
        else:
            for each in teams:
                print(f"{each.site}  {each.name}  {' '.join(each.members)}")

    run_to_the_end(run)
