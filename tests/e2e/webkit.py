"""WebKit as it comes with the system (WebKitGTK), driven over WebDriver by its own driver, on a screen of its own."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, ClassVar, Self

import anyio
import httpx

from app.server import free_port
from tests.e2e.windows import PATIENCE, Engine, NoBrowser, Refused, Where, Window, end

DRIVER = "WebKitWebDriver"
SCREEN = "600x600x24"
"""Without a window manager the window under the pointer has focus, and the pointer rests in the middle."""
STYLE = "* { padding: 0; margin: 0; min-width: 0; min-height: 0; border: none; font-size: 1px; }"
"""For the small browser's own tool bar, which else would not let the window be as narrow as a phone."""
ENVIRONMENT = {"LANG": "C.UTF-8", "LANGUAGE": "en_GB", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
"""Without a graphics card, putting layers together costs more than drawing all at once."""
SETTINGS = "[Settings]\ngtk-enable-animations=false\n"
"""Pages hear of it as prefers-reduced-motion."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which WebDriver names elements (W3C WebDriver, 12.1)."""
NOTHING_KEPT = ["--cookies-policy=never", "--enable-html5-local-storage=false", "--enable-html5-database=false"]
ASYNC = """const done = arguments[arguments.length - 1];
(async () => {{ {0} }})().then((text) => done([true, text ?? null]), (error) => done([false, String(error)]));"""


class Session:
    """One running browser. Commands go to the tab and the frame that were chosen last."""

    def __init__(self, http: httpx.AsyncClient, path: str) -> None:
        self._http = http
        self._path = path
        self._chosen: tuple[str, Where] | None = None

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The value that it answers. Raises Refused."""
        answer = (await self._http.request(method, f"{self._path}{path}", json=body)).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise Refused(f"{path}: {answer['error']}: {answer['message']}")
        return answer

    async def choose(self, tab: str, where: Where) -> None:
        """What follows is for this document. Raises Refused when it is not there."""
        if self._chosen == (tab, where):
            return
        if self._chosen is None or self._chosen[0] != tab:
            await self.call("POST", "/window", {"handle": tab})
        await self.call("POST", "/frame", {"id": None})
        self._chosen = tab, "page"
        if where == "chat":
            script = 'return document.querySelector("kickstand-chat").shadowRoot.querySelector("iframe")'
            frame = await self.call("POST", "/execute/sync", {"script": script, "args": []})
            if not isinstance(frame, dict) or ELEMENT not in frame:
                raise Refused("the chat has no frame")
            await self.call("POST", "/frame", {"id": frame})
            self._chosen = tab, "chat"

    def forget(self) -> None:
        """What was chosen may be gone."""
        self._chosen = None


class WebKitWindow(Window):
    """A tab."""

    kind: ClassVar[str] = "WebKit"
    frames_take_focus: ClassVar[bool] = False

    def __init__(self, session: Session, tab: str) -> None:
        self._session = session
        self._tab = tab

    async def goto(self, url: str) -> None:
        await self._session.choose(self._tab, "page")
        await self._session.call("POST", "/url", {"url": url})
        self._session.forget()

    async def run(self, where: Where, body: str) -> str | None:
        script = {"script": ASYNC.format(body), "args": []}
        try:
            await self._session.choose(self._tab, where)
            worked, text = await self._session.call("POST", "/execute/async", script)
        except Refused:
            self._session.forget()
            raise
        if not worked:
            raise Refused(text)
        return None if text is None else str(text)

    async def resize(self, width: int, height: int, *, zoom: int = 1) -> None:
        """This driver has no zoom; what counts is the room that it leaves."""
        await self._session.choose(self._tab, "page")
        rect = {"x": 0, "y": 0, "width": width, "height": height}
        await self._session.call("POST", "/window/rect", rect)
        inner_width, inner_height = await self.value("page", "[innerWidth, innerHeight]")
        rect |= {"width": 2 * width - inner_width, "height": 2 * height - inner_height}
        await self._session.call("POST", "/window/rect", rect)

    async def beside(self) -> Self:
        await self._session.choose(self._tab, "page")
        tab = (await self._session.call("POST", "/window/new", {"type": "window"}))["handle"]
        return type(self)(self._session, tab)

    async def _act(self, source: dict[str, Any]) -> None:
        await self._session.choose(self._tab, "page")
        await self._session.call("POST", "/actions", {"actions": [source]})


class WebKit(Engine):
    """A process of its own for each window."""

    kind: ClassVar[str] = "WebKit"

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self._running = AsyncExitStack()
        self._http: httpx.AsyncClient | None = None
        self._session: Session | None = None

    async def begin(self) -> None:
        self._http = await self._start()
        try:
            await self.window()
        except (Refused, TimeoutError, httpx.HTTPError) as error:
            raise NoBrowser(f"WebKit is here and does not start: {error}") from error

    async def window(self, *, dark: bool = False, stores: bool = True) -> WebKitWindow:
        """The window before is closed: this driver has one at a time."""
        assert self._http is not None, "begin comes first"
        if self._session is not None:
            await self._session.call("DELETE", "")
        switches = ["--automation", *(["--dark-mode"] if dark else []), *([] if stores else NOTHING_KEPT)]
        address = f"127.0.0.1:{self._proxy}"
        wanted = {
            "proxy": {"proxyType": "manual", "httpProxy": address, "sslProxy": address},
            "webkitgtk:browserOptions": {"binary": str(_browser()), "args": switches},
        }
        begun = await Session(self._http, "/session").call("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self._session = Session(self._http, f"/session/{begun['sessionId']}")
        return WebKitWindow(self._session, await self._session.call("GET", "/window"))

    async def close(self) -> None:
        if self._session is not None:
            with suppress(Refused, httpx.HTTPError):
                await self._session.call("DELETE", "")
        await self._running.aclose()

    async def _start(self) -> httpx.AsyncClient:
        """The screen and the driver. Raises NoBrowser."""
        for command, package in ((DRIVER, "webkit2gtk-driver"), ("Xvfb", "xvfb")):
            if shutil.which(command) is None:
                raise NoBrowser(f"{command} is not here. On Debian: apt-get install {package}")
        _browser()
        (self._folder / "gtk-3.0").mkdir()
        (self._folder / "gtk-3.0" / "gtk.css").write_text(STYLE, encoding="utf-8")
        (self._folder / "gtk-3.0" / "settings.ini").write_text(SETTINGS, encoding="utf-8")
        screen = await self._spawn("Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", is_heard=True)
        assert screen.stdout is not None
        with anyio.fail_after(PATIENCE):
            display = (await screen.stdout.readline()).decode().strip()
        own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(self._folder))
        port = free_port("127.0.0.1", 0)
        environment = {**ENVIRONMENT, **own, "DISPLAY": f":{display}"}
        await self._spawn(DRIVER, f"--port={port}", "--host=127.0.0.1", environment=environment)
        http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False)
        await self._running.enter_async_context(http)
        with anyio.fail_after(PATIENCE):
            while True:
                with suppress(httpx.ConnectError):
                    await http.get("/status")
                    return http
                await anyio.sleep(0.02)

    async def _spawn(
        self, *command: str, environment: Mapping[str, str] = ENVIRONMENT, is_heard: bool = False
    ) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if is_heard else asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        self._running.push_async_callback(end, process)
        return process


def _browser() -> Path:
    """The small browser that the driver's package brings. Raises NoBrowser."""
    for folder in sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*")) + sorted(
        Path("/usr/libexec").glob("webkit2gtk-4.*")
    ):
        if (folder / "MiniBrowser").exists():
            return folder / "MiniBrowser"
    raise NoBrowser(
        "MiniBrowser is not here, which WebKitWebDriver starts. On Debian: apt-get install webkit2gtk-driver"
    )
