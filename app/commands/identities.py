"""`kickstand site identity`: the secrets with which a shop signs who its customers are."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.manners import Json, fail, read_settings, run_to_the_end
from app.commands.people import people_of
from app.errors import NoSuchSite
from app.identity import SECRETS, new_secret


def site_identity(
    key: str,
    rotate: Annotated[bool, typer.Option(help="Make a new secret; the last one stays good beside it.")] = False,
    drop_old: Annotated[bool, typer.Option(help="End the older of two secrets, once no page signs with it.")] = False,
    required: Annotated[
        bool | None,
        typer.Option("--required/--not-required", help="Is the chat for signed-in customers alone?"),
    ] = None,
    as_json: Json = False,
) -> None:
    """The secrets that identities of this site are signed with. docs/identity.md shows how to sign."""
    if rotate and drop_old:
        raise fail("One thing at a time: --rotate first, then --drop-old when every page signs with the new secret.")

    async def run() -> None:
        async with people_of(read_settings()) as people:
            try:
                known = await people.site(key)
            except NoSuchSite as error:
                raise fail(str(error)) from None
            secrets = list(known.identity_secrets)
            if rotate:
                secrets = [new_secret(), *secrets][:SECRETS]
            elif drop_old:
                secrets = secrets[:1]
            now_required = known.identity_required if required is None else required
            if now_required and not secrets:
                raise fail(f"Nobody could sign in yet: kickstand site identity {key} --rotate --required")
            await people.put_site(key, identity_secrets=secrets, identity_required=now_required)
        if as_json:
            print(json.dumps({"key": key, "secrets": secrets, "required": now_required}))
            return
        for at, secret in enumerate(secrets):
            print(f"{'sign with ' if at == 0 else 'still good'}  {secret}")
        print("The chat is for signed-in customers alone." if now_required else "The chat is for everybody.")
        if not secrets:
            print(f"There is no secret yet: kickstand site identity {key} --rotate")

    run_to_the_end(run)
