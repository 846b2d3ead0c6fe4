"""axe-core, the accessibility checker, run inside a page or a frame."""

from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Page

AXE = Path(__file__).parents[2] / "widget" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(where: Page | Frame, *, within: str | None = None) -> list[str]:
    """What axe objects to: one line for each element, with the rule, what to do and a selector. Empty when all is well.

    It looks at one document: frames inside `where` are checked by a call of their own. `within`: only that selector.
    """
    await where.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await where.evaluate(
        "([within, rules]) => axe.run(within ?? document, {runOnly: rules, iframes: false})",
        [within, RULES],
    )
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']} at {' '.join(map(str, node['target']))}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
