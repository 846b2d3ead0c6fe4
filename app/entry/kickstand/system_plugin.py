"""The plugin of pytest for the whole system: riders, bot, queue, agents and the clock, in one process.

pytest loads it in every run of whoever has Kickstand installed, so it imports nothing of the application before a
test asks for one of its fixtures. `docs/testing-the-whole-system.md` shows them at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kickstand.projects import project_of
from kickstand.shadows import shadows

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from app.testing.expectations import Expect
    from app.testing.fixtures import Agents, Clock, Shop
    from app.testing.rider import Rider
    from app.testing.system import Ground, System


@pytest.fixture(scope="session")
def bot_project(pytestconfig: pytest.Config) -> Path | None:
    """The bot that answers: the project at or above pytest's root, else Kickstand's own. Override to choose."""
    return project_of(pytestconfig.rootpath)


@pytest.fixture(scope="session")
def kickstand_ground(
    bot_project: Path | None,
    kickstand_portal: BlockingPortal,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Ground:
    """The trained bot and the stocked shop that every test starts from."""
    found = shadows()
    if found:
        pytest.fail("\n".join(map(str, found)), pytrace=False)
    from app.testing.fixtures import lay_ground
    from bot import ProjectError

    cache = getattr(pytestconfig, "cache", None)
    kept = Path(cache.mkdir("kickstand")) if cache is not None else None
    try:
        return lay_ground(tmp_path_factory.mktemp("ground"), bot_project, kept, kickstand_portal)
    except ProjectError as error:
        pytest.fail(f"The bot project {bot_project} does not load:\n{error}", pytrace=False)


@pytest.fixture
def kickstand_settings() -> dict[str, Any]:
    """Settings of the test's server that differ from the usual, by name; override to change them."""
    return {}


@pytest.fixture
def kickstand_system(
    kickstand_ground: Ground,
    kickstand_portal: BlockingPortal,
    kickstand_settings: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """A server of the test's own, on a clock that stands on a Monday morning."""
    from app.testing.fixtures import running

    with running(tmp_path_factory.mktemp("system"), kickstand_ground, kickstand_portal, **kickstand_settings) as here:
        yield here


@pytest.fixture
def new_rider(kickstand_system: System) -> Callable[[str], Rider]:
    """Riders who never wrote before, by name."""
    return lambda name: kickstand_system.run(kickstand_system.new_rider, name)


@pytest.fixture
def rider(new_rider: Callable[[str], Rider]) -> Rider:
    """Somebody with the widget open who has not written yet."""
    return new_rider("rider")


@pytest.fixture
def expect(kickstand_system: System, rider: Rider) -> Expect:
    """What must have happened in the rider's conversation by now; `expect(other)` is of another one."""
    from app.testing.expectations import Expect

    return Expect(kickstand_system, rider)


@pytest.fixture
def agent(kickstand_system: System) -> Agents:
    """`agent("Dana")` is at the desk from the first time it is called."""
    from app.testing.fixtures import Agents

    return Agents(kickstand_system)


@pytest.fixture
def clock(kickstand_system: System) -> Clock:
    """The system's time: `clock.advance("3m")`."""
    from app.testing.fixtures import Clock

    return Clock(kickstand_system)


@pytest.fixture
def shop(kickstand_system: System) -> Shop:
    """The shop: `shop.order("4711", status="in_transit")`."""
    from app.testing.fixtures import Shop

    return Shop(kickstand_system)
