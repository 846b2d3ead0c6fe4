"""`kickstand demo`: the chat server and a shop page on another origin, in one process."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import anyio
import uvicorn
from pydantic import SecretStr

from app.demo.brand import SITE_KEY, Login, seed
from app.demo.shop import shop_app
from app.main import create_app
from app.persistence.database import only_process, open_database
from app.persistence.people import People
from app.server import free_port, server
from app.settings import DATABASE, Settings

HOST = "localhost"  # Chromium keeps `Secure` cookies on it without TLS
BIND = "127.0.0.1"
SECRET = "secret"  # noqa: S105  (the name of the file)


class _ShopServer(uvicorn.Server):
    """The shop page's server; signals are the chat server's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def demo_settings(data_dir: Path, port: int) -> Settings:
    """Settings of the demonstration: a secret of its own, made once and kept beside its data."""
    data_dir.mkdir(parents=True, exist_ok=True)
    secret = data_dir / SECRET
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48))
    chat_port = free_port(BIND, port)
    return Settings(
        _env_file=None,  # the demonstration takes nothing from a developer's .env
        secret_key=SecretStr(secret.read_text()),
        data_dir=data_dir,
        host=BIND,
        port=chat_port,
        public_url=f"http://{HOST}:{chat_port}",
    )


def forget(data_dir: Path) -> None:
    """Delete what earlier starts remember, and nothing else that is in the folder.

    The bot's model stays: it is made of the project alone. Raises DatabaseInUse while a demonstration runs on it.
    """
    database = data_dir / DATABASE
    if database.exists():
        with only_process(database):
            for file in (*data_dir.glob(f"{DATABASE}-*"), database, data_dir / SECRET):
                file.unlink(missing_ok=True)


async def run_demo(
    data_dir: Path,
    *,
    port: int,
    shop_port: int,
    reset: bool,
    clock: Callable[[], datetime],
    announce: Callable[[str, str, list[Login]], None],
) -> None:
    """Serve the demonstration until it is told to stop. `announce` gets both URLs and the logins."""
    if reset:
        forget(data_dir)
    settings = demo_settings(data_dir, port)
    shop_port = free_port(BIND, shop_port)
    chat_url, shop_url = f"http://{HOST}:{settings.port}", f"http://{HOST}:{shop_port}"
    async with open_database(settings.database, durability=settings.durability) as database:
        people = People(database.reads, database.writes, idle=settings.session_idle, absolute=settings.session_absolute)
        _, logins = await seed(database, people, shop_url=shop_url, now=clock())
    chat = server(create_app(settings, clock=clock), settings)
    page = shop_app(chat_url, SITE_KEY, f"{chat_url}/console/")
    shop = _ShopServer(uvicorn.Config(page, host=BIND, port=shop_port, log_config=None, access_log=False))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(shop.serve)
        tasks.start_soon(_announce_when_up, chat, lambda: announce(f"{shop_url}/", f"{chat_url}/console/", logins))
        await chat.serve()
        shop.should_exit = True


async def _announce_when_up(chat: uvicorn.Server, announce: Callable[[], None]) -> None:
    while not chat.started:
        if chat.should_exit:
            return
        await anyio.sleep(0.05)
    announce()
