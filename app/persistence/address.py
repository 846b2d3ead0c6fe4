"""Where a store is: a SQLite file or a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from app.errors import StartupRefused

Store = Path | URL


def store_at(address: str) -> Store:
    """The store that a URL names: `sqlite:///path` or `postgresql://user:password@host/name`.

    Raises StartupRefused for anything else.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    match url.get_backend_name() if url is not None else "":
        case "sqlite" if url is not None and url.database:
            return Path(url.database)
        case "postgresql" if url is not None and url.database:
            return url.set(drivername="postgresql")
    raise StartupRefused(
        "A database is named by a URL: sqlite:///path/to/kickstand.db or postgresql://user:password@host/database."
    )


def named(store: Store) -> str:
    """The store as messages name it, without a password."""
    return str(store) if isinstance(store, Path) else store.render_as_string(hide_password=True)
