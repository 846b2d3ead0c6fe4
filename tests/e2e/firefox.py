"""Firefox as it comes with the system, driven over WebDriver BiDi, which it speaks by itself.

Playwright drives only Firefoxes of its own making. This does what one walk through the chat needs, and no more: a page,
keys, and waiting until something holds in the page or in the chat's frame.
"""

import asyncio
import itertools
import json
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeAlias

import anyio
from websockets.asyncio.client import ClientConnection, connect

Where: TypeAlias = Literal["page", "chat"]
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c"}
PREFERENCES = 'user_pref("focusmanager.testmode", true);\n'  # without a screen no window is in front; keys count anyhow
START_WITHIN = 60.0
PATIENCE = 30.0
"""Seconds, both."""


class NoFirefox(Exception):
    """No Firefox starts here; the text says what to install, or what it said."""


class Refused(Exception):
    """Firefox answered with an error, such as one for a frame that went away meanwhile."""


class Firefox:
    """One window."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._window = ""

    async def begin(self) -> None:
        await self._call("session.new", capabilities={})
        self._window = (await self._call("browsingContext.create", type="window"))["context"]
        await self._call("browsingContext.activate", context=self._window)

    async def goto(self, url: str) -> None:
        """Opens the page, or opens it anew."""
        await self._call("browsingContext.navigate", context=self._window, url=url, wait="complete")

    async def holds(self, where: Where, expression: str) -> bool:
        """Whether the expression is true there; not when there is no such frame or the expression raises."""
        try:
            context = await self._context(where)
            found = await self._call(
                "script.evaluate", expression=f"!!({expression})", target={"context": context}, awaitPromise=False
            )
        except Refused:
            return False
        return bool(found["type"] == "success" and found["result"]["value"])

    async def until(self, where: Where, expression: str) -> None:
        """Waits until the expression is true there. Raises AssertionError."""
        with anyio.move_on_after(PATIENCE):
            while not await self.holds(where, expression):  # noqa: ASYNC110 - only asking tells
                await anyio.sleep(0.05)
            return
        raise AssertionError(f"In Firefox this never came true in the {where}: {expression}")

    async def press(self, *keys: str) -> None:
        """Presses these keys, names of KEYS or characters, wherever focus is."""
        strokes = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        await self._call("input.performActions", context=self._window, actions=actions)

    async def tab_to(self, where: Where, expression: str) -> None:
        """Presses Tab until the expression is true there. Raises AssertionError after as many as no page needs."""
        for _ in range(150):
            if await self.holds(where, expression):
                return
            await self.press("Tab")
        raise AssertionError(f"In Firefox no Tab makes this true in the {where}: {expression}")

    async def close(self) -> None:
        await self._call("browser.close")

    async def _context(self, where: Where) -> str:
        if where == "page":
            return self._window
        [window] = (await self._call("browsingContext.getTree", root=self._window))["contexts"]
        for child in window["children"]:
            if "/widget/frame" in child["url"]:
                return str(child["context"])
        raise Refused("the chat has no frame")

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        with anyio.fail_after(PATIENCE):
            while (answer := json.loads(await self._socket.recv())).get("id") != number:
                continue  # what Firefox tells by itself
        if answer["type"] != "success":
            raise Refused(f"{method}: {answer['error']}: {answer['message']}")
        return dict(answer["result"])


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[Firefox]:
    """A Firefox with this new profile, whose processes end with the block whatever happens. Raises NoFirefox."""
    binary = shutil.which("firefox-esr") or shutil.which("firefox")
    if binary is None:
        raise NoFirefox("No Firefox found. On Debian: apt-get install firefox-esr")
    (profile / "user.js").write_text(PREFERENCES, encoding="utf-8")
    switches = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0", "about:blank"]
    process = await asyncio.create_subprocess_exec(
        binary,
        *switches,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(profile)},
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        url = await _address(process.stderr)
        drain = asyncio.create_task(process.stderr.read())  # a full pipe would stop it
        async with connect(f"{url}/session", proxy=None, max_size=None) as socket:
            window = Firefox(socket)
            await window.begin()
            yield window
            await window.close()
        await asyncio.wait_for(drain, PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _address(said: asyncio.StreamReader) -> str:
    """Where Firefox says that it listens. Raises NoFirefox with its words."""
    words = []
    with anyio.move_on_after(START_WITHIN):
        async for line in said:
            words.append(line.decode(errors="replace"))
            if found := re.search(r"ws://\S+", words[-1]):
                return found[0]
    raise NoFirefox(f"Firefox is here and does not start: {''.join(words)}")
