"""Pages of one browser, each as if on a machine of its own."""

import os
import re
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, ViewportSize

PICTURES = Path("test-results")
PATIENCE = 30_000
"""Milliseconds until something that does not come is a failure. Nothing that works takes as long."""
OFFLINE_FOR = int(os.environ.get("KICKSTAND_OFFLINE", "0")) * 1_000
"""Milliseconds that a visitor is offline for at least, who types five messages meanwhile; `make e2e` waits for 30 s."""
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (violation) =>
  console.error(`Content Security Policy: ${violation.violatedDirective} refused ${violation.blockedURI}`));"""


class Pages:
    """Opens pages, remembers what went wrong on them (`errors`), and closes all of them at the end.

    Wrong is what a script raised and what a security policy refused. A page opened with `beside=other` shares the
    cookies and the storage of `other`: a second tab of the same person.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._pages: list[Page] = []
        self.errors: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            await context.close()

    async def open(
        self,
        url: str = "about:blank",
        *,
        width: int = 1280,
        height: int = 800,
        color_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "reduce",
        phone: bool = False,
        locale: str = "en-GB",
        beside: Page | None = None,
        signed_in: StorageState | None = None,
    ) -> Page:
        """A page at `url`. `signed_in`: the cookies that a browser got when somebody signed in."""
        if beside is not None:
            context = beside.context
        else:
            context = await self._browser.new_context(
                viewport=ViewportSize(width=width, height=height),
                color_scheme=color_scheme,
                reduced_motion=reduced_motion,
                is_mobile=phone,
                has_touch=phone,
                locale=locale,
                timezone_id="Europe/Berlin",
                storage_state=signed_in,
            )
            context.set_default_timeout(PATIENCE)
            await context.add_init_script(REPORT_VIOLATIONS)
            self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message))
        self._pages.append(page)
        if url != "about:blank":
            await page.goto(url)
        return page

    async def photograph(self, name: str) -> None:
        """Leaves a picture of every open page in `test-results/`, for whoever reads why the test `name` failed."""
        plain = re.sub(r"[^\w.-]+", "-", name).strip("-")
        for number, page in enumerate(self._pages, start=1):
            if not page.is_closed():
                await page.screenshot(path=PICTURES / f"{plain}-{number}.png")

    def _hear(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(f"{page.url}: {message.text}")
