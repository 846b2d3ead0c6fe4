"""A visitor turns out to be somebody the shop knows: one transaction that merges what may be merged."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.conversations import Conversation, Status, Step, VisitorId, new_id
from app.errors import IdentityWaits
from app.identity import Identity
from app.persistence.journal import Change
from app.persistence.moments import to_micros
from app.persistence.people import Visitor
from app.persistence.sql_log import CONVERSATION, Log, find_conversation, to_conversation
from app.persistence.tokens import hash_token
from app.persistence.work import Cursor, Writer, lock
from handoff import ConversationId, SiteId

_SAME_MACHINE = (
    "DELETE FROM garage_vehicle WHERE visitor_id = ? AND EXISTS (SELECT 1 FROM garage_vehicle other"
    " WHERE other.visitor_id = ? AND other.site_id = garage_vehicle.site_id AND other.make = garage_vehicle.make"
    " AND other.model = garage_vehicle.model AND COALESCE(other.year, 0) = COALESCE(garage_vehicle.year, 0))"
)
"""Bikes that both garages have are kept once."""
_SAME_WISH = (
    "DELETE FROM preference WHERE visitor_id = ? AND EXISTS (SELECT 1 FROM preference other"
    " WHERE other.visitor_id = ? AND other.site_id = preference.site_id)"
)
"""How the known visitor asked to be served stays."""
_SAME_CONSENT = (
    "UPDATE visitor SET consented_at = (SELECT consented_at FROM visitor other WHERE other.id = ?),"
    " consented_to = (SELECT consented_to FROM visitor other WHERE other.id = ?) WHERE id = ? AND consented_at IS NULL"
)
"""What somebody agreed to before it was known who they are, they agreed to."""


@dataclass(frozen=True, slots=True)
class Identified:
    """`token` is the visitor's from now on. `left`: the anonymous visitor that is no more; its sockets close."""

    token: str
    visitor_id: VisitorId
    left: VisitorId | None
    changes: tuple[Change, ...]


class Identities:
    """Who an anonymous visitor is. Call only after the signature was verified."""

    def __init__(self, writer: Writer, lasts: timedelta) -> None:
        self._writer = writer
        self._lasts = lasts

    async def identify(self, visitor: Visitor, identity: Identity, now: datetime) -> Identified:
        """Make `visitor` the one that `identity` names, with a new token.

        Who was anonymous brings along what they said and kept. Raises IdentityWaits when two open conversations would
        meet that are both with people: nothing has changed then.
        """

        def work(cursor: Cursor) -> Identified:
            known = _known(cursor, visitor.site_id, identity.id)
            for each in sorted({visitor.id, known or visitor.id}):
                lock(cursor, "visitor", each)
            anonymous = visitor.external_id is None
            changes: list[Change] = []
            if known is None and anonymous:
                known = visitor.id
                cursor.execute("UPDATE visitor SET external_id = ? WHERE id = ?", (identity.id, known))
                _end_tokens(cursor, known)
            elif known is None:  # somebody else was signed in here: nothing of theirs is touched
                known = _create(cursor, visitor.site_id, identity, now)
            elif anonymous:
                changes = _join(cursor, visitor.id, known, now)
            _tell_name(cursor, known, identity)
            return Identified(
                token=add_token(cursor, known, verified=True, ends_at=now + self._lasts),
                visitor_id=known,
                left=visitor.id if anonymous else None,
                changes=tuple(changes),
            )

        return await self._writer.run(work)

    async def by_link(self, visitor_id: VisitorId, now: datetime) -> str:
        """A further token of a visitor who came by a link in a mail: good for the chat, no proof of who it is."""
        return await self._writer.run(
            lambda cursor: add_token(cursor, visitor_id, verified=False, ends_at=now + self._lasts)
        )


def add_token(cursor: Cursor, visitor_id: VisitorId, *, verified: bool, ends_at: datetime) -> str:
    """A further token of a visitor. It is shown once; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    cursor.execute(
        "INSERT INTO visitor_token (token_hash, visitor_id, verified, ends_at) VALUES (?, ?, ?, ?)",
        (hash_token(token), visitor_id, verified, to_micros(ends_at)),
    )
    return token


def _known(cursor: Cursor, site_id: SiteId, external_id: str) -> VisitorId | None:
    row = cursor.execute(
        "SELECT id FROM visitor WHERE site_id = ? AND external_id IS NOT NULL AND external_id = ?",
        (site_id, external_id),
    ).fetchone()
    return None if row is None else VisitorId(row[0])


def _create(cursor: Cursor, site_id: SiteId, identity: Identity, now: datetime) -> VisitorId:
    visitor_id = VisitorId(new_id())
    cursor.execute(
        "INSERT INTO visitor (id, site_id, token_hash, created_at, external_id) VALUES (?, ?, ?, ?, ?)",
        (visitor_id, site_id, hash_token(secrets.token_urlsafe(32)), to_micros(now), identity.id),
    )
    return visitor_id


def _end_tokens(cursor: Cursor, visitor_id: VisitorId) -> None:
    """The token of an anonymous visitor is nobody's once it is known who they are."""
    cursor.execute(
        "UPDATE visitor SET token_hash = ? WHERE id = ?", (hash_token(secrets.token_urlsafe(32)), visitor_id)
    )
    cursor.execute("DELETE FROM visitor_token WHERE visitor_id = ?", (visitor_id,))


def _tell_name(cursor: Cursor, visitor_id: VisitorId, identity: Identity) -> None:
    cursor.execute(
        "UPDATE visitor SET name = COALESCE(?, name), email = COALESCE(?, email) WHERE id = ?",
        (identity.name, identity.email, visitor_id),
    )


def _join(cursor: Cursor, anonymous: VisitorId, known: VisitorId, now: datetime) -> list[Change]:
    """Everything of `anonymous` becomes `known`'s. Raises IdentityWaits."""
    both = _open(cursor, anonymous), _open(cursor, known)
    changes = [] if None in both else [_end(cursor, _lesser(*both), now)]  # type: ignore[arg-type]
    moved = [row[0] for row in cursor.execute("SELECT id FROM conversation WHERE visitor_id = ?", (anonymous,))]
    for conversation_id in moved:
        cursor.execute("UPDATE conversation SET visitor_id = ? WHERE id = ?", (known, conversation_id))
        cursor.execute(
            "UPDATE entry SET author_id = ? WHERE conversation_id = ? AND author_kind = 'visitor' AND author_id = ?",
            (known, conversation_id, anonymous),
        )
        log = Log(cursor, find_conversation(cursor, conversation_id), now)
        log.note_step("identified")
        changes.append(log.close())
    cursor.execute(_SAME_MACHINE, (anonymous, known))
    cursor.execute(_SAME_WISH, (anonymous, known))
    for table in ("garage_vehicle", "support_case", "preference", "photo"):
        cursor.execute(f"UPDATE {table} SET visitor_id = ? WHERE visitor_id = ?", (known, anonymous))  # noqa: S608
    cursor.execute("DELETE FROM visitor_token WHERE visitor_id = ?", (anonymous,))
    cursor.execute(_SAME_CONSENT, (anonymous, anonymous, known))
    cursor.execute("DELETE FROM visitor WHERE id = ?", (anonymous,))
    return changes


def _open(cursor: Cursor, visitor_id: VisitorId) -> Conversation | None:
    row = cursor.execute(
        f"SELECT {CONVERSATION} FROM conversation WHERE visitor_id = ? AND status <> 'closed'",  # noqa: S608
        (visitor_id,),
    ).fetchone()
    return None if row is None else to_conversation(row)


def _lesser(one: Conversation, other: Conversation) -> ConversationId:
    """The one of two open conversations that ends: never one that is with people, else the one left earlier."""
    with_bot = [each for each in (one, other) if each.status is Status.BOT]
    if not with_bot:
        raise IdentityWaits
    return min(with_bot, key=lambda each: each.updated_at).id


def _end(cursor: Cursor, conversation_id: ConversationId, now: datetime) -> Change:
    log = Log(cursor, find_conversation(cursor, conversation_id), now)
    log.move(Step.JOINED)
    return log.close()
