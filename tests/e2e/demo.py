"""`kickstand demo` as a process of its own: what a newcomer starts, and what may be killed."""

import re
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Self

import anyio
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream

ROOT = Path(__file__).parents[2]
START_WITHIN = 60


class Demo:
    """The demonstration on ports and data of its own, which it keeps when it is killed and started again.

    `shop` and `console` are the addresses it printed, `logins` the (e-mail, password) pairs.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._ports = _free_port(), _free_port()
        self._process: Process | None = None
        self.shop = ""
        self.console = ""
        self.logins: list[tuple[str, str]] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Returns when it has said where it is. Raises AssertionError with its words when it ends instead."""
        port, shop_port = map(str, self._ports)
        options = ["--data", str(self._data), "--port", port, "--shop-port", shop_port]
        self._process = await anyio.open_process(
            [sys.executable, "-c", "from app.cli import main; main()", "demo", *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
        )
        assert self._process.stdout is not None
        said = ""
        with anyio.fail_after(START_WITHIN):
            async for words in TextReceiveStream(self._process.stdout):
                said += words
                if "Ctrl+C" in said:
                    break
            else:
                raise AssertionError(f"`kickstand demo` ended:\n{said}")
        self.shop = _found(r"The shop +(\S+)", said)
        self.console = _found(r"The console +(\S+)", said)
        self.logins = re.findall(r"Sign in as +(\S+) +(\S+)", said)

    async def kill(self) -> None:
        """SIGKILL: no goodbye, nothing put in order."""
        if self._process is not None:
            self._process.kill()
            await self._process.aclose()
            self._process = None


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, f"{pattern} is not in:\n{text}"
    return match[1]


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
