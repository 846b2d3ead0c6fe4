"""REST for tags, and for what triage should have heard."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.backplane import Changed
from app.conversations import Conversation
from app.protocol import LabelList, MarkedMessage, PutMark, PutTag, TagList
from app.rest.agent import Token, acting_as, signed_in_as
from app.rest.desk import Csrf, reached, somebody
from app.services import Services, services

router = APIRouter(prefix="/api/agent", dependencies=[Depends(somebody)])


@router.get("/tags")
async def tags(request: Request, token: Token = None) -> TagList:
    """The tags of the agent's sites, the most used first."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return TagList(tags=tuple(await here.labels.known(signed_in.site_ids)))


@router.get("/conversations/{conversation_id}/labels")
async def labels(conversation_id: UUID, request: Request, token: Token = None) -> LabelList:
    """The tags of a conversation, and the marks of its messages."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return await _shown(here, await reached(here, signed_in, conversation_id))


@router.put("/conversations/{conversation_id}/tags")
async def put_tag(
    conversation_id: UUID, body: PutTag, request: Request, csrf: Csrf = "", token: Token = None
) -> LabelList:
    """Put a tag on a conversation, or take it off."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    conversation = await reached(here, signed_in, conversation_id)
    change = await here.labels.tag(conversation.id, signed_in.agent, body.tag, on=body.on, now=here.clock())
    if change is not None:
        await here.backplane.publish(Changed.of(change))
    return await _shown(here, conversation)


@router.put("/conversations/{conversation_id}/marks")
async def put_mark(
    conversation_id: UUID, body: PutMark, request: Request, csrf: Csrf = "", token: Token = None
) -> LabelList:
    """Say what triage should have heard in a message, or take that back."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    conversation = await reached(here, signed_in, conversation_id)
    change = await here.labels.mark(conversation.id, signed_in.agent, body.pos, body.label, here.clock())
    if change is not None:
        await here.backplane.publish(Changed.of(change))
    return await _shown(here, conversation)


async def _shown(here: Services, conversation: Conversation) -> LabelList:
    found, marks = await here.labels.of(conversation.id)
    shown = tuple(MarkedMessage.model_validate({"pos": pos, "label": label}) for pos, label in sorted(marks.items()))
    return LabelList(tags=tuple(found), marks=shown)
