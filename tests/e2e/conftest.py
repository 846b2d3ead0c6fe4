"""Browsers for the tests that look at Kickstand as people do.

A test asks for `pages` and opens as many as it needs, each with its own cookies and storage, as if on another machine.
Without a Chromium the tests here are skipped, and say so; with KICKSTAND_REQUIRE_BROWSER=1 (CI) they fail instead.
"""

import os
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
from playwright.async_api import Browser, StorageState, async_playwright, expect

from tests.e2e.agents import Agent
from tests.e2e.browsers import PATIENCE, Pages
from tests.e2e.callers import Callers
from tests.e2e.chromium import NoChromium, find, switches
from tests.e2e.demo import CONSOLE, SHOP, Demo, OwnDemo

FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    try:
        return find()
    except NoChromium as error:
        reason = str(error)
    if os.environ.get("KICKSTAND_REQUIRE_BROWSER") == "1":
        pytest.fail(f"Browser tests must run here. {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
async def browser(chromium_path: Path, anyio_backend: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=switches())
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory, chromium_path: Path) -> AsyncIterator[Demo]:
    """The demonstration that all tests share: the one that the environment names, else one of our own."""
    if (named := Demo.named()) is not None:
        yield named
        return
    async with OwnDemo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
def own_demo(demo: Demo) -> OwnDemo:
    """The demonstration, for tests that kill it and start it again."""
    if not isinstance(demo, OwnDemo):
        pytest.skip(f"What {SHOP} and {CONSOLE} name is not ours to kill.")
    return demo


@pytest.fixture(scope="session")
async def sessions(browser: Browser, demo: Demo) -> list[StorageState]:
    """What the browsers of Maya and of Dana keep of signing in."""
    kept = []
    async with Pages(browser) as pages:
        for login in demo.logins[:2]:
            agent = await Agent.sign_in(pages, demo, login)
            kept.append(await agent.page.context.storage_state())
    return kept


@pytest.fixture
async def callers(demo: Demo) -> AsyncIterator[Callers]:
    """Visitors who need a person and no browser."""
    async with Callers(demo) as callers:
        yield callers


@pytest.fixture
async def pages(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Pages]:
    """Opens pages; afterwards closes them, and fails the test if a script on one of them raised."""
    async with Pages(browser) as pages:
        yield pages
        if request.node.stash.get(FAILED, False):
            await pages.photograph(request.node.name)
    assert not pages.errors, "Scripts raised on a page:\n" + "\n".join(pages.errors)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
