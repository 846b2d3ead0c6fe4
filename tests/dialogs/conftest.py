"""The shipped bot, trained once, on a shop with the sample catalogue."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import anyio
import pytest

from bot import Assistant
from bot.ports import Services
from tests.dialogs.rider import PROJECT, Load, Rider
from tests.shops import stocked

_numbers = count(1)


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    path: Path = tmp_path_factory.mktemp("shop") / "shop.db"
    return anyio.run(stocked, path)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Loads the shipped bot with other services; it is trained the first time alone."""
    weights = tmp_path_factory.mktemp("weights")
    return lambda services: Assistant.load(PROJECT, services, cache=weights)


@pytest.fixture(scope="session")
def assistant(services: Services, loaded: Load) -> Assistant:
    return loaded(services)


@pytest.fixture
def new_rider(assistant: Assistant) -> Callable[[], Rider]:
    """Riders who never wrote before, each with a conversation of their own."""
    return lambda: Rider(assistant, f"visitor-{next(_numbers)}")


@pytest.fixture
def rider(new_rider: Callable[[], Rider]) -> Rider:
    return new_rider()
