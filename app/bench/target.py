"""The server that `kickstand bench --spawn` drives, in a process of its own: the whole product, or a bare echo.

Talks on its standard streams: one JSON line when it listens, then one with CPU seconds and RSS for each line it reads.
`python -m app.bench.target DIR kickstand|echo [PORT]`
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import SecretStr

from app.demo.brand import AGENTS, PASSWORD, SITE_KEY, seed
from app.logs import configure_logs
from app.main import create_app, now
from app.persistence.database import open_database
from app.persistence.people import People
from app.server import free_port, server
from app.settings import Settings
from bot import Assistant
from handoff import Triage

MANY = 1_000_000


def settings(data_dir: Path, port: int) -> Settings:
    """Production settings, but for the limits that keep a single machine from asking so much."""
    return Settings(
        _env_file=None,
        secret_key=SecretStr(secrets.token_urlsafe(48)),
        data_dir=data_dir,
        port=free_port("127.0.0.1", port),
        sockets=MANY,
        sockets_per_visitor=MANY,
        anonymous_sockets_per_address=MANY,
        handshakes_per_second=MANY,
        visitor_rate=MANY,
        visitor_rate_per_minute=MANY,
        new_visitors_per_minute=MANY,
    )


def echo() -> FastAPI:
    """The least that a socket of this stack can do."""
    api = FastAPI()

    @api.websocket("/ws/echo")
    async def repeat(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            pass

    return api


def rss_bytes() -> int:
    """Resident memory now; where the system does not tell, the most there ever was."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _say(**values: object) -> None:
    print(json.dumps(values), flush=True)


def metered(*methods: tuple[type, str]) -> Callable[[], float]:
    """Counts the CPU seconds that these plain methods take from now on; gives the sum so far."""
    seconds = 0.0

    def around(method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            nonlocal seconds
            begun = time.thread_time()
            try:
                return method(*args, **named)
            finally:
                seconds += time.thread_time() - begun

        return counted

    for owner, name in methods:
        setattr(owner, name, around(getattr(owner, name)))
    return lambda: seconds


def _answer_questions(running: uvicorn.Server, language: Callable[[], float]) -> None:
    for _ in sys.stdin:
        _say(cpu_s=time.process_time(), language_s=language(), rss=rss_bytes())
    running.should_exit = True  # whoever asked is gone


async def _run(kind: str, data_dir: Path, port: int) -> None:
    chosen = settings(data_dir, port)
    if kind == "kickstand":
        async with open_database(chosen.store) as database:
            people = People(database.reads, database.writes, idle=chosen.session_idle, absolute=chosen.session_absolute)
            await seed(database, people, shop_url="http://localhost:1", now=now())
        api = create_app(chosen)
    else:
        api = echo()
    running = server(api, chosen)
    language = metered((Assistant, "parse"), (Triage, "assess"))
    threading.Thread(target=_answer_questions, args=(running, language), daemon=True).start()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.serve)
        while not running.started and not running.should_exit:  # noqa: ASYNC110  (uvicorn offers no event for it)
            await anyio.sleep(0.02)
        _say(port=chosen.port, site=SITE_KEY, agent=AGENTS[0][0], password=PASSWORD)


if __name__ == "__main__":
    configure_logs(readable=False)
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    anyio.run(_run, sys.argv[2], Path(sys.argv[1]), port, backend_options={"use_uvloop": True})
