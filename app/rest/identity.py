"""A visitor shows who they are: signed by the shop, else they stay anonymous."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.backplane import Changed, VisitorLeft
from app.errors import BadIdentity
from app.identity import Identity, of_hash, of_token
from app.protocol import VisitorSession
from app.rest.visitor import site_info_of
from app.services import KnownVisitor, Services, services
from app.sites import Site

router = APIRouter(prefix="/api")


class SignedToken(BaseModel):
    """A JWT; see docs/identity.md."""

    model_config = ConfigDict(extra="forbid")
    token: Annotated[str, Field(min_length=1, max_length=4_000)]


class SignedId(BaseModel):
    """An id with the HMAC over `site:user_id:exp`; see docs/identity.md."""

    model_config = ConfigDict(extra="forbid")
    user_id: Annotated[str, Field(min_length=1, max_length=254)]
    exp: Annotated[int, Field(ge=0, lt=2**37)]
    hash: Annotated[str, Field(min_length=64, max_length=64)]


@router.post("/visitor/identify")
async def identify(body: SignedToken | SignedId, request: Request, visitor: KnownVisitor) -> VisitorSession:
    """A new token for who was vouched for; their garage, orders and earlier conversations come with it."""
    here = services(request)
    here.new_visitors.take(here.address(request))
    site = await here.people.site_by_id(visitor.site_id)
    found = await here.identities.identify(visitor, _identity(here, site, body), here.clock())
    for change in found.changes:
        await here.backplane.publish(Changed.of(change))
    if found.left is not None:
        await here.backplane.publish(VisitorLeft(found.left))
    return VisitorSession(token=found.token, site=await site_info_of(here, site))


def _identity(here: Services, site: Site, body: SignedToken | SignedId) -> Identity:
    """Raises BadIdentity."""
    if not site.identity_secrets:
        raise BadIdentity("This site has no secret to sign with. Make one: `kickstand site identity`.")
    if isinstance(body, SignedToken):
        return of_token(body.token, site.key, site.identity_secrets, here.clock())
    return of_hash(body.user_id, body.exp, body.hash, site.key, site.identity_secrets, here.clock())
