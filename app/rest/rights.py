"""Who may: the role that a router asks for, and the proof that a change comes from the console's own pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Cookie, Depends, Request

from app.errors import Forbidden
from app.gateway.auth import COOKIE, CSRF_HEADER
from app.persistence.audit import Actor
from app.persistence.people import SignedIn
from app.rest.agent import signed_in_as
from app.services import services
from handoff import Role

READS = frozenset({"GET", "HEAD"})


def at_least(role: Role) -> Callable[..., Awaitable[SignedIn]]:
    """A dependency: who asks, if they have the role. Of a change it also wants the session's CSRF token."""

    async def admitted(request: Request, token: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> SignedIn:
        here = services(request)
        signed_in = await signed_in_as(here, token, here.clock())
        if request.method not in READS and not here.tokens.is_csrf(
            signed_in.session_id, request.headers.get(CSRF_HEADER, "")
        ):
            raise Forbidden("This request did not come from the console. Reload the page and try again.")
        if not signed_in.role.at_least(role):
            raise Forbidden(f"This is for the role {role}; yours is {signed_in.role}. An administrator can change it.")
        return signed_in

    return admitted


_supervisor = at_least(Role.SUPERVISOR)
_admin = at_least(Role.ADMIN)

Supervisor = Annotated[SignedIn, Depends(_supervisor)]
"""Whoever asks is supervisor, or more."""
Admin = Annotated[SignedIn, Depends(_admin)]
"""Whoever asks is administrator."""
FOR_SUPERVISORS = Depends(_supervisor)
"""For a whole router: checked before anything else of a request."""
FOR_ADMINS = Depends(_admin)


def actor(request: Request, signed_in: SignedIn) -> Actor:
    """Who acts, as the audit log tells it."""
    return Actor(signed_in.agent.id, signed_in.agent.name, services(request).address(request))
