"""The two socket routes: accept, hear `hello` in time, admit, and serve until the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from fastapi import APIRouter, FastAPI, Response, WebSocket, WebSocketDisconnect
from fastapi.routing import APIWebSocketRoute
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from app.errors import ChatError, CloseCode, RateLimited
from app.gateway.agent import AgentPeer
from app.gateway.auth import COOKIE
from app.gateway.carrier import Carrier, carrier_of
from app.gateway.commands import client_id_of
from app.gateway.connection import Connection
from app.gateway.visitor import VisitorPeer
from app.protocol import Nack
from app.services import Services, services

log = structlog.get_logger(__name__)
router = APIRouter()

Run = Callable[[], Awaitable[None]]
Admit = Callable[[Services, Connection, HTTPConnection, str], Awaitable[Run]]
"""Checks a hello; gives what serves the socket from then on."""


@router.websocket("/ws/visitor")
async def visitor_socket(socket: WebSocket) -> None:
    """A widget."""
    await _serve(socket, _admit_visitor)


@router.websocket("/ws/agent")
async def agent_socket(socket: WebSocket) -> None:
    """A console."""
    await _serve(socket, _admit_agent)


class PastTheFramework:
    """The application of `api`, but sockets come straight to their routes.

    The framework's layers (telemetry, exit stacks, dependencies, errors) are for requests. They would stay around each
    socket as long as it lives, a dozen coroutines deep; here, `_serve` ends whatever happens.
    """

    def __init__(self, api: FastAPI) -> None:
        self._api = api
        self._routes = {route.path: route.endpoint for route in router.routes if isinstance(route, APIWebSocketRoute)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self._routes.get(scope["path"]) if scope["type"] == "websocket" else None
        if serve is None:
            await self._api(scope, receive, send)
        else:
            scope["app"] = self._api
            await serve(WebSocket(scope, receive, send))


async def _admit_visitor(here: Services, connection: Connection, socket: HTTPConnection, hello: str) -> Run:
    visitor, command = await here.visitors.admit(hello, socket.headers.get("origin"))
    return partial(VisitorPeer(here.visitors, connection, visitor).run, command)


async def _admit_agent(here: Services, connection: Connection, socket: HTTPConnection, hello: str) -> Run:
    signed_in = await here.agents.admit(hello, socket.headers.get("origin"), socket.cookies.get(COOKIE))
    return AgentPeer(here.agents, connection, signed_in).run


async def _serve(socket: WebSocket, admit: Admit) -> None:
    here = services(socket)
    address = here.address(socket)
    if (status := _full(here, address)) is not None:
        await socket.send_denial_response(Response(status_code=status, headers={"Retry-After": "1"}))
        return
    await socket.accept()
    carrier = carrier_of(socket)
    connection = Connection(carrier, here.hub.departures, here.settings, here.monotonic)
    hello = ""
    try:
        here.anonymous.add(address)
        try:
            async with asyncio.timeout(here.settings.hello_timeout.total_seconds()):
                hello = await connection.receive()
                run = await admit(here, connection, socket, hello)
            socket.scope["headers"].clear()  # read for the last time, and the socket may stay for a day
        finally:
            here.anonymous.remove(address)
        here.hub.connections.add(connection)
        await run()
    except TimeoutError:
        # Who said hello and was kept waiting by us comes back; who said nothing does not.
        await carrier.close(CloseCode.STORE_UNAVAILABLE if hello else CloseCode.NOT_AUTHENTICATED)
    except WebSocketDisconnect:
        pass
    except ChatError as error:
        await _turn_away(carrier, error, hello)
    except Exception:
        log.exception("socket failed")
        await carrier.close(CloseCode.INTERNAL)
    finally:
        here.hub.connections.discard(connection)


def _full(here: Services, address: str) -> int | None:
    """The HTTP status with which a handshake is refused, if it is."""
    if here.turns.draining or len(here.hub.connections) >= here.settings.sockets:
        return 503
    waiting = here.anonymous.total()
    if here.anonymous[address] >= here.settings.anonymous_sockets_per_address or waiting * 10 > here.settings.sockets:
        return 429
    try:
        here.handshakes.take(address)
    except RateLimited:
        return 429
    return None


async def _turn_away(carrier: Carrier, error: ChatError, hello: str) -> None:
    """Say why, then hang up so that the client knows whether to come back."""
    nack = Nack(client_id=client_id_of(hello), code=error.code, message=str(error), retryable=error.retryable)
    carrier.write([nack.model_dump_json()])
    await carrier.close(error.close or (CloseCode.STORE_UNAVAILABLE if error.retryable else CloseCode.BAD_PROTOCOL))
