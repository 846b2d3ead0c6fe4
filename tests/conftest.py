"""What tests of every level share: one event loop, an empty database to copy, a server that many tests talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.persistence.database import upgrade
from app.sites import Site
from tests.clock import ManualClock
from tests.running import Running, running

pytest_plugins = ["pytester"]

# Plain tracebacks: the colourful ones take a second each, and the event loop with them.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
    ]
)

Start = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for all tests, so that they can share a server."""
    return "asyncio"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the newest schema and nothing in it. Copy it; migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "kickstand.db"
    upgrade(path)
    return path


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> AsyncIterator[Running]:
    """A server that tests share; each makes a site of its own. Its clock stands still."""
    async with running(tmp_path_factory.mktemp("shared"), empty=empty_database) as here:
        yield here


@pytest.fixture
async def site(server: Running) -> Site:
    """A site of the shared server that no other test uses."""
    return await server.new_site()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def start(tmp_path: Path, empty_database: Path, clock: ManualClock) -> Start:
    """Starts a server of the test's own; again on the same data when called again."""

    def _start(**changes: Any) -> AbstractAsyncContextManager[Running]:
        return running(tmp_path / "data", empty=empty_database, clock=clock, **changes)

    return _start
