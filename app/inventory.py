"""Who may call what: the principal of every route and of every frame, declared here and nowhere else.

`kickstand inventory` prints it; a test fails for a route or a frame that has no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.routing import APIWebSocketRoute, iter_route_contexts

from app.protocol import AgentCommand, VisitorCommand


class Principal(StrEnum):
    """Whom a route or a frame serves."""

    PUBLIC = "public"
    """Anybody; what it gives is the same for everybody."""
    VISITOR = "visitor"
    """Who shows a visitor's token; reaches that visitor's conversation alone."""
    SERVICE = "service"
    """A program of the operator, by the token of the settings; off without one."""
    LINK = "link"
    """Who has a link that was signed for a while; it opens one thing."""
    AGENT = "agent"
    """Who has a live session; reaches the sites of that agent alone."""
    SUPERVISOR = "supervisor"
    """An agent whose role is supervisor or more."""
    ADMIN = "admin"
    """An agent who is administrator."""


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """A way in: an HTTP route ("GET /api/site/{key}"), a socket ("WS /ws/visitor") or a frame on one."""

    name: str
    principal: Principal


ROUTES: Mapping[str, Principal] = {
    "GET /widget.js": Principal.PUBLIC,
    "GET /widget/page.js": Principal.PUBLIC,
    "GET /widget/frame": Principal.PUBLIC,
    "GET /widget/assets/{name}": Principal.PUBLIC,
    "GET /console": Principal.PUBLIC,
    "GET /console/": Principal.PUBLIC,
    "GET /console/worker.js": Principal.PUBLIC,
    "GET /console/assets/{name}": Principal.PUBLIC,
    "GET /healthz": Principal.PUBLIC,
    "GET /readyz": Principal.PUBLIC,
    "GET /metrics": Principal.SERVICE,
    "GET /api/site/{key}": Principal.PUBLIC,
    "POST /api/visitor/session": Principal.PUBLIC,
    "GET /api/visitor/messages": Principal.VISITOR,
    "POST /api/visitor/identify": Principal.VISITOR,
    "POST /api/visitor/photos": Principal.VISITOR,
    "POST /api/visitor/recommend": Principal.VISITOR,
    "GET /api/visitor/transcript": Principal.VISITOR,
    "GET /api/visitor/export": Principal.VISITOR,
    "DELETE /api/visitor": Principal.VISITOR,
    "POST /api/visitor/consent": Principal.VISITOR,
    "GET /api/visitor/email": Principal.VISITOR,
    "PUT /api/visitor/email": Principal.VISITOR,
    "POST /api/visitor/continue/mail": Principal.VISITOR,
    "POST /api/visitor/transcript/mail": Principal.VISITOR,
    "GET /api/visitor/callbacks": Principal.VISITOR,
    "POST /api/visitor/callbacks": Principal.VISITOR,
    "DELETE /api/visitor/callbacks": Principal.VISITOR,
    "POST /api/visitor/continue": Principal.PUBLIC,
    "POST /v1/mail/inbound": Principal.SERVICE,
    "GET /api/owner/recommend": Principal.AGENT,
    "GET /api/owner/recommend.csv": Principal.AGENT,
    "GET /api/owner/sites": Principal.AGENT,
    "GET /api/owner/voice": Principal.AGENT,
    "GET /api/owner/voice.csv": Principal.AGENT,
    "GET /files/{photo_id}": Principal.LINK,
    "POST /api/visitor/poll": Principal.PUBLIC,  # its body is `hello`, which says who it is, as on the socket
    "POST /api/visitor/poll/frames": Principal.VISITOR,
    "GET /api/visitor/poll/frames": Principal.VISITOR,
    "DELETE /api/visitor/poll": Principal.VISITOR,
    "POST /api/agent/sign-in": Principal.PUBLIC,
    "POST /api/agent/way-in": Principal.PUBLIC,  # its body is the one-time link's token
    "POST /api/agent/way-in/ask": Principal.PUBLIC,
    "POST /api/agent/way-in/come-in": Principal.PUBLIC,
    "GET /api/agent/account": Principal.AGENT,
    "PUT /api/agent/account/password": Principal.AGENT,
    "POST /api/agent/account/second-step": Principal.AGENT,
    "PUT /api/agent/account/second-step": Principal.AGENT,
    "POST /api/agent/account/second-step/drop": Principal.AGENT,
    "DELETE /api/agent/account/sessions": Principal.AGENT,
    "DELETE /api/agent/account/sessions/{session_id}": Principal.AGENT,
    "GET /api/supervisor/wall": Principal.SUPERVISOR,
    "GET /api/admin/people": Principal.ADMIN,
    "POST /api/admin/people": Principal.ADMIN,
    "PUT /api/admin/people/{agent_id}": Principal.ADMIN,
    "POST /api/admin/people/{agent_id}/link": Principal.ADMIN,
    "DELETE /api/admin/people/{agent_id}/second-step": Principal.ADMIN,
    "GET /api/admin/people/{agent_id}/sessions": Principal.ADMIN,
    "DELETE /api/admin/people/{agent_id}/sessions": Principal.ADMIN,
    "DELETE /api/admin/people/{agent_id}/sessions/{session_id}": Principal.ADMIN,
    "PUT /api/admin/second-step": Principal.ADMIN,
    "GET /api/admin/teams": Principal.ADMIN,
    "PUT /api/admin/teams": Principal.ADMIN,
    "DELETE /api/admin/teams/{site}/{name}": Principal.ADMIN,
    "GET /api/admin/audit": Principal.ADMIN,
    "GET /api/admin/audit.csv": Principal.ADMIN,
    "GET /api/agent/session": Principal.AGENT,
    "POST /api/agent/sign-out": Principal.AGENT,
    "GET /api/agent/conversations": Principal.AGENT,
    "GET /api/agent/conversations/{conversation_id}/customer": Principal.AGENT,
    "GET /api/agent/conversations/{conversation_id}/company": Principal.AGENT,
    "GET /api/agent/conversations/{conversation_id}/orders": Principal.AGENT,
    "GET /api/agent/conversations/{conversation_id}/remedies": Principal.AGENT,
    "POST /api/agent/conversations/{conversation_id}/remedies": Principal.AGENT,
    "POST /api/agent/conversations/{conversation_id}/remedies/weigh": Principal.AGENT,
    "GET /api/agent/remedies/asked": Principal.AGENT,
    "POST /api/agent/remedies/{remedy_id}/decide": Principal.AGENT,  # the unit of work asks for the level
    "POST /api/agent/remedies/{remedy_id}/withdraw": Principal.AGENT,
    "GET /api/admin/remedies": Principal.ADMIN,
    "PUT /api/admin/remedies": Principal.ADMIN,
    "GET /api/agent/tags": Principal.AGENT,
    "GET /api/agent/conversations/{conversation_id}/labels": Principal.AGENT,
    "PUT /api/agent/conversations/{conversation_id}/tags": Principal.AGENT,
    "PUT /api/agent/conversations/{conversation_id}/marks": Principal.AGENT,
    "GET /api/agent/wording": Principal.AGENT,
    "GET /api/agent/search": Principal.AGENT,
    "GET /api/agent/canned": Principal.AGENT,
    "PUT /api/agent/canned": Principal.AGENT,
    "DELETE /api/agent/canned/{answer_id}": Principal.AGENT,
    "GET /api/agent/promises": Principal.AGENT,
    "POST /api/agent/conversations/{conversation_id}/promises": Principal.AGENT,
    "POST /api/agent/conversations/{conversation_id}/promises/found": Principal.AGENT,
    "POST /api/agent/promises/{promise_id}/keep": Principal.AGENT,
    "POST /api/agent/promises/{promise_id}/date": Principal.AGENT,
    "GET /api/agent/alerts": Principal.AGENT,
    "PUT /api/agent/alerts/device": Principal.AGENT,
    "POST /api/agent/alerts/device/remove": Principal.AGENT,
    "POST /api/agent/alerts/test": Principal.AGENT,
    "GET /api/admin/alerts": Principal.ADMIN,
    "PUT /api/admin/sites/{key}/alerts": Principal.ADMIN,
    "POST /api/admin/sites/{key}/alerts/secret": Principal.ADMIN,
    "POST /api/admin/sites/{key}/alerts/test": Principal.ADMIN,
    "GET /api/agent/hours": Principal.AGENT,
    "POST /api/agent/hours/preview": Principal.AGENT,
    "PUT /api/admin/sites/{key}/hours": Principal.SUPERVISOR,
    "POST /webhooks/rest/webhook": Principal.SERVICE,
    "GET /conversations/{sender}/tracker": Principal.SERVICE,
    "POST /conversations/{sender}/tracker/events": Principal.SERVICE,
    "POST /model/parse": Principal.SERVICE,
    "GET /status": Principal.SERVICE,
    "GET /version": Principal.SERVICE,
    "POST /v1/orders": Principal.SERVICE,
    "WS /ws/visitor": Principal.VISITOR,
    "WS /ws/agent": Principal.AGENT,
}
FRAMES: Mapping[str, Principal] = {
    **{
        f"WS /ws/visitor {frame}": Principal.VISITOR
        for frame in ("hello", "message.send", "sync", "read", "typing", "pong")
    },
    **{
        f"WS /ws/agent {frame}": Principal.AGENT
        for frame in (
            "hello",
            "message.send",
            "sync",
            "read",
            "typing",
            "looks",
            "ticket.claim",
            "ticket.decline",
            "ticket.transfer",
            "ticket.snooze",
            "ticket.release",
            "ticket.resolve",
            "ticket.take_over",
            "presence",
            "pong",
        )
    },
}


class Undeclared(Exception):
    """A way in that says of nobody whom it serves, or a line about one that is not there. Mend `app/inventory.py`."""


def check_inventory(app: FastAPI) -> tuple[Door, ...]:
    """Every way into `app` with its principal. Raises Undeclared when the declarations and the code differ."""
    found: set[str] = {
        *_routes(app),
        *_frames("WS /ws/visitor", VisitorCommand),
        *_frames("WS /ws/agent", AgentCommand),
    }
    declared = {**ROUTES, **FRAMES}
    if missing := found - declared.keys():
        raise Undeclared(f"no principal is declared for: {', '.join(sorted(missing))}")
    if gone := declared.keys() - found:
        raise Undeclared(f"declared, but not there: {', '.join(sorted(gone))}")
    return tuple(sorted(Door(name, principal) for name, principal in declared.items()))


def _routes(app: FastAPI) -> Iterable[str]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIWebSocketRoute):
            yield f"WS {route.path}"
        else:  # a mounted application has no methods: it is one door, whatever is behind it
            yield from (f"{method} {route.path}" for method in sorted(route.methods or {"MOUNT"}))


def _frames(socket: str, union: Any) -> Iterable[str]:
    for frame in get_args(get_args(union)[0]):
        yield f"{socket} {get_args(frame.model_fields['type'].annotation)[0]}"
