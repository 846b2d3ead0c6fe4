"""REST for making it right: what an agent may give, giving it, the second person's word, and the rules of it."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.conversations import Conversation
from app.errors import BadRules, NoSuchConversation, NoSuchRemedy, NoSuchSite
from app.persistence.people import SignedIn
from app.protocol import (
    Allowance,
    MadeRight,
    NewRemedy,
    RemedyDecision,
    RemedyList,
    RemedyOffer,
    RemedyRules,
    RemedyRulesList,
    WantedRemedy,
    WeighedRemedy,
)
from app.rest.agent import Token, acting_as, signed_in_as
from app.rest.desk import Csrf, reached, somebody
from app.rest.rights import FOR_ADMINS, Admin, actor
from app.services import Services, services
from app.sites import Site
from handoff.authority import Authority, BadMatrix
from handoff.remedies import STANDARD, Making, Rules, menu_from

router = APIRouter(prefix="/api/agent", dependencies=[Depends(somebody)])
rules_router = APIRouter(prefix="/api/admin", dependencies=[FOR_ADMINS])


async def _remedy(here: Services, signed_in: SignedIn, remedy_id: UUID) -> tuple[Making, Conversation]:
    making = await here.remedies.book.one(str(remedy_id))
    if making is None:
        raise NoSuchRemedy
    try:
        return making, await reached(here, signed_in, UUID(making.conversation_id))
    except NoSuchConversation:
        raise NoSuchRemedy from None


async def _shown(here: Services, making: Making) -> MadeRight:
    return (await here.remedies.shown([making]))[0]


@router.get("/conversations/{conversation_id}/remedies")
async def allowance(conversation_id: UUID, request: Request, token: Token = None) -> Allowance:
    """What this agent may give in the conversation now, and what was given."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return await here.remedies.allowance(await reached(here, signed_in, conversation_id), signed_in.agent)


@router.post("/conversations/{conversation_id}/remedies/weigh")
async def weigh(conversation_id: UUID, body: WantedRemedy, request: Request, token: Token = None) -> WeighedRemedy:
    """May all of this be given now, in one sentence. Nothing is given."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    return await here.remedies.weigh(await reached(here, signed_in, conversation_id), signed_in.agent, body)


@router.post("/conversations/{conversation_id}/remedies", status_code=201)
async def give(
    conversation_id: UUID, body: NewRemedy, request: Request, csrf: Csrf = "", token: Token = None
) -> MadeRight:
    """Give it, or ask a second person. Done at the shop where it can be, else by whoever gives it."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    conversation = await reached(here, signed_in, conversation_id)
    return await _shown(here, await here.remedies.give(conversation, signed_in.agent, body))


@router.get("/remedies/asked")
async def asked(request: Request, token: Token = None) -> RemedyList:
    """What waits for this agent as second person."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    waiting = await here.remedies.waiting_for(signed_in.site_ids, signed_in.agent)
    return RemedyList(remedies=await here.remedies.shown(waiting))


@router.post("/remedies/{remedy_id}/decide")
async def decide(
    remedy_id: UUID, body: RemedyDecision, request: Request, csrf: Csrf = "", token: Token = None
) -> MadeRight:
    """The second person's word."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    making, conversation = await _remedy(here, signed_in, remedy_id)
    decided = await here.remedies.decide(
        making, conversation.site_id, signed_in.agent, approve=body.approve, reason=body.reason
    )
    return await _shown(here, decided)


@router.post("/remedies/{remedy_id}/withdraw")
async def withdraw(remedy_id: UUID, request: Request, csrf: Csrf = "", token: Token = None) -> MadeRight:
    """Who asked needs it no more."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    making, _ = await _remedy(here, signed_in, remedy_id)
    return await _shown(here, await here.remedies.withdraw(making, signed_in.agent))


@rules_router.get("/remedies")
async def rules(request: Request) -> RemedyRulesList:
    """Who may give how much, of all sites."""
    here = services(request)
    own = await here.remedy_rules.all()
    return RemedyRulesList(
        sites=tuple(_rules_frame(site, own.get(site.id, STANDARD)) for site in await here.people.sites())
    )


@rules_router.put("/remedies")
async def put_rules(body: RemedyRules, request: Request, admin: Admin) -> RemedyRules:
    """Other limits and other remedies on offer, from now on."""
    here = services(request)
    site = next((each for each in await here.people.sites() if each.key == body.site), None)
    if site is None:
        raise NoSuchSite
    told = body.model_dump(mode="json")
    try:
        changed = Rules(
            Authority.from_dict({"currency": told["currency"], "roles": told["roles"]}), menu_from(told["menu"])
        )
    except BadMatrix as error:
        raise BadRules(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    await here.remedy_rules.put(site.id, site.key, changed, actor(request, admin), here.clock())
    return _rules_frame(site, changed)


def _rules_frame(site: Site, rules: Rules) -> RemedyRules:
    return RemedyRules.model_validate(
        {
            "site": site.key,
            "name": site.name,
            **rules.authority.to_dict(),
            "menu": tuple(RemedyOffer(remedy=row.remedy.value, what=row.what, minor=row.minor) for row in rules.menu),
        }
    )
