"""Every state of the chat in the engines that Chromium is not: Firefox, and WebKit, of which Safari is made."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from tests.e2e.browsers import OFFLINE_FOR
from tests.e2e.demo import Demo
from tests.e2e.firefox import Firefox
from tests.e2e.networks import Network
from tests.e2e.states import STATES, Scene
from tests.e2e.webkit import WebKit
from tests.e2e.windows import Engine, NoBrowser

ENGINES: tuple[type[Engine], ...] = (Firefox, WebKit)


@pytest.fixture(scope="module")
async def network(anyio_backend: str) -> AsyncIterator[Network]:
    async with Network.open() as network:
        yield network


@pytest.fixture(scope="module", params=ENGINES, ids=lambda engine: engine.kind)
async def engine(
    request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Engine]:
    engine: Engine = request.param(tmp_path_factory.mktemp(request.param.kind), network.port)
    try:
        try:
            await engine.begin()
        except NoBrowser as error:
            pytest.skip(str(error))
        yield engine
    finally:
        await engine.close()


@pytest.fixture
def scene(engine: Engine, network: Network, demo: Demo) -> Iterator[Scene]:
    network.mend()
    network.reports.clear()
    login = demo.logins[[each.kind for each in ENGINES].index(engine.kind)]  # sign-ins are limited by the minute
    yield Scene(engine, network, demo, login, OFFLINE_FOR)
    assert network.reports == [], "Refused by a Content Security Policy"


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.replace("_", " "))
async def test_the_state_holds_and_axe_and_the_policies_object_to_nothing(
    scene: Scene, state: Callable[[Scene], Awaitable[None]]
) -> None:
    await state(scene)
