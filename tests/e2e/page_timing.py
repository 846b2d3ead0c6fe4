"""What the chat's script costs the page it stands on: `python -m tests.e2e.page_timing`.

The demonstration's shop page is loaded in Chromium in pairs, with its script tag and without it, each time as a first
visit: new storage, empty cache, new connections. Which of the two comes first changes from pair to pair. The pages come
from a process of their own, as a shop's do; the two differ in the tag alone.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import comb
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

import uvicorn
from playwright.async_api import async_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.demo.brand import SITE_KEY
from app.demo.shop import shop_app
from app.server import free_port
from tests.e2e.browsers import PATIENCE, Pages
from tests.e2e.chromium import NoChromium, find, switches
from tests.e2e.demo import Demo, OwnDemo
from tests.ending import heed_termination

TAG = re.compile(rb"<script\b[^>]*/widget\.js[^>]*></script>")
WITHOUT = "/without"
"""Where the same page is to be had without the tag."""
MEASURES = {
    "paint": "First contentful paint, ms",
    "largest": "Largest contentful paint, ms",
    "parsed": "DOMContentLoaded, ms",
    "loaded": "load, ms",
    "busy": "Work of the page's main thread, ms of CPU",
    "blocked": "Total blocking time, ms",
    "shift": "Cumulative layout shift",
}
SURE = 0.95
OBSERVE = """
window.seen = { blocked: 0, shift: 0, largest: 0 };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) seen.blocked += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const paint of list.getEntries()) seen.largest = paint.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) seen.shift += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
READ = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { ...seen, paint: paint.startTime, parsed: page.domContentLoadedEventEnd, loaded: page.loadEventEnd };
}"""


class NoTag(Exception):
    """The shop page carries no script of the chat, so that there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure over all pairs of visits; times in milliseconds, shifts as browsers score them."""

    measure: str
    without: float
    with_chat: float
    difference: float
    """Median over the pairs, as are the two above: with the chat less without it."""
    sure: tuple[float, float]
    """Between which the median difference lies, with 95 % confidence."""

    @property
    def is_more(self) -> bool:
        """Whether the chat costs something here that can be told from nothing."""
        return self.sure[0] > 0


class Shop:
    """First visits to the demonstration's shop page, served on a port of its own."""

    def __init__(self, pages: Pages, demo: Demo) -> None:
        self._pages = pages
        port = free_port("127.0.0.1", 0)
        self._url = f"http://localhost:{port}"
        shop = shop_app(demo.console.removesuffix("/console/"), SITE_KEY, demo.console)
        self._server = uvicorn.Server(
            uvicorn.Config(_both(shop), host="127.0.0.1", port=port, lifespan="off", log_config=None, access_log=False)
        )
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._server._serve())
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = self._server.force_exit = True
        if self._serving is not None:
            await self._serving

    async def visit(self, *, chat: bool) -> dict[str, float]:
        """What each of MEASURES says of one visit, with the chat's tag or without. Raises NoTag."""
        page = await self._pages.open()
        await page.add_init_script(OBSERVE)
        meter = await page.context.new_cdp_session(page)
        await meter.send("Performance.enable", {"timeDomain": "threadTicks"})  # work, not waiting for a busy machine
        await page.goto(f"{self._url}{'/' if chat else WITHOUT}", wait_until="networkidle")
        button = page.locator("kickstand-chat")
        if chat:
            await button.wait_for(state="attached", timeout=PATIENCE)
        elif await button.count():
            raise NoTag("The page without the tag has the chat.")
        found: dict[str, float] = await page.evaluate(READ)
        told = {each["name"]: each["value"] for each in (await meter.send("Performance.getMetrics"))["metrics"]}
        await page.context.close()
        return {**found, "busy": told["TaskDuration"] * 1_000}

    async def compare(self, times: int) -> list[Comparison]:
        """`times` pairs of visits; which of the two comes first changes from pair to pair. Raises NoTag."""
        for chat in (True, False):  # the servers' and the browser's own first time counts for neither
            await self.visit(chat=chat)
        pairs = []
        for number in range(times):
            first = number % 2 == 0
            one, other = await self.visit(chat=first), await self.visit(chat=not first)
            pairs.append((other, one) if first else (one, other))
        return [compared(name, [(without[name], chat[name]) for without, chat in pairs]) for name in MEASURES]


def _both(shop: ASGIApp) -> ASGIApp:
    """The shop, and its page at WITHOUT too: the same but for the tag. Raises NoTag where the shop has none."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("/", WITHOUT):
            return await shop(scope, receive, send)
        said: list[Message] = []

        async def hold(message: Message) -> None:
            said.append(message)

        await shop({**scope, "path": "/", "raw_path": b"/"}, receive, hold)
        page = b"".join(message.get("body", b"") for message in said)
        body = TAG.sub(b"", page) if scope["path"] == WITHOUT else page
        if TAG.search(page) is None:
            raise NoTag("The shop's page carries no script of the chat.")
        headers = [(name, value) for name, value in said[0]["headers"] if name != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await send({**said[0], "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body})

    return serve


def compared(name: str, pairs: Sequence[tuple[float, float]]) -> Comparison:
    """Of pairs (without, with). The interval asks nothing of how times are spread: it counts pairs (sign test)."""
    apart = sorted(chat - without for without, chat in pairs)
    skipped = _outside(len(apart))
    return Comparison(
        name,
        median(without for without, _ in pairs),
        median(chat for _, chat in pairs),
        median(apart),
        (apart[skipped], apart[-1 - skipped]),
    )


def _outside(pairs: int) -> int:
    """How many of the sorted differences lie outside of the interval at each end."""
    skipped, beyond = -1, 0.0
    while beyond <= (1 - SURE) / 2:
        skipped += 1
        beyond += comb(pairs, skipped) / 2**pairs
    return max(skipped - 1, 0)


def table(found: Sequence[Comparison], times: int) -> str:
    """As it stands in the guide."""
    lines = [f"| Median of {times} | Without | With | Difference, 95 % sure |", "| --- | --- | --- | --- |"]
    for one in found:
        digits = 4 if one.measure == "shift" else 0
        without, chat = (f"{value:.{digits}f}" for value in (one.without, one.with_chat))
        apart, low, high = (f"{value:+.{digits}f}" for value in (one.difference, *one.sure))
        lines.append(f"| {MEASURES[one.measure]} | {without} | {chat} | {apart} ({low} to {high}) |")
    return "\n".join(lines)


def verdict(found: Sequence[Comparison]) -> str:
    """In two sentences: what the page pays, and what the chat does for itself once the page has loaded."""
    own = next(one for one in found if one.measure == "busy")
    more = [f"{MEASURES[one.measure]} {one.difference:+.1f}" for one in found if one.is_more and one is not own]
    pays = f"The page pays: {'; '.join(more)}." if more else "The page pays nothing that can be told from nothing."
    return f"{pays} The chat itself works {own.difference:.0f} ms, once the page has loaded."


async def _measure(times: int) -> list[Comparison]:
    with tempfile.TemporaryDirectory() as folder:
        async with OwnDemo(Path(folder)) as demo, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find(), args=switches())
            try:
                async with Pages(browser) as pages, Shop(pages, demo) as shop:
                    return await shop.compare(times)
            finally:
                await browser.close()


def main(arguments: Sequence[str]) -> int:
    """Prints the comparison. 1 when the chat moves what is on the page, 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.page_timing", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="pairs of visits (10)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if options.times < 1:
        parser.error("--times is at least 1")
    heed_termination()
    try:
        found = asyncio.run(_measure(options.times))
    except (NoChromium, NoTag) as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps([asdict(one) for one in found]))
    else:
        print(table(found, options.times), verdict(found), sep="\n\n")
    return int(any(one.measure == "shift" and one.with_chat > one.without for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
