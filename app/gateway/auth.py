"""Tokens bound to an agent's session: for the console's socket, and against forged requests.

The cookie alone never authenticates a socket or a change: browsers send it from anywhere.
"""

from __future__ import annotations

import hashlib
import hmac

COOKIE = "__Host-kickstand"
CSRF_HEADER = "x-kickstand-csrf"


class SessionTokens:
    """Derives tokens from a session's id with the installation's secret; nothing of them is stored."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def csrf(self, session_id: str) -> str:
        """Goes into the header of every change."""
        return self._sign("csrf", session_id)

    def is_csrf(self, session_id: str, token: str) -> bool:
        """In constant time."""
        return _same(self.csrf(session_id), token)

    def socket(self, session_id: str) -> str:
        """Goes into `hello`; names the session and proves that its console asked for it."""
        return f"{session_id}.{self._sign('socket', session_id)}"

    def session_of(self, token: str) -> str | None:
        """The session of a socket token, None when it is not ours."""
        session_id, _, signature = token.partition(".")
        return session_id if _same(self._sign("socket", session_id), signature) else None

    def _sign(self, purpose: str, session_id: str) -> str:
        return hmac.new(self._key, f"{purpose}:{session_id}".encode(), hashlib.sha256).hexdigest()


def _same(ours: str, theirs: str) -> bool:
    """In constant time; as bytes, because `theirs` may hold anything."""
    return hmac.compare_digest(ours.encode(), theirs.encode())
