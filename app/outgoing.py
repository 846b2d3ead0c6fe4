"""The one way out: HTTP to shops, carriers and other services, guarded.

Names are resolved here and every address is checked before the connection goes to that very address, for redirects
too, so that no name leads to the inside. Calls have a time limit and a size limit; a host that asks for patience is
given it, and one that keeps failing is left alone for a while.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import anyio
import httpcore
import httpx

MOST_BYTES = 1024 * 1024
_PORTS = frozenset({80, 443, 8080, 8443})
_PATIENCE = timedelta(seconds=3)
"""A pause a caller waits out; a longer one ends the call."""
_FAILURES = 5
_REST = timedelta(seconds=30)
"""How long a host that failed `_FAILURES` times in a row is left alone."""


class OutgoingError(Exception):
    """A service could not be reached. Try again later."""


class AddressRefused(OutgoingError):
    """The address is not on the public internet, and the operator has not allowed it."""


class Busy(OutgoingError):
    """The service asks for patience."""

    def __init__(self, message: str, after: timedelta) -> None:
        super().__init__(message)
        self.after = after


class Resting(OutgoingError):
    """The service failed several times in a row and is left alone for a while."""


class Refused(OutgoingError):
    """The service answered that the call was wrong, or that we may not make it."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Garbled(OutgoingError):
    """The service answered with something else than what was asked for."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Addresses inside that the operator allows: hosts by name, or networks ("10.1.0.0/16"). None by default."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Inside:
        """Of a list by comma. Raises ValueError for a network that is none."""
        names = [each.strip().lower() for each in text.split(",") if each.strip()]
        networks = [each for each in names if "/" in each or _address(each) is not None]
        return cls(frozenset(names) - set(networks), tuple(ipaddress.ip_network(each) for each in networks))

    def allows(self, host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return host.lower() in self.hosts or any(address in network for network in self.networks)


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were looked at first."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface has it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._addresses(host, port)
        return await self._plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused(f"{path} is a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Where `host` is. One address inside is enough to refuse: the next lookup might choose it."""
        try:
            found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = [str(each[4][0]) for each in found]
        for text in addresses:
            address = ipaddress.ip_address(text.partition("%")[0])
            if self._inside.allows(host, address):
                continue
            if not is_public(address) or port not in _PORTS:
                raise AddressRefused(f"{host}:{port} is not on the public internet")
        return addresses


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether anybody may have it: not loopback, private, link-local, multicast, nor such an IPv4 inside an IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def guarded_transport(inside: Inside) -> httpx.AsyncBaseTransport:
    """A transport of httpx that connects to public addresses, and to those that `inside` allows."""
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(  # httpx has no door for the backend
        ssl_context=ssl.create_default_context(), max_connections=50, network_backend=_Checked(inside)
    )
    return transport


@dataclass(slots=True)
class _Health:
    failures: int = 0
    rests_until: float = 0.0


@dataclass(slots=True)
class Outgoing:
    """Calls to other services. One for the process; `transport` is another one in tests."""

    transport: httpx.AsyncBaseTransport
    monotonic: Callable[[], float]
    timeout: timedelta = timedelta(seconds=10)
    _health: dict[str, _Health] = field(default_factory=dict)

    async def json(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: object = None,
    ) -> tuple[Any, httpx.Headers]:
        """The JSON that the service answers, with the answer's headers. Raises OutgoingError, and no other error.

        A 429 or 503 with a short Retry-After is waited out once. Redirects are followed for GET, three at most.
        """
        answer = await self._asked(method, url, headers, params, None if body is None else {"json": body})
        try:
            return answer.json(), answer.headers
        except ValueError as error:
            raise Garbled(f"{httpx.URL(url).host} answered with something else than JSON") from error

    async def post(self, url: str, *, headers: Mapping[str, str], content: bytes) -> None:
        """Hand over `content` as it is, whatever words the answer has. Raises OutgoingError, and no other error."""
        await self._asked("POST", url, headers, None, {"content": content})

    async def _asked(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> httpx.Response:
        """An answer that says yes."""
        host = httpx.URL(url).host
        health = self._health.setdefault(host, _Health())
        if health.rests_until > self.monotonic():
            raise Resting(f"{host} is left alone after {_FAILURES} failures")
        try:
            with anyio.fail_after(self.timeout.total_seconds()):
                answer = await self._call(method, url, headers, params, body)
                if answer.status_code in {429, 503} and (pause := _retry_after(answer)) <= _PATIENCE:
                    await anyio.sleep(pause.total_seconds())
                    answer = await self._call(method, url, headers, params, body)
        except OutgoingError:
            self._failed(health)
            raise
        except TimeoutError:
            self._failed(health)
            raise OutgoingError(f"{host} took longer than {self.timeout.total_seconds():.0f} s") from None
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException, OSError) as error:
            self._failed(health)
            raise OutgoingError(f"{host} could not be reached: {type(error).__name__}") from error
        return self._taken(host, health, answer)

    def _taken(self, host: str, health: _Health, answer: httpx.Response) -> httpx.Response:
        status = answer.status_code
        if status == 429 or status == 503:
            raise Busy(f"{host} asks for patience", _retry_after(answer))
        if status >= 500:
            self._failed(health)
            raise OutgoingError(f"{host} answered {status}")
        health.failures = 0
        if status >= 300:
            raise Refused(f"{host} answered {status}", status)
        return answer

    async def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> httpx.Response:
        async with (
            httpx.AsyncClient(
                transport=_Borrowed(self.transport),
                follow_redirects=method == "GET",
                max_redirects=3,
                trust_env=False,
                timeout=self.timeout.total_seconds(),
            ) as client,
            client.stream(method, url, headers=headers, params=params, **(body or {})) as answer,
        ):
            kept = bytearray()
            async for piece in answer.aiter_bytes():
                kept += piece
                if len(kept) > MOST_BYTES:
                    raise Garbled(f"{httpx.URL(url).host} answered with more than {MOST_BYTES} bytes")
            return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=bytes(kept))

    def _failed(self, health: _Health) -> None:
        health.failures += 1
        if health.failures >= _FAILURES:
            health.failures = 0
            health.rests_until = self.monotonic() + _REST.total_seconds()

    async def aclose(self) -> None:
        """Close the connections."""
        await self.transport.aclose()


class _Borrowed(httpx.AsyncBaseTransport):
    """The shared transport for one client, which has cookies of its own and leaves the connections open."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Without what describes the bytes on the wire, which are unpacked by now."""
    return {name: value for name, value in headers.items() if name not in {"content-encoding", "content-length"}}


def _retry_after(answer: httpx.Response) -> timedelta:
    """The pause that the service asks for: seconds or a date; a minute where it names none."""
    text = answer.headers.get("retry-after", "")
    if text.replace(".", "", 1).isdigit():
        return timedelta(seconds=min(float(text), 86_400))
    try:
        date = parsedate_to_datetime(answer.headers.get("date", ""))
        return max(timedelta(), parsedate_to_datetime(text) - date)
    except ValueError:
        return timedelta(minutes=1)
