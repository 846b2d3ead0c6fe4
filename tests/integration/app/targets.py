"""Services that alerts go to: they answer as a test says and keep what they were sent. One of them reads web push."""

from __future__ import annotations

import asyncio
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.wire import PATIENCE


@dataclass(frozen=True)
class Posted:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Targets:
    """An HTTP server. `answers`: the statuses of the coming requests to a path; else 201."""

    port: int = 0
    posted: list[Posted] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def to(self, path: str) -> list[Posted]:
        return [each for each in self.posted if each.path == path]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for requests until it holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = head[0].split(" ")[1]
        statuses = self.answers.get(path)
        status = statuses.pop(0) if statuses else 201
        writer.write(f"HTTP/1.1 {status} So\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok".encode())
        await writer.drain()
        writer.close()
        self.posted.append(Posted(path, headers, body))
        self._news.set()


@asynccontextmanager
async def targets() -> AsyncIterator[Targets]:
    """A server of a test's own."""
    here = Targets()
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        await server.wait_closed()


class Browser:
    """A browser's side of web push: its keys, and how it reads what it is sent (RFC 8291, read from the other end)."""

    def __init__(self, at: Targets, name: str) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._secret = name.encode().ljust(16, b".")[:16]
        self._at = at
        self.path = f"/push/{name}"
        self.name = name

    @property
    def subscription(self) -> dict[str, str]:
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": point, "auth": self._secret}
        written = {name: urlsafe_b64encode(key).rstrip(b"=").decode() for name, key in keys.items()}
        return {"endpoint": f"{self._at.url}{self.path}", "device": self.name, **written}

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The messages that came, opened."""
        return [json.loads(self._open(each.body)) for each in self._at.to(self.path)]

    def sender(self, posted: Posted) -> dict[str, Any]:
        """Who sent it, its signature checked with the key that came along, and that key."""
        scheme, _, fields = posted.headers["authorization"].partition(" ")
        assert scheme == "vapid"
        given = dict(each.strip().split("=", 1) for each in fields.split(","))
        point = urlsafe_b64decode(given["k"] + "=" * (-len(given["k"]) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        options: Any = {"verify_exp": False}  # the clock of a test stands where the test put it
        claims = jwt.decode(given["t"], key, algorithms=["ES256"], audience=self._at.url, options=options)
        return {**claims, "key": given["k"]}

    def _open(self, body: bytes) -> bytes:
        salt, (record, length) = body[:16], struct.unpack("!IB", body[16:21])
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= record
        ours = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        shared = self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

        def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)

        keying = derived(shared, self._secret, b"WebPush: info\0" + ours + theirs, 32)
        key = derived(keying, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(keying, salt, b"Content-Encoding: nonce\0", 12)
        opened = AESGCM(key).decrypt(nonce, sealed, None)
        assert opened.endswith(b"\2")
        return opened[:-1]
