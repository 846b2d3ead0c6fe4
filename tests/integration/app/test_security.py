"""The security requirements that what exists has to meet, each test named after its requirement."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from fastapi import FastAPI
from httpx import Headers
from pydantic import SecretStr, ValidationError

from app.errors import BadAccount
from app.gateway.auth import COOKIE
from app.inventory import FRAMES, ROUTES, Principal, Undeclared, check_inventory
from app.main import create_app
from app.protocol import visitor_events
from app.settings import Settings
from app.sites import Site
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import PASSWORD, SECRET, SHOP, Running, SignedInAgent, settings_for_tests
from tests.wire import AgentClient, Frame, VisitorClient

NOBODYS = "0b9d2c1e-6f0a-4f5e-9a53-2f6f3a1f7c10"  # an id that is nobody's


def rows(server: Running, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(server.settings.database)) as database:
        return database.execute(query, values).fetchall()


# A: identity and sessions -----------------------------------------------------------------------------------------


def test_sec_a1_every_route_and_frame_declares_whom_it_serves(tmp_path: Path) -> None:
    api = create_app(settings_for_tests(tmp_path))

    assert {door.name for door in check_inventory(api)} == {*ROUTES, *FRAMES}


def test_sec_a1_a_route_without_a_declaration_fails(tmp_path: Path) -> None:
    api: FastAPI = create_app(settings_for_tests(tmp_path))
    api.add_api_route("/api/debug", lambda: {"everything": True})

    with pytest.raises(Undeclared, match="GET /api/debug"):
        check_inventory(api)


async def test_sec_a1_nobody_gets_through_a_door_that_is_not_public(server: Running, site: Site) -> None:
    visitor = {"Authorization": f"Bearer {await server.new_token(site)}"}
    agent = (await server.sign_in(await server.new_agent(site))).headers
    known = {"key": site.key, "site": site.key, "name": "app.js", "sender": "anna"}
    for name, principal in ROUTES.items():
        method, path = name.split(" ")
        if method == "WS":
            continue
        url = re.sub(r"\{(\w+)\}", lambda part: known.get(part[1], str(NOBODYS)), path)
        params: dict[str, str | int] = (
            {"site": site.key} if "frame" in path else {"before": 9} if "visitor" in path else {}
        )
        wrong = {
            Principal.PUBLIC: [],
            Principal.VISITOR: [{}, agent],
            Principal.LINK: [{}, agent, visitor],
            Principal.AGENT: [{}, visitor],
            Principal.SUPERVISOR: [{}, visitor],
            Principal.ADMIN: [{}, visitor],
            Principal.SERVICE: [{}, agent, visitor],
        }[principal]
        for headers in wrong:
            answer = await server.http.request(method, url, headers=headers, params=params)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), name
        if principal in (Principal.SUPERVISOR, Principal.ADMIN):
            answer = await server.http.request(method, url, headers=agent, params=params)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), name
        if principal is Principal.PUBLIC:
            answer = await server.http.request(method, url, params=params)
            assert answer.status_code not in (401, 403), name


@pytest.mark.parametrize("path", ["/ws/visitor", "/ws/agent"])
async def test_sec_a1_no_frame_does_anything_before_a_hello_with_a_token(server: Running, path: str) -> None:
    frames = [name.split(" ")[2] for name in FRAMES if name.startswith(f"WS {path} ")]
    for frame in frames:
        async with server.wire(path) as wire:
            if frame == "hello":
                await wire.send("hello", v=1, token="not a token")
                assert (await wire.expect("nack"))["code"] == "not_authenticated"
                assert await wire.closed() == 4501
            else:
                await wire.send(frame)
                assert await wire.closed() == 4500
            assert [f["type"] for f in wire.received] == ["nack"]


async def test_sec_a2_a_visitor_is_a_random_token_of_which_only_the_hash_is_kept(server: Running, site: Site) -> None:
    tokens = {await server.new_token(site) for _ in range(20)}

    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)  # 256 bits, as URL-safe base64
    with closing(sqlite3.connect(server.settings.database)) as database:
        dump = "\n".join(database.iterdump())
    assert not [token for token in tokens if token in dump]


async def test_sec_a2_no_id_gives_access_by_itself(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.ask("hello")
        visitor = await server.services.people.visitor(anna.token, server.clock())
        assert visitor is not None

        for token in (anna.conversation_id, visitor.id):
            async with server.wire("/ws/visitor") as wire:
                await wire.send("hello", v=1, token=token, conversation_id=anna.conversation_id)
                assert await wire.closed() == 4501
        for params in ({"token": anna.token}, {"conversation_id": anna.conversation_id}, {"visitor": visitor.id}):
            answer = await server.http.get("/api/visitor/messages", params={"before": 99, **params})
            assert answer.status_code == 401


async def test_sec_a5_passwords_are_argon2id_of_at_least_12_characters_that_nobody_guesses(server: Running) -> None:
    people = server.services.people
    email = f"{uuid4()}@larkmoor.example"
    for weak in ("elevenchars", "passwordpassword", "administrator", f"{email.partition('@')[0]}!"):
        with pytest.raises(BadAccount):
            await people.add_agent(email, "Maya", weak, [], now=server.clock())
    await people.add_agent(email, "Maya", PASSWORD, [], now=server.clock())

    [(stored,)] = rows(server, "SELECT password_hash FROM agent WHERE email = ?", email)
    assert stored.startswith("$argon2id$")
    with pytest.raises(BadAccount):
        await people.add_agent(email.upper(), "Maya again", PASSWORD, [], now=server.clock())


async def test_sec_a5_known_unknown_and_disabled_names_get_the_same_answer(server: Running, site: Site) -> None:
    known, disabled = await server.new_agent(site), await server.new_agent(site)
    await server.services.people.disable_agent(disabled, server.clock())

    answers = set()
    for email, password in ((known, "wrong password"), ("nobody@larkmoor.example", PASSWORD), (disabled, PASSWORD)):
        answer = await server.http.post("/api/agent/sign-in", json={"email": email, "password": password})
        answers.add(
            (answer.status_code, answer.json()["code"], answer.json()["message"], "set-cookie" in answer.headers)
        )

    assert len(answers) == 1
    assert answers.pop()[:2] == (401, "wrong_password")


async def test_sec_a5_guessing_is_limited_by_account_and_by_address(start: Start) -> None:
    async with start(sign_ins_per_minute=3) as server:

        async def guess(email: str) -> int:
            body = {"email": email, "password": "a guess"}
            answer = await server.http.post(
                "/api/agent/sign-in", json=body, headers={"X-Forwarded-For": f"192.0.2.{len(email)}"}
            )
            if answer.status_code == 429:
                assert int(answer.headers["Retry-After"]) >= 1
            return answer.status_code

        assert [await guess("maya@larkmoor.example") for _ in range(4)] == [401, 401, 401, 429]
        assert await guess("dana@larkmoor.example") == 429  # the same address, whatever a header says


async def test_sec_a6_the_session_cookie_is_for_this_host_and_for_no_script(server: Running, site: Site) -> None:
    body = {"email": await server.new_agent(site), "password": PASSWORD}
    cookies = [(await server.http.post("/api/agent/sign-in", json=body)).headers["set-cookie"] for _ in range(2)]

    values, flags = zip(*(cookie.split("; ", 1) for cookie in cookies), strict=True)
    assert COOKIE == "__Host-kickstand"
    assert {flag.lower() for flag in flags[0].split("; ")} == {
        "httponly",
        "secure",
        "samesite=lax",
        "path=/",
        "max-age=604800",
    }
    assert values[0] != values[1]  # a new one at each sign-in


@pytest.mark.parametrize(
    ("changes", "after"),
    [({}, timedelta(hours=12)), ({"session_idle": timedelta(days=99)}, timedelta(days=7))],
)
async def test_sec_a6_a_session_ends_when_idle_and_in_any_case(
    start: Start, clock: ManualClock, changes: dict[str, timedelta], after: timedelta
) -> None:
    async with start(**changes) as server:
        agent = await server.sign_in(await server.new_agent(await server.new_site()))
        clock.advance(after - timedelta(seconds=1))
        assert (await server.http.get("/api/agent/session", headers=agent.headers)).status_code == 200
        clock.advance(timedelta(seconds=1))
        assert (await server.http.get("/api/agent/session", headers=agent.headers)).status_code == 401


async def test_sec_a7_signing_out_closes_sockets_and_refuses_resume_and_rest(server: Running, site: Site) -> None:
    agent = await server.sign_in(await server.new_agent(site))
    async with server.agent(agent) as first, server.agent(agent) as second:
        await server.http.post("/api/agent/sign-out", headers={**agent.headers, "X-Kickstand-CSRF": agent.csrf})
        assert [await first.closed(), await second.closed()] == [4501, 4501]

    async with server.wire("/ws/agent", headers=agent.headers) as wire:
        await wire.send("hello", v=1, token=agent.socket_token)
        assert await wire.closed() == 4501
    assert (await server.http.get("/api/agent/session", headers=agent.headers)).status_code == 401


async def test_sec_a7_signing_out_leaves_the_other_sessions_alone(server: Running, site: Site) -> None:
    email = await server.new_agent(site)
    here, there = await server.sign_in(email), await server.sign_in(email)
    async with server.agent(there) as other:
        await server.http.post("/api/agent/sign-out", headers={**here.headers, "X-Kickstand-CSRF": here.csrf})
        assert (await other.claim(NOBODYS))["code"] == "no_such_conversation"


async def test_sec_a7_a_disabled_agent_is_out(start: Start) -> None:
    async with start(lease=timedelta(milliseconds=300)) as server:
        agent = await server.sign_in(await server.new_agent(await server.new_site()))
        async with server.agent(agent) as maya:
            await server.services.people.disable_agent(agent.email, server.clock())
            assert await maya.closed() == 4501
        assert (await server.http.get("/api/agent/session", headers=agent.headers)).status_code == 401


async def test_sec_a9_no_secret_is_logged_or_answered(
    server: Running, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as logged:
        agent = await server.sign_in(await server.new_agent(site))
        await server.http.post("/api/agent/sign-in", json={"email": agent.email, "password": "a wrong guess"})
        async with server.visitor(site) as anna, server.agent(agent) as maya:
            await anna.say("explode with my words in it")
            await anna.send_raw("my words are no frame")
            await maya.follow(anna.conversation_id)
            await anna.need_a_person()
        session = await server.http.get("/api/agent/session", headers=agent.headers)

    log = str(logged) + caplog.text
    for secret in (PASSWORD, "a wrong guess", anna.token, agent.cookie, agent.socket_token, agent.csrf, "my words"):
        assert secret not in log
    assert agent.cookie not in session.text
    assert PASSWORD not in session.text


def test_sec_a9_no_output_has_a_field_for_a_hash_or_a_password(tmp_path: Path) -> None:
    schemas = create_app(settings_for_tests(tmp_path)).openapi()["components"]["schemas"]
    fields = {f"{name}.{field}" for name, schema in schemas.items() for field in schema.get("properties", {})}

    sensitive = {field for field in fields if re.search("hash|password|secret|token", field)}
    given = {"SignIn.password", "SignedToken.token", "SignedId.hash", "Continue.token", "ShowLink.token"}
    given |= {"ComeIn.token", "ComeIn.password", "ProvePassword.password"}
    assert sensitive == {*given, "VisitorSession.token", "AgentSession.socket_token", "Enrolment.secret"}


# B: authorisation -------------------------------------------------------------------------------------------------


async def test_sec_b1_another_visitors_conversation_is_one_that_does_not_exist(server: Running, site: Site) -> None:
    async with server.visitor(site) as ben:
        await ben.ask("hello")
    answers = []
    for conversation_id in (ben.conversation_id, NOBODYS):
        async with server.wire("/ws/visitor") as wire:
            token = await server.new_token(site)
            await wire.send("hello", v=1, token=token, conversation_id=conversation_id, after=0)
            answers.append((await wire.closed(), [{**frame} for frame in wire.received]))

    assert answers[0] == answers[1]
    assert answers[0][0] == 4504
    assert [frame["type"] for frame in answers[0][1]] == ["nack", "bye"]


async def test_sec_b1_history_is_the_callers_own(server: Running, site: Site) -> None:
    async with server.visitor(site) as ben:
        await ben.ask("hello")
    stranger = {"Authorization": f"Bearer {await server.new_token(site)}"}

    answer = await server.http.get(
        "/api/visitor/messages", params={"before": 99, "conversation_id": ben.conversation_id}, headers=stranger
    )

    assert answer.json() == {"messages": [], "more": False}


def agent_frames(conversation_id: str, gen: int) -> dict[str, Frame]:
    """One of each command that names a conversation."""
    about = {"conversation_id": conversation_id}
    return {
        "message.send": {**about, "text": "let me in", "gen": gen},
        "sync": {**about, "after": 0},
        "read": {**about, "seq": 1},
        "typing": {**about, "on": True},
        "looks": about,
        "ticket.claim": about,
        "ticket.decline": about,
        "ticket.transfer": {**about, "gen": gen, "agent_id": NOBODYS},
        "ticket.snooze": {**about, "gen": gen, "until": "2099-01-01T00:00:00Z"},
        "ticket.release": {**about, "gen": gen, "to": "bot"},
        "ticket.resolve": {**about, "gen": gen},
        "ticket.take_over": about,
    }


async def test_sec_b1_an_agent_of_another_site_finds_nothing_by_any_frame(server: Running, site: Site) -> None:
    async with (
        server.visitor(site) as anna,
        server.agent(site) as maya,
        server.agent(await server.new_site()) as stranger,
    ):
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await anna.state(status="human")
        before = await maya.follow(anna.conversation_id)
        frames = agent_frames(anna.conversation_id, gen)
        assert {f"WS /ws/agent {name}" for name in (*frames, "hello", "presence", "pong")} == {
            name for name in FRAMES if name.startswith("WS /ws/agent ")
        }
        for name, fields in [*frames.items(), ("message.send", {**frames["message.send"], "note": True})]:
            answers = []
            for conversation_id in (anna.conversation_id, NOBODYS):
                answers.append(await refused(stranger, name, {**fields, "conversation_id": conversation_id}))
            assert answers[0] == answers[1], name
            assert answers[0]["code"] == "no_such_conversation", name

        assert await maya.follow(anna.conversation_id, after=len(before)) == before
        assert "let me in" not in str(await anna.settled())
        assert anna.all("typing") == []


async def refused(agent: AgentClient, name: str, fields: Frame) -> Frame:
    if name in ("sync", "read", "typing", "looks"):
        await agent.send(name, **fields)
        nack = await agent.expect("nack")
    else:
        nack = await agent.command(name, **fields)
    return {**nack, "client_id": None}


async def test_sec_b2_a_site_taken_away_is_gone_on_the_open_socket_too(server: Running, site: Site) -> None:
    agent = await server.sign_in(await server.new_agent(site))
    async with server.visitor(site) as anna, server.agent(agent) as maya:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        with closing(sqlite3.connect(server.settings.database, timeout=10)) as database, database:
            database.execute("DELETE FROM agent_site WHERE agent_id = ?", (agent.id,))
        for name, fields in agent_frames(anna.conversation_id, gen).items():
            assert (await refused(maya, name, fields))["code"] == "no_such_conversation", name

    answer = await server.http.get("/api/agent/conversations", headers=agent.headers)
    assert answer.json()["conversations"] == []


SERVERS_OWN = ("author", "author_id", "seq", "pos", "id", "conversation_id", "site", "status", "role", "sent_at", "re")


@pytest.mark.parametrize("field", SERVERS_OWN)
async def test_sec_b3_what_the_server_sets_cannot_be_sent(server: Running, site: Site, field: str) -> None:
    async with server.visitor(site) as anna:
        await anna.send("message.send", client_id=str(uuid4()), text="hello", **{field: "agent"})

        assert (await anna.expect("nack"))["code"] == "bad_frame"
        assert await anna.settled() == []


async def test_sec_b3_nor_over_rest(server: Running, site: Site) -> None:
    answer = await server.http.post("/api/visitor/session", json={"site": site.key, "id": "chosen", "name": "Admin"})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_frame")


async def test_sec_b4_agents_see_their_own_sites_alone(server: Running, site: Site) -> None:
    other = await server.new_site()
    agent = await server.sign_in(await server.new_agent(site))
    both = await server.sign_in(await server.new_agent(site, other))
    async with server.visitor(other) as ben, server.agent(agent) as maya, server.agent(both) as dana:
        await ben.need_a_person()
        await dana.ticket(ben.conversation_id, "waiting")
        async with server.visitor(site) as anna:
            await anna.need_a_person()
            await maya.ticket(anna.conversation_id, "waiting")

        assert ben.conversation_id not in str(maya.received)
        for path in ("/api/agent/conversations", f"/api/agent/conversations/{anna.conversation_id}/customer"):
            answer = await server.http.get(path, headers=agent.headers)
            assert answer.status_code == 200
            assert ben.conversation_id not in answer.text
    missing = [
        await server.http.get(f"/api/agent/conversations/{conversation_id}/customer", headers=agent.headers)
        for conversation_id in (ben.conversation_id, NOBODYS)
    ]
    assert [(answer.status_code, answer.json()["message"]) for answer in missing] == [
        (404, "There is no such conversation.")
    ] * 2
    async with server.agent(agent) as maya:
        assert [ticket["conversation_id"] for ticket in maya.tickets] == [anna.conversation_id]


async def test_sec_b5_what_is_for_the_team_never_enters_a_visitors_frame(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site, name="Maya Keller") as maya:
        await anna.ask("hello")
        await maya.note(anna.conversation_id, "note for the team")
        await anna.say("this is the third time I'm writing, your pipe is still leaking!!")
        ticket = await maya.ticket(anna.conversation_id, "waiting")
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await maya.reply(anna.conversation_id, "On it", gen)
        await anna.expect("message.created", text="On it")
        await anna.settled()
    received = str(anna.received)

    assert ticket["evidence"]
    for private in (
        "note for the team",
        ticket["evidence"][0]["text"],
        "Keller",
        maya.welcome["agent"]["id"],
        "tracker",
    ):
        assert private not in received
    for frame in anna.received:
        visitor_events.validate_python(frame, strict=False)


async def test_sec_b7_the_line_changes_for_the_right_agent_generation_and_state_alone(
    server: Running, site: Site
) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya, server.agent(site, name="Dana Roth") as dana:
        await anna.need_a_person()
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await anna.state(status="human")
        about = {"conversation_id": anna.conversation_id}
        for agent, number in ((dana, gen), (maya, gen + 1), (maya, gen - 1), (dana, 0)):
            for name, fields in (("ticket.release", {"to": "queue"}), ("ticket.resolve", {})):
                assert (await agent.command(name, **about, gen=number, **fields))["code"] == "not_assigned"

        assert (await maya.command("ticket.resolve", **about, gen=gen))["type"] == "ack"
        assert (await maya.command("ticket.resolve", **about, gen=gen))["code"] == "not_assigned"


# C: the browser's side --------------------------------------------------------------------------------------------

FOREIGN = [
    "https://evil.example",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.example",
    "https://evil-shop.example",
    "https://shop.exampl",
    "null",
]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_sec_c1_a_foreign_page_is_refused_everywhere(server: Running, site: Site, origin: str) -> None:
    agent = await server.sign_in(await server.new_agent(site))
    for path, token in (("/ws/visitor", await server.new_token(site)), ("/ws/agent", agent.socket_token)):
        async with server.wire(path, origin=origin) as wire:
            await wire.send("hello", v=1, token=token)
            assert (await wire.expect("nack"))["code"] == "origin_refused"
            assert await wire.closed() == 4503
    for path, body in (
        ("/api/visitor/session", {"site": site.key}),
        ("/api/agent/sign-in", {"email": agent.email, "password": PASSWORD}),
    ):
        answer = await server.http.post(path, json=body, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


async def test_sec_c1_the_sites_pages_reach_the_widget_and_not_the_console(server: Running, site: Site) -> None:
    agent = await server.sign_in(await server.new_agent(site))
    async with server.wire("/ws/visitor", origin=SHOP) as wire:
        await wire.send("hello", v=1, token=await server.new_token(site))
        assert await wire.expect("welcome")
    async with server.wire("/ws/agent", origin=SHOP) as wire:
        await wire.send("hello", v=1, token=agent.socket_token)
        assert await wire.closed() == 4503


async def test_sec_c1_without_an_origin_a_token_is_enough_and_a_cookie_is_not(server: Running, site: Site) -> None:
    agent = await server.sign_in(await server.new_agent(site))
    async with server.wire("/ws/agent", origin=None) as wire:
        await wire.send("hello", v=1, token=agent.socket_token)
        assert await wire.expect("welcome")
    async with server.wire("/ws/agent", origin=None, headers=agent.headers) as wire:
        await wire.send("hello", v=1, token=agent.socket_token)
        assert await wire.closed() == 4503


async def test_sec_c2_a_cookie_alone_opens_no_socket_and_must_fit_the_token(server: Running, site: Site) -> None:
    maya = await server.sign_in(await server.new_agent(site))
    dana = await server.sign_in(await server.new_agent(site))
    session_id = maya.socket_token.partition(".")[0]
    for token in ("x", session_id, f"{session_id}.", f"{session_id}.{'0' * 64}", "é.é", maya.csrf, dana.socket_token):
        async with server.wire("/ws/agent", headers=maya.headers) as wire:
            await wire.send("hello", v=1, token=token)
            assert (await wire.expect("nack"))["code"] == "not_authenticated", token
            assert await wire.closed() == 4501


async def test_sec_c2_a_change_needs_the_header_that_only_the_console_has(server: Running, site: Site) -> None:
    maya = await server.sign_in(await server.new_agent(site))
    dana = await server.sign_in(await server.new_agent(site))
    for csrf in (None, "", "x", dana.csrf, maya.socket_token):
        headers = maya.headers if csrf is None else {**maya.headers, "X-Kickstand-CSRF": csrf}
        answer = await server.http.post("/api/agent/sign-out", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    strange = [("Cookie", maya.headers["Cookie"]), ("X-Kickstand-CSRF", "é")]
    answer = await server.http.post("/api/agent/sign-out", headers=Headers(strange, encoding="latin-1"))
    assert answer.status_code == 403
    assert (await server.http.get("/api/agent/sign-out", headers=maya.headers)).status_code == 405
    assert (await server.http.get("/api/agent/session", headers=maya.headers)).status_code == 200


async def test_sec_c5_the_console_runs_its_own_scripts_alone_and_nobody_frames_it(
    server: Running, front_ends: None
) -> None:
    headers = (await server.http.get("/console/")).headers
    policy = directives(headers["content-security-policy"])

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert (policy["frame-ancestors"], policy["object-src"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"


async def test_sec_c6_only_the_sites_own_pages_may_frame_its_widget(
    server: Running, site: Site, front_ends: None
) -> None:
    other = await server.new_site(origins=["https://one.example", "https://two.example"])
    policies = [
        directives((await server.http.get("/widget/frame", params={"site": key})).headers["content-security-policy"])
        for key in (site.key, other.key)
    ]

    assert policies[0]["frame-ancestors"] == f"'self' {SHOP}"
    assert policies[1]["frame-ancestors"] == "'self' https://one.example https://two.example"
    assert policies[0]["script-src"] == "'self'"
    unknown = await server.http.get("/widget/frame", params={"site": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_site")


def directives(policy: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.fixture
def front_ends() -> None:
    from app.rest.pages import STATIC

    if not (STATIC / "console" / "index.html").is_file() or not (STATIC / "widget" / "index.html").is_file():
        pytest.skip("the front ends are not built: make test builds them first")


async def test_sec_d3_no_path_leads_out_of_the_folder_of_assets(server: Running) -> None:
    for path in ("..%2F..%2Fmain.py", "%2e%2e%2fmain.py", "..%5Cmain.py", "%00", "../index.html", "index.html%00.js"):
        for folder in ("widget", "console"):
            answer = await server.http.get(f"/{folder}/assets/{path}")
            assert answer.status_code == 404, path


# F: limits --------------------------------------------------------------------------------------------------------


async def test_sec_f1_what_is_too_big_or_too_deep_is_refused_before_any_work(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna:
        await anna.send_raw('{"type": "message.send", "text": ' + "[" * 60_000 + "]" * 4 + "}")
        assert "8 levels" in (await anna.expect("nack", code="bad_frame"))["message"]
        await anna.send_raw("x" * (64 * 1024 + 1))
        assert await anna.closed() == 1009


async def test_sec_f5_new_visitors_are_limited_by_address(start: Start) -> None:
    async with start(new_visitors_per_minute=2) as server:
        site = await server.new_site()
        answers = [await server.http.post("/api/visitor/session", json={"site": site.key}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["retryable"] is True


# G: the bot -------------------------------------------------------------------------------------------------------


async def test_sec_g1_a_payload_must_have_been_offered_to_this_visitor(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.visitor(site) as ben:
        offered = (await anna.ask("which sizes do you have"))["buttons"][0]
        await ben.ask("hello")

        for visitor, payload in ((ben, offered["payload"]), (anna, '/choose{"size": "huge"}'), (anna, "/restart")):
            nack = await visitor.refused("Large", payload=payload)
            assert (nack["code"], nack["retryable"]) == ("payload_not_offered", False)
        assert (await anna.ask("Large", payload=offered["payload"]))["text"] == "A large one, then."


@pytest.mark.parametrize("text", ['/choose{"size": "huge"}', "/restart", "/human_request", "/greet"])
async def test_sec_g1_a_text_that_starts_with_a_slash_is_text(server: Running, site: Site, text: str) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        ack = await anna.say(text)
        assert (await anna.expect("message.created", client_id=ack["client_id"]))["text"] == text
        answer = await anna.expect("message.created")
        log = await maya.follow(anna.conversation_id)

    [understood] = [entry for entry in log if entry.get("kind") == "tracker"]
    said = next(event for event in understood["data"]["events"] if event["event"] == "user")
    assert said["text"] == text
    assert "huge" not in answer["text"]
    assert "size" not in {event.get("name") for event in understood["data"]["events"]}
    assert "restart" not in {event["event"] for event in understood["data"]["events"]}


async def test_sec_g3_a_person_can_be_asked_for_in_any_state(server: Running, site: Site) -> None:
    async with server.visitor(site) as anna, server.agent(site) as maya:
        await anna.need_a_person()  # the very first message
        await wants_a_person(anna)  # while waiting
        gen = (await maya.claim(anna.conversation_id))["gen"]
        await anna.state(status="human")
        await wants_a_person(anna)  # while with one
        await maya.command("ticket.resolve", conversation_id=anna.conversation_id, gen=gen)
        await anna.state(status="closed")
        await anna.need_a_person()  # after the end


async def wants_a_person(visitor: VisitorClient) -> None:
    assert (await visitor.say("Talk to a person", payload="/human_request"))["type"] == "ack"


# H: data, errors, configuration -----------------------------------------------------------------------------------


async def test_sec_h1_text_in_a_query_is_data(server: Running, site: Site) -> None:
    for key in ("' OR 1=1 --", '"; DROP TABLE site; --', "%", "_", "*"):
        assert (await server.http.get(f"/api/site/{key}")).status_code == 404
    async with server.visitor(site) as anna:
        ack = await anna.say("'); DELETE FROM entry; --")
        assert (await anna.expect("message.created", client_id=ack["client_id"]))["text"] == "'); DELETE FROM entry; --"


async def test_sec_h2_a_fault_is_told_without_its_insides_and_ends_nothing(start: Start) -> None:
    async with start() as server:
        site, broken = await server.new_site(), await server.new_site()
        with closing(sqlite3.connect(server.settings.database, timeout=10)) as database, database:
            database.execute('UPDATE site SET hours = \'{"tz": "Nowhere/Land"}\' WHERE id = ?', (broken.id,))

        answer = await server.http.get(f"/api/site/{broken.key}")

        assert answer.status_code == 500
        assert answer.json().keys() == {"code", "message", "retryable", "request_id"}
        assert answer.json()["code"] == "internal"
        for inside in ("Traceback", "Nowhere", "File", "app/", ".py", "SELECT"):
            assert inside not in answer.text
        assert (await server.http.get(f"/api/site/{site.key}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/nothing", 404), ("PUT", "/api/site/x", 405), ("GET", "/widget/frame", 422)],
)
async def test_sec_h2_every_http_error_has_the_same_shape(server: Running, method: str, path: str, status: int) -> None:
    answer = await server.http.request(method, path)

    assert answer.status_code == status
    assert answer.json().keys() == {"code", "message", "retryable", "request_id"}
    assert "server" not in answer.headers


@pytest.mark.parametrize("secret", ["", "short", "secret", "changeme" * 5, "a" * 64, "password" + "1" * 40])
def test_sec_h4_a_short_or_simple_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="make one with"):
        Settings(_env_file=None, secret_key=SecretStr(secret))


def test_sec_h4_there_is_no_default_secret_and_only_this_machine_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KICKSTAND_SECRET_KEY", raising=False)
    with pytest.raises(ValidationError, match="secret_key"):
        Settings(_env_file=None)

    assert Settings(_env_file=None, secret_key=SecretStr(SECRET)).host == "127.0.0.1"


async def test_sec_h4_no_other_origin_may_read_what_a_cookie_gives(server: Running, site: Site) -> None:
    agent: SignedInAgent = await server.sign_in(await server.new_agent(site))
    for origin in (SHOP, "https://evil.example"):
        answer = await server.http.get("/api/agent/session", headers={**agent.headers, "Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("setting", "address", "taken"),
    [
        ("redis_url", "redis://cache.internal:6379/0", False),
        ("redis_url", "redis://10.0.0.7:6379/0", False),
        ("redis_url", "redis://:s3cret@cache.internal:6379/0", True),  # pragma: allowlist secret
        ("redis_url", "redis://127.0.0.1:6379/0", True),
        ("redis_url", "unix:///run/redis.sock", True),
        ("database_url", "postgresql://kickstand@db.internal/kickstand", False),
        ("database_url", "postgresql://kickstand:s3cret@db.internal/kickstand", True),  # pragma: allowlist secret
        ("database_url", "postgresql://kickstand@localhost/kickstand", True),
        ("database_url", "postgresql:///kickstand?host=/run/postgresql", True),
    ],
)
def test_sec_h6_a_database_or_redis_of_another_machine_needs_a_password(
    setting: str, address: str, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.delenv("PGPASSFILE", raising=False)
    given = {setting: SecretStr(address)}
    if taken:
        assert Settings(_env_file=None, secret_key=SecretStr(SECRET), **given) is not None  # type: ignore[arg-type]
        return
    with pytest.raises(ValidationError, match="names no password"):
        Settings(_env_file=None, secret_key=SecretStr(SECRET), **given)  # type: ignore[arg-type]


async def test_sec_h5_no_schema_or_documentation_page_is_served(server: Running) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/debug"):
        assert (await server.http.get(path)).status_code == 404


async def test_sec_c5_answers_of_the_api_are_kept_by_nobody(server: Running, site: Site) -> None:
    for path in (f"/api/site/{site.key}", "/api/agent/session"):
        headers = (await server.http.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
