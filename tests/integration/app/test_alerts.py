"""Whoever waits is told of by every way there is, until somebody takes them: on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col
from standardwebhooks import Webhook

from app.persistence.tables import AgentRow
from app.sites import Site
from handoff import Role
from tests.conftest import Start
from tests.contract.servers import postgres
from tests.integration.app.targets import Browser, Targets, targets
from tests.running import Running, SignedInAgent, running

INSIDE: dict[str, Any] = {"inside": "127.0.0.1"}


@pytest.fixture
async def at() -> AsyncIterator[Targets]:
    async with targets() as here:
        yield here


@pytest.fixture
async def server(start: Start) -> AsyncIterator[Running]:
    """A server that may call this machine."""
    async with start(**INSIDE) as here:
        yield here


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(request: pytest.FixtureRequest, start: Start, tmp_path: Path) -> AsyncIterator[Running]:
    """The same on each database."""
    if request.param == "sqlite":
        async with start(**INSIDE) as here:
            yield here
        return
    base = await asyncio.to_thread(postgres)
    url = await asyncio.to_thread(base.empty_database)
    shared = SecretStr(url.render_as_string(hide_password=False))
    async with running(tmp_path / "data", database_url=shared, **INSIDE) as here:
        yield here
    await asyncio.to_thread(base.drop, url)


def acting(agent: SignedInAgent) -> dict[str, str]:
    return {**agent.headers, "X-Kickstand-CSRF": agent.csrf}


async def signed_in(server: Running, *sites: Site, name: str = "Maya Keller", role: Role = Role.AGENT) -> SignedInAgent:
    email = await server.new_agent(*sites, name=name)
    async with server.services.writes() as session, session.begin():
        await session.exec(update(AgentRow).where(col(AgentRow.email) == email).values(role=role))
    return await server.sign_in(email)


async def takes_push(server: Running, agent: SignedInAgent, at: Targets, name: str) -> Browser:
    browser = Browser(at, name)
    answer = await server.http.put("/api/agent/alerts/device", headers=acting(agent), json=browser.subscription)
    assert answer.status_code == 204, answer.text
    return browser


async def reached_by(server: Running, admin: SignedInAgent, site: Site, **ways: Any) -> dict[str, Any]:
    steps = ways.pop("steps", [{"after_s": 0, "way": "push"}])
    answer = await server.http.put(
        f"/api/admin/sites/{site.key}/alerts", headers=acting(admin), json={"steps": steps, **ways}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def look(server: Running) -> None:
    await server.services.alarms.look()


async def outcomes(server: Running, site: Site) -> list[tuple[str, str, str]]:
    """Way, kind and state of the site's alerts, once none of them is on its way any more."""
    found = await server.services.alarms.alerts.outcomes(site.id)
    return sorted((each.way.value, each.kind, each.state) for each in found)


async def test_a_waiting_customer_reaches_the_browsers_of_who_is_available_and_of_nobody_else(
    either: Running, at: Targets
) -> None:
    server = either
    site, other = await server.new_site(), await server.new_site()
    maya, dana = await signed_in(server, site), await signed_in(server, site, name="Dana")
    stranger = await signed_in(server, other, name="Ola")
    mayas = await takes_push(server, maya, at, "maya-phone")
    danas = await takes_push(server, dana, at, "dana-laptop")
    olas = await takes_push(server, stranger, at, "ola-phone")
    async with server.agent(dana) as away:
        await away.send("presence", available=False)
        async with server.visitor(site) as anna:
            await anna.need_a_person()
            await look(server)
            await at.until(lambda: at.to(mayas.path))

    [shown] = mayas.shown
    assert shown["kind"] == "ticket.waiting"
    assert shown["title"] == "Asked for a person: a customer waits"
    assert shown["tag"] == anna.conversation_id
    assert shown["url"].endswith(f"/console/#/queue/{anna.conversation_id}")
    [posted] = at.to(mayas.path)
    assert mayas.sender(posted)["sub"].startswith("http")
    assert (posted.headers["urgency"], posted.headers["content-encoding"]) == ("high", "aes128gcm")
    overview = (await server.http.get("/api/agent/alerts", headers=maya.headers)).json()
    assert mayas.sender(posted)["key"] == overview["key"]
    assert [each["device"] for each in overview["devices"]] == ["maya-phone"]
    assert (danas.shown, olas.shown) == ([], [])


async def test_once_somebody_has_taken_it_nothing_more_goes_out(server: Running, at: Targets) -> None:
    site = await server.new_site()
    iris = await signed_in(server, site, name="Iris", role=Role.ADMIN)
    steps = [{"after_s": 30, "way": "slack"}, {"after_s": 60, "way": "slack"}]
    await reached_by(server, iris, site, slack_url=f"{at.url}/slack", steps=steps)
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await look(server)
        server.clock.advance(timedelta(seconds=31))
        await look(server)
        await at.until(lambda: at.to("/slack"))
        await maya.claim(anna.conversation_id)
        server.clock.advance(timedelta(seconds=60))
        await look(server)
        await look(server)

    [said] = at.to("/slack")
    assert "Nobody has taken them for 30 s" in json.loads(said.body)["text"]
    assert (await outcomes(server, site)) == [("slack", "ticket.waiting", "sent")]


async def test_a_webhook_is_signed_and_tried_again_under_the_same_id(server: Running, at: Targets) -> None:
    site = await server.new_site()
    iris = await signed_in(server, site, name="Iris", role=Role.ADMIN)
    put = await reached_by(server, iris, site, webhook_url=f"{at.url}/hook", steps=[{"after_s": 0, "way": "webhook"}])
    key = (await server.http.post(f"/api/admin/sites/{site.key}/alerts/secret", headers=acting(iris))).json()["key"]
    at.answers["/hook"] = [500]
    async with server.visitor(site) as anna:
        await anna.need_a_person()
        await look(server)
        await at.until(lambda: len(at.to("/hook")) == 1)
        await settled(server, site, "due")
        server.clock.advance(timedelta(seconds=6))
        await look(server)
        await at.until(lambda: len(at.to("/hook")) == 2)

    first, second = at.to("/hook")
    assert (put["webhook_signed"], "whsec_" in json.dumps(put)) == (True, False)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    for each in (first, second):
        stamp = int(each.headers["webhook-timestamp"])
        moment = server.clock.at.fromtimestamp(stamp, tz=server.clock.at.tzinfo)
        signature = Webhook(key).sign(each.headers["webhook-id"], moment, each.body.decode())
        assert each.headers["webhook-signature"] == signature
    said = json.loads(first.body)
    assert (said["type"], said["data"]["site"], said["data"]["conversation_id"]) == (
        "ticket.waiting",
        site.key,
        anna.conversation_id,
    )


async def settled(server: Running, site: Site, state: str) -> None:
    """Until the alert that was tried is on record as such."""
    async with asyncio.timeout(20):
        while True:
            found = await server.services.alarms.alerts.outcomes(site.id)
            if found and all(each.state == state and each.detail for each in found):
                return
            await asyncio.sleep(0)


async def test_a_browser_that_is_gone_is_forgotten_and_a_broken_way_is_given_up_in_the_end(
    server: Running, at: Targets
) -> None:
    site = await server.new_site()
    maya = await signed_in(server, site)
    phone = await takes_push(server, maya, at, "phone")
    laptop = await takes_push(server, maya, at, "laptop")
    at.answers[phone.path] = [410]
    tried = await server.http.post("/api/agent/alerts/test", headers=acting(maya))
    listed = (await server.http.get("/api/agent/alerts", headers=maya.headers)).json()["devices"]

    assert {each["where"]: each["why"] for each in tried.json()["tries"]} == {
        "phone": "This browser takes no messages any more. Switch them on there again.",
        "laptop": "",
    }
    assert [(each["device"], each["reached_at"] is not None) for each in listed] == [("laptop", True)]
    assert laptop.shown[0]["kind"] == "alert.test"
    await server.http.post(
        "/api/agent/alerts/device/remove",
        headers=acting(maya),
        json={"endpoint": laptop.subscription["endpoint"]},
    )
    assert (await server.http.get("/api/agent/alerts", headers=maya.headers)).json()["devices"] == []


async def test_who_signs_out_gets_nothing_any_more(server: Running, at: Targets) -> None:
    site = await server.new_site()
    maya = await signed_in(server, site)
    phone = await takes_push(server, maya, at, "phone")
    await server.http.post("/api/agent/sign-out", headers=acting(maya))
    again = await server.sign_in(maya.email)
    tried = await server.http.post("/api/agent/alerts/test", headers=acting(again))

    assert tried.json()["tries"] == []
    assert phone.shown == []


async def test_an_empty_desk_in_opening_hours_calls_the_owner_once(server: Running, at: Targets) -> None:
    site = await server.new_site()
    iris = await signed_in(server, site, name="Iris", role=Role.ADMIN)
    await reached_by(server, iris, site, slack_url=f"{at.url}/owner", steps=[])
    phone = await takes_push(server, iris, at, "iris-phone")
    router = server.services.router
    for _ in range(3):
        await router.look(await server.services.people.site(site.key))
        await look(server)
    await at.until(lambda: at.to("/owner") and phone.shown)

    assert [each["kind"] for each in phone.shown] == ["desk.unstaffed"]
    assert "Nobody is on duty though the hours say so" in json.loads(at.to("/owner")[0].body)["text"]
    assert len(at.to("/owner")) == 1


def _pushed(at: Targets, times: int) -> bool:
    return len(at.posted) == times


async def test_a_promise_reaches_the_devices_of_who_has_to_act_and_once(server: Running, at: Targets) -> None:
    site = await server.new_site()
    maya, dana = await signed_in(server, site), await signed_in(server, site, name="Dana Roth")
    mayas = await takes_push(server, maya, at, "maya-phone")
    danas = await takes_push(server, dana, at, "dana-laptop")
    async with server.visitor(site) as anna, server.agent(maya) as holds, server.agent(dana):
        await anna.need_a_person()
        await holds.claim(anna.conversation_id)
        made = await server.http.post(
            f"/api/agent/conversations/{anna.conversation_id}/promises",
            headers=acting(maya),
            json={
                "what": "send the gasket",
                "due_at": (server.clock.at + timedelta(seconds=100)).isoformat(),
                "source": "form",
            },
        )
        assert made.status_code == 201, made.text
        for seconds, pushed in ((76, 1), (15, 2), (10, 3)):
            server.clock.advance(timedelta(seconds=seconds))
            for _ in range(2):
                await server.services.keeper.look()
                await look(server)
            await at.until(partial(_pushed, at, pushed))

    assert [each["title"] for each in mayas.shown] == ["A promise of yours is due soon"]
    assert [each["title"] for each in danas.shown] == [
        "A promise that you stand in for is due soon",
        "A promise is late",
    ]
    assert {each["kind"] for each in mayas.shown + danas.shown} == {"promise.at_risk"}
    assert {each["tag"] for each in mayas.shown + danas.shown} == {anna.conversation_id}
    assert "gasket" not in str(mayas.shown + danas.shown)


async def test_two_servers_send_an_alert_once(at: Targets, tmp_path: Path) -> None:
    base = await asyncio.to_thread(postgres)
    url = await asyncio.to_thread(base.empty_database)
    shared: dict[str, Any] = {"database_url": SecretStr(url.render_as_string(hide_password=False)), **INSIDE}
    async with running(tmp_path / "one", **shared) as one, running(tmp_path / "two", **shared) as two:
        site = await one.new_site()
        iris = await signed_in(one, site, name="Iris", role=Role.ADMIN)
        steps = [{"after_s": 0, "way": "slack"}]
        await reached_by(one, iris, site, slack_url=f"{at.url}/slack", steps=steps)
        async with one.visitor(site) as anna:
            await anna.need_a_person()
            for _ in range(3):
                await asyncio.gather(look(one), look(two))
            await at.until(lambda: at.to("/slack"))
            await settled(one, site, "sent")

    assert len(at.to("/slack")) == 1
    await asyncio.to_thread(base.drop, url)


async def test_at_night_nobody_is_woken(start: Start, at: Targets) -> None:
    async with start(**INSIDE) as server:
        site = await server.new_site(hours={"tz": "UTC", "weekly": {"mon": [["20:00", "21:00"]]}})
        maya = await signed_in(server, site)
        phone = await takes_push(server, maya, at, "phone")
        async with server.visitor(site) as anna:
            await anna.need_a_person()
            await look(server)
            assert await outcomes(server, site) == []
            server.clock.at = server.clock.at.replace(hour=20, minute=0, second=5)
            await look(server)
            await at.until(lambda: phone.shown)

        assert phone.shown[0]["body"] == "A new customer is in line."


async def test_only_admins_set_the_ways_and_no_address_inside_is_called(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        maya = await signed_in(server, site)
        dana = await signed_in(server, site, name="Dana", role=Role.SUPERVISOR)
        iris = await signed_in(server, site, name="Iris", role=Role.ADMIN)
        body = {"steps": [], "webhook_url": "http://169.254.169.254/latest", "owner_emails": ["o@larkmoor.example"]}
        refused = [
            (await server.http.put(f"/api/admin/sites/{site.key}/alerts", headers=acting(who), json=body)).status_code
            for who in (maya, dana)
        ]
        put = await reached_by(server, iris, site, **body)
        tried = await server.http.post(
            f"/api/admin/sites/{site.key}/alerts/test", headers=acting(iris), json={"way": "webhook"}
        )
        mailed = await server.http.post(
            f"/api/admin/sites/{site.key}/alerts/test", headers=acting(iris), json={"way": "email"}
        )
        bad = await server.http.put(
            f"/api/admin/sites/{site.key}/alerts",
            headers=acting(iris),
            json={"steps": [{"after_s": 60, "way": "push"}, {"after_s": 0, "way": "push"}]},
        )

        assert refused == [403, 403]
        assert put["owner_emails"] == ["o@larkmoor.example"]
        assert "not on the public internet" in tried.json()["tries"][0]["why"]
        assert mailed.json()["tries"][0]["why"] == "This way leads nowhere: it is not set up."
        assert (bad.status_code, "order of their times" in bad.json()["message"]) == (400, True)
