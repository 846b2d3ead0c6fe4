"""Call-backs: a time is chosen, promised, kept free of others, and the conversation is there when it comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from handoff import ConversationId
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running
from tests.wire import VisitorClient

PHONE = "+49 151 2345678"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def times(server: Running, token: str) -> list[dict[str, Any]]:
    answer = await server.http.get("/api/visitor/callbacks", headers=bearer(token))
    return list(answer.json()["times"])


async def book(server: Running, token: str, start: str, phone: str = PHONE) -> httpx.Response:
    body = {"start": start, "phone": phone}
    return await server.http.post("/api/visitor/callbacks", json=body, headers=bearer(token))


async def in_ledger(server: Running, anna: VisitorClient) -> list[tuple[str, str, datetime]]:
    found = await server.services.keeper.ledger.of(ConversationId(anna.conversation_id))
    return [(each.state.value, each.what, each.due_at) for each in found]


async def test_a_booked_call_is_a_promise_and_the_conversation_rests_until_then(server: Running) -> None:
    site = await server.new_site(calls_at_once=1)
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        first, second, *_ = await times(server, anna.token)
        assert (await book(server, anna.token, first["start"])).status_code == 204

        state = await anna.state(status="waiting", callback={**first, "phone": PHONE})
        assert (state["place"], state["answer_by"]) == (None, None)
        [said] = [f for f in await server.history(anna.token) if f["card"]]
        assert (said["card"]["booked"], said["card"]["phone"]) == (first, PHONE)
        assert await in_ledger(server, anna) == [("open", f"A call to {PHONE}", at(first["end"]))]
        ticket = await maya.ticket(anna.conversation_id, "waiting")
        while ticket["snoozed_until"] is None:
            ticket = await maya.ticket(anna.conversation_id, "waiting")
        assert at(ticket["snoozed_until"]) == at(first["start"]) - timedelta(minutes=5)

        assert (await book(server, anna.token, second["start"])).status_code == 204
        await anna.state(callback={**second, "phone": PHONE})
        assert [(state, due) for state, _, due in await in_ledger(server, anna)] == [("re_agreed", at(second["end"]))]
        assert first in await times(server, anna.token)

        assert (await book(server, anna.token, second["start"], phone="0151 7654321")).status_code == 204
        assert [(state, what) for state, what, _ in await in_ledger(server, anna) if state != "kept"] == [
            ("open", "A call to 0151 7654321")
        ]


async def test_a_time_is_given_to_as_many_as_the_site_calls_at_once(server: Running) -> None:
    site = await server.new_site(calls_at_once=1)
    async with server.visitor(site) as anna, server.visitor(site) as ben:
        await anna.need_a_person()
        await ben.need_a_person()
        first = (await times(server, ben.token))[0]
        assert (await book(server, anna.token, first["start"])).status_code == 204
        refused = await book(server, ben.token, first["start"])

        assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
        assert first not in await times(server, ben.token)
        assert await in_ledger(server, ben) == []


async def test_a_call_taken_back_owes_nothing_and_the_place_in_line_is_there(server: Running) -> None:
    site = await server.new_site(calls_at_once=2)
    async with server.visitor(site) as anna:
        await anna.say("hello")
        first = (await times(server, anna.token))[0]
        assert (await book(server, anna.token, first["start"])).status_code == 204
        await anna.state(status="waiting", callback={**first, "phone": PHONE})
        answer = await server.http.delete("/api/visitor/callbacks", headers=bearer(anna.token))

        assert answer.status_code == 204
        assert (await anna.state(status="waiting", callback=None))["place"] == 1
        assert [state for state, _, _ in await in_ledger(server, anna)] == ["kept"]


async def test_times_that_were_never_offered_and_numbers_nobody_can_call_are_refused(server: Running) -> None:
    site, silent = await server.new_site(calls_at_once=1), await server.new_site()
    async with server.visitor(site) as anna, server.visitor(silent) as ben:
        await anna.say("hello")
        first = (await times(server, anna.token))[0]["start"]
        assert (await book(server, anna.token, "2026-11-23T03:17:00Z")).status_code == 409
        assert (await book(server, anna.token, first, phone="call me")).status_code == 422
        assert (await book(server, anna.token, first, phone="12-3")).status_code == 422
        assert await times(server, ben.token) == []


async def test_times_lie_within_opening_hours(server: Running) -> None:
    mornings = {"tz": "Europe/Berlin", "weekly": {"mon": [["10:00", "11:30"]], "tue": [["10:00", "10:30"]]}}
    site = await server.new_site(calls_at_once=1, hours=mornings)
    found = await times(server, await server.new_token(site))
    assert [each["start"] for each in found[:3]] == [
        "2026-11-23T10:00:00Z",
        "2026-11-24T09:00:00Z",
        "2026-11-30T09:00:00Z",
    ]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_shortly_before_its_time_the_conversation_is_back_in_line(start: Start, clock: ManualClock) -> None:
    async with start(lease=timedelta(seconds=0.1)) as server:
        site = await server.new_site(calls_at_once=1)
        async with server.visitor(site) as anna:
            await anna.say("hello")
            first = (await times(server, anna.token))[0]
            assert (await book(server, anna.token, first["start"])).status_code == 204
            await anna.state(status="waiting", callback={**first, "phone": PHONE})
            clock.advance(at(first["start"]) - clock.at - timedelta(minutes=4))
            assert (await anna.state(status="waiting", callback=None))["place"] == 1
