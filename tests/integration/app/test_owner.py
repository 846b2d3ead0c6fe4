"""The owner's page: what it counts, whom it shows it to, and the tables behind it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import httpx

from app.sites import Site
from handoff import Role
from tests.integration.app.test_recommend import asked, tell
from tests.running import Running, SignedInAgent

PATHS = ("/api/owner/recommend", "/api/owner/recommend.csv", "/api/owner/voice", "/api/owner/voice.csv")


async def owner(server: Running, *sites: Site) -> SignedInAgent:
    return await server.sign_in(await server.new_agent(*sites, role=Role.SUPERVISOR))


async def get(server: Running, who: SignedInAgent, path: str, **params: Any) -> httpx.Response:
    return await server.http.get(path, params=params, headers=who.headers)


def rows(table: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.text)))


async def test_the_owner_reads_the_counts_and_the_words_and_gets_them_as_a_table(server: Running, site: Site) -> None:
    who = await owner(server, site)
    async with server.visitor(site) as anna, server.agent(who) as console:
        await anna.need_a_person()
        await console.solve(anna.conversation_id)
        await tell(server, anna.token, id=await asked(anna), score=3, why="=cmd|' /C calc'!A0", feeling="bad")
    read = (await get(server, who, "/api/owner/recommend", site=site.key)).json()
    table = await get(server, who, "/api/owner/recommend.csv", site=site.key)

    assert (read["asked"], read["n"], read["detractors"], read["score"]) == (1, 1, 1, None)
    assert (read["response_rate"], read["verbatims"][0]["score"]) == (1.0, 3)
    assert (read["scores"], read["upset"]) == ([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], 1)
    assert read["verbatims"][0]["conversation_id"] == anna.conversation_id
    [row] = rows(table)
    assert (row["score"], row["why"], row["feeling"]) == ("3", "'=cmd|' /C calc'!A0", "bad")


async def test_why_people_were_needed_is_read_with_the_waits_and_the_promises(server: Running, site: Site) -> None:
    who = await owner(server, site)
    async with server.visitor(site) as anna, server.visitor(site) as ben, server.agent(who) as console:
        await anna.need_a_person()
        await ben.need_a_person()
        gen = (await console.claim(anna.conversation_id))["gen"]
        await console.reply(anna.conversation_id, "Hi Anna, I am here.", gen)
    read = (await get(server, who, "/api/owner/voice", site=site.key)).json()
    table = rows(await get(server, who, "/api/owner/voice.csv", site=site.key))

    assert read["reasons"] == [{"reason": "human_request", "count": 2, "before": 0}]
    assert (read["waits"]["answered"], read["waits"]["waiting"], read["waits"]["median_s"]) == (1, 1, 0.0)
    assert (read["promises"]["due"], read["promises"]["rate"]) == (0, None)
    assert {each["conversation_id"] for each in read["cases"]} == {anna.conversation_id, ben.conversation_id}
    assert {row["conversation_id"]: row["waited_s"] for row in table} == {
        anna.conversation_id: "0.0",
        ben.conversation_id: "",
    }


async def test_an_earlier_period_is_asked_for_by_its_end(server: Running, site: Site) -> None:
    who = await owner(server, site)
    async with server.visitor(site) as anna:
        await anna.need_a_person()
    now = server.clock.at

    async def cases(days: int, until: timedelta) -> tuple[int, int]:
        end = (now + until).isoformat()
        read = (await get(server, who, "/api/owner/voice", site=site.key, days=days, until=end)).json()
        return len(read["cases"]), sum(each["before"] for each in read["reasons"])

    assert await cases(7, -timedelta(hours=1)) == (0, 0)
    assert await cases(7, timedelta(days=3)) == (1, 0)
    assert await cases(7, timedelta(0)) == (0, 0)


async def test_sec_b4_figures_are_for_those_who_lead_and_of_their_sites_alone(server: Running, site: Site) -> None:
    leader, stranger = await owner(server, site), await owner(server, await server.new_site())
    senior = await server.sign_in(await server.new_agent(site, role=Role.SENIOR))
    own = (await get(server, leader, "/api/owner/sites")).json()["sites"]

    assert [each["key"] for each in own] == [site.key]
    assert (await get(server, senior, "/api/owner/sites")).json() == {"sites": []}
    assert (await server.http.get("/api/owner/sites")).status_code == 401
    for path in PATHS:
        assert (await get(server, leader, path, site=site.key)).status_code == 200
        for other in (stranger, senior):
            answer = await get(server, other, path, site=site.key)
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_site")
