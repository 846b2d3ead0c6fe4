"""REST for what lies beside a conversation: the customer, promises, canned answers, search, wording."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request

from app.card_numbers import masked
from app.conversations import Conversation
from app.errors import NoSuchConversation, NoSuchPromise, NoSuchSite
from app.known import known_of, orders_standing
from app.persistence.people import SignedIn
from app.protocol import (
    CannedAnswer,
    CannedAnswerList,
    Draft,
    FoundPromise,
    FoundPromises,
    LedgerPromise,
    NewDate,
    NewPromise,
    OrdersStanding,
    PromiseList,
    PutCanned,
    SearchHit,
    SearchHits,
    VisitorCard,
    WordingList,
)
from app.rest.agent import Token, acting_as, signed_in_as
from app.services import Services, services
from app.sites import Site
from handoff import ConversationId
from handoff.promises import Promise, recognise
from handoff.tone import shipped


async def somebody(request: Request, token: Token = None) -> None:
    """Before anything of a request is looked at: whoever is signed out learns nothing of what it lacks."""
    here = services(request)
    await signed_in_as(here, token, here.clock())


router = APIRouter(prefix="/api/agent", dependencies=[Depends(somebody)])

Csrf = Annotated[str, Header(alias="X-Kickstand-CSRF")]
SETTLED_SHOWN = timedelta(days=14)


async def reached(here: Services, signed_in: SignedIn, conversation_id: UUID) -> Conversation:
    """The conversation, if it is of a site this agent works for. Raises NoSuchConversation."""
    conversation = await here.journal.conversation(ConversationId(str(conversation_id)))
    if conversation is None or conversation.site_id not in signed_in.site_ids:
        raise NoSuchConversation
    return conversation


async def _promise(here: Services, signed_in: SignedIn, promise_id: UUID) -> tuple[Promise, Conversation]:
    promise = await here.keeper.ledger.one(str(promise_id))
    if promise is None:
        raise NoSuchPromise
    try:
        return promise, await reached(here, signed_in, UUID(promise.conversation_id))
    except NoSuchConversation:
        raise NoSuchPromise from None


@router.get("/conversations/{conversation_id}/customer")
async def customer(conversation_id: UUID, request: Request, token: Token = None) -> VisitorCard:
    """What is known of the visitor of a conversation, and where from."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return await known_of(here, await reached(here, signed_in, conversation_id))


@router.get("/conversations/{conversation_id}/orders")
async def orders(conversation_id: UUID, request: Request, token: Token = None) -> OrdersStanding:
    """The visitor's orders as the shop tells of them now; of who proved to be somebody."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return await orders_standing(here, await reached(here, signed_in, conversation_id))


@router.get("/wording")
async def wording(request: Request, token: Token = None) -> WordingList:
    """The phrases that a console underlines, with what to say instead."""
    here = services(request)
    await signed_in_as(here, token, here.clock())
    return WordingList.model_validate(shipped().to_dict())


@router.get("/search")
async def search(request: Request, q: Annotated[str, Query(max_length=200)], token: Token = None) -> SearchHits:
    """Conversations of the agent's sites in which these words were said or noted."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    found = {each.conversation_id: each for each in reversed(await here.search.find(q, signed_in.site_ids))}
    if not found:
        return SearchHits(hits=())
    rows = await here.console.summaries(list(found))
    return SearchHits(
        hits=tuple(
            SearchHit(conversation=rows[each.conversation_id], pos=each.pos, snippet=each.snippet)
            for each in reversed(found.values())
            if each.conversation_id in rows
        )
    )


@router.get("/canned")
async def canned(request: Request, token: Token = None) -> CannedAnswerList:
    """The canned answers of the agent's sites."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    sites = await _sites(here, signed_in)
    answers = await here.canned.of(signed_in.site_ids)
    keys = {site.id: site.key for site in sites.values()}
    return CannedAnswerList(
        answers=tuple(
            CannedAnswer(id=UUID(each.id), site=keys[each.site_id], title=each.title, text=each.text)
            for each in answers
        )
    )


@router.put("/canned")
async def put_canned(body: PutCanned, request: Request, csrf: Csrf = "", token: Token = None) -> CannedAnswer:
    """A new answer, or other words for one that is there."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    site = (await _sites(here, signed_in)).get(body.site)
    if site is None:
        raise NoSuchSite("You work for no site with this key.")
    answer = await here.canned.put(
        site.id,
        body.title,
        body.text,
        answer_id=None if body.id is None else str(body.id),
        now=here.clock(),
    )
    return CannedAnswer(id=UUID(answer.id), site=site.key, title=answer.title, text=answer.text)


@router.delete("/canned/{answer_id}", status_code=204)
async def remove_canned(answer_id: UUID, request: Request, csrf: Csrf = "", token: Token = None) -> None:
    """Take an answer away."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    await here.canned.remove(signed_in.site_ids, str(answer_id))


@router.get("/promises")
async def promises(request: Request, token: Token = None) -> PromiseList:
    """What was promised to customers of the agent's sites: all that is open, and what was due lately."""
    here = services(request)
    now = here.clock()
    signed_in = await signed_in_as(here, token, now)
    found = [
        each
        for site_id in signed_in.site_ids
        for each in await here.keeper.ledger.of_site(site_id, now - SETTLED_SHOWN)
    ]
    return PromiseList(promises=await here.keeper.shown(sorted(found, key=lambda each: (each.due_at, each.id))))


@router.post("/conversations/{conversation_id}/promises/found")
async def found_promises(conversation_id: UUID, body: Draft, request: Request, token: Token = None) -> FoundPromises:
    """The promises in what an agent is writing; moments are on the clock of the shop."""
    here = services(request)
    now = here.clock()
    signed_in = await signed_in_as(here, token, now)
    conversation = await reached(here, signed_in, conversation_id)
    site = await here.people.site_by_id(conversation.site_id)
    order = "MDY" if site.locale.replace("_", "-").lower() in ("en", "en-us") else "DMY"
    found = recognise(body.text, now=now, tz=site.hours.tz, date_order="MDY" if order == "MDY" else "DMY")
    return FoundPromises(
        promises=tuple(
            FoundPromise(what=each.what, due_at=each.due_at, start=each.start, end=each.end)
            for each in found
            if each.due_at is None or each.due_at > now
        )
    )


@router.post("/conversations/{conversation_id}/promises", status_code=201)
async def make_promise(
    conversation_id: UUID, body: NewPromise, request: Request, csrf: Csrf = "", token: Token = None
) -> LedgerPromise:
    """Promise something; the visitor gets it as a card."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    conversation = await reached(here, signed_in, conversation_id)
    made = await here.keeper.make(
        conversation.id, conversation.site_id, signed_in.agent, masked(body.what), body.due_at, body.source
    )
    return (await here.keeper.shown([made]))[0]


@router.post("/promises/{promise_id}/keep")
async def keep_promise(promise_id: UUID, request: Request, csrf: Csrf = "", token: Token = None) -> LedgerPromise:
    """It is kept; the visitor is told."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    promise, _ = await _promise(here, signed_in, promise_id)
    return (await here.keeper.shown([await here.keeper.keep(promise, signed_in.agent)]))[0]


@router.post("/promises/{promise_id}/date")
async def re_agree(
    promise_id: UUID, body: NewDate, request: Request, csrf: Csrf = "", token: Token = None
) -> LedgerPromise:
    """Another moment that the visitor agreed to; the card says so."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    promise, conversation = await _promise(here, signed_in, promise_id)
    agreed = await here.keeper.re_agree(promise, conversation.site_id, signed_in.agent, body.due_at)
    return (await here.keeper.shown([agreed]))[0]


async def _sites(here: Services, signed_in: SignedIn) -> dict[str, Site]:
    """The agent's sites, by key."""
    return {site.key: site for site in await here.people.sites() if site.id in signed_in.site_ids}
