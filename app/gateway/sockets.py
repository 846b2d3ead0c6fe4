"""The two socket routes: accept, hear `hello` in time, admit, and serve until the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import structlog
from fastapi import APIRouter, Response, WebSocket, WebSocketDisconnect
from fastapi.routing import APIWebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketState

from app.errors import ChatError, CloseCode, RateLimited, Unavailable
from app.gateway.agent import AgentPeer
from app.gateway.auth import COOKIE
from app.gateway.connection import Connection, client_id_of
from app.gateway.visitor import VisitorPeer
from app.protocol import Nack
from app.services import Services, services

log = structlog.get_logger(__name__)
router = APIRouter()

Run = Callable[[], Awaitable[None]]
Admit = Callable[[Services, Connection, str], Awaitable[Run]]
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
    """Middleware that brings a socket straight to its route.

    The framework's layers (telemetry, exit stacks, dependencies, errors) are for requests. They would stay around each
    socket as long as it lives, ten coroutines deep, and see every frame of it; here, `_serve` ends whatever happens.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._routes = {route.path: route.endpoint for route in router.routes if isinstance(route, APIWebSocketRoute)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self._routes.get(scope["path"]) if scope["type"] == "websocket" else None
        if serve is None:
            await self._app(scope, receive, send)
        else:
            await serve(WebSocket(scope, receive, send))


async def _admit_visitor(here: Services, connection: Connection, hello: str) -> Run:
    visitor, command = await here.visitors.admit(hello, connection.socket.headers.get("origin"))
    return partial(VisitorPeer(here.visitors, connection, visitor).run, command)


async def _admit_agent(here: Services, connection: Connection, hello: str) -> Run:
    socket = connection.socket
    signed_in = await here.agents.admit(hello, socket.headers.get("origin"), socket.cookies.get(COOKIE))
    return AgentPeer(here.agents, connection, signed_in).run


async def _serve(socket: WebSocket, admit: Admit) -> None:
    here = services(socket)
    address = here.address(socket)
    if (status := _full(here, address)) is not None:
        await socket.send_denial_response(Response(status_code=status, headers={"Retry-After": "1"}))
        return
    await socket.accept()
    connection = Connection(socket, here.settings, here.monotonic)
    hello = ""
    try:
        here.anonymous.add(address)
        try:
            with anyio.fail_after(here.settings.hello_timeout.total_seconds()):
                hello = await connection.receive()
                run = await admit(here, connection, hello)
        finally:
            here.anonymous.remove(address)
        here.hub.connections.add(connection)
        await run()
    except TimeoutError:
        # Who said hello and was kept waiting by us comes back; who said nothing does not.
        await _close(socket, CloseCode.STORE_UNAVAILABLE if hello else CloseCode.NOT_AUTHENTICATED)
    except WebSocketDisconnect:
        pass
    except ChatError as error:
        await _turn_away(socket, error, hello)
    except Exception as error:
        down = isinstance(error, ExceptionGroup) and error.subgroup(Unavailable) is not None
        if not down:
            log.exception("socket failed")
        await _close(socket, CloseCode.STORE_UNAVAILABLE if down else CloseCode.INTERNAL)
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


async def _turn_away(socket: WebSocket, error: ChatError, hello: str) -> None:
    """Say why, then hang up so that the client knows whether to come back."""
    if socket.client_state is WebSocketState.CONNECTED:
        nack = Nack(client_id=client_id_of(hello), code=error.code, message=str(error), retryable=error.retryable)
        await socket.send_text(nack.model_dump_json())
    await _close(socket, error.close or (CloseCode.STORE_UNAVAILABLE if error.retryable else CloseCode.BAD_PROTOCOL))


async def _close(socket: WebSocket, code: CloseCode) -> None:
    if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
        await socket.close(code)
