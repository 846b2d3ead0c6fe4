"""What existing clients of a Rasa server call: the webhook, the tracker, the parser."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import Start
from tests.running import Running

TOKEN = "w4Nq8-Zr2Tb6Yc0Kd5Ls9Mv3Xg7Hj1Pf_Ua"  # pragma: allowlist secret
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
CALLS = [
    ("POST", "/webhooks/rest/webhook"),
    ("GET", "/conversations/anna/tracker"),
    ("POST", "/conversations/anna/tracker/events"),
    ("POST", "/model/parse"),
    ("GET", "/status"),
    ("GET", "/version"),
]


async def say(server: Running, message: str, sender: str = "anna") -> Any:
    body = {"sender": sender, "message": message, "stream": False}
    answer = await server.http.post("/webhooks/rest/webhook", json=body, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tracker(server: Running, sender: str = "anna", **params: str) -> Any:
    answer = await server.http.get(f"/conversations/{sender}/tracker", params=params, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def append(server: Running, events: Any, sender: str = "anna") -> httpx.Response:
    return await server.http.post(f"/conversations/{sender}/tracker/events", json=events, headers=HEADERS)


async def test_sec_a1_without_a_token_in_the_settings_the_api_is_off(server: Running) -> None:
    for headers in ({}, HEADERS, {"Authorization": "Bearer"}, {"Authorization": "Bearer None"}):
        for method, path in CALLS:
            answer = await server.http.request(method, path, headers=headers, json={"message": "hi", "text": "hi"})
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


async def test_sec_a1_only_the_very_token_opens_it(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        for given in ("x", TOKEN[:-1], TOKEN + "x", TOKEN.lower()):
            for method, path in CALLS:
                answer = await server.http.request(method, path, headers={"Authorization": f"Bearer {given}"})
                assert answer.status_code == 401
        assert (await server.http.get("/version", params={"token": TOKEN})).status_code == 401
        assert (await server.http.get("/version", headers=HEADERS)).json()["version"].startswith("3.")


async def test_a_message_is_answered_and_payloads_are_read(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        assert await say(server, "hello") == [{"recipient_id": "anna", "text": "Hello there."}]
        (offer,) = await say(server, "which sizes do you have")
        assert offer["text"] == "Which size?"
        assert offer["buttons"][0] == {"title": "Large", "payload": '/choose{"size": "large"}'}
        assert await say(server, '/choose{"size": "tiny"}') == [{"recipient_id": "anna", "text": "A tiny one, then."}]
        assert await say(server, "/nowhere")
        assert (await tracker(server))["latest_message"]["intent"]["name"] != "nowhere"


async def test_each_sender_has_a_conversation_and_keeps_it(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        await say(server, '/choose{"size": "large"}')
        await say(server, "hello", sender="ben")
        await say(server, "hello")
        assert (await tracker(server))["slots"]["size"] == "large"
        assert (await tracker(server, "ben"))["slots"]["size"] is None
        assert (await tracker(server, "nobody"))["events"] == []


async def test_the_tracker_has_rasas_form(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        await say(server, "hello")
        found = await tracker(server, include_events="ALL")
        assert found["sender_id"] == "anna"
        assert found["latest_message"]["intent"]["name"] == "greet"
        assert found["latest_action_name"] == "action_listen"
        assert found["latest_action"] == {"action_name": "action_listen"}
        assert found["active_loop"] == {}
        assert found["paused"] is False
        assert found["latest_event_time"] == found["events"][-1]["timestamp"]
        kinds = [event["event"] for event in found["events"]]
        assert kinds[:4] == ["slot", "action", "session_started", "slot"]
        assert [event["name"] for event in found["events"] if event["event"] == "action"][-2:] == [
            "utter_greet",
            "action_listen",
        ]
        assert (await tracker(server, include_events="NONE"))["events"] == []
        assert len((await tracker(server))["events"]) == len(kinds) - 2


async def test_events_from_outside_count_in_the_next_turn(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        assert (await append(server, [{"event": "slot", "name": "size", "value": "huge"}])).status_code == 404
        await say(server, "hello")
        answer = await append(server, {"event": "slot", "name": "size", "value": "huge"})
        assert answer.json()["slots"]["size"] == "huge"
        assert (await say(server, "/choose"))[0]["text"] == "A huge one, then."


@pytest.mark.parametrize(
    "events", [[], [{"name": "size"}], [{"event": "slot"}], [7], "slot", [{"event": "user"}] * 1_001]
)
async def test_events_that_are_none_are_refused(start: Start, events: Any) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        await say(server, "hello")
        before = len((await tracker(server, include_events="ALL"))["events"])
        assert (await append(server, events)).status_code in (400, 422)
        assert len((await tracker(server, include_events="ALL"))["events"]) == before


async def test_who_needs_a_person_is_told_so_and_is_in_the_line(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        site = await server.new_site()
        async with server.agent(site) as maya:
            answer = await say(server, "the third time I write, it is still broken, I want to talk to a person!")
            assert answer[0]["text"]
            assert answer[-1] == {"recipient_id": "anna", "custom": {"handoff": {"status": "waiting"}}}
            listed = await server.services.console.conversations([site.id], before=None, limit=5)
            ticket = await maya.ticket(str(listed.conversations[0].conversation_id), "waiting")
            assert ticket["quote"].startswith("the third time")
            assert await say(server, "hello?") == [answer[-1]]


async def test_a_broken_action_ends_in_the_apology(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        (apology,) = await say(server, "/explode")
        assert apology["text"].startswith("That took a wrong turn")
        assert apology["buttons"][0]["title"] == "Talk to a person"


async def test_a_text_is_parsed_and_nothing_stored(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        for text in ("hello", "/greet"):
            found = (await server.http.post("/model/parse", json={"text": text}, headers=HEADERS)).json()
            assert (found["text"], found["intent"]["name"]) == (text, "greet")
        assert (await tracker(server))["events"] == []


async def test_status_names_the_model(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        found = (await server.http.get("/status", headers=HEADERS)).json()
        assert (found["model_file"], found["num_active_training_jobs"]) == ("project", 0)
        assert len(found["model_id"]) == 64


@pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": "\x00"}, {"message": "x" * 4_001}, {"message": 7}])
async def test_a_message_that_is_none_is_refused(start: Start, body: dict[str, Any]) -> None:
    async with start(rasa_token=TOKEN) as server:
        await server.new_site()
        answer = await server.http.post("/webhooks/rest/webhook", json=body, headers=HEADERS)
        assert answer.status_code in (413, 422)


async def test_with_several_sites_the_setting_says_which(start: Start) -> None:
    async with start(rasa_token=TOKEN) as server:
        first = await server.new_site()
        await server.new_site()
        answer = await server.http.get("/status", headers=HEADERS)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_site")
    async with start(rasa_token=TOKEN, rasa_site=first.key) as server:
        assert (await say(server, "hello"))[0]["text"] == "Hello there."
