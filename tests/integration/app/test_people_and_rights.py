"""People and rights: coming in by a link, the second step, sessions, roles and what the audit log tells of it."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from httpx import Response
from pydantic import SecretStr
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.errors import Forbidden, Unavailable
from app.persistence.accounts import Change
from app.persistence.audit import Actor
from app.persistence.people_tables import AuditRow
from app.persistence.tables import AgentRow
from app.sites import Site
from handoff import AgentId, Role
from tests.clock import ManualClock
from tests.contract.servers import postgres
from tests.running import PASSWORD, Running, SignedInAgent, running

NEW = "four borrowed spanners"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> AsyncIterator[Running]:
    """A server that these tests share, on either database, with a clock moved by hand."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        opened: AbstractAsyncContextManager[Running] = running(folder, empty=empty_database, clock=ManualClock())
    else:
        server = await asyncio.to_thread(postgres)
        url = SecretStr((await asyncio.to_thread(server.empty_database)).render_as_string(hide_password=False))
        opened = running(folder, database_url=url, clock=ManualClock())
    async with opened as here:
        yield here


async def ask(here: Running, who: SignedInAgent, method: str, path: str, body: object = None) -> Response:
    """A request of the console."""
    headers = {**who.headers, "X-Kickstand-CSRF": who.csrf}
    return await here.http.request(method, path, json=body, headers=headers)


async def done(here: Running, who: SignedInAgent, method: str, path: str, body: object = None) -> Any:
    """The answer to a request that is granted."""
    answer = await ask(here, who, method, path, body)
    assert answer.status_code in (200, 201, 204), answer.text
    return None if answer.status_code == 204 else answer.json()


async def signed_in(here: Running, site: Site, role: Role, name: str = "Iris Sandoval") -> SignedInAgent:
    return await here.sign_in(await here.new_agent(site, name=name, role=role))


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


async def enrolled(here: Running, who: SignedInAgent) -> tuple[pyotp.TOTP, list[str]]:
    """The authenticator that was set up, and the recovery codes."""
    begun = await done(here, who, "POST", "/api/agent/account/second-step", {"password": PASSWORD})
    totp = pyotp.TOTP(begun["secret"])
    code = totp.at(here.clock())
    body = {"ticket": begun["ticket"], "code": code}
    return totp, (await done(here, who, "PUT", "/api/agent/account/second-step", body))["codes"]


async def knock(here: Running, email: str, password: str, code: str | None = None) -> Response:
    answer = await here.http.post("/api/agent/sign-in", json={"email": email, "password": password, "code": code})
    here.http.cookies.clear()
    return answer


async def test_sec_a8_a_person_comes_in_by_a_link_that_opens_once(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    body = {"email": "Ola@Larkmoor.example", "role": "senior", "sites": [site.key], "capacity": 4}

    link = (await done(shop, iris, "POST", "/api/admin/people", body))["link"]
    assert link.startswith(f"{shop.services.own_url}/console/#/come-in/")
    shown = await shop.http.post("/api/agent/way-in", json={"token": token_of(link)})
    assert shown.json() == {"email": "ola@larkmoor.example", "name": "", "invited": True}
    assert await shop.services.people.team(site.id) == ["Iris"]  # who has not come yet is no name for customers

    weak = {"token": token_of(link), "name": "Ola Lind", "password": "short"}
    refused = await shop.http.post("/api/agent/way-in/come-in", json=weak)
    assert (refused.status_code, refused.json()["code"]) == (422, "account_refused")
    came = await shop.http.post("/api/agent/way-in/come-in", json={**weak, "password": NEW})
    assert came.status_code == 200, came.text
    again = await shop.http.post("/api/agent/way-in/come-in", json={**weak, "password": NEW})
    assert (again.status_code, again.json()["code"]) == (410, "way_in_ended")

    ola = await shop.sign_in("ola@larkmoor.example", NEW)
    assert ola.name == "Ola Lind"
    [line] = [each for each in (await done(shop, iris, "GET", "/api/admin/people"))["people"] if each["id"] == ola.id]
    assert (line["role"], line["capacity"], line["sites"], line["invited"]) == ("senior", 4, [site.key], False)


async def test_sec_a8_a_link_ends_after_an_hour_and_with_a_newer_one(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    dana = await shop.sign_in(await shop.new_agent(site, name="Dana Roth"))
    path = f"/api/admin/people/{dana.id}/link"

    first, second = [token_of((await done(shop, iris, "POST", path))["link"]) for _ in range(2)]

    async def opens(token: str) -> int:
        return (await shop.http.post("/api/agent/way-in", json={"token": token})).status_code

    assert [await opens(first), await opens(second)] == [410, 200]
    shop.clock.advance(timedelta(hours=1))
    assert await opens(second) == 410


async def test_sec_a7_another_password_by_a_link_ends_every_session(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    dana = await shop.sign_in(await shop.new_agent(site, name="Dana Roth"))
    token = token_of((await done(shop, iris, "POST", f"/api/admin/people/{dana.id}/link"))["link"])

    async with shop.agent(dana) as console:
        body = {"token": token, "name": "Dana Roth", "password": NEW}
        assert (await shop.http.post("/api/agent/way-in/come-in", json=body)).status_code == 200
        assert await console.closed() == 4501

    assert (await knock(shop, dana.email, PASSWORD)).json()["code"] == "wrong_password"
    assert (await knock(shop, dana.email, NEW)).status_code == 200


async def test_sec_a10_the_second_step_is_asked_for_and_each_code_works_once(shop: Running) -> None:
    maya = await shop.sign_in(await shop.new_agent(await shop.new_site()))
    totp, codes = await enrolled(shop, maya)
    assert len(set(codes)) == 10

    assert (await knock(shop, maya.email, PASSWORD)).json()["code"] == "code_needed"
    assert (await knock(shop, maya.email, "another password", totp.at(shop.clock()))).json()["code"] == "wrong_password"
    used = totp.at(shop.clock())
    assert (await knock(shop, maya.email, PASSWORD, used)).json()["code"] == "wrong_code"  # it set the step up
    shop.clock.advance(timedelta(seconds=30))
    fresh = totp.at(shop.clock())
    assert (await knock(shop, maya.email, PASSWORD, f"{fresh[:3]} {fresh[3:]}")).status_code == 200
    assert (await knock(shop, maya.email, PASSWORD, fresh)).json()["code"] == "wrong_code"

    assert (await knock(shop, maya.email, PASSWORD, codes[0].upper())).status_code == 200
    assert (await knock(shop, maya.email, PASSWORD, codes[0])).json()["code"] == "wrong_code"
    assert (await done(shop, maya, "GET", "/api/agent/account"))["recovery_codes"] == 9


async def test_sec_a10_a_role_that_needs_a_second_step_gets_nothing_before_it_is_set_up(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    dana = await signed_in(shop, site, Role.SUPERVISOR, "Dana Roth")

    await done(shop, iris, "PUT", "/api/admin/second-step", {"roles": ["supervisor"]})

    for path in ("/api/agent/conversations", "/api/agent/promises", "/api/agent/wording"):
        assert (await ask(shop, dana, "GET", path)).json()["code"] == "enrol_first"
    async with shop.wire("/ws/agent", headers=dana.headers) as wire:
        await wire.send("hello", v=1, token=dana.socket_token)
        assert (await wire.expect("nack"))["code"] == "enrol_first"
        assert await wire.closed() == 4501
    assert (await done(shop, dana, "GET", "/api/agent/session"))["enrol_first"] is True
    assert (await done(shop, iris, "GET", "/api/agent/session"))["enrol_first"] is False

    await enrolled(shop, dana)
    assert (await done(shop, dana, "GET", "/api/agent/session"))["enrol_first"] is False
    await done(shop, dana, "GET", "/api/agent/conversations")
    dropped = await ask(shop, dana, "POST", "/api/agent/account/second-step/drop", {"password": PASSWORD})
    assert dropped.json()["code"] == "account_refused"
    await done(shop, iris, "PUT", "/api/admin/second-step", {"roles": []})


async def test_a_lost_device_is_an_administrators_to_forget(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    maya = await shop.sign_in(await shop.new_agent(site))
    await enrolled(shop, maya)

    await done(shop, iris, "DELETE", f"/api/admin/people/{maya.id}/second-step")

    assert (await knock(shop, maya.email, PASSWORD)).status_code == 200


async def test_sec_a7_who_loses_a_role_is_told_so_and_loses_the_sockets_at_once(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    dana = await signed_in(shop, site, Role.ADMIN, "Dana Roth")

    async with shop.agent(dana) as console:
        await done(shop, iris, "PUT", f"/api/admin/people/{dana.id}", {"role": "agent"})
        assert await console.closed() == 4501

    refused = await ask(shop, dana, "GET", "/api/admin/people")
    assert refused.status_code == 401
    assert "role has changed" in refused.json()["message"]
    again = await shop.sign_in(dana.email)
    refused = await ask(shop, again, "GET", "/api/admin/people")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "yours is agent" in refused.json()["message"]


async def test_sec_b6_a_deed_that_was_begun_under_a_role_is_refused_once_the_role_is_gone(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN)
    dana = await signed_in(shop, site, Role.ADMIN, "Dana Roth")
    accounts, now = shop.services.accounts, shop.clock()
    began_as_admin = Actor(AgentId(dana.id), dana.name)
    await done(shop, iris, "PUT", f"/api/admin/people/{dana.id}", {"role": "supervisor"})

    with pytest.raises(Forbidden, match="changed meanwhile"):
        await accounts.change(began_as_admin, AgentId(iris.id), Change(role=Role.AGENT), now)

    [line] = [each for each in (await done(shop, iris, "GET", "/api/admin/people"))["people"] if each["id"] == iris.id]
    assert line["role"] == "admin"


async def test_somebody_stays_administrator(shop: Running) -> None:
    site = await shop.new_site()
    async with shop.services.writes() as session, session.begin():  # of other tests
        await session.exec(update(AgentRow).where(AgentRow.role == Role.ADMIN).values(role=Role.AGENT))  # type: ignore[arg-type]
    iris = await signed_in(shop, site, Role.ADMIN)
    for body in ({"role": "agent"}, {"disabled": True}):
        refused = await ask(shop, iris, "PUT", f"/api/admin/people/{iris.id}", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")

    dana = await signed_in(shop, site, Role.ADMIN, "Dana Roth")
    await done(shop, iris, "PUT", f"/api/admin/people/{iris.id}", {"disabled": True})
    assert "account is closed" in (await ask(shop, iris, "GET", "/api/admin/people")).json()["message"]
    await done(shop, dana, "PUT", f"/api/admin/people/{iris.id}", {"disabled": False})
    assert (await knock(shop, iris.email, PASSWORD)).status_code == 200


async def test_sec_a6_sessions_are_listed_and_end_one_by_one_or_all_but_this(shop: Running) -> None:
    email = await shop.new_agent(await shop.new_site())
    here, there, third = [await shop.sign_in(email) for _ in range(3)]

    lines = (await done(shop, here, "GET", "/api/agent/account"))["sessions"]
    assert len(lines) == 3
    assert [line["current"] for line in lines].count(True) == 1
    async with shop.agent(there) as console:
        seen = [line for line in (await done(shop, here, "GET", "/api/agent/account"))["sessions"] if line["here"]]
        await done(shop, here, "DELETE", f"/api/agent/account/sessions/{seen[0]['id']}")
        assert await console.closed() == 4501
    assert (await ask(shop, there, "GET", "/api/agent/session")).status_code == 401
    assert (await ask(shop, third, "GET", "/api/agent/session")).status_code == 200

    await done(shop, here, "DELETE", "/api/agent/account/sessions")
    assert (await ask(shop, third, "GET", "/api/agent/session")).status_code == 401
    assert (await ask(shop, here, "GET", "/api/agent/session")).status_code == 200


async def test_sec_b1_nobody_ends_anothers_session_by_its_id(shop: Running) -> None:
    site = await shop.new_site()
    maya, dana = [await shop.sign_in(await shop.new_agent(site)) for _ in range(2)]
    [line] = (await done(shop, dana, "GET", "/api/agent/account"))["sessions"]

    await done(shop, maya, "DELETE", f"/api/agent/account/sessions/{line['id']}")  # the same answer as for no session
    assert (await ask(shop, dana, "GET", "/api/agent/session")).status_code == 200


async def test_sec_a7_another_password_goes_on_here_and_nowhere_else(shop: Running) -> None:
    email = await shop.new_agent(await shop.new_site())
    here, there = await shop.sign_in(email), await shop.sign_in(email)
    path = "/api/agent/account/password"

    wrong = await ask(shop, here, "PUT", path, {"current": "a guess", "new": NEW})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    weak = await ask(shop, here, "PUT", path, {"current": PASSWORD, "new": "short"})
    assert weak.json()["code"] == "account_refused"
    async with shop.agent(there) as console:
        changed = await ask(shop, here, "PUT", path, {"current": PASSWORD, "new": NEW})
        assert changed.status_code == 200, changed.text
        assert await console.closed() == 4501
    cookie = changed.headers["set-cookie"].split("=", 1)[1].split(";", 1)[0]
    assert cookie != here.cookie
    fresh = {"Cookie": f"__Host-kickstand={cookie}"}
    assert (await shop.http.get("/api/agent/session", headers=fresh)).status_code == 200
    for old in (here, there):
        assert "password has changed" in (await ask(shop, old, "GET", "/api/agent/session")).json()["message"]


async def test_sec_b6_the_audit_log_tells_who_did_what_and_only_grows(shop: Running) -> None:
    site = await shop.new_site()
    iris = await signed_in(shop, site, Role.ADMIN, "=cmd|calc")
    dana = await shop.sign_in(await shop.new_agent(site, name="Dana Roth"))

    await done(shop, iris, "PUT", f"/api/admin/people/{dana.id}", {"role": "supervisor", "capacity": 9})
    await done(shop, iris, "PUT", "/api/admin/teams", {"site": site.key, "name": "Workshop", "members": [dana.email]})

    lines = (await done(shop, iris, "GET", "/api/admin/audit"))["lines"]
    by_deed = {line["did"]: line for line in reversed(lines)}
    changed = by_deed["person.changed"]
    assert (changed["who"], changed["about"], changed["address"]) == ("=cmd|calc", dana.email, "127.0.0.1")
    assert changed["before"] == {"role": "agent", "sites": [site.key], "capacity": 6, "disabled": False}
    assert changed["after"] == {"role": "supervisor", "sites": [site.key], "capacity": 9, "disabled": False}
    assert by_deed["team.changed"]["after"] == [dana.email]
    assert by_deed["signed_in"]["after"]["device"].startswith("python")

    table = await shop.http.get("/api/admin/audit.csv", headers=iris.headers)
    rows = list(csv.DictReader(io.StringIO(table.text)))[-len(lines) :]
    assert [row["did"] for row in rows] == [line["did"] for line in reversed(lines)]
    assert {row["who"] for row in rows if row["did"] == "team.changed"} == {"'=cmd|calc"}  # no formula
    for secret in (PASSWORD, iris.cookie, dana.cookie):
        assert secret not in table.text

    for forbidden in (update(AuditRow).values(who="nobody"), delete(AuditRow)):
        with pytest.raises((DBAPIError, Unavailable)):
            async with shop.services.writes() as session, session.begin():
                await session.exec(forbidden)
    assert (await done(shop, iris, "GET", "/api/admin/audit"))["lines"] == lines


async def test_sec_b6_an_agent_changes_nothing_by_the_doors_of_administrators(server: Running, site: Site) -> None:
    maya = await server.sign_in(await server.new_agent(site))
    for method, path, body in (
        ("GET", "/api/admin/people", None),
        ("POST", "/api/admin/people", {"email": "a@b.example", "role": "admin", "sites": []}),
        ("PUT", f"/api/admin/people/{maya.id}", {"role": "admin"}),
        ("PUT", "/api/admin/second-step", {"roles": []}),
        ("GET", "/api/admin/audit.csv", None),
        ("PUT", f"/api/admin/people/{maya.id}", {"role": "emperor"}),
    ):
        refused = await ask(server, maya, method, path, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), path
