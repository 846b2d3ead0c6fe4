"""What agents know their way around in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import BadAccount
from app.persistence.audit import THE_SERVER, Actor, deed, note
from app.persistence.database import Sessions
from app.persistence.desk_tables import SkillRow
from app.persistence.tables import AgentRow
from handoff import Role
from handoff.skills import MOST, plain


class Skills:
    """Read whole and written whole: a person has few."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def of(self, email: str) -> list[str]:
        """In the order of the alphabet. Raises BadAccount for who has no account."""
        async with self._reads() as session:
            return await _skills(session, await _agent(session, email))

    async def put(self, email: str, skills: Sequence[str], now: datetime, by: Actor = THE_SERVER) -> None:
        """These and no others from now on. Raises BadAccount, or Forbidden for who is no admin (any more)."""
        wanted = sorted({skill for each in skills if (skill := plain(each))})
        if len(wanted) > MOST:
            raise BadAccount(f"{len(wanted)} skills are more than the {MOST} that one person can be asked for.")
        async with deed(self._writes, by, Role.ADMIN) as session:
            agent_id = await _agent(session, email)
            before = await _skills(session, agent_id)
            await session.exec(delete(SkillRow).where(col(SkillRow.agent_id) == agent_id))
            session.add_all([SkillRow(agent_id=agent_id, skill=skill) for skill in wanted])
            note(session, by, now, "skills.changed", email.lower(), before=before, after=wanted)


async def _agent(session: AsyncSession, email: str) -> str:
    found = (await session.exec(select(AgentRow.id).where(AgentRow.email == email.lower()))).first()
    if found is None:
        raise BadAccount(f"{email} has no account. `kickstand user list` shows all.")
    return found


async def _skills(session: AsyncSession, agent_id: str) -> list[str]:
    return sorted(await session.exec(select(SkillRow.skill).where(SkillRow.agent_id == agent_id)))
