"""`kickstand db`: the database."""

from __future__ import annotations

import typer

from app.commands.manners import read_settings
from app.persistence.database import upgrade

db = typer.Typer(no_args_is_help=True, help="The database.")


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest schema. `serve` does it too."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    print(f"{settings.database} has the newest schema.")
