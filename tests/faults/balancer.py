"""A HAProxy with the configuration that is shipped, in front of gateways of this machine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.server import free_port

SHIPPED = Path(__file__).parents[2] / "deploy" / "haproxy.cfg"
NAMES = ("kickstand-1:8080", "kickstand-2:8080", "kickstand-3:8080")
STARTED_WITHIN = 20.0  # seconds


def binary() -> str:
    """Where it is. Skips where it is not."""
    found = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("HAProxy is not installed: apt-get install haproxy")
    return found


def configuration(port: int, gateways: Sequence[int]) -> str:
    """What is shipped, but for the addresses."""
    text = SHIPPED.read_text().replace("bind :8080", f"bind 127.0.0.1:{port}")
    for name, gateway in zip(NAMES, gateways, strict=True):
        assert name in text  # what is tested is what is shipped
        text = text.replace(name, f"127.0.0.1:{gateway}")
    return text


@asynccontextmanager
async def balancing(folder: Path, port: int, gateways: Sequence[int]) -> AsyncIterator[None]:
    """HAProxy listens on `port` while this is open."""
    file = folder / "haproxy.cfg"
    file.write_text(configuration(port, gateways))
    process = await asyncio.create_subprocess_exec(binary(), "-W", "-db", "-q", "-f", str(file))
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            while True:
                assert process.returncode is None, f"haproxy ended with {process.returncode}"
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                await writer.wait_closed()
                break
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def free() -> int:
    """A port for it."""
    return free_port("127.0.0.1", 0)
