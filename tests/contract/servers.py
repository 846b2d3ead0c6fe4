"""A PostgreSQL and a Redis of the tests' own, started from installed binaries and thrown away at the end."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import anyio
import pytest
from sqlalchemy.engine import URL

from app.persistence.database import upgrade

PATIENCE = 60  # seconds
EMPTY = "kickstand_empty"


def postgres_binary(name: str) -> Path | None:
    """Where it is: on the path, or where Debian keeps the servers."""
    if found := shutil.which(name):
        return Path(found)
    return next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)


def absent(what: str) -> None:
    """Skip for want of a server; where everything has to be there, fail."""
    if os.environ.get("KICKSTAND_REQUIRE_SERVERS"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed: apt-get install postgresql redis-server")


class Postgres:
    """A server that listens on a socket in its own folder. As root it runs as `postgres`, which it insists on.

    `create` makes and starts it. Stopping one that does not run is harmless.
    """

    def __init__(self, folder: Path) -> None:
        initdb, self._ctl = postgres_binary("initdb"), postgres_binary("pg_ctl")
        if initdb is None or self._ctl is None:
            absent("PostgreSQL")
        self._as: list[str] = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.folder = folder
        self._data = folder / "data"
        self._initdb = initdb
        self._runs = False
        self._frozen: tuple[int, ...] = ()

    def create(self) -> None:
        """The server with no database of ours yet."""
        if self._as:
            shutil.chown(self.folder, "postgres")
        made = "-U", "kickstand", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        self._run(self._initdb, "-D", self._data, *made)
        self.start()

    def start(self) -> None:
        # fsync off: nobody cuts the power of a test, and the machine's disk is everybody's.
        self._runs = True
        options = f"-c listen_addresses='' -k {self.folder} -c fsync=off -c max_connections=200"
        self._run(self._ctl, "-D", self._data, "-l", self.folder / "log", "-o", options, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        if not self._runs:
            return
        self._runs = False
        self._run(self._ctl, "-D", self._data, "-m", mode, "-w", "stop")

    def freeze(self) -> None:
        """It answers nothing, with all sockets open, until it is thawed."""
        self._frozen = self.processes()
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._signal(signal.SIGCONT)
        self._frozen = ()

    def processes(self) -> tuple[int, ...]:
        """The server's own and those of its connections."""
        first = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return (first, *map(int, others))

    def _signal(self, number: signal.Signals) -> None:
        for process in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def url(self, database: str) -> URL:
        return URL.create("postgresql", "kickstand", database=database, query={"host": str(self.folder)})

    def execute(self, statement: str) -> None:
        """One statement outside of any transaction, as the server's owner."""
        import asyncpg

        async def run() -> None:
            connection = await asyncpg.connect(host=str(self.folder), user="kickstand", database="postgres")
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        _apart(lambda: asyncio.run(run()))

    def empty_database(self) -> URL:
        """A new database with the newest schema: a copy of one that is migrated once."""
        _template(self)
        name = f"kickstand_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {EMPTY}")
        return self.url(name)

    def new_database(self) -> URL:
        """A new database with nothing in it."""
        name = f"kickstand_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: URL) -> None:
        self.execute(f"DROP DATABASE {url.database} WITH (FORCE)")

    def _run(self, *command: object) -> None:
        written = [*self._as, *map(str, command)]
        ended = subprocess.run(written, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd="/")
        assert ended.returncode == 0, f"{written}: {ended.stdout}{ended.stderr}"


def _apart(work: Callable[[], None]) -> None:
    """In a thread: the test may have an event loop of its own here."""
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(asyncio.to_thread, work)


@cache
def _template(server: Postgres) -> None:
    server.execute(f"CREATE DATABASE {EMPTY}")
    _apart(lambda: upgrade(server.url(EMPTY)))


class RedisServer:
    """A Redis that listens on a socket in a folder and keeps nothing, once it is started."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("redis-server") is None:
            absent("Redis")
        self._socket = folder / "redis.sock"
        self.url = f"unix://{self._socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        from redis import Redis
        from redis.backoff import ConstantBackoff
        from redis.retry import Retry

        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self._socket.parent)
        with Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.05), 200)) as redis:
            redis.ping()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It answers nothing, with all sockets open."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


@cache
def redis() -> RedisServer:
    """The Redis of this test run. Skips where there is none."""
    folder = TemporaryDirectory(prefix="kickstand-redis-", dir="/tmp", ignore_cleanup_errors=True)
    server = RedisServer(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(server.stop)
    server.start()
    return server


@cache
def postgres() -> Postgres:
    """The server of this test run, started with the first test that wants it. Skips where there is none."""
    folder = TemporaryDirectory(prefix="kickstand-pg-", dir="/tmp", ignore_cleanup_errors=True)
    Path(folder.name).chmod(0o755)  # the server is another user's, and its socket everybody's
    server = Postgres(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(server.stop)
    server.create()
    return server
