"""A visitor whom the shop vouches for, and everybody who only claims to be one."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from app.sites import Site
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running

SECRET = "fTq8vN2xKc7ZrWm4LpYd9sHb6JgEa1Uo"  # pragma: allowlist secret
OLD = "old8vN2xKc7ZrWm4LpYd9sHb6JgEa1Uo"  # pragma: allowlist secret
HOUR = timedelta(hours=1)


@pytest.fixture
async def shop(server: Running) -> Site:
    return await server.new_site(identity_secrets=[SECRET, OLD])


def signed(server: Running, site: Site, who: str = "rider-7", secret: str = SECRET, **claims: Any) -> dict[str, str]:
    told = {"sub": who, "aud": site.key, "exp": int((server.clock() + HOUR).timestamp()), **claims}
    wanted = {name: value for name, value in told.items() if value is not None}
    return {"token": jwt.encode(wanted, secret, algorithm="HS256")}


async def identify(server: Running, token: str, body: dict[str, Any]) -> httpx.Response:
    return await server.http.post("/api/visitor/identify", json=body, headers={"Authorization": f"Bearer {token}"})


async def identified(server: Running, token: str, body: dict[str, Any]) -> str:
    answer = await identify(server, token, body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def test_who_is_vouched_for_goes_on_in_the_same_conversation_with_a_new_token(
    server: Running, shop: Site
) -> None:
    async with server.visitor(shop) as anna:
        await anna.ask("hello")
        token = await identified(server, anna.token, signed(server, shop, name="Anna Berg"))
        assert await anna.closed() == 4406

    async with server.visitor(token) as known:
        assert known.conversation_id == anna.conversation_id
        assert [message["text"] for message in known.messages] == ["hello", "Hello there."]
    async with server.wire("/ws/visitor") as wire:
        await wire.send("hello", v=1, token=anna.token)
        assert await wire.closed() == 4501


async def test_a_second_device_finds_the_conversation_and_the_first_one_keeps_its_token(
    server: Running, shop: Site
) -> None:
    first = await identified(server, await server.new_token(shop), signed(server, shop))
    async with server.visitor(first) as phone:
        await phone.ask("hello")
        second = await identified(server, await server.new_token(shop), signed(server, shop))
        async with server.visitor(second) as desktop:
            assert desktop.conversation_id == phone.conversation_id
            ack = await desktop.say("hello again")
            await phone.expect("message.created", client_id=ack["client_id"])


async def test_what_was_said_anonymously_comes_along_and_the_bots_older_chat_ends(server: Running, shop: Site) -> None:
    known = await identified(server, await server.new_token(shop), signed(server, shop))
    async with server.visitor(known) as before:
        await before.ask("hello")
    async with server.visitor(shop) as anna:
        await anna.need_a_person()
        token = await identified(server, anna.token, signed(server, shop))
    async with server.visitor(token) as anna_again, server.agent(shop) as maya:
        assert anna_again.conversation_id == anna.conversation_id
        assert anna_again.welcome["state"]["status"] == "waiting"
        claimed = await maya.claim(anna.conversation_id)
        assert (await maya.reply(anna.conversation_id, "Hi Anna", claimed["gen"]))["type"] == "ack"
        await anna_again.expect("message.created", text="Hi Anna")
        steps = [f["data"]["step"] for f in await maya.follow(before.conversation_id) if f.get("kind") == "handoff"]
        assert steps == ["joined"]


async def test_a_message_sent_again_after_signing_in_is_still_one_message(server: Running, shop: Site) -> None:
    await identified(server, await server.new_token(shop), signed(server, shop))  # so that two visitors become one
    async with server.visitor(shop) as anna:
        ack = await anna.say("hello")
        await anna.expect("message.created", re=ack["client_id"])
        token = await identified(server, anna.token, signed(server, shop))
    async with server.visitor(token) as anna_again:
        again = await anna_again.say("hello", client_id=ack["client_id"])

    assert (again["duplicate"], again["seq"], again["id"]) == (True, ack["seq"], ack["id"])


async def test_two_chats_that_are_both_with_people_stay_apart(server: Running, shop: Site) -> None:
    known = await identified(server, await server.new_token(shop), signed(server, shop))
    async with server.visitor(known) as before, server.visitor(shop) as anna:
        await before.need_a_person()
        await anna.need_a_person()
        answer = await identify(server, anna.token, signed(server, shop))
        assert (answer.status_code, answer.json()["code"]) == (409, "identity_waits")
        await anna.say("still here")
        async with server.agent(shop) as maya:
            await maya.solve(before.conversation_id)

        assert await identified(server, anna.token, signed(server, shop))


async def test_sec_a4_nothing_is_shown_or_merged_before_the_signature_is_verified(server: Running, shop: Site) -> None:
    known = await identified(server, await server.new_token(shop), signed(server, shop))
    async with server.visitor(known) as owner:
        await owner.ask("hello")
        async with server.visitor(shop) as thief:
            forged = signed(server, shop, secret="forged" * 8)
            answer = await identify(server, thief.token, forged)

            assert (answer.status_code, answer.json()["code"]) == (422, "bad_identity")
            await thief.ask("hello")
            assert thief.conversation_id != owner.conversation_id
            assert len(await server.history(thief.token)) == 2
            assert len(await server.history(known)) == 2


async def test_another_customer_who_signs_in_on_the_same_device_gets_nothing_of_the_first(
    server: Running, shop: Site
) -> None:
    first = await identified(server, await server.new_token(shop), signed(server, shop, "rider-1"))
    async with server.visitor(first) as anna:
        await anna.ask("hello")
    second = await identified(server, first, signed(server, shop, "rider-2"))

    async with server.visitor(second) as bert:
        assert bert.welcome["conversation_id"] is None
    assert len(await server.history(first)) == 2


async def test_sec_a3_only_a_signature_of_one_of_the_two_live_secrets_is_taken(server: Running, shop: Site) -> None:
    token = await server.new_token(shop)
    now = server.clock()
    none = jwt.encode({"sub": "r", "aud": shop.key, "exp": now.timestamp() + 60}, "", algorithm="none")
    other = jwt.encode({"sub": "r", "aud": shop.key, "exp": now.timestamp() + 60}, SECRET * 2, algorithm="HS512")
    refused: list[dict[str, Any]] = [
        {"token": none},
        {"token": other},
        {"token": "no.to.ken"},
        {"token": "ä" * 300},
        signed(server, shop, aud="another-site"),
        signed(server, shop, aud=None),
        signed(server, shop, exp=None),
        signed(server, shop, who="  "),
        signed(server, shop, sub=None),
        signed(server, shop, exp=int((now - timedelta(minutes=2)).timestamp())),
        signed(server, shop, exp=int((now + timedelta(days=2)).timestamp())),
        signed(server, shop, exp="tomorrow"),
        signed(server, shop, nbf=int((now + HOUR).timestamp())),
    ]
    for body in refused:
        answer = await identify(server, token, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_identity"), body
    assert await identified(server, token, signed(server, shop, secret=OLD))


async def test_sec_a3_the_hmac_is_over_site_id_and_end(server: Running, shop: Site) -> None:
    token = await server.new_token(shop)
    exp = int((server.clock() + HOUR).timestamp())

    def body(user_id: str, exp: int, told: str) -> dict[str, Any]:
        return {
            "user_id": user_id,
            "exp": exp,
            "hash": hmac.new(SECRET.encode(), told.encode(), hashlib.sha256).hexdigest(),
        }

    for wrong in (
        body("rider-7", exp, "rider-7"),
        body("rider-8", exp, f"{shop.key}:rider-7:{exp}"),
        body("rider-7", exp + 1, f"{shop.key}:rider-7:{exp}"),
        body("rider-7", 1, f"{shop.key}:rider-7:1"),
    ):
        assert (await identify(server, token, wrong)).json()["code"] == "bad_identity", wrong
    assert await identified(server, token, body("rider-7", exp, f"{shop.key}:rider-7:{exp}"))


async def test_sec_a3_where_a_site_requires_identity_every_visitor_operation_needs_it(
    server: Running,
) -> None:
    shop = await server.new_site(identity_secrets=[SECRET], identity_required=True)
    anonymous = await server.new_token(shop)
    async with server.wire("/ws/visitor") as wire:
        await wire.send("hello", v=1, token=anonymous)
        assert (await wire.expect("nack"))["code"] == "identity_required"
        assert await wire.closed() == 4501
    answer = await server.http.get(
        "/api/visitor/messages", params={"before": 9}, headers={"Authorization": f"Bearer {anonymous}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_required")

    async with server.visitor(await identified(server, anonymous, signed(server, shop))) as anna:
        await anna.ask("hello")


async def test_an_identified_token_ends_and_the_shop_vouches_again(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        shop = await server.new_site(identity_secrets=[SECRET])
        token = await identified(server, await server.new_token(shop), signed(server, shop))
        async with server.visitor(token) as anna:
            await anna.ask("hello")
        clock.advance(timedelta(days=7))
        assert (await identify(server, token, signed(server, shop))).status_code == 401

        async with server.visitor(
            await identified(server, await server.new_token(shop), signed(server, shop))
        ) as anna_again:
            assert anna_again.conversation_id == anna.conversation_id


async def test_a_site_without_a_secret_takes_no_identity(server: Running, site: Site) -> None:
    answer = await identify(server, await server.new_token(site), signed(server, site))

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_identity")
    assert "kickstand site identity" in answer.json()["message"]
