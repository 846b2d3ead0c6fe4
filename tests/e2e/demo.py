"""`kickstand demo` as a newcomer starts it: a process of its own, which may be killed and started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import anyio

from app.demo.brand import AGENTS, PASSWORD
from app.demo.run import SECRET

ROOT = Path(__file__).parents[2]
START_WITHIN = 120.0
"""Seconds; a machine that does much else at the same time needs many."""
SHOP, CONSOLE = "KICKSTAND_DEMO_SHOP", "KICKSTAND_DEMO_CONSOLE"
LAST_WORDS = "Ctrl+C ends"
"""In the last line that a demonstration prints when it can be used."""


@dataclass
class Demo:
    """A demonstration that runs: the addresses it printed and the (e-mail, password) pairs of its agents."""

    shop: str = ""
    console: str = ""
    logins: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def named(cls) -> Self | None:
        """The running demonstration that the environment names, None when it names none."""
        shop, console = os.environ.get(SHOP), os.environ.get(CONSOLE)
        if not shop or not console:
            return None
        return cls(shop, console, [(email, PASSWORD) for email, *_ in AGENTS])


class OwnDemo(Demo):
    """A demonstration with ports and data of its own, which it keeps when it is killed and started again."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._data = data
        self._ports = _free_port(), _free_port()
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self._up = threading.Event()
        self._said: list[str] = []

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:  # told to stop before it was up, too
            await self.kill()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    @property
    def said(self) -> str:
        """All that the running process has printed so far."""
        return "".join(self._said)

    async def start(self) -> None:
        """Returns when it has said where it is. Raises AssertionError with its words when it ends instead."""
        self._up.clear()
        self._said.clear()
        self._spawn()
        up = await anyio.to_thread.run_sync(self._up.wait, START_WITHIN)
        assert up, f"`kickstand demo` says after {START_WITHIN:.0f} s:\n{self.said}"
        assert LAST_WORDS in self.said, f"`kickstand demo` ended:\n{self.said}"
        self.shop = _found(r"The shop +(\S+)", self.said)
        self.console = _found(r"The console +(\S+)", self.said)
        self.logins = re.findall(r"Sign in as +(\S+) +(\S+)", self.said)

    async def command(self, *arguments: str) -> str:
        """What `kickstand ARGUMENTS` prints beside the running demonstration, on its data."""
        settings = {"KICKSTAND_DATA_DIR": str(self._data), "KICKSTAND_SECRET_KEY": (self._data / SECRET).read_text()}
        line = [sys.executable, "-c", "from app.cli import main; main()", *arguments]
        done = await anyio.run_process(line, cwd=ROOT, env={**os.environ, **settings})
        return done.stdout.decode()

    async def kill(self) -> None:
        """SIGKILL: no goodbye, nothing put in order."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGKILL)
        await anyio.to_thread.run_sync(process.wait)
        if self._listener is not None:
            await anyio.to_thread.run_sync(self._listener.join)

    def _spawn(self) -> None:
        port, shop_port = map(str, self._ports)
        options = ["--data", str(self._data), "--port", port, "--shop-port", shop_port]
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from app.cli import main; main()", "demo", *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """Reads until the end, also after the start: a full pipe would stop the server in the middle of a line."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._said.append(line)
                if LAST_WORDS in line:
                    self._up.set()
        self._up.set()


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, f"{pattern} is not in:\n{text}"
    return match[1]


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
