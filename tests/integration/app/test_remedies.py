"""Making it right, over real sockets: given, asked, decided by a second person, done at the shop or by somebody."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from httpx import Response
from sqlalchemy import update
from sqlmodel import col

from app.outgoing import OutgoingError
from app.persistence.tables import AgentRow
from app.shops.refunds import CannotRefund
from app.sites import Site
from handoff import ConversationId, Role
from handoff.money import Money
from handoff.remedies import RemedyState
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running, SignedInAgent
from tests.wire import AgentClient, VisitorClient


class Till:
    """A shop's desk that gives money back: each key once, up to what was paid. `away`: it does not answer."""

    def __init__(self, paid: int = 45_300) -> None:
        self.paid = paid
        self.given: dict[str, int] = {}
        self.away = False
        self.asked, self.goes = asyncio.Event(), asyncio.Event()
        self.goes.set()

    async def refund(self, number: str, amount: Money, *, key: str, reason: str) -> str:
        self.asked.set()
        await self.goes.wait()
        if self.away:
            raise OutgoingError("larkmoor.example took longer than 10 s")
        if key not in self.given:
            if sum(self.given.values()) + amount.minor > self.paid:
                raise CannotRefund("that is more than was paid")
            self.given[key] = amount.minor
        return f"R{[*self.given].index(key) + 1}"


def acting(agent: SignedInAgent) -> dict[str, str]:
    return {**agent.headers, "X-Kickstand-CSRF": agent.csrf}


def wanted(gen: int, *parts: tuple[str, int, str], **more: Any) -> dict[str, Any]:
    listed = [{"remedy": remedy, "minor": minor, "what": what} for remedy, minor, what in parts]
    return {"id": str(uuid4()), "gen": gen, "currency": "USD", "parts": listed, **more}


async def give(server: Running, agent: SignedInAgent, anna: VisitorClient, body: dict[str, Any]) -> Response:
    url = f"/api/agent/conversations/{anna.conversation_id}/remedies"
    return await server.http.post(url, headers=acting(agent), json=body)


async def allowance(server: Running, agent: SignedInAgent, anna: VisitorClient) -> dict[str, Any]:
    url = f"/api/agent/conversations/{anna.conversation_id}/remedies"
    answer = await server.http.get(url, headers=agent.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def decide(server: Running, agent: SignedInAgent, remedy: str, approve: bool, reason: str = "") -> Response:
    return await server.http.post(
        f"/api/agent/remedies/{remedy}/decide", headers=acting(agent), json={"approve": approve, "reason": reason}
    )


async def made_in_state(agent: AgentClient, state: str) -> dict[str, Any]:
    while (found := (await agent.expect("remedy.changed"))["remedy"])["state"] != state:
        pass
    return dict(found)


async def card_of(anna: VisitorClient) -> dict[str, Any]:
    while (said := await anna.expect("message.created")).get("card") is None:
        pass
    return said


async def demote(server: Running, agent: SignedInAgent) -> None:
    async with server.services.writes() as session, session.begin():
        await session.exec(update(AgentRow).where(col(AgentRow.id) == agent.id).values(role=Role.AGENT.value))


async def test_one_click_gives_it_once_tells_the_customer_and_is_somebodys_task(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        body = wanted(gen, ("spare", 600, "the gasket of batch 9"), ("rush_shipping", 1_800, ""))
        before = await allowance(server, account, anna)
        clicks = await asyncio.gather(*(give(server, account, anna, body) for _ in range(3)))
        told = await card_of(anna)
        done = await made_in_state(maya, "done")
        after = await allowance(server, account, anna)
        promised = (await server.http.get("/api/agent/promises", headers=account.headers)).json()["promises"]
        other = await give(server, account, anna, {**body, "parts": [{"remedy": "refund", "minor": 1}]})

        assert before["says"] == "You may: up to $150 here, $600 left today."
        assert [each.status_code for each in clicks] == [201, 201, 201]
        assert after["says"] == "You may: up to $126 here, $576 left today."
        assert len(after["remedies"]) == 1
        assert told["author"] == {"kind": "agent", "name": "Maya"}
        assert (told["card"]["kind"], told["card"]["headline"]) == ("remedy", "Making it right")
        assert told["card"]["lines"][0].startswith("Maya sends the gasket of batch 9, ")
        assert [each["how"] for each in done["outcomes"]] == ["task", "task"]
        assert [(each["what"], each["owner"]["name"]) for each in promised] == [
            ("send the gasket of batch 9", "Maya Keller"),
            ("put the parcel on express", "Maya Keller"),
        ]
        assert other.json()["code"] == "client_id_conflict"


async def test_two_clicks_in_two_chats_never_exceed_the_day(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with (
        server.visitor(site) as anna,
        server.visitor(site) as ben,
        server.visitor(site) as carl,
        server.visitor(site) as dora,
        server.visitor(site) as emil,
        server.agent(account) as maya,
    ):
        visitors = [anna, ben, carl, dora, emil]
        gens = []
        for visitor in visitors:
            await visitor.need_a_person()
            gens.append((await maya.claim(visitor.conversation_id))["gen"])
        answers = await asyncio.gather(
            *(
                give(server, account, visitor, wanted(gen, ("credit", 15_000, "")))
                for visitor, gen in zip(visitors, gens, strict=True)
            )
        )

        assert sorted(each.status_code for each in answers) == [201, 201, 201, 201, 409]
        refused = next(each for each in answers if each.status_code == 409).json()
        assert refused["code"] == "over_limit"
        assert refused["message"].startswith("$150 for a credit is above the $0 that you have here now")


async def test_over_the_limit_a_second_person_gets_it_at_once_and_the_shop_gives_it_back(
    server: Running, site: Site
) -> None:
    account = await server.sign_in(await server.new_agent(site))
    boss = await server.sign_in(await server.new_agent(site, name="Dana Roth", role=Role.SUPERVISOR))
    till = Till()
    server.services.remedies.carrying_out.refunds[site.key] = till
    async with server.visitor(site) as anna, server.agent(account) as maya, server.agent(boss) as dana:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        body = wanted(gen, ("refund", 38_900, ""), order_number="1042")
        weighed = await server.http.post(
            f"/api/agent/conversations/{anna.conversation_id}/remedies/weigh",
            headers=account.headers,
            json={"currency": "USD", "parts": body["parts"]},
        )
        alone = await give(server, account, anna, body)
        asked = await give(server, account, anna, {**body, "ask": True})
        rung = await made_in_state(dana, "asked")
        waiting = [
            len((await server.http.get("/api/agent/remedies/asked", headers=who.headers)).json()["remedies"])
            for who in (account, boss)
        ]
        own = await decide(server, account, rung["id"], True)
        reasonless = await decide(server, boss, rung["id"], True)
        agreed = await decide(server, boss, rung["id"], True, "She was let down twice")
        done = await made_in_state(maya, "done")
        late = await decide(server, boss, rung["id"], False, "no")
        told = await card_of(anna)

        says = "$389 for a refund is above the $150 that you have here now; a senior decides with you."
        assert (weighed.json()["says"], weighed.json()["second"][0]["name"]) == (says, "Dana Roth")
        assert (alone.json()["code"], alone.json()["message"]) == ("over_limit", says)
        assert asked.json()["state"] == "asked"
        assert waiting == [0, 1]
        assert own.json()["code"] == "may_not_decide"
        assert reasonless.json()["code"] == "needs_reason"
        assert agreed.json()["second"]["name"] == "Dana Roth"
        assert (done["outcomes"][0]["how"], done["outcomes"][0]["reference"]) == ("shop", "R1")
        assert list(till.given.values()) == [38_900]
        assert late.json()["code"] == "remedy_decided"
        assert (told["card"]["headline"], told["card"]["amount"]) == (
            "Your refund",
            {"amount": 38_900, "currency": "USD"},
        )


async def test_who_declines_says_why_and_who_was_demoted_meanwhile_decides_nothing(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    boss = await server.sign_in(await server.new_agent(site, name="Dana Roth", role=Role.SUPERVISOR))
    other = await server.sign_in(await server.new_agent(site, name="Ola Berg", role=Role.SENIOR))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        first = (await give(server, account, anna, wanted(gen, ("refund", 20_000, ""), ask=True))).json()
        await demote(server, boss)
        demoted = await decide(server, boss, first["id"], True, "fine")
        silent = await decide(server, other, first["id"], False)
        declined = await decide(server, other, first["id"], False, "Send batch 9 instead")
        told = await made_in_state(maya, "declined")
        second = (await give(server, account, anna, wanted(gen, ("refund", 20_000, ""), ask=True))).json()
        url = f"/api/agent/remedies/{second['id']}/withdraw"
        theirs = await server.http.post(url, headers=acting(other))
        taken_back = await server.http.post(url, headers=acting(account))

        assert demoted.json()["code"] == "may_not_decide"
        assert silent.json()["code"] == "bad_remedy"
        assert declined.json()["decision"] == told["decision"] == "Send batch 9 instead"
        assert theirs.json()["code"] == "may_not_decide"
        assert taken_back.json()["state"] == "withdrawn"
        assert (await allowance(server, account, anna))["says"] == "You may: up to $150 here, $600 left today."


async def test_another_currency_a_foreign_chat_and_a_lost_hold_are_refused_clearly(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    stranger = await server.sign_in(await server.new_agent(await server.new_site()))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        part = ("credit", 500, "")
        answers = [
            (await give(server, account, anna, {**wanted(gen, part), "currency": "EUR"})).json(),
            (await give(server, stranger, anna, wanted(gen, part))).json(),
            (await give(server, account, anna, wanted(gen + 1, part))).json(),
            (await give(server, account, anna, wanted(gen, ("free_text", 500, " ")))).json(),
            (await give(server, account, anna, wanted(gen, ("credit", -5, "")))).json(),
        ]

        assert [each["code"] for each in answers] == [
            "other_currency",
            "no_such_conversation",
            "not_assigned",
            "bad_remedy",
            "bad_frame",
        ]
        assert answers[0]["message"] == "Limits here are set in USD, and this is in EUR; give the amount in USD."


async def test_what_the_shop_does_not_do_is_a_task_and_says_why(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    till = Till(paid=100)
    server.services.remedies.carrying_out.refunds[site.key] = till
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        why = []
        for order, away in (("1042", False), ("1042", True), (None, False)):
            till.away = away
            await give(server, account, anna, wanted(gen, ("refund", 500, ""), order_number=order))
            done = await made_in_state(maya, "done")
            why.append((done["outcomes"][0]["how"], done["outcomes"][0]["why"]))

        assert why[0] == ("task", "That is more than was paid.")
        assert why[1][1].startswith("The shop did not answer. Look there for a refund marked")
        assert why[2] == ("task", "It names no order, so a person gives it at the shop.")


async def test_what_a_server_did_not_come_to_is_carried_out_by_the_next_once(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        site = await server.new_site()
        account = await server.sign_in(await server.new_agent(site))
        till = Till()
        server.services.remedies.carrying_out.refunds[site.key] = till
        async with server.visitor(site) as anna, server.agent(account) as maya:
            await anna.need_a_person()
            gen = (await maya.claim(anna.conversation_id))["gen"]
            till.goes.clear()
            await give(server, account, anna, wanted(gen, ("refund", 500, ""), order_number="1042"))
            await till.asked.wait()
            await server.services.remedies.look()
            in_time = dict(till.given)
            clock.advance(timedelta(seconds=61))
            till.goes.set()
            await server.services.remedies.look()
            done = await made_in_state(maya, "done")
            seen = await allowance(server, account, anna)

            assert done["outcomes"][0]["how"] == "shop"
            assert (in_time, list(till.given.values())) == ({}, [500])
            assert [each["state"] for each in seen["remedies"]] == ["done"]


async def test_an_admin_edits_the_matrix_and_it_counts_from_then_on(server: Running) -> None:
    site = await server.new_site()
    account = await server.sign_in(await server.new_agent(site))
    admin = await server.sign_in(await server.new_agent(site, name="Iris Sandoval", role=Role.ADMIN))
    listed = (await server.http.get("/api/admin/remedies", headers=admin.headers)).json()["sites"]
    rules = next(each for each in listed if each["site"] == site.key)
    rules["currency"] = "EUR"
    rules["roles"]["agent"] |= {"per_case": 2_000, "remedies": {"refund": None}}
    rules["menu"] = [{"remedy": "spare", "what": "Gasket, batch 9", "minor": 600}]
    forbidden = await server.http.put("/api/admin/remedies", headers=acting(account), json=rules)
    kept = await server.http.put("/api/admin/remedies", headers=acting(admin), json=rules)
    bad = await server.http.put("/api/admin/remedies", headers=acting(admin), json={**rules, "roles": {}})
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        seen = await allowance(server, account, anna)
        two = await give(server, account, anna, {**wanted(gen, ("refund", 1, "")), "currency": "EUR"})

        assert forbidden.json()["code"] == "forbidden"
        assert kept.status_code == 200, kept.text
        assert bad.json()["code"] == "bad_rules"
        assert seen["says"] == "You may: up to €20 here, €600 left today."
        assert [row["what"] for row in seen["menu"]] == ["Gasket, batch 9"]
        assert two.json()["message"] == "A refund takes two people; a senior decides with you."


async def test_of_an_erased_conversation_the_amounts_stay_and_no_word(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        given = await give(
            server, account, anna, wanted(gen, ("spare", 600, "for Anna's red bike"), reason="Anna wept")
        )
        await made_in_state(maya, "done")
        conversation = await server.services.journal.conversation(ConversationId(anna.conversation_id))
        assert conversation is not None
        await server.services.own_data.erase(conversation.visitor_id, server.clock.at)
        left = await server.services.remedies.book.one(given.json()["id"])

        assert left is not None
        assert (left.total, left.state, left.reason) == (Money(600, "USD"), RemedyState.DONE, "")
        assert "Anna" not in str(left)
