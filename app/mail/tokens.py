"""What a mail carries so that it leads back: a link that opens a conversation for a while, an address to answer to."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from handoff import ConversationId


class MailTokens:
    """Signs with the installation's secret; nothing is stored."""

    def __init__(self, secret_key: str, lasts: timedelta) -> None:
        self._key = secret_key.encode()
        self._lasts = lasts

    def link(self, conversation_id: ConversationId, now: datetime) -> str:
        """Goes into a link behind "#", where no server and no log sees it."""
        told = f"{UUID(conversation_id).hex}.{int((now + self._lasts).timestamp())}"
        return f"{told}.{self._sign('link', told)}"

    def of_link(self, token: str, now: datetime) -> ConversationId | None:
        """The conversation that a link opens now."""
        told, _, signature = token.rpartition(".")
        conversation, _, until = told.partition(".")
        if not _same(self._sign("link", told), signature) or now >= datetime.fromtimestamp(int(until), UTC):
            return None
        return ConversationId(str(UUID(conversation)))

    def address(self, conversation_id: ConversationId) -> str:
        """The part of the address to answer to that says which conversation it is; it does not end."""
        told = UUID(conversation_id).hex
        return f"{told}{self._sign('reply', told)[:24]}"

    def of_address(self, part: str) -> ConversationId | None:
        """The conversation that an answer belongs to."""
        told, signature = part[:32], part[32:]
        if not _same(self._sign("reply", told)[:24], signature.lower()):
            return None
        return ConversationId(str(UUID(told)))

    def _sign(self, purpose: str, told: str) -> str:
        return hmac.new(self._key, f"mail {purpose}:{told.lower()}".encode(), hashlib.sha256).hexdigest()


def _same(ours: str, theirs: str) -> bool:
    """In constant time; as bytes, because `theirs` may hold anything."""
    return hmac.compare_digest(ours.encode(), theirs.encode())
