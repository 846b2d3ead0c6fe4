"""Hours of sites and teams, and what a visitor would be told at any moment, through the console's doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from app.persistence.audit import THE_SERVER
from app.persistence.teams import Teams
from app.sites import Site
from handoff import Role
from tests.integration.app.test_alerts import acting, signed_in
from tests.integration.app.test_passing_on import pass_to
from tests.running import Running, SignedInAgent

WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CHRISTMAS = {"tz": "Europe/Berlin", "weekly": WEEK, "days": {"2026-12-24": [["09:00", "13:00"]], "2026-12-25": []}}


async def asked(server: Running, who: SignedInAgent, at: str, hours: dict[str, Any]) -> httpx.Response:
    body = {"at": at, "hours": hours, "answer_within_s": 180}
    return await server.http.post("/api/agent/hours/preview", headers=who.headers, json=body)


async def test_what_a_customer_is_told_on_christmas_eve_is_known_beforehand(server: Running, site: Site) -> None:
    maya = await signed_in(server, site)
    open_, half_day = [(await asked(server, maya, f"2026-12-24T{at}", CHRISTMAS)).json() for at in ("12:58", "16:30")]

    assert (open_["open"], open_["changes_at"]) == (True, "2026-12-24T12:00:00Z")
    assert open_["answer_by"] == "2026-12-28T08:01:00Z"  # two minutes before noon and one on Monday
    assert "A person is joining you" in open_["says"]
    assert (half_day["open"], half_day["changes_at"]) == (False, "2026-12-28T08:00:00Z")
    assert "Our team is back Mon 28 Dec at 9:00" in half_day["says"]
    assert half_day["slots"][0]["begins"] == "2026-12-28T08:00:00Z"


async def test_hours_that_cannot_be_are_refused_with_what_to_mend(server: Running, site: Site) -> None:
    maya = await signed_in(server, site)
    backwards = {**CHRISTMAS, "weekly": {"mon": [["18:00", "09:00"]]}}
    nowhere = {**CHRISTMAS, "tz": "Europe/Atlantis"}
    answers = [
        (await asked(server, maya, at, hours)).json()
        for at, hours in (
            ("2026-12-24T16:30", backwards),
            ("2026-12-24T16:30", nowhere),
            ("2026-02-30T16:30", CHRISTMAS),
            ("noon", CHRISTMAS),
        )
    ]

    assert [each["code"] for each in answers] == ["bad_frame"] * 4
    assert "closes before it opens" in answers[0]["message"]
    assert "IANA time zone" in answers[1]["message"]
    assert "no moment of a calendar" in answers[2]["message"]


async def test_supervisors_change_hours_and_visitors_read_by_them_at_once(server: Running, site: Site) -> None:
    maya, dana = await signed_in(server, site), await signed_in(server, site, role=Role.SUPERVISOR)
    path = f"/api/admin/sites/{site.key}/hours"
    body = {"hours": {**CHRISTMAS, "tz": "UTC", "weekly": {"sun": [["10:00", "12:00"]]}}, "answer_within_s": 600}
    refused = await server.http.put(path, headers=acting(maya), json=body)
    without = await server.http.put(path, headers=dana.headers, json=body)
    put = await server.http.put(path, headers=acting(dana), json=body)
    async with server.visitor(site) as anna:
        await anna.need_a_person()
        told = [each["text"] for each in await anna.settled()]

    assert (refused.status_code, without.status_code) == (403, 403)
    assert (put.json()["answer_within_s"], put.json()["hours"]["weekly"]["sun"]) == (600, [["10:00", "12:00"]])
    assert any("Our team is back Sun" in text for text in told)


async def test_a_team_has_hours_of_its_own_or_those_of_its_site(server: Running, site: Site) -> None:
    dana = await signed_in(server, site, role=Role.SUPERVISOR)
    team = await Teams(server.services.reads, server.services.writes).put(
        site.id, "Forks", [dana.email], by=THE_SERVER, now=server.clock()
    )
    path = f"/api/admin/sites/{site.key}/hours"
    own = await server.http.put(path, headers=acting(dana), json={"team": team, "hours": CHRISTMAS})
    calendar = await server.services.arrangements.calendar(await server.services.people.site(site.key))
    back = await server.http.put(path, headers=acting(dana), json={"team": team, "hours": None})
    nobody = await server.http.put(path, headers=acting(dana), json={"team": site.id, "hours": None})

    assert own.json()["teams"][0]["hours"]["tz"] == "Europe/Berlin"
    assert calendar.of(team).tz.key == "Europe/Berlin"
    assert back.json()["teams"][0]["hours"] is None
    assert nobody.status_code == 404


async def test_who_waits_for_a_team_reads_when_that_team_is_back(server: Running, site: Site) -> None:
    dana = await signed_in(server, site, role=Role.SUPERVISOR)
    team = await Teams(server.services.reads, server.services.writes).put(
        site.id, "Forks", [dana.email], by=THE_SERVER, now=server.clock()
    )
    sunday = {"tz": "UTC", "weekly": {"sun": [["10:00", "12:00"]]}, "days": {}}
    await server.http.put(
        f"/api/admin/sites/{site.key}/hours", headers=acting(dana), json={"team": team, "hours": sunday}
    )
    async with server.visitor(site) as anna:
        async with server.agent(dana) as console:
            await anna.need_a_person()
            gen = (await console.claim(anna.conversation_id))["gen"]
            await pass_to(console, anna.conversation_id, gen, team_id=team)
        state = await anna.state(staffed=False, place=1)

    assert datetime.fromisoformat(state["answer_by"]).strftime("%a %H:%M") == "Sun 10:00"
