"""`kickstand export`: what the database holds, in forms that others read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.commands.own_data import export_visitor
from app.commands.people import people_of
from app.errors import NoSuchSite
from app.main import BUILT_IN_PROJECT
from app.persistence.database import beside_a_server
from app.persistence.examples import examples
from app.persistence.recorded import Recorded, recorded
from app.settings import Settings
from app.stories.writing import Story, as_yaml, stories
from bot import Assistant, ModelError, ProjectError


def export(
    as_stories: Annotated[bool, typer.Option("--as-stories", help="Conversations as test stories, masked.")] = False,
    out: Annotated[Path | None, typer.Option(help="The file to write. Unset: standard output.")] = None,
    site: Annotated[str | None, typer.Option(help="Key of the site whose conversations they are.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="With something said since, UTC.")
    ] = None,
    conversation: Annotated[str | None, typer.Option(help="This conversation alone, by its id.")] = None,
    project: Annotated[
        Path | None, typer.Option(help="The bot that is to pass the stories. Unset: the one that is served.")
    ] = None,
    visitor: Annotated[
        str | None, typer.Option(help="Instead: everything that is kept of this customer, as JSON, to give to them.")
    ] = None,
    as_examples: Annotated[
        bool, typer.Option("--as-examples", help="What agents marked, in the form that kickstand triage reads, masked.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Conversations from production as test stories in Rasa's format, without personal data.

    E-mail addresses, phone, order, card and frame numbers, postcodes and names give way to placeholders.
    A message that means something else without them is told by its intent alone. Read the file before you share it:
    what people write in their own way may have stayed.
    """
    if visitor is not None:
        export_visitor(visitor, out)
        return
    if as_examples:
        _export_examples(site, out, as_json)
        return
    if not as_stories:
        raise fail("Say what to export: kickstand export --as-stories --out tests/test_production.yml")
    if as_json and out is None:
        raise fail("With --json the stories go into a file: add --out FILE")
    settings = read_settings()
    moment = since.replace(tzinfo=UTC) if since is not None else None
    found: list[Recorded] = []

    async def read() -> None:
        await _check(settings, site)
        found.extend(await recorded(settings.store, site_key=site, since=moment, conversation_id=conversation))

    run_to_the_end(read)
    served = project or settings.bot_project or BUILT_IN_PROJECT
    try:
        bot = Assistant.load(served, None, cache=settings.data_dir / "bot", run_actions=False)
    except (ProjectError, ModelError) as error:
        raise fail(f"{served} does not load. Mend it, or name another one with --project:\n{error}") from None
    told: list[Story] = []
    for each in found:
        told += stories(f"{each.begun_at:%Y-%m-%d} {each.conversation_id}", each.events, each.people, bot.parse)
    if not told:
        raise fail("No conversation with a bot is there to export. Look at --site, --since and --conversation.")
    text = as_yaml(told)
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}. Name another place: --out FILE") from None
    messages = sum(story.messages for story in told)
    if as_json:
        print(json.dumps({"conversations": len(found), "stories": len(told), "messages": messages}))
    else:
        print(f"{out}: {len(told)} stories of {len(found)} conversations. Read it before you share it.")


def _export_examples(site: str | None, out: Path | None, as_json: bool) -> None:
    """What was marked "not upset" or "should have been handed over", one JSON object a line."""
    if as_json and out is None:
        raise fail("With --json the examples go into a file: add --out FILE")
    settings = read_settings()
    found: list[dict[str, object]] = []

    async def run() -> None:
        await _check(settings, site)
        async with beside_a_server(settings.store) as (reads, _):
            found.extend(await examples(reads, site))

    run_to_the_end(run)
    if not found:
        raise fail("Nothing is marked yet. In the console, *Not upset?* and *Should have been handed over* mark it.")
    lines = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in found)
    if out is None:
        print(lines, end="")
        return
    try:
        out.write_text(lines, "utf-8")
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}. Name another place: --out FILE") from None
    if as_json:
        print(json.dumps({"examples": len(found)}))
    else:
        print(f"{out}: {len(found)} marked messages. `kickstand triage {out} --tune` fits the thresholds to them.")


async def _check(settings: Settings, site: str | None) -> None:
    """Bring the schema up to date, and refuse a site that is not there."""
    async with people_of(settings) as people:
        if site is not None:
            try:
                await people.site(site)
            except NoSuchSite as error:
                raise fail(str(error)) from None
