"""Two gateways on one PostgreSQL, with and without Redis between them: real sockets, a visitor here, an agent there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.errors import StartupRefused
from app.persistence.recorded import recorded
from tests.contract.servers import RedisServer, postgres, redis
from tests.running import Running, running


@asynccontextmanager
async def gateways(folder: Path, *, redis_url: str | None) -> AsyncIterator[tuple[Running, Running]]:
    server = await asyncio.to_thread(postgres)
    url = await asyncio.to_thread(server.empty_database)
    shared: dict[str, Any] = {
        "database_url": SecretStr(url.render_as_string(hide_password=False)),
        "redis_url": None if redis_url is None else SecretStr(redis_url),
    }
    async with running(folder / "one", **shared) as one, running(folder / "two", **shared) as two:
        yield one, two
    await asyncio.to_thread(server.drop, url)


@pytest.fixture(scope="module", params=["redis", "alone"])
async def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Running, Running]]:
    """Two gateways that hear of each other by Redis, or only by looking into the store."""
    url = (await asyncio.to_thread(redis)).url if request.param == "redis" else None
    async with gateways(tmp_path_factory.mktemp(request.param), redis_url=url) as both:
        yield both


async def test_a_visitor_here_and_an_agent_there_talk_and_each_sees_every_message_once(
    pair: tuple[Running, Running],
) -> None:
    one, two = pair
    site = await one.new_site()
    async with two.agent(site) as maya, one.visitor(site) as anna:
        assert (await anna.ask("hello"))["text"] == "Hello there."
        await anna.need_a_person()
        await maya.ticket(anna.conversation_id, "waiting")
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await maya.follow(anna.conversation_id)
        await anna.state(status="human", agent="Maya")
        await maya.reply(anna.conversation_id, "What do you ride?", gen)
        await anna.expect("message.created", text="What do you ride?")
        await anna.say("an mt-07")
        await maya.expect("message.created", text="an mt-07")

        stream = await anna.settled()
        assert [message["seq"] for message in stream] == list(range(1, len(stream) + 1))
        assert await one.history(anna.token) == await two.history(anna.token)


async def test_the_same_visitor_on_both_gateways_sees_one_stream(pair: tuple[Running, Running]) -> None:
    one, two = pair
    site = await one.new_site()
    async with one.visitor(site) as phone, two.visitor(phone.token) as laptop:
        await phone.ask("hello")  # begins the conversation: the laptop had none
        await laptop.expect("message.created", text="Hello there.")
        sent = await laptop.say("good morning")
        await phone.expect("message.created", re=sent["client_id"])
        await laptop.expect("message.created", re=sent["client_id"])

        assert phone.messages == laptop.messages


async def test_of_two_agents_on_two_gateways_one_gets_the_conversation(pair: tuple[Running, Running]) -> None:
    one, two = pair
    site = await one.new_site()
    async with one.visitor(site) as anna, one.agent(site) as maya, two.agent(site, name="Dana Roth") as dana:
        await anna.need_a_person()
        answers = await asyncio.gather(maya.claim(anna.conversation_id), dana.claim(anna.conversation_id))

        assert sorted(answer["type"] for answer in answers) == ["ack", "nack"]
        assert {answer.get("code") for answer in answers} == {None, "already_assigned"}


async def test_without_redis_for_a_while_nothing_is_lost(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    await asyncio.to_thread(server.start)
    async with gateways(tmp_path, redis_url=server.url) as (one, two):
        site = await one.new_site()
        async with one.visitor(site) as phone, two.visitor(phone.token) as laptop:
            await phone.ask("hello")
            await laptop.expect("message.created", text="Hello there.")
            await asyncio.to_thread(server.stop)
            answer = await phone.ask("good morning")
            await laptop.expect("message.created", seq=answer["seq"])
            await asyncio.to_thread(server.start)
            sent = await laptop.say("thanks")
            await phone.expect("message.created", seq=sent["seq"])
            await laptop.expect("message.created", seq=sent["seq"])

            assert phone.messages[: sent["seq"]] == laptop.messages[: sent["seq"]]
    await asyncio.to_thread(server.stop)


async def test_a_database_without_the_newest_schema_is_refused_with_the_command(tmp_path: Path) -> None:
    server = await asyncio.to_thread(postgres)
    url = await asyncio.to_thread(server.new_database)
    with pytest.raises(StartupRefused, match="kickstand db upgrade"):
        async with running(tmp_path, database_url=SecretStr(url.render_as_string(hide_password=False))):
            pass
    await asyncio.to_thread(server.drop, url)


async def test_a_database_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    server = await asyncio.to_thread(postgres)
    nowhere = server.url(f"nowhere_{uuid4().hex}").render_as_string(hide_password=False)
    with pytest.raises(StartupRefused, match="nowhere_"):
        async with running(tmp_path, database_url=SecretStr(nowhere)):
            pass


async def test_what_was_said_here_is_found_there(pair: tuple[Running, Running]) -> None:
    one, two = pair
    site = await one.new_site()
    async with one.visitor(site) as anna:
        await anna.ask("my Tailpiece rattles on cold mornings")
        (hit,) = await two.services.search.find("tailp", [site.id])
        assert hit.conversation_id == anna.conversation_id
        assert "\x02Tailpiece\x03" in hit.snippet
        assert await two.services.search.find("tailpiece sings", [site.id]) == []
        assert await one.services.search.find("it's 'quoted' & (odd)", [site.id]) == []


async def test_what_is_erased_is_found_by_nobody_any_more(pair: tuple[Running, Running]) -> None:
    one, two = pair
    site = await one.new_site()
    async with one.visitor(site) as anna:
        await anna.ask("my Tailpiece rattles on cold mornings")
        assert await two.services.search.find("tailpiece", [site.id])
        erased = await one.http.delete("/api/visitor", headers={"Authorization": f"Bearer {anna.token}"})
        assert erased.status_code == 204, erased.text
    assert await two.services.search.find("tailpiece", [site.id]) == []


async def test_what_bots_did_is_read_again_for_stories(pair: tuple[Running, Running]) -> None:
    one, two = pair
    site = await one.new_site()
    async with one.visitor(site) as anna:
        await anna.ask("hello")
        (told,) = await recorded(two.settings.store, site_key=site.key)
        assert told.conversation_id == anna.conversation_id
        assert [event["event"] for event in told.events][-1] == "action"
