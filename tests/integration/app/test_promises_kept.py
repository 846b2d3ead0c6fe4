"""Promises from the composer to the card in the widget, and what lies beside a conversation, over real sockets."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.shops.order_form import OrderTold
from app.shops.orders import keep_orders
from app.sites import Site
from handoff import ConversationId
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running, SignedInAgent
from tests.wire import VisitorClient


def acting(agent: SignedInAgent) -> dict[str, str]:
    return {**agent.headers, "X-Kickstand-CSRF": agent.csrf}


async def promised(server: Running, agent: SignedInAgent, anna: VisitorClient, what: str, due: datetime) -> dict:  # type: ignore[type-arg]
    answer = await server.http.post(
        f"/api/agent/conversations/{anna.conversation_id}/promises",
        headers=acting(agent),
        json={"what": what, "due_at": due.isoformat(), "source": "composer"},
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_what_is_promised_is_a_card_for_the_visitor_and_holds_the_conversation_open(
    server: Running, site: Site
) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        due = server.clock.at + timedelta(hours=4)
        found = await server.http.post(
            f"/api/agent/conversations/{anna.conversation_id}/promises/found",
            headers=account.headers,
            json={"text": "Thanks. I'll call you in two hours. Have a good ride!"},
        )
        made = await promised(server, account, anna, "send the gasket", due)
        told = await anna.expect("message.created", text="")
        heard = await maya.expect("promise.changed")
        closed = await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=gen)
        kept = await server.http.post(f"/api/agent/promises/{made['id']}/keep", headers=acting(account))
        again = await server.http.post(f"/api/agent/promises/{made['id']}/keep", headers=acting(account))
        resolved = await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=gen)

        assert [each["what"] for each in found.json()["promises"]] == ["I'll call you in two hours."]
        assert datetime.fromisoformat(found.json()["promises"][0]["due_at"]) == server.clock.at + timedelta(hours=2)
        assert told["author"] == {"kind": "agent", "name": "Maya"}
        assert (told["card"]["kind"], told["card"]["by"], told["card"]["state"]) == ("promise", "Maya", "on_track")
        assert heard["promise"]["what"] == "send the gasket"
        assert (closed["code"], "send the gasket" in closed["message"]) == ("open_promises", True)
        assert kept.json()["state"] == "kept"
        assert again.json()["code"] == "promise_settled"
        assert resolved["type"] == "ack"


async def test_a_conversation_may_be_closed_and_its_promise_kept_afterwards(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await promised(server, account, anna, "call back", server.clock.at + timedelta(hours=1))
        resolved = await maya.command(
            "ticket.resolve", conversation_id=anna.conversation_id, gen=gen, keep_promises=True
        )
        listed = (await server.http.get("/api/agent/promises", headers=account.headers)).json()["promises"]

        assert resolved["type"] == "ack"
        assert [(each["what"], each["state"]) for each in listed] == [("call back", "open")]


async def test_a_date_that_passed_a_foreign_conversation_and_a_missing_token_are_refused(
    server: Running, site: Site
) -> None:
    account = await server.sign_in(await server.new_agent(site))
    stranger = await server.sign_in(await server.new_agent(await server.new_site()))
    async with server.visitor(site) as anna:
        await anna.need_a_person()
        url = f"/api/agent/conversations/{anna.conversation_id}/promises"
        body = {"what": "call", "due_at": (server.clock.at - timedelta(hours=1)).isoformat()}
        codes = [
            (await server.http.post(url, headers=headers, json=body)).json()["code"]
            for headers in (acting(account), acting(stranger), account.headers)
        ]

        assert codes == ["in_the_past", "no_such_conversation", "forbidden"]


async def test_the_owner_is_reminded_the_backup_alerted_and_a_late_one_owned_up_to(
    start: Start, clock: ManualClock
) -> None:
    async with start() as server:
        site = await server.new_site()
        account = await server.sign_in(await server.new_agent(site))
        async with (
            server.visitor(site) as anna,
            server.agent(account) as maya,
            server.agent(site, name="Dana Roth"),
        ):
            await anna.need_a_person()
            await maya.claim(anna.conversation_id)
            made = await promised(server, account, anna, "send the gasket", clock.at + timedelta(seconds=100))
            seen = []
            for seconds in (76, 15, 10):
                clock.advance(timedelta(seconds=seconds))
                await server.services.keeper.look()
                found = await server.services.keeper.ledger.one(made["id"])
                assert found is not None
                seen.append((found.state.value, found.reminded, found.alerted))
            while (late := await anna.expect("message.created", text=""))["card"]["state"] != "late":
                pass

            assert made["backup"]["name"] == "Dana Roth"
            assert seen == [("open", True, False), ("open", True, True), ("broken", True, True)]
            assert late["card"]["then"] == "Dana looks into it now and tells you here."


async def test_everything_said_and_noted_is_found_and_nothing_of_another_site(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    stranger = await server.sign_in(await server.new_agent(await server.new_site()))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.say("my carburettor Düse is clogged")
        await maya.note(anna.conversation_id, "sonic bath fixed the last one")
        answers = {
            words: (await server.http.get("/api/agent/search", params={"q": words}, headers=who.headers)).json()
            for words, who in (
                ("carbur", account),
                ("duse clogged", account),
                ("sonic bath", account),
                ('"; DROP TABLE words --', account),
                ("***", account),
                ("clogged", stranger),
            )
        }

        assert [len(each["hits"]) for each in answers.values()] == [1, 1, 1, 0, 0, 0]
        assert answers["carbur"]["hits"][0]["conversation"]["conversation_id"] == anna.conversation_id
        assert "\x02carburettor\x03" in answers["carbur"]["hits"][0]["snippet"]


async def test_canned_answers_are_the_sites_own(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    stranger = await server.sign_in(await server.new_agent(await server.new_site()))
    new = {"site": site.key, "title": "Leak, first steps", "text": "Hi {name}, tighten the clamp to 10 Nm."}
    made = (await server.http.put("/api/agent/canned", headers=acting(account), json=new)).json()
    other = {**new, "id": made["id"], "title": "Leak"}
    await server.http.put("/api/agent/canned", headers=acting(account), json=other)
    refused = await server.http.put("/api/agent/canned", headers=acting(stranger), json=other)
    await server.http.delete(f"/api/agent/canned/{made['id']}", headers=acting(stranger))
    mine = (await server.http.get("/api/agent/canned", headers=account.headers)).json()["answers"]
    theirs = (await server.http.get("/api/agent/canned", headers=stranger.headers)).json()["answers"]
    gone = await server.http.delete(f"/api/agent/canned/{made['id']}", headers=acting(account))

    assert [each["title"] for each in mine] == ["Leak"]
    assert theirs == []
    assert refused.json()["code"] == "no_such_site"
    assert gone.status_code == 204
    assert (await server.http.get("/api/agent/canned", headers=account.headers)).json()["answers"] == []


async def test_whoever_takes_over_reads_three_lines_and_how_it_felt(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.agent(account):
        await anna.ask("hello")
        await anna.say("this is the third time I'm writing, your pipe is still leaking!!")
        await anna.state(status="waiting")
        card = (
            await server.http.get(f"/api/agent/conversations/{anna.conversation_id}/customer", headers=account.headers)
        ).json()

        assert len(card["brief"]) == 3
        assert sum(len(line.split()) for line in card["brief"]) <= 90
        assert "third time" in card["brief"][1]
        assert "upset, was calm" in card["brief"][2]
        assert card["feelings"][0]["upset"] < card["feelings"][-1]["upset"]
        assert card["promises"] == []


async def test_the_customer_card_tells_orders_and_how_earlier_conversations_ended(
    start: Start, clock: ManualClock
) -> None:
    async with start() as server:
        await _told(server, await server.new_site(), clock)


async def _told(server: Running, site: Site, clock: ManualClock) -> None:
    account = await server.sign_in(await server.new_agent(site))
    now = server.clock.at
    order = {"status": "in_transit", "placed_at": now - timedelta(days=2), "postcode": "94804"}
    lines = [{"sku": "QX-10", "name": "Quill slip-on", "quantity": 2}]
    await keep_orders(
        server.services.writes,
        site.id,
        [
            OrderTold.model_validate({**order, "number": number, "email": email, "lines": lines})
            for number, email in (("3001", "anna@example.com"), ("3002", "ben@example.com"))
        ],
    )
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        first = anna.conversation_id
        await maya.claim(first)
        await maya.solve(first)
        ask = (await anna.state(status="closed"))["ask"]
        bearer = {"Authorization": f"Bearer {anna.token}"}
        await server.http.post("/api/visitor/recommend", headers=bearer, json={"id": ask, "score": 9, "solved": True})
        conversation = await server.services.journal.conversation(ConversationId(first))
        assert conversation is not None
        await server.services.people.set_email(conversation.visitor_id, "anna@example.com")
        clock.advance(timedelta(days=20))
        account = await server.sign_in(account.email)
        second = (await anna.say("hello again"))["conversation_id"]
        url = f"/api/agent/conversations/{second}"
        card = (await server.http.get(f"{url}/customer", headers=account.headers)).json()
        orders = (await server.http.get(f"{url}/orders", headers=account.headers)).json()

        assert (card["email"], card["verified"], card["more_earlier"]) == ("anna@example.com", False, False)
        assert [
            (e["conversation_id"], e["handed_over"], e["asked"], e["score"], e["solved"]) for e in card["earlier"]
        ] == [(first, True, True, 9, True)]
        assert [(each["number"], each["proved"], each["items"]) for each in orders["orders"]] == [
            ("3001", False, ["2 x Quill slip-on"])
        ]
        assert orders["is_silent"] is False
