"""The `kickstand` command. Exit codes: 0 done, 1 a check failed, 2 wrong usage or input."""

from __future__ import annotations

import typer

from app.commands.exporting import export
from app.commands.identities import site_identity
from app.commands.importing import importing
from app.commands.judging import triage
from app.commands.measuring import bench
from app.commands.own_data import erase
from app.commands.people import user
from app.commands.projects import check, replay
from app.commands.serving import demo, inventory, serve
from app.commands.sites import site
from app.commands.starting import init
from app.commands.storage import db
from app.commands.teams import team
from app.commands.testing import play_stories
from app.commands.training import shell, train
from app.commands.understanding import nlu
from app.commands.visitor_care import site_care

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for command in (demo, serve, init, train, check, shell, replay, export, erase, triage, bench, inventory):
    app.command()(command)
app.command("test")(play_stories)
site.command("identity")(site_identity)
site.command("care")(site_care)
for group, name in ((user, "user"), (site, "site"), (team, "team"), (db, "db"), (nlu, "nlu"), (importing, "import")):
    app.add_typer(group, name=name)


def main() -> None:
    """Entry of the console script."""
    app()
