"""Mail's doors: where the answer goes, the way back by a link, and answers that arrive by mail."""

from __future__ import annotations

import json
import re
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

import anyio
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from app.conversations import Said
from app.errors import BadFrame, EmptyMessage, LinkEnded, MailOff, NoSuchConversation, NotAuthenticated
from app.gateway.commands import clean
from app.mail.replies import new_in
from app.protocol import TEXT_LIMIT, MailAddress, VisitorSession
from app.rest.own_data import transcript_text
from app.rest.visitor import site_info_of
from app.services import TheVisitor, services

router = APIRouter()
_MOST = 20_000
"""Characters of a mail that are looked at; what is new stands first."""
_REPLY = re.compile(r"reply\+([0-9a-f]{56})@", re.IGNORECASE)


class Address(BaseModel):
    """Where the answer goes when the visitor has left; empty: nowhere."""

    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, Field(max_length=254, pattern=r"^$|^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"]+$")]


class Continue(BaseModel):
    """The token behind "#continue=" of a link in a mail."""

    model_config = ConfigDict(extra="forbid")
    token: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[0-9a-f]{32}\.\d{1,11}\.[0-9a-f]{64}$")]


class Arrived(BaseModel):
    """A mail that a customer answered with. `auto`: a machine wrote it (RFC 3834), so it is no answer."""

    to: Annotated[str, Field(max_length=2_000)]
    text: Annotated[str, Field(max_length=200_000)]
    message_id: Annotated[str, Field(min_length=1, max_length=998)]
    auto: bool = False


class Taken(BaseModel):
    """Whether the mail is in a conversation now."""

    taken: bool


@router.get("/api/visitor/email")
async def email(request: Request, visitor: TheVisitor) -> MailAddress:
    """Where the answer would go. Who came by a link in a mail is not told whose it was."""
    if visitor.external_id is not None and not visitor.verified:
        return MailAddress(email=None)
    return MailAddress(email=await services(request).people.email_of(visitor.id))


@router.put("/api/visitor/email", status_code=204)
async def put_email(body: Address, request: Request, visitor: TheVisitor) -> None:
    """Where the answer goes when the visitor has left."""
    here = services(request)
    here.own_data_requests.take(visitor.id)
    await here.people.set_email(visitor.id, body.email or None)


@router.post("/api/visitor/transcript/mail", status_code=204)
async def mail_transcript(request: Request, visitor: TheVisitor) -> None:
    """Send the transcript to the visitor's address."""
    here = services(request)
    here.own_data_requests.take(visitor.id)
    if here.mailer is None or (to := await here.people.email_of(visitor.id)) is None:
        raise MailOff
    conversation = await here.journal.current(visitor.id, now=here.clock())
    if conversation is None:
        raise NoSuchConversation
    text = await transcript_text(here, visitor)
    await here.mailer.transcript(await here.people.site_by_id(visitor.site_id), conversation, to, text)


@router.post("/api/visitor/continue/mail", status_code=204)
async def mail_link(body: Address, request: Request, visitor: TheVisitor) -> None:
    """Send the visitor a link to this conversation, for another browser or another day; answers go there too."""
    here = services(request)
    here.own_data_requests.take(visitor.id)
    if here.mailer is None or not body.email:
        raise MailOff
    conversation = await here.journal.current(visitor.id, now=here.clock())
    if conversation is None:
        raise NoSuchConversation
    await here.people.set_email(visitor.id, body.email)
    await here.mailer.link(await here.people.site_by_id(visitor.site_id), conversation, body.email)


@router.post("/api/visitor/continue")
async def go_on(body: Continue, request: Request) -> VisitorSession:
    """A token for the conversation that a link in a mail leads to. It tells nothing that needs an identity."""
    here = services(request)
    here.new_visitors.take(here.address(request))
    conversation_id = here.mail_tokens.of_link(body.token, here.clock())
    conversation = await here.journal.conversation(conversation_id) if conversation_id is not None else None
    if conversation is None:
        raise LinkEnded
    token = await here.identities.by_link(conversation.visitor_id, here.clock())
    site = await here.people.site_by_id(conversation.site_id)
    return VisitorSession(token=token, site=await site_info_of(here, site))


@router.post("/v1/mail/inbound")
async def inbound(request: Request) -> Taken:
    """A mail that arrived at the reply address: what is new in it becomes a message of its conversation."""
    here = services(request)
    secret = here.settings.mail_inbound_secret
    raw = await request.body()
    try:
        if secret is None:
            raise NotAuthenticated("Mail that arrives is off here. Set KICKSTAND_MAIL_INBOUND_SECRET.")
        Webhook(secret.get_secret_value()).verify(raw, dict(request.headers), json_parse=False)
        mail = Arrived.model_validate(json.loads(raw))
    except WebhookVerificationError as error:
        raise NotAuthenticated("This mail is not signed with KICKSTAND_MAIL_INBOUND_SECRET.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadFrame(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        raise BadFrame("The body is no JSON.") from error
    address = _REPLY.search(mail.to)
    conversation_id = here.mail_tokens.of_address(address[1].lower()) if address is not None else None
    conversation = await here.journal.conversation(conversation_id) if conversation_id is not None else None
    visitor = await here.people.visitor_by_id(conversation.visitor_id) if conversation is not None else None
    if visitor is None or mail.auto:
        return Taken(taken=False)
    try:
        new = await anyio.to_thread.run_sync(new_in, mail.text[:_MOST])
        text = clean(new[:TEXT_LIMIT])
    except EmptyMessage:
        return Taken(taken=False)
    said = Said(uuid5(NAMESPACE_URL, f"mid:{mail.message_id}"), text)
    await here.turns.take(visitor, said, lambda heard: None)
    return Taken(taken=True)
