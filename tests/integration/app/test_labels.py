"""Tags and marks, over real sockets; what was marked is read by triage as it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.judging.conversations import read_conversations
from app.persistence.examples import examples
from app.sites import Site
from tests.running import Running, SignedInAgent
from tests.wire import VisitorClient


async def put(server: Running, agent: SignedInAgent, anna: VisitorClient, what: str, **body: Any) -> Any:
    answer = await server.http.put(
        f"/api/agent/conversations/{anna.conversation_id}/{what}",
        headers={**agent.headers, "X-Kickstand-CSRF": agent.csrf},
        json=body,
    )
    return answer.json()


async def test_a_tag_is_one_however_it_is_written_and_is_seen_by_colleagues(server: Running, site: Site) -> None:
    account = await server.sign_in(await server.new_agent(site))
    stranger = await server.sign_in(await server.new_agent(await server.new_site()))
    async with server.visitor(site) as anna, server.agent(account) as maya:
        await anna.need_a_person()
        await maya.claim(anna.conversation_id)
        await maya.follow(anna.conversation_id)
        await put(server, account, anna, "tags", tag="  Gasket  BATCH 7 ")
        twice = await put(server, account, anna, "tags", tag="gasket batch 7")
        entry = await maya.expect("entry.created", kind="tag")
        found = (await server.http.get("/api/agent/search", params={"q": "batch 7"}, headers=account.headers)).json()
        known = (await server.http.get("/api/agent/tags", headers=account.headers)).json()
        refused = [
            (await put(server, who, anna, "tags", tag=tag))["code"]
            for who, tag in ((account, " \t "), (account, "a\x00b"), (account, "x" * 90), (stranger, "mine"))
        ]
        for number in range(11):
            await put(server, account, anna, "tags", tag=f"<b>{number}</b>")
        full = await put(server, account, anna, "tags", tag="one more")
        off = await put(server, account, anna, "tags", tag="Gasket batch 7", on=False)
        gone = (await server.http.get("/api/agent/search", params={"q": "batch 7"}, headers=account.headers)).json()

        assert twice["tags"] == ["gasket batch 7"]
        assert ([each["snippet"] for each in found["hits"]], gone["hits"]) == (["gasket \x02batch\x03 \x027\x03"], [])
        assert entry["data"] == {"tag": "gasket batch 7", "on": True, "by": "Maya Keller"}
        assert known["tags"] == ["gasket batch 7"]
        assert refused == ["bad_frame", "bad_frame", "bad_frame", "no_such_conversation"]
        assert full["code"] == "too_many_tags"
        assert len(off["tags"]) == 11


async def test_what_people_mark_is_an_example_that_triage_reads_masked(
    server: Running, site: Site, tmp_path: Path
) -> None:
    account = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.visitor(site) as ben, server.agent(account) as maya:
        await anna.ask("hello there")
        await anna.say("third time I'm writing, it still leaks!! mail me: anna@example.com")
        await anna.state(status="waiting")
        await maya.claim(anna.conversation_id)
        await ben.ask("well, that was that then")
        log = await maya.follow(anna.conversation_id)
        said = next(each for each in log if each.get("text") == "hello there")
        upset = next(each["data"]["pos"] for each in log if each.get("kind") == "triage")
        first = await put(server, account, anna, "marks", pos=upset, label="none")
        log = await maya.follow(ben.conversation_id)
        missed = next(each["pos"] for each in log if each.get("text") == "well, that was that then")
        await put(server, account, ben, "marks", pos=missed, label="repeat")
        await put(server, account, ben, "marks", pos=missed, label="emotion")
        await put(server, account, anna, "marks", pos=said["pos"], label="safety")
        taken_back = await put(server, account, anna, "marks", pos=said["pos"], label=None)
        nobody = await put(server, account, anna, "marks", pos=upset + 1, label="emotion")
        found = await examples(server.services.reads, site.key)
        file = tmp_path / "marked.jsonl"
        file.write_text("".join(f"{json.dumps(each)}\n" for each in found))
        read = read_conversations(file)

        assert first["marks"] == taken_back["marks"] == [{"pos": upset, "label": "none"}]
        assert nobody["code"] == "bad_frame"
        assert [each["expect"] for each in found] == [
            {"escalate_at": None},
            {"escalate_at": 0, "reason": "emotion"},
        ]
        assert read[0].turns[0].author == "customer"
        assert read[0].turns[-1].text.startswith("third time I'm writing")
        assert "anna@example.com" not in file.read_text()
        assert [each.escalate_at for each in read] == [None, 0]
