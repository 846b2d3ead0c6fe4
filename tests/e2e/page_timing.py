"""What the chat's script costs the page it stands on: `python -m tests.e2e.page_timing`.

The demonstration's shop page is loaded in Chromium in turns with its script tag and without it, each time as a first
visit: new storage, empty cache. Both come to the browser in the same way, so that they differ in the tag alone.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from playwright.async_api import Route, async_playwright

from tests.e2e.browsers import Pages
from tests.e2e.chromium import NoChromium, find, switches
from tests.e2e.demo import Demo, OwnDemo

TAG = re.compile(r"<script\b[^>]*/widget\.js[^>]*></script>")
MEASURES = {
    "paint": "First contentful paint, ms",
    "parsed": "DOMContentLoaded, ms",
    "loaded": "load, ms",
    "blocked": "Total blocking time, ms",
    "shift": "Cumulative layout shift",
}
OBSERVE = """
window.seen = { blocked: 0, shift: 0 };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) seen.blocked += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });
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
    spread: tuple[float, float]
    """Between which the middle half of the pairs' differences lies."""


class Shop:
    """First visits to the demonstration's shop page."""

    def __init__(self, pages: Pages, demo: Demo) -> None:
        self._pages = pages
        self._demo = demo

    async def visit(self, *, chat: bool) -> dict[str, float]:
        """What each of MEASURES says of one visit, with the chat's tag or without. Raises NoTag."""
        page = await self._pages.open()
        # A page that comes from here and not from the network would have to ask before it may reach this machine.
        await page.context.grant_permissions(["local-network-access"])
        await page.add_init_script(OBSERVE)

        async def answer(route: Route) -> None:
            response = await route.fetch()
            text = await response.text()
            await route.fulfill(response=response, body=text if chat else TAG.sub("", text))

        await page.route(self._demo.shop, answer, times=1)  # what the page then asks for goes to the network
        await page.goto(self._demo.shop, wait_until="networkidle")
        if (await page.locator("kickstand-chat").count() == 1) is not chat:
            raise NoTag(f"{self._demo.shop} with{'' if chat else 'out'} the tag is not as it should be.")
        found: dict[str, float] = await page.evaluate(READ)
        await page.context.close()
        return found

    async def compare(self, times: int) -> list[Comparison]:
        """`times` pairs of visits; which of the two comes first changes from pair to pair. Raises NoTag."""
        await self.visit(chat=True)  # the server's and the browser's own first time counts for neither
        pairs = []
        for number in range(times):
            first = number % 2 == 0
            one, other = await self.visit(chat=first), await self.visit(chat=not first)
            pairs.append((other, one) if first else (one, other))
        return [_compared(name, [(without[name], chat[name]) for without, chat in pairs]) for name in MEASURES]


def _compared(name: str, pairs: Sequence[tuple[float, float]]) -> Comparison:
    apart = [chat - without for without, chat in pairs]
    low, _, high = quantiles(apart, n=4, method="inclusive") if len(apart) > 1 else (apart[0],) * 3
    return Comparison(
        name, median(without for without, _ in pairs), median(chat for _, chat in pairs), median(apart), (low, high)
    )


def table(found: Sequence[Comparison], times: int) -> str:
    """As it stands in the guide."""
    lines = [
        f"| Median of {times} | Without | With | Difference, the middle half of the pairs |",
        "| --- | --- | --- | --- |",
    ]
    for one in found:
        digits = 4 if one.measure == "shift" else 0
        without, chat = (f"{value:.{digits}f}" for value in (one.without, one.with_chat))
        apart, low, high = (f"{value:+.{digits}f}" for value in (one.difference, *one.spread))
        lines.append(f"| {MEASURES[one.measure]} | {without} | {chat} | {apart} ({low} to {high}) |")
    return "\n".join(lines)


async def _measure(times: int) -> list[Comparison]:
    with tempfile.TemporaryDirectory() as folder:
        async with OwnDemo(Path(folder)) as demo, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find(), args=switches())
            try:
                async with Pages(browser) as pages:
                    return await Shop(pages, demo).compare(times)
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
    try:
        found = asyncio.run(_measure(options.times))
    except (NoChromium, NoTag) as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps([asdict(one) for one in found]))
    else:
        print(table(found, options.times))
    return int(any(one.measure == "shift" and one.difference > 0 for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
