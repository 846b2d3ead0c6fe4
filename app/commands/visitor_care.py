"""`kickstand site care`: what a site's visitors may send, are told about their data, and how long it is kept."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.commands.people import people_of
from app.errors import NoSuchSite


def site_care(
    key: str,
    photos: Annotated[bool | None, typer.Option("--photos/--no-photos", help="May visitors send photos?")] = None,
    notice: Annotated[str | None, typer.Option(help="What visitors first read about their data; empty: none.")] = None,
    privacy_url: Annotated[str | None, typer.Option(help="Where they read more, on the web; empty: nowhere.")] = None,
    consent: Annotated[
        bool | None, typer.Option("--consent/--no-consent", help="Is nothing kept before visitors agree to the notice?")
    ] = None,
    calls: Annotated[
        int | None, typer.Option(min=0, max=50, help="Call-backs at the same time that visitors can book; 0: none.")
    ] = None,
    keep_days: Annotated[int | None, typer.Option(min=0, help="Days to keep conversations; 0: for ever.")] = None,
    as_json: Json = False,
) -> None:
    """Change what is named, and show all of it."""
    if privacy_url and not privacy_url.startswith(("https://", "http://")):
        raise fail("--privacy-url is an address on the web: https://shop.example/privacy")
    changes: dict[str, Any] = {}
    if photos is not None:
        changes["uploads"] = photos
    if notice is not None:
        changes["notice"] = notice.strip() or None
    if privacy_url is not None:
        changes["privacy_url"] = privacy_url or None
    if consent is not None:
        changes["consent"] = consent
    if calls is not None:
        changes["calls_at_once"] = calls
    if keep_days is not None:
        changes["retention_days"] = keep_days or None

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                before = await people.site(key)
            except NoSuchSite as error:
                raise fail(str(error)) from None
            if changes.get("consent", before.consent) and not changes.get("notice", before.notice):
                raise fail("--consent needs words to agree to: give them with --notice")
            now = await people.put_site(key, **changes)
        kept = None if now.retention is None else now.retention.days
        told = {
            "photos": now.uploads,
            "notice": now.notice,
            "privacy_url": now.privacy_url,
            "consent": now.consent,
            "calls": now.calls_at_once,
            "keep_days": kept,
        }
        if as_json:
            print(json.dumps({"key": key, **told}))
        else:
            print("\n".join(f"{name:12} {'-' if value is None else value}" for name, value in told.items()))

    run_to_the_end(run)
