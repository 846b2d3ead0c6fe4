"""The one way out: nothing inside is reached, patience is kept, and a failing host is left alone."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from app.outgoing import (
    AddressRefused,
    Busy,
    Garbled,
    Inside,
    Outgoing,
    OutgoingError,
    Refused,
    Resting,
    guarded_transport,
    is_public,
)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server on this machine that answers every call with {"inside": true}."""

    async def serve(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b'HTTP/1.1 200 OK\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{"inside": true}')

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield int(listener.extra(SocketAttribute.local_port))  # noqa: S610 - anyio's, not Django's
        tasks.cancel_scope.cancel()


def guarded(allowed: str = "") -> Outgoing:
    return Outgoing(guarded_transport(Inside.parse(allowed)), lambda: 0.0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "169.254.169.254"])
async def test_no_name_and_no_number_leads_inside(host: str, port: int) -> None:
    way = guarded()
    with pytest.raises(AddressRefused):
        await way.json("GET", f"http://{host}:{port}/")
    await way.aclose()


async def test_what_the_operator_allows_is_reached(port: int) -> None:
    for allowed in ("127.0.0.0/8", "localhost"):
        way = guarded(allowed)
        answer, _ = await way.json(
            "GET", f"http://localhost:{port}/" if allowed == "localhost" else f"http://127.0.0.1:{port}/"
        )
        assert answer == {"inside": True}
        await way.aclose()


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "192.168.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "::",
        "fe80::1",
        "fc00::1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_addresses_that_not_everybody_may_have_are_inside(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


def test_public_addresses_are_public() -> None:
    assert all(
        is_public(ipaddress.ip_address(each)) for each in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    )


class Host:
    """A host with answers in a row, and the clock of the caller."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.time = 0.0
        self.way = Outgoing(httpx.MockTransport(self._answer), lambda: self.time)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    async def json(self) -> object:
        return (await self.way.json("GET", "https://shop.example/x"))[0]


async def test_a_short_wish_for_patience_is_waited_out_once() -> None:
    host = Host(httpx.Response(429, headers={"retry-after": "0"}), httpx.Response(200, json=1))
    assert await host.json() == 1
    with pytest.raises(Busy) as busy:
        await Host(httpx.Response(429, headers={"retry-after": "90"})).json()
    assert busy.value.after.total_seconds() == 90


async def test_a_host_that_keeps_failing_is_left_alone_and_tried_again_later() -> None:
    host = Host(*[httpx.Response(500)] * 5, httpx.Response(200, json=1))
    for _ in range(5):
        with pytest.raises(OutgoingError):
            await host.json()
    with pytest.raises(Resting):
        await host.json()
    assert host.asked == 5
    host.time = 31.0
    assert await host.json() == 1


async def test_refusals_garbage_and_floods_have_names_of_their_own() -> None:
    with pytest.raises(Refused):
        await Host(httpx.Response(403)).json()
    with pytest.raises(Garbled):
        await Host(httpx.Response(200, text="<html>")).json()
    with pytest.raises(Garbled):
        await Host(httpx.Response(200, content=b" " * 1_100_000)).json()


async def test_redirects_end_after_three() -> None:
    host = Host(httpx.Response(302, headers={"location": "https://shop.example/x"}))
    with pytest.raises(OutgoingError):
        await host.json()
    assert host.asked == 4
