"""Where photos are kept: a port of three verbs, and the folder that is used when nothing else is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol
from uuid import UUID

import anyio


class Storage(Protocol):
    """Bytes by a name that we gave. Raises OSError when it cannot be reached."""

    async def put(self, name: UUID, data: bytes) -> None:
        """Keep `data`; it is there once this returns."""

    async def get(self, name: UUID) -> bytes | None:
        """What is kept under `name`."""

    async def remove(self, name: UUID) -> None:
        """Forget it; it may be absent."""

    async def room(self) -> int | None:
        """Bytes that are free; None where there is no telling."""


class Folder:
    """Files in a folder of this machine, under names that no visitor chose."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, name: UUID, data: bytes) -> None:
        def write() -> None:
            path = self._of(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".half")
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)

        await anyio.to_thread.run_sync(write)

    async def get(self, name: UUID) -> bytes | None:
        try:
            return await anyio.Path(self._of(name)).read_bytes()
        except FileNotFoundError:
            return None

    async def remove(self, name: UUID) -> None:
        await anyio.Path(self._of(name)).unlink(missing_ok=True)

    async def room(self) -> int | None:
        def free() -> int:
            self._path.mkdir(parents=True, exist_ok=True)
            found = os.statvfs(self._path)
            return found.f_bavail * found.f_frsize

        return await anyio.to_thread.run_sync(free)

    def _of(self, name: UUID) -> Path:
        return self._path / name.hex[:2] / name.hex
