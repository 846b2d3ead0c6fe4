"""An action server that hangs, breaks off, lies or floods costs its action and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import ProjectError, Tracker, check
from bot.actions.endpoint import ActionEndpoint
from bot.actions.outcome import LARGEST, ActionFailed, ActionRejected, Outcome
from bot.actions.remote import RemoteActions
from tests.unit.bot.projects import Chat, a_project, an_assistant, texts, with_action

SPOKEN = {"responses": [{"text": "Hi."}], "events": [{"event": "slot", "name": "size", "value": "small"}]}


def answer(status: int, body: bytes | Any = b"", *headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status} Answer", f"Content-Length: {len(content)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(head).encode() + content


class Script:
    """A server that gives one answer after the other; None keeps silent."""

    def __init__(self, answers: Sequence[bytes | None]) -> None:
        self._answers = list(answers)
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((headers, json.loads(body)))
        given = self._answers.pop(0)
        if given is None:
            await reader.read()  # until the other side gives up
        else:
            writer.write(given)
            with suppress(ConnectionError):
                await writer.drain()
        writer.close()


@asynccontextmanager
async def scripted(*answers: bytes | None) -> AsyncIterator[Script]:
    script = Script(answers)
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    async with server:
        script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook"
        yield script


async def run(url: str, *, limit: float = 30, **headers: str) -> Outcome:
    actions = RemoteActions(ActionEndpoint(url, headers), timedelta(seconds=limit), {}, timedelta(0))
    return await actions.run("action_a", Tracker("c1"), {"size": None}, "turn-1:0")


async def failure(*answers: bytes | None, limit: float = 30) -> tuple[str, str]:
    async with scripted(*answers) as script:
        with pytest.raises(ActionFailed) as failed:
            await run(script.url, limit=limit)
        assert len(script.requests) == len(answers)
    return failed.value.failure.kind, failed.value.failure.detail


async def test_a_call_carries_the_secret_and_a_key_by_which_it_can_be_done_once() -> None:
    async with scripted(answer(200, SPOKEN)) as script:
        outcome = await run(script.url, Authorization="Bearer quiet")
    assert (outcome.responses, outcome.events) == (SPOKEN["responses"], SPOKEN["events"])
    ((headers, call),) = script.requests
    assert headers["authorization"] == "Bearer quiet"
    assert headers["idempotency-key"] == "turn-1:0"
    assert call["next_action"] == "action_a"
    assert call["tracker"]["slots"] == {"size": None}


async def test_it_is_tried_again_where_the_action_cannot_have_run() -> None:
    async with scripted(answer(503), answer(503), answer(200, SPOKEN)) as script:
        assert (await run(script.url)).responses == SPOKEN["responses"]
        assert len({headers["idempotency-key"] for headers, _ in script.requests}) == 1
    assert "503" in (await failure(answer(503), answer(503), answer(503)))[1]


@pytest.mark.parametrize("status", [500, 502, 504, 404, 401, 302, 204])
async def test_other_answers_are_failures_at_once(status: int) -> None:
    kind, detail = await failure(answer(status, SPOKEN, "Location: http://127.0.0.1:1/elsewhere"))
    assert (kind, str(status) in detail) == ("raised", True)


async def test_nobody_listening_is_a_failure_after_a_few_attempts() -> None:
    async with scripted() as script:
        pass
    with pytest.raises(ActionFailed) as failed:
        await run(script.url)
    assert failed.value.failure.detail.startswith("ConnectError")


async def test_400_means_that_the_action_rejects_the_message() -> None:
    async with scripted(answer(400, {"action_name": "action_a", "error": "no"})) as script:
        with pytest.raises(ActionRejected):
            await run(script.url)


async def test_silence_ends_with_the_time_limit() -> None:
    assert await failure(None, limit=0.05) == ("timed_out", "the action server took longer than 0.05 s")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"\xff\xfe",
        b"[" * 100_000,
        [1],
        {"events": 7},
        {"events": ["slot"]},
        {"responses": "hello"},
        {"events": [{"event": "slot"}]},
        b'{"events": [{"event": "slot", "name": "size", "value": NaN}]}',
    ],
    ids=str,
)
async def test_nonsense_is_a_failure(body: Any) -> None:
    assert (await failure(answer(200, body)))[0] == "raised"


async def test_an_empty_answer_says_and_changes_nothing() -> None:
    for body in (b"", b"null", b"{}"):
        async with scripted(answer(200, body)) as script:
            assert await run(script.url) == Outcome([], [])


async def test_a_flood_is_cut_off() -> None:
    assert "larger than" in (await failure(answer(200, b" " * (LARGEST + 1))))[1]
    packed = gzip.compress(b" " * 50_000_000)
    assert "packed" in (await failure(answer(200, packed, "Content-Encoding: gzip")))[1]


async def test_an_answer_that_breaks_off_is_a_failure() -> None:
    assert (await failure(answer(200, SPOKEN)[:-10]))[0] == "raised"


async def test_a_broken_server_costs_the_turn_its_answer_alone(tmp_path: Path) -> None:
    async with scripted(answer(500), answer(200, SPOKEN)) as script:
        files = {**with_action("action_a", "greet"), "endpoints.yml": f"action_endpoint: {{url: '{script.url}'}}\n"}
        chat = Chat(an_assistant(a_project(tmp_path, files)))
        turn = await chat.taps("/greet")
        assert [failure.action for failure in turn.failures] == ["action_a"]
        assert turn.events[-1]["name"] == "action_listen"
        assert texts(await chat.taps("/greet")) == ["Hi."]
        assert chat.tracker.slots["size"] == "small"


async def test_actions_of_the_project_run_here_and_only_the_others_there(tmp_path: Path) -> None:
    code = "class A(Action):\n    def name(self): return 'action_a'\n    def run(self, *_): return []\n"
    endpoint = "action_endpoint: {url: 'http://127.0.0.1:1/webhook'}\n"
    folder = a_project(tmp_path, {**with_action("action_a", "greet"), "endpoints.yml": endpoint}, actions=code)
    assert (await Chat(an_assistant(folder)).taps("/greet")).failures == ()


# endpoints.yml --------------------------------------------------------------------------------------------------------


def refused(folder: Path, endpoint: str) -> str:
    with pytest.raises(ProjectError) as raised:
        an_assistant(a_project(folder, {**with_action("action_a", "greet"), "endpoints.yml": endpoint}))
    (problem,) = [each for each in raised.value.problems if each.severity == "error"]
    assert problem.file == "endpoints.yml"
    return f"{problem.line}: {problem.message}"


async def test_variables_of_the_environment_are_put_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(answer(200, SPOKEN)) as script:
        monkeypatch.setenv("ACTION_URL", script.url)
        monkeypatch.setenv("ACTION_SECRET", "hush")
        endpoint = "action_endpoint:\n  url: ${ACTION_URL}\n  token: ${ACTION_SECRET}\n"
        folder = a_project(tmp_path, {**with_action("action_a", "greet"), "endpoints.yml": endpoint})
        assert check(folder) == []
        assert texts(await Chat(an_assistant(folder)).taps("/greet")) == ["Hi."]
        assert script.requests[0][0]["authorization"] == "Bearer hush"


def test_a_variable_that_is_missing_is_named_and_only_checking_goes_without(tmp_path: Path) -> None:
    endpoint = "action_endpoint:\n  url: http://127.0.0.1:5055/webhook\n  token: ${NOT_SET_ANYWHERE}\n"
    assert refused(tmp_path, endpoint).startswith("3: the environment has no variable NOT_SET_ANYWHERE")
    assert check(tmp_path) == []


@pytest.mark.parametrize("secret", ["", "  token: hush\n", "  headers: {X-Secret: hush}\n"])
def test_sec_e6_an_action_server_that_others_can_reach_must_be_told_a_secret(tmp_path: Path, secret: str) -> None:
    endpoint = f"action_endpoint:\n  url: https://actions.example/webhook\n{secret}"
    if secret:
        an_assistant(a_project(tmp_path, {**with_action("action_a", "greet"), "endpoints.yml": endpoint}))
    else:
        assert "give it a secret" in refused(tmp_path, endpoint)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/webhook",
        "file:///etc/passwd",
        "127.0.0.1:5055",
        "http://",
        "http://me:pw@127.0.0.1/",  # pragma: allowlist secret
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    assert "no http:// or https:// address" in refused(tmp_path, f"action_endpoint: {{url: '{url}'}}\n")


def test_an_endpoint_without_an_address_is_refused(tmp_path: Path) -> None:
    assert "needs a `url`" in refused(tmp_path, "action_endpoint: http://127.0.0.1:5055\n")
