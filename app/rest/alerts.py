"""How people are reached: an agent's browsers and their test, and, for admins, the ways and steps of a site."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Request

from app.alerts.push import BadSubscription, Subscription
from app.alerts.reach import Reach
from app.alerts.ways import Unreached
from app.errors import BadFrame, NoSuchSite
from app.persistence.people import SignedIn
from app.protocol import (
    AlertDevice,
    AlertOutcome,
    AlertOverview,
    AlertPlan,
    AlertSettings,
    AlertSettingsList,
    AlertStep,
    AlertTries,
    AlertTry,
    PutAlertSettings,
    PutDevice,
    RemoveDevice,
    TryWay,
    WebhookKey,
)
from app.rest.agent import Token, acting_as, signed_in_as
from app.rest.rights import Admin, actor
from app.services import Services, services
from app.sites import Site
from handoff.escalation import BadEscalation, Escalation, Way

Csrf = Annotated[str, Header(alias="X-Kickstand-CSRF")]
SECRET_BYTES = 32
MOST_EMAILS = 10


async def _somebody(request: Request, token: Token = None) -> None:
    """Before anything of a request is looked at: whoever is signed out learns nothing of what it lacks."""
    here = services(request)
    await signed_in_as(here, token, here.clock())


router = APIRouter(dependencies=[Depends(_somebody)])


async def sites_of(here: Services, signed_in: SignedIn) -> list[Site]:
    """The sites this agent works for, by key."""
    return [site for site in await here.people.sites() if site.id in signed_in.site_ids]


async def site_of(here: Services, signed_in: SignedIn, key: str) -> Site:
    """The site with this key, if the agent works for it. Raises NoSuchSite."""
    found = [site for site in await sites_of(here, signed_in) if site.key == key]
    if not found:
        raise NoSuchSite("You work for no site with this key.")
    return found[0]


@router.get("/api/agent/alerts")
async def alerts(request: Request, token: Token = None) -> AlertOverview:
    """How the signed-in agent is reached."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    devices = await here.alarms.alerts.devices_of([signed_in.agent.id], here.clock())
    return AlertOverview(
        key=here.alarms.ways.vapid.public,
        devices=tuple(
            AlertDevice(device=each.name, reached_at=each.reached_at, here=each.session_id == signed_in.session_id)
            for each in devices
        ),
        plans=tuple(
            AlertPlan(site=site.key, name=site.name, steps=_steps(site.reach, here.alarms.ways.mails))
            for site in await sites_of(here, signed_in)
        ),
    )


@router.put("/api/agent/alerts/device", status_code=204)
async def put_device(body: PutDevice, request: Request, csrf: Csrf = "", token: Token = None) -> None:
    """Send messages to this browser as long as the session lives."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    try:
        subscription = Subscription.read(body.endpoint, body.p256dh, body.auth)
    except BadSubscription as error:
        raise BadFrame(str(error)) from error
    keys = (body.p256dh, body.auth)
    name = " ".join(body.device.split()) or "Browser"
    await here.alarms.alerts.add_device(
        signed_in.agent.id, signed_in.session_id, subscription, keys, name, here.clock()
    )


@router.post("/api/agent/alerts/device/remove", status_code=204)
async def remove_device(body: RemoveDevice, request: Request, csrf: Csrf = "", token: Token = None) -> None:
    """Leave this browser alone."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    await here.alarms.alerts.remove_device(signed_in.agent.id, body.endpoint)


@router.post("/api/agent/alerts/test")
async def try_mine(request: Request, csrf: Csrf = "", token: Token = None) -> AlertTries:
    """A test message to each browser of the signed-in agent, now."""
    here = services(request)
    signed_in = await acting_as(here, token, csrf)
    here.own_data_requests.take(f"alerts {signed_in.agent.id}")
    site = (await sites_of(here, signed_in))[0]
    tries = await here.alarms.test(site, signed_in.agent.id)
    return AlertTries(tries=tuple(AlertTry(where=each.where, why=each.why) for each in tries))


@router.get("/api/admin/alerts")
async def settings_of_sites(request: Request, signed_in: Admin) -> AlertSettingsList:
    """The ways and steps of the admin's sites, and what became of the latest alerts."""
    here = services(request)
    return AlertSettingsList(sites=tuple([await _settings(here, site) for site in await sites_of(here, signed_in)]))


@router.put("/api/admin/sites/{key}/alerts")
async def put_settings(key: str, body: PutAlertSettings, request: Request, signed_in: Admin) -> AlertSettings:
    """Other ways and steps."""
    here = services(request)
    site = await site_of(here, signed_in, key)
    try:
        steps = Escalation.from_list([each.model_dump() for each in body.steps])
    except BadEscalation as error:
        raise BadFrame(str(error)) from error
    if len(body.owner_emails) > MOST_EMAILS:
        raise BadFrame(f"Mails go to {MOST_EMAILS} addresses at most; write a list's address instead.")
    reach = replace(
        site.reach,
        escalation=steps,
        owner_emails=tuple(dict.fromkeys(body.owner_emails)),
        webhook_url=_changed(site.reach.webhook_url, body.webhook_url),
        slack_url=_changed(site.reach.slack_url, body.slack_url),
    )
    if reach.webhook_url is not None and reach.webhook_secret is None:
        reach = replace(reach, webhook_secret=_new_secret())
    await here.arrangements.set_reach(actor(request, signed_in), site, reach, here.clock())
    return await _settings(here, await here.people.site(key))


@router.post("/api/admin/sites/{key}/alerts/secret")
async def new_secret(key: str, request: Request, signed_in: Admin) -> WebhookKey:
    """A new secret that webhooks are signed with from now on; it is shown this once."""
    here = services(request)
    site = await site_of(here, signed_in, key)
    reach = replace(site.reach, webhook_secret=_new_secret())
    await here.arrangements.set_reach(actor(request, signed_in), site, reach, here.clock())
    return WebhookKey(key=reach.webhook_secret or "")


@router.post("/api/admin/sites/{key}/alerts/test")
async def try_way(key: str, body: TryWay, request: Request, signed_in: Admin) -> AlertTries:
    """A test message by one way, now."""
    here = services(request)
    site = await site_of(here, signed_in, key)
    here.own_data_requests.take(f"alerts {signed_in.agent.id}")
    try:
        where, why = await here.alarms.test_way(site, Way(body.way)), ""
    except Unreached as error:
        where, why = body.way, str(error)
    return AlertTries(tries=(AlertTry(where=where, why=why),))


async def _settings(here: Services, site: Site) -> AlertSettings:
    reach, mails = site.reach, here.alarms.ways.mails
    outcomes = await here.alarms.alerts.outcomes(site.id)
    return AlertSettings(
        site=site.key,
        name=site.name,
        steps=tuple(AlertStep.model_validate(each) for each in reach.escalation.to_list()),
        webhook_url=reach.webhook_url,
        webhook_signed=reach.webhook_secret is not None,
        slack=reach.slack_url is not None,
        mails=mails,
        owner_emails=tuple(reach.owner_emails),
        owners=tuple(email for _, email in await here.alarms.alerts.owners(site.id)),
        recent=tuple(
            AlertOutcome.model_validate(
                {"way": each.way.value, "kind": each.kind, "state": each.state, "detail": each.detail, "at": each.at}
            )
            for each in outcomes
        ),
    )


def _steps(reach: Reach, mails: bool) -> tuple[AlertStep, ...]:
    ways = reach.ways(mails=mails)
    return tuple(
        AlertStep.model_validate({"after_s": int(step.after.total_seconds()), "way": step.way.value})
        for step in reach.escalation.steps
        if step.way in ways
    )


def _changed(was: str | None, wanted: str | None) -> str | None:
    """Null leaves it, "" takes it away. Raises BadFrame for what names no host."""
    if wanted is None:
        return was
    if wanted and not urlsplit(wanted).hostname:
        raise BadFrame(f"{wanted[:80]} is no web address. Write it like https://hooks.example/alerts")
    return wanted or None


def _new_secret() -> str:
    """As Standard Webhooks writes one."""
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
