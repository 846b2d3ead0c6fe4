"""A tab of any browser, with the shop's page and the chat's frame in it: what walks in Firefox and WebKit need of it.

Playwright drives only Firefoxes and WebKits of its own making. Those that come with a system speak the two WebDriver
protocols by themselves; each has a small client here (`firefox`, `webkit`) behind this one class.
"""

import asyncio
import json
import os
import signal
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeAlias

import anyio

from tests.e2e.axe import AXE, RULES

Where: TypeAlias = Literal["page", "chat"]
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "Shift": "\ue008", "Control": "\ue009"}
PATIENCE = 45.0
"""Seconds; a machine that does much else at the same time needs many."""
STOPS = 80
"""More Tab stops than any page here has."""

FINDERS = """
const root = document.querySelector("kickstand-chat")?.shadowRoot ?? document;
const spoken = (e) => e.getAttribute("aria-label") ?? e.textContent;
const all = (selector) => [...root.querySelectorAll(selector)].filter((e) => e.checkVisibility());
const named = (selector, name) => all(selector).find((e) => spoken(e).includes(name));
const shows = (words) => document.body.innerText.includes(words);
"""
"""What every expression may use. `named`: the visible element whose label, or else text, has these words."""
CENTER = """await (async () => {{
  const goal = {0};
  goal.scrollIntoView({{block: "nearest"}});
  await new Promise(requestAnimationFrame);
  const box = goal.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}})()"""
FRAME = "(() => {{ const box = root.querySelector('iframe').getBoundingClientRect(); return [box.x, box.y]; }})()"
OBJECTIONS = """await axe.run(document, {{runOnly: {0}, iframes: false}}).then((found) => found.violations.flatMap(
  (fault) => fault.nodes.map((node) => `${{fault.id}} (${{fault.impact}}): ${{fault.help}} at ${{node.target}}`)))"""


class NoBrowser(Exception):
    """No browser of this kind starts here; the text says what to install, or what it said."""


class Refused(Exception):
    """The browser answered with an error, such as one for a frame that went away meanwhile."""


class Window(ABC):
    """One tab. Expressions are JavaScript, may `await` and use FINDERS, and give what JSON can carry."""

    kind: ClassVar[str]
    frames_take_focus: ClassVar[bool] = True
    """Whether a script in a frame can give focus to a field there before the visitor has touched that frame."""

    @abstractmethod
    async def goto(self, url: str) -> None:
        """Opens the page, or opens it anew."""

    @abstractmethod
    async def run(self, where: Where, body: str) -> str | None:
        """What the body of this async function returns there: a text or nothing. Raises Refused."""

    async def press(self, *keys: str, holding: str | None = None) -> None:
        """Presses these keys, names of KEYS or characters, wherever focus is."""
        strokes = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        if holding is not None:
            held = KEYS[holding]
            strokes = [{"type": "keyDown", "value": held}, *strokes, {"type": "keyUp", "value": held}]
        await self._act({"type": "key", "id": "keyboard", "actions": strokes})

    async def click_at(self, x: float, y: float) -> None:
        """With the mouse, in pixels of the page from its upper left corner."""
        clicks = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": clicks})

    @abstractmethod
    async def _act(self, source: dict[str, Any]) -> None:
        """Carries out the actions of one input source; both drivers' protocols write them alike."""

    @abstractmethod
    async def resize(self, width: int, height: int, *, zoom: int = 1) -> None:
        """Makes the page so large, in its own pixels. With `zoom` 2 each of them is as wide as two."""

    @abstractmethod
    async def beside(self) -> Self:
        """A second tab of the same person."""

    async def value(self, where: Where, expression: str) -> Any:
        """What the expression gives there. Raises Refused."""
        text = await self.run(where, f"{FINDERS} return JSON.stringify(({expression}) ?? null)")
        return json.loads(text or "null")

    async def holds(self, where: Where, expression: str) -> bool:
        """Whether the expression is true there; not when there is no such frame or the expression raises."""
        try:
            return bool(await self.value(where, f"!!({expression})"))
        except Refused:
            return False

    async def until(self, where: Where, expression: str) -> None:
        """Waits until the expression is true there. Raises AssertionError with what is written there instead."""
        with anyio.move_on_after(PATIENCE):
            while not await self.holds(where, expression):  # noqa: ASYNC110 - only asking tells
                await anyio.sleep(0.05)
            return
        raise AssertionError(f"In {self.kind} this never came true in the {where}: {expression}\n{await self._read()}")

    async def click(self, where: Where, element: str) -> None:
        """With the mouse on the middle of this element, once it is there."""
        await self.until(where, element)
        x, y = await self.value(where, CENTER.format(element))
        left, top = await self.value("page", FRAME) if where == "chat" else (0, 0)
        await self.click_at(left + x, top + y)

    async def tab_to(self, where: Where, expression: str, *, back: bool = False) -> None:
        """Presses Tab until the expression is true there. Raises AssertionError after as many as no page needs."""
        for _ in range(STOPS):
            if await self.holds(where, expression):
                return
            await self.press("Tab", holding="Shift" if back else None)
        raise AssertionError(f"In {self.kind} no Tab makes this true in the {where}: {expression}")

    async def objections(self, where: Where) -> list[str]:
        """What axe objects to in this document, one line for each element. Empty when all is well."""
        if not await self.holds(where, "window.axe"):
            await self.run(where, AXE.read_text("utf-8"))
        found: list[str] = await self.value(where, OBJECTIONS.format(json.dumps(RULES)))
        return found

    async def _read(self) -> str:
        try:
            return str(await self.value("chat", "document.body.innerText"))
        except Refused as error:
            return str(error)


class Engine(ABC):
    """A browser that may be started. Its windows know nothing of each other."""

    kind: ClassVar[str]

    def __init__(self, folder: Path, proxy: int) -> None:
        """It keeps what it keeps in `folder`, and reaches everything by the proxy on this port of this machine."""
        self._folder = folder
        self._proxy = proxy

    @abstractmethod
    async def begin(self) -> None:
        """Before any window. Raises NoBrowser."""

    @abstractmethod
    async def window(self, *, dark: bool = False, stores: bool = True) -> Window:
        """Of somebody new. `dark`: whose system is dark; `stores` False: whose browser lets no page keep anything."""

    @abstractmethod
    async def close(self) -> None:
        """Ends all its processes, whatever happened."""


async def end(process: asyncio.subprocess.Process) -> None:
    """With all that it started, which has to be a session of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
