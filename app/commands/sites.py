"""`kickstand site`: a brand's presence, its look and the pages that may embed it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Annotated, Any

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.commands.people import people_of
from app.errors import NoSuchSite
from app.gateway.origins import origin_of
from app.sites import SiteWords
from handoff import BadHours, OpeningHours

_NEW = {
    "accent": "#3450C8",
    "locale": "en",
    "greeting": "Hi! What can we sort out?",
    "starters": ["Does it fit my bike?", "Where's my order?", "Something's wrong"],
    "hours": {"tz": "UTC", "weekly": {}},
    "push": False,
}
"""Of a new site, unless something else is given."""
_ACCENT = re.compile(r"#[0-9A-Fa-f]{6}")
_LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_STARTERS = 5
"""More would fill a phone before anything was said."""

site = typer.Typer(no_args_is_help=True, help="Sites: a brand's presence, its look and the pages that may embed it.")


@site.command("add")
def site_add(
    key: str,
    name: Annotated[str | None, typer.Option(help="The brand's name. A new site needs one.")] = None,
    origins: Annotated[
        list[str] | None, typer.Option("--origin", help="A page origin that may embed the widget; name all of them.")
    ] = None,
    accent: Annotated[str | None, typer.Option(help="The brand's colour, #3450C8 unless given.")] = None,
    greeting: Annotated[str | None, typer.Option(help="What the chat says first.")] = None,
    starters: Annotated[
        list[str] | None, typer.Option("--starter", help="A first question to tap; name all of them, in their order.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="BCP 47 language of the widget, en unless given.")] = None,
    hours: Annotated[
        str | None, typer.Option(help='JSON: {"tz": "Europe/Berlin", "weekly": {"mon": [["09:00", "18:00"]]}}')
    ] = None,
    push: Annotated[
        bool | None, typer.Option("--push/--pull", help="Offer to one agent after the other, or let everybody claim.")
    ] = None,
) -> None:
    """A new site, or new values for one that is there: what is left out stays as it is."""
    if accent is not None and _ACCENT.fullmatch(accent) is None:
        raise fail(f"--accent is a colour written #rrggbb, like #0E5F70, not {accent!r}.")
    if locale is not None and _LOCALE.fullmatch(locale) is None:
        raise fail(f"--locale is a language like en or de-AT, not {locale!r}.")
    if starters and (len(starters) > _STARTERS or not all(each.strip() for each in starters)):
        raise fail(f"--starter is a question in words; there can be {_STARTERS} of them.")
    try:
        given = {
            "name": name,
            "origins": [origin_of(origin) for origin in origins] if origins else None,
            "accent": accent,
            "locale": locale,
            "greeting": greeting,
            "starters": starters or None,
            "hours": None if hours is None else OpeningHours.from_dict(json.loads(hours)).to_dict(),
            "push": push,
        }
    except (ValueError, BadHours) as error:
        raise fail(str(error)) from None
    changes = {field: value for field, value in given.items() if value is not None}

    async def run() -> None:
        async with people_of(read_settings()) as people:
            if key in [site.key for site in await people.sites()]:
                await people.put_site(key, **changes)
                return
            if name is None or not origins:
                raise fail(f"There is no site {key!r} yet. A new one needs --name and at least one --origin.")
            await people.put_site(key, **{**_NEW, **changes})

    run_to_the_end(run)
    print(f'Put this on your pages: <script src="https://YOUR-SERVER/widget.js" data-site="{key}" async></script>')


@site.command("words")
def site_words(
    key: str,
    language: Annotated[str, typer.Option(help="Which one: de, fr.")],
    greeting: Annotated[str | None, typer.Option(help="What the chat says first.")] = None,
    starters: Annotated[
        list[str] | None, typer.Option("--starter", help="A first question to tap; name all of them, in their order.")
    ] = None,
    notice: Annotated[str | None, typer.Option(help="What visitors first read about their data.")] = None,
    as_json: Json = False,
) -> None:
    """What the site says in another language than its own: greeting, starters, notice. Nothing named takes it away."""
    if _LANGUAGE.fullmatch(language) is None:
        raise fail(f"--language is a code of two or three letters, like de, not {language!r}.")
    if starters and (len(starters) > _STARTERS or not all(each.strip() for each in starters)):
        raise fail(f"--starter is a question in words; there can be {_STARTERS} of them.")
    given = {"greeting": greeting, "starters": starters or None, "notice": notice}
    said = {field: value for field, value in given.items() if value}

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                before = await people.site(key)
            except NoSuchSite as error:
                raise fail(str(error)) from None
            words = {each: _written(own) for each, own in before.words.items() if each != language}
            now = await people.put_site(key, words=words | ({language: said} if said else {}))
        told = {each: _written(own) for each, own in sorted(now.words.items())}
        if as_json:
            print(json.dumps({"key": key, "words": told}))
        else:
            for each, own in told.items():
                print(f"{each:4}{'; '.join(own)}")

    run_to_the_end(run)


def _written(words: SiteWords) -> dict[str, Any]:
    return {field: value for field, value in asdict(words).items() if value is not None}


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
