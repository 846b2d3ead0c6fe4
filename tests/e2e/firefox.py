"""Firefox as it comes with the system, driven over WebDriver BiDi, which it speaks by itself."""

import asyncio
import itertools
import json
import os
import re
import shutil
from contextlib import AsyncExitStack, suppress
from typing import Any, ClassVar, Self

import anyio
from websockets.asyncio.client import ClientConnection, connect

from tests.e2e.windows import PATIENCE, Engine, NoBrowser, Refused, Where, Window, end

PREFERENCES: dict[str, bool | int | str] = {
    "focusmanager.testmode": True,  # without a screen no window is in front; keys count anyhow
    "layout.css.prefers-color-scheme.content-override": 1,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.allow_hijacking_localhost": True,
    "intl.accept_languages": "en-GB, en",
    "ui.prefersReducedMotion": 1,
}
OF_MOST, OF_FEW = "most", "few"
"""The names of two profiles."""
DIFFERENT = {"layout.css.prefers-color-scheme.content-override": 0, "network.cookie.cookieBehavior": 2}
"""A dark system; and pages keep nothing, neither cookies nor what scripts store."""
START_WITHIN = 60.0


class Link:
    """The connection to one running Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Its answer to this command. Raises Refused."""
        number = next(self._numbers)
        await self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        with anyio.fail_after(PATIENCE):
            while (answer := json.loads(await self._socket.recv())).get("id") != number:
                continue  # what Firefox tells by itself
        if answer["type"] != "success":
            raise Refused(f"{method}: {answer['error']}: {answer['message']}")
        return dict(answer["result"])


class FirefoxWindow(Window):
    """A tab of somebody with cookies and storage of their own."""

    kind: ClassVar[str] = "Firefox"

    def __init__(self, link: Link, somebody: str, tab: str) -> None:
        self._link = link
        self._somebody = somebody
        self._tab = tab

    @classmethod
    async def open(cls, link: Link, somebody: str) -> Self:
        """A new tab, in front."""
        tab = (await link.call("browsingContext.create", type="tab", userContext=somebody))["context"]
        return cls(link, somebody, tab)

    async def goto(self, url: str) -> None:
        await self._link.call("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    async def run(self, where: Where, body: str) -> str | None:
        done = await self._link.call(
            "script.callFunction",
            functionDeclaration=f"async () => {{ {body} }}",
            target={"context": await self._context(where)},
            awaitPromise=True,
        )
        if done["type"] != "success":
            raise Refused(done["exceptionDetails"]["text"])
        text: str | None = done["result"].get("value")
        return text

    async def resize(self, width: int, height: int, *, zoom: int = 1) -> None:
        viewport = {"width": width, "height": height}
        await self._link.call(
            "browsingContext.setViewport", context=self._tab, viewport=viewport, devicePixelRatio=float(zoom)
        )

    async def beside(self) -> Self:
        return await self.open(self._link, self._somebody)

    async def _act(self, source: dict[str, Any]) -> None:
        await self._link.call("browsingContext.activate", context=self._tab)
        await self._link.call("input.performActions", context=self._tab, actions=[source])

    async def _context(self, where: Where) -> str:
        if where == "page":
            return self._tab
        [tab] = (await self._link.call("browsingContext.getTree", root=self._tab))["contexts"]
        for child in tab["children"]:
            if "/widget/frame" in child["url"]:
                return str(child["context"])
        raise Refused("the chat has no frame")


class Firefox(Engine):
    """One process for each set of preferences."""

    kind: ClassVar[str] = "Firefox"

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self._links: dict[str, Link] = {}
        self._running = AsyncExitStack()

    async def begin(self) -> None:
        await self._link(OF_MOST)

    async def window(self, *, dark: bool = False, stores: bool = True) -> FirefoxWindow:
        """Who needs another one than most shares it: it is dark, and lets no page keep anything."""
        link = await self._link(OF_MOST if stores and not dark else OF_FEW)
        somebody = (await link.call("browser.createUserContext"))["userContext"]
        return await FirefoxWindow.open(link, somebody)

    async def close(self) -> None:
        await self._running.aclose()

    async def _link(self, profile: str) -> Link:
        if profile not in self._links:
            self._links[profile] = await self._start(profile)
        return self._links[profile]

    async def _start(self, name: str) -> Link:
        """Raises NoBrowser."""
        binary = shutil.which("firefox-esr") or shutil.which("firefox")
        if binary is None:
            raise NoBrowser("No Firefox found. On Debian: apt-get install firefox-esr")
        profile = self._folder / name
        profile.mkdir()
        ports = {"network.proxy.http_port": self._proxy, "network.proxy.ssl_port": self._proxy}
        wanted = {**PREFERENCES, **ports, **(DIFFERENT if name == OF_FEW else {})}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items()]
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            binary,
            *("--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0", "about:blank"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "HOME": str(profile)},
            start_new_session=True,
        )
        self._running.push_async_callback(end, process)
        assert process.stderr is not None
        url = await _address(process.stderr)
        drain = asyncio.create_task(process.stderr.read())  # a full pipe would stop it
        self._running.push_async_callback(_ended, drain)
        socket = await self._running.enter_async_context(connect(f"{url}/session", proxy=None, max_size=None))
        link = Link(socket)
        await link.call("session.new", capabilities={})
        self._running.push_async_callback(link.call, "browser.close")
        return link


async def _ended(drain: asyncio.Task[bytes]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(drain, PATIENCE)


async def _address(said: asyncio.StreamReader) -> str:
    """Where Firefox says that it listens. Raises NoBrowser with its words."""
    words = []
    with anyio.move_on_after(START_WITHIN):
        async for line in said:
            words.append(line.decode(errors="replace"))
            if found := re.search(r"ws://\S+", words[-1]):
                return found[0]
    raise NoBrowser(f"Firefox is here and does not start: {''.join(words)}")
