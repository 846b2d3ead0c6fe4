"""Runs actions on an action server, by the HTTP protocol of Rasa's.

The address is the operator's, from `endpoints.yml`, and nothing that the server answers leads anywhere else: no
redirect is followed, no cookie kept, no proxy of the environment asked, and an answer ends at LARGEST bytes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import anyio
import httpx

from bot.actions.endpoint import ActionEndpoint
from bot.actions.outcome import LARGEST, ActionFailed, ActionRejected, Outcome, checked
from bot.actions.view import tracker_state
from bot.tracker import Tracker
from bot.turn import ActionFailure

_log = logging.getLogger(__name__)
PROTOCOL = "3.6.21"
"""The version of Rasa whose calls these are."""
ATTEMPTS = 3
FIRST_PAUSE = timedelta(milliseconds=100)
"""Before the second attempt; doubled before the next."""
LONGEST_DETAIL = 300
_NOT_RUN = (503,)
"""Answers that mean that the action was not begun. After others (502, 504) it may have been, and is not run again."""


class RemoteActions:
    """The actions of one project that an action server has."""

    def __init__(
        self,
        endpoint: ActionEndpoint,
        limit: timedelta,
        domain: Mapping[str, Any],
        first_pause: timedelta = FIRST_PAUSE,
    ) -> None:
        """`limit` holds for all attempts together; `domain` is the domain as plain data."""
        self._endpoint = endpoint
        self._limit = limit
        self._domain = {"version": "3.1", **domain}
        self._first_pause = first_pause.total_seconds()
        # Certificates are loaded once; a client a call keeps no cookies, and needs nobody to close it.
        self._verify = httpx.create_ssl_context() if endpoint.url.startswith("https:") else False

    async def run(self, name: str, tracker: Tracker, slots: Mapping[str, Any], key: str) -> Outcome:
        """See `bot.actions.outcome.ProjectActions`. `key` goes along as `Idempotency-Key`."""
        try:
            content = json.dumps(self._call(name, tracker, slots), allow_nan=False)
            with anyio.move_on_after(self._limit.total_seconds()) as scope:
                status, body = await self._answer(content, key)
            if scope.cancelled_caught:
                detail = f"the action server took longer than {self._limit.total_seconds():g} s"
                raise ActionFailed(ActionFailure(name, "timed_out", detail))
            return _read(name, status, body)
        except (ActionFailed, ActionRejected):
            raise
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, RecursionError) as error:
            _log.warning("the action %s failed on the action server", name, exc_info=error)
            detail = f"{type(error).__name__}: {error}"[:LONGEST_DETAIL]
            raise ActionFailed(ActionFailure(name, "raised", detail)) from error

    def _call(self, name: str, tracker: Tracker, slots: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "next_action": name,
            "sender_id": tracker.conversation_id,
            "tracker": tracker_state(tracker, slots, tracker.events_since_restart()),
            "domain": self._domain,
            "version": PROTOCOL,
        }

    async def _answer(self, content: str, key: str) -> tuple[int, bytes]:
        """Status and body. Tried again only where the action cannot have run."""
        for attempt in range(1, ATTEMPTS):
            try:
                status, body = await self._post(content, key)
                if status not in _NOT_RUN:
                    return status, body
            except (httpx.ConnectError, httpx.ConnectTimeout):
                _log.info("the action server was not reached, attempt %d", attempt)
            await anyio.sleep(self._first_pause * 2 ** (attempt - 1))
        return await self._post(content, key)

    async def _post(self, content: str, key: str) -> tuple[int, bytes]:
        headers = {
            **self._endpoint.headers,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "Idempotency-Key": key,
        }
        async with (
            httpx.AsyncClient(
                verify=self._verify,
                trust_env=False,
                follow_redirects=False,
                timeout=self._limit.total_seconds(),
            ) as client,
            client.stream("POST", self._endpoint.url, content=content, headers=headers) as response,
        ):
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise ValueError("the action server packed its answer, though it was asked not to")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LARGEST:
                    raise ValueError(f"the action server's answer is larger than {LARGEST:,} bytes")
            return response.status_code, bytes(body)


def _read(name: str, status: int, body: bytes) -> Outcome:
    """The outcome in an answer. Raises ActionRejected, ActionFailed, or ValueError or TypeError for nonsense."""
    if status == 400:
        raise ActionRejected(name)
    if status != 200:
        known = {404: "it does not have this action", 449: "it has not been sent the domain", 500: "the action raised"}
        detail = f"the action server answered {status}" + (f": {known[status]}" if status in known else "")
        raise ActionFailed(ActionFailure(name, "raised", detail))
    answer = json.loads(body) if body.strip() else None
    if answer is None:
        return Outcome([], [])
    if not isinstance(answer, dict):
        raise TypeError("the action server's answer is no JSON object")
    return checked(answer.get("responses") or [], answer.get("events") or [])
