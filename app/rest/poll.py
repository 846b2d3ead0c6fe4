"""The visitor's socket over plain HTTP, for networks that let no websocket through.

`POST` opens a link with `hello`, `POST .../frames` sends a command, `GET .../frames` waits for what there is to hear.
The frames are those of `/ws/visitor`, see docs/protocol.md.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.websockets import WebSocket

from app.errors import BadFrame, NotAuthenticated, TooManyConnections, Unavailable
from app.gateway.links import Link
from app.gateway.sockets import visitor_socket
from app.protocol import PolledFrames, PollLink
from app.services import services

router = APIRouter(prefix="/api/visitor/poll")
LONGEST_WAIT = 25.0
"""Seconds that a `GET` waits; proxies give up on answers that take a minute."""
HEADERS = (b"origin", b"user-agent", b"x-forwarded-for")
"""What of the opening request its socket is told."""


@router.post("")
async def open_link(request: Request) -> PollLink:
    """Opens a link; the body is `hello`. Its token goes as a bearer into all that follows."""
    scope = {
        "type": "websocket",
        "app": request.app,
        "asgi": request.scope["asgi"],
        "http_version": request.scope["http_version"],
        "scheme": "ws",
        "path": "/ws/visitor",
        "raw_path": b"/ws/visitor",
        "query_string": b"",
        "headers": [(name, value) for name, value in request.scope["headers"] if name in HEADERS],
        "client": request.client,
        "server": request.scope["server"],
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }
    hello = await _frame(request)
    link = await services(request).links.open(
        lambda scope, receive, send: visitor_socket(WebSocket(dict(scope), receive, send)), scope
    )
    if link.refused is not None:
        raise TooManyConnections if link.refused == 429 else Unavailable
    await link.send(hello)
    return PollLink(link=link.token)


@router.post("/frames", status_code=204)
async def send_frame(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
    """Sends one command. Its ack or nack comes with the frames."""
    link = _link(request, authorization)
    await link.send(await _frame(request))
    return Response(status_code=204)


@router.get("/frames")
async def fetch_frames(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = LONGEST_WAIT,
    authorization: Annotated[str | None, Header()] = None,
) -> PolledFrames:
    """The frames beyond number `after`, as soon as there is one. With `closed` nothing more comes."""
    link = _link(request, authorization)
    frames = await link.fetch(after, wait)
    return PolledFrames(frames=tuple(frames), first=link.fetched + 1, closed=link.closed)


@router.delete("", status_code=204)
async def close_link(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
    """Ends a link."""
    _link(request, authorization).leave()
    return Response(status_code=204)


def _link(request: Request, authorization: str | None) -> Link:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated
    return services(request).links.find(token)


async def _frame(request: Request) -> str:
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise BadFrame("Frames are JSON text in UTF-8.") from error
