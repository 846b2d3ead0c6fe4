"""`kickstand user`: accounts of agents."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.errors import BadAccount, NoSuchSite
from app.logs import configure_logs
from app.main import now
from app.persistence.database import beside_a_server
from app.persistence.people import People
from app.persistence.skills import Skills
from app.settings import Settings
from handoff import Role

user = typer.Typer(no_args_is_help=True, help="Accounts of agents.")


@asynccontextmanager
async def people_of(settings: Settings) -> AsyncIterator[People]:
    """The people of the database; a server may have it open meanwhile."""
    configure_logs(readable=True)
    async with beside_a_server(settings.store) as (reads, writes):
        yield People(reads, writes, idle=settings.session_idle, absolute=settings.session_absolute)


@user.command("add")
def user_add(
    email: str,
    name: Annotated[str, typer.Option(help="Full name; visitors see the first one.", prompt=True)],
    sites: Annotated[list[str], typer.Option("--site", help="Key of a site; may be given several times.")],
    role: Annotated[Role, typer.Option(help="What they may do, see docs/people.md.")] = Role.AGENT,
    password: Annotated[
        str, typer.Option(envvar="KICKSTAND_NEW_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """A new agent. The password is asked for, or read from KICKSTAND_NEW_PASSWORD."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                site_ids = [(await people.site(key)).id for key in sites]
                await people.add_agent(email, name, password, site_ids, role=role, now=now())
            except (BadAccount, NoSuchSite) as error:
                raise fail(str(error)) from None

    run_to_the_end(run)
    print(f"{email} can sign in.")


@user.command("list")
def user_list(as_json: Json = False) -> None:
    """All agents."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            rows = [
                {"email": r.email, "name": r.name, "role": r.role, "disabled": r.disabled_at is not None}
                for r in await people.agents()
            ]
        if as_json:
            print(json.dumps({"agents": rows}))
        else:
            for row in rows:
                print(f"{row['email']}  {row['name']}  {row['role']}{'  (disabled)' if row['disabled'] else ''}")

    run_to_the_end(run)


@user.command("skills")
def user_skills(
    email: str,
    skills: Annotated[
        list[str] | None, typer.Argument(help="All of them, such as warranty, fitting, fr. None: they are shown.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Take all of them away.")] = False,
) -> None:
    """What an agent knows their way around in: conversations that ask for it are pushed to them first.

    A conversation asks for a skill that is one of its tags, or a word of what the bot took it to be about.
    """
    if none and skills:
        raise fail("Name skills, or say --none.")

    async def run() -> list[str]:
        configure_logs(readable=True)
        async with beside_a_server(read_settings().store) as (reads, writes):
            book = Skills(reads, writes)
            try:
                if skills or none:
                    await book.put(email, skills or [], now())
                return await book.of(email)
            except BadAccount as error:
                raise fail(str(error)) from None

    found: list[str] = []

    async def kept() -> None:
        found.extend(await run())

    run_to_the_end(kept)
    print(f"{email}: {', '.join(found) or 'no skills'}")


@user.command("disable")
def user_disable(email: str) -> None:
    """Close an account and end its sessions."""

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                await people.disable_agent(email, now())
            except BadAccount as error:
                raise fail(str(error)) from None

    run_to_the_end(run)
    print(f"{email} is disabled.")
