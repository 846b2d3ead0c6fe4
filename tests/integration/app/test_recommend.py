"""After the resolution: asked each time, answered or skipped."""

from __future__ import annotations

from typing import Any

import httpx

from app.sites import Site
from tests.running import Running
from tests.wire import VisitorClient


async def tell(server: Running, token: str, **said: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await server.http.post("/api/visitor/recommend", json=said, headers=headers)


async def asked(anna: VisitorClient) -> str:
    """The question that the visitor is shown once the conversation is resolved."""
    return str((await anna.state(status="closed"))["ask"])


async def test_the_question_comes_after_the_resolution_and_goes_once_answered(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)
        question = await asked(anna)
        assert (await tell(server, anna.token, id=question, feeling="good")).status_code == 204
        assert (await tell(server, anna.token, id=question, score=9, solved=True)).status_code == 204
        assert (await anna.state(status="closed", ask=None))["ask"] is None
        assert (await tell(server, anna.token, id=question, why="Maya was quick")).status_code == 204

        frames = await maya.follow(anna.conversation_id)
        said = [f["data"] for f in frames if f.get("kind") == "handoff" and f["data"]["step"] == "asked_after"]
        assert said == [
            {"step": "asked_after", "feeling": "good"},
            {"step": "asked_after", "score": 9, "solved": True},
            {"step": "asked_after", "why": "Maya was quick"},
        ]


async def test_it_is_asked_again_after_each_later_resolution_also_once_skipped(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)
        first = await asked(anna)
        assert (await tell(server, anna.token, id=first, skipped=True)).status_code == 204
        await anna.state(status="closed", ask=None)
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)

        assert await asked(anna) not in (first, "None")


async def test_who_leaves_before_a_person_answers_is_never_asked(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        waiting = await anna.need_a_person()
        assert waiting["ask"] is None
    async with server.visitor(anna.token) as anna_again:
        assert anna_again.welcome["state"]["ask"] is None


async def test_what_is_not_solved_is_open_again_and_first_in_line(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)
        question = await asked(anna)
        await tell(server, anna.token, id=question, solved=False, why="It still leaks")
        await anna.state(status="waiting")
        while (ticket := await maya.ticket(anna.conversation_id, "waiting"))["reason"] != "repeat":
            continue  # of the first time

        assert (ticket["reason"], ticket["quote"]) == ("repeat", "It still leaks")


async def test_sec_b9_nobody_answers_for_another(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()
        await maya.solve(anna.conversation_id)
        question = await asked(anna)
        answer = await tell(server, await server.new_token(site), id=question, score=0)

        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_question")
        assert (await tell(server, anna.token, id=question)).status_code == 422
        assert (await tell(server, anna.token, id=question, score=11)).status_code == 422
        assert (await tell(server, anna.token, id=question, score=1, skipped=True)).status_code == 422
