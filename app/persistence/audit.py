"""The audit log: who did what, when, to what, from where. Written in the transaction of the deed, and only added to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import to_json
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.conversations import new_id
from app.errors import Forbidden
from app.persistence.database import Sessions
from app.persistence.moments import to_micros
from app.persistence.people_tables import AuditRow
from app.persistence.tables import AgentRow
from app.persistence.work import Cursor
from handoff import Agent, AgentId, Role

PAGE = 100


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from which address; without an `agent_id` it is a command on the server."""

    agent_id: AgentId | None
    name: str
    address: str = ""


THE_SERVER = Actor(None, "command on the server")


def note(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    did: str,
    about: str,
    *,
    before: object = None,
    after: object = None,
) -> None:
    """A line of the log, committed with what else `session` does. `did` as "role.changed", `about` in words.

    `before` and `after` are what JSON can say, and never a secret.
    """
    session.add(
        AuditRow(
            id=new_id(),
            at=now,
            agent_id=actor.agent_id,
            who=actor.name,
            did=did,
            about=about,
            before=None if before is None else to_json(before).decode(),
            after=None if after is None else to_json(after).decode(),
            address=actor.address,
        )
    )


@asynccontextmanager
async def deed(writes: Sessions, actor: Actor, needs: Role) -> AsyncIterator[AsyncSession]:
    """A transaction in which `actor` still has the role: whoever lost it a moment ago is refused. Raises Forbidden."""
    async with writes() as session, session.begin():
        if actor.agent_id is not None:
            found = await session.exec(
                select(AgentRow.role)
                .where(AgentRow.id == actor.agent_id, col(AgentRow.disabled_at).is_(None))
                .with_for_update(read=True)
            )
            role = found.first()
            if role is None or not Role(role).at_least(needs):
                raise Forbidden(f"Your role changed meanwhile, and this is for the role {needs}. It stays as it was.")
        yield session


class AuditLog:
    """Reads it, newest first."""

    def __init__(self, reads: Sessions) -> None:
        self._reads = reads

    async def page(self, *, before: datetime | None, limit: int = PAGE) -> Sequence[AuditRow]:
        """The newest `limit` lines before that moment, of all when it is None."""
        wanted = select(AuditRow).order_by(col(AuditRow.at).desc(), col(AuditRow.id).desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(col(AuditRow.at) < before)
        async with self._reads() as session:
            return list(await session.exec(wanted))

    async def all(self) -> AsyncIterator[AuditRow]:
        """Every line, oldest first, read as it is asked for."""
        async with self._reads() as session:
            rows = await session.stream_scalars(select(AuditRow).order_by(col(AuditRow.at), col(AuditRow.id)))
            async for row in rows:
                yield row


def noted(cursor: Cursor, agent: Agent, now: datetime, did: str, about: str, *, before: object = None) -> None:
    """The same as `note`, in a unit of work."""
    cursor.execute(
        "INSERT INTO audit (id, at, agent_id, who, did, about, before, address) VALUES (?, ?, ?, ?, ?, ?, ?, '')",
        (
            new_id(),
            to_micros(now),
            agent.id,
            agent.name,
            did,
            about,
            None if before is None else to_json(before).decode(),
        ),
    )
