"""Accounts of the team: how people come in, what they may do, and how it ends. Each change is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.conversations import new_id
from app.errors import BadAccount, LastAdmin, NoSuchAgent, WayInEnded, WrongPassword
from app.persistence.audit import Actor, deed, note
from app.persistence.database import Sessions
from app.persistence.passwords import Passwords
from app.persistence.people_tables import RoleRuleRow, WayInRow
from app.persistence.second_step import SecondStep
from app.persistence.tables import AgentRow, AgentSessionRow, AgentSiteRow, SiteRow, TeamMemberRow, TeamRow
from app.persistence.tokens import hash_token, new_token
from handoff import AgentId, Role, SiteId

WAY_IN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team, as an administrator sees them. `seen_at`: when a session of theirs was used last."""

    id: AgentId
    email: str
    name: str
    role: Role
    capacity: int
    invited: bool
    disabled: bool
    second_step: bool
    sites: tuple[str, ...]
    teams: tuple[str, ...]
    sessions: int
    here: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class WayIn:
    """A one-time link: `token` is shown once, to who made it."""

    agent_id: AgentId
    token: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose link it is. `invited`: they come for the first time; else they set another password."""

    email: str
    name: str
    invited: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different about an account; None: as it is."""

    role: Role | None = None
    site_ids: tuple[SiteId, ...] | None = None
    capacity: int | None = None
    disabled: bool | None = None


class Accounts:
    """Changes them. Every verb of an administrator checks inside its transaction that it still is one."""

    def __init__(self, reads: Sessions, writes: Sessions, second: SecondStep, passwords: Passwords) -> None:
        self._reads = reads
        self._writes = writes
        self._second = second
        self._passwords = passwords

    # Coming in ---------------------------------------------------------------------------------------------------

    async def sign_in(
        self, email: str, password: str, code: str | None, now: datetime, *, device: str, address: str
    ) -> tuple[str, str]:
        """A new session's id and its token. Raises WrongPassword, CodeNeeded, WrongCode.

        Unknown and closed accounts take the same work and get the same answer as a wrong password; that a code is
        wanted is told to who knows the password alone.
        """
        async with self._reads() as session:
            row = (await session.exec(select(AgentRow).where(AgentRow.email == email.lower()))).first()
        known = row if row is not None and row.disabled_at is None else None
        if not await self._passwords.fits(password, known.password_hash if known else None) or known is None:
            raise WrongPassword
        actor = Actor(AgentId(known.id), known.name, address)
        async with self._writes() as session, session.begin():
            spent = await self._second.ask(session, AgentId(known.id), code, now)
            session_id, token = self._begin(session, known.id, now, device, address)
            if spent:
                note(session, actor, now, "recovery_code.used", known.email)
            note(session, actor, now, "signed_in", known.email, after={"device": device})
        return session_id, token

    async def link_for(self, email: str, now: datetime, *, address: str) -> WayIn | None:
        """A link for who forgot the password, to be sent to that e-mail and nowhere else; None: no account has it."""
        async with self._writes() as session, session.begin():
            found = await session.exec(
                select(AgentRow).where(AgentRow.email == email.lower(), col(AgentRow.disabled_at).is_(None))
            )
            row = found.first()
            if row is None:
                return None
            note(session, Actor(AgentId(row.id), row.name, address), now, "link.asked_for", row.email)
            return await self._link(session, row.id, now)

    async def guest(self, token: str, now: datetime) -> Guest:
        """Whose link this is. Raises WayInEnded."""
        async with self._reads() as session:
            _, row = await _way_in(session, token, now)
        return Guest(row.email, "" if row.invited else row.name, row.invited)

    async def come_in(
        self, token: str, name: str, password: str, now: datetime, *, address: str
    ) -> tuple[str, list[str]]:
        """Set name and password by a link, which is used up. The e-mail, and the sessions that this ended.

        Raises WayInEnded, and BadAccount for an empty name or a weak password: the link stays good then.
        """
        if not (name := " ".join(name.split())):
            raise BadAccount("The name is empty. Customers are told the first name of who joins them.")
        hashed = await self._passwords.hash(password, (await self.guest(token, now)).email)
        async with self._writes() as session, session.begin():
            link, row = await _way_in(session, token, now, lock=True)
            link.used_at = now
            first = row.invited
            row.name, row.password_hash, row.invited = name, hashed, False
            session.add_all([link, row])
            ended = await self._end(session, row.id, now, because="password")
            actor = Actor(AgentId(row.id), name, address)
            note(session, actor, now, "came_in" if first else "password.changed", row.email, after={"by": "link"})
            return row.email, ended

    # One's own ---------------------------------------------------------------------------------------------------

    async def change_password(
        self, actor: Actor, session_id: str, current: str, new: str, now: datetime
    ) -> tuple[str, str, list[str]]:
        """Another password: every session ends, and a new one begins. Its id, its token, and those that ended.

        Raises WrongPassword and BadAccount.
        """
        async with self._reads() as session:
            row = await session.get_one(AgentRow, actor.agent_id)
        if not await self._passwords.fits(current, row.password_hash):
            raise WrongPassword("This is another password than yours is now. Type the one that you sign in with.")
        hashed = await self._passwords.hash(new, row.email)
        async with deed(self._writes, actor, Role.AGENT) as session:
            row = await session.get_one(AgentRow, actor.agent_id)
            row.password_hash = hashed
            session.add(row)
            old = await session.get_one(AgentSessionRow, session_id)
            ended = await self._end(session, row.id, now, because="password")
            fresh, token = self._begin(session, row.id, now, old.device, actor.address)
            note(session, actor, now, "password.changed", row.email)
        return fresh, token, ended

    async def fits(self, agent_id: AgentId, password: str) -> bool:
        """Whether this is the account's password."""
        async with self._reads() as session:
            row = await session.get_one(AgentRow, agent_id)
        return await self._passwords.fits(password, row.password_hash)

    async def set_up_second_step(self, actor: Actor, ticket: str, code: str, now: datetime) -> list[str]:
        """The recovery codes of one's new second step. Raises WrongCode."""
        async with deed(self._writes, actor, Role.AGENT) as session:
            codes = await self._second.confirm(session, _own(actor), ticket, code, now)
            note(session, actor, now, "second_step.set_up", await _email(session, _own(actor)))
        return codes

    async def drop_second_step(self, actor: Actor, now: datetime, *, whose: AgentId | None = None) -> None:
        """Take one's own away; with `whose`, that of somebody who lost their device. Raises Forbidden, NoSuchAgent."""
        needs = Role.AGENT if whose is None else Role.ADMIN
        async with deed(self._writes, actor, needs) as session:
            agent_id = whose or _own(actor)
            email = await _email(session, agent_id)
            await self._second.take_away(session, agent_id)
            note(session, actor, now, "second_step.taken_away", email)

    async def sessions(self, agent_id: AgentId) -> Sequence[AgentSessionRow]:
        """Those that were not ended, the one used last first; whether they are too old is the reader's to say."""
        async with self._reads() as session:
            rows = await session.exec(
                select(AgentSessionRow)
                .where(AgentSessionRow.agent_id == agent_id, col(AgentSessionRow.revoked_at).is_(None))
                .order_by(col(AgentSessionRow.seen_at).desc())
            )
            return list(rows)

    async def end_sessions(
        self, actor: Actor, whose: AgentId, now: datetime, *, only: str | None = None, but: str | None = None
    ) -> list[str]:
        """End sessions of one's own, or as an administrator of anybody; the ids. Raises Forbidden, NoSuchAgent."""
        needs = Role.AGENT if whose == actor.agent_id else Role.ADMIN
        async with deed(self._writes, actor, needs) as session:
            email = await _email(session, whose)
            ended = await self._end(session, whose, now, because="revoked", only=only, but=but)
            if ended:
                note(session, actor, now, "sessions.ended", email, after={"ended": len(ended)})
        return ended

    # As an administrator -------------------------------------------------------------------------------------------

    async def people(self, now: datetime, *, idle: timedelta, absolute: timedelta) -> Sequence[Person]:
        """Everybody, by name."""
        async with self._reads() as session:
            rows = list(await session.exec(select(AgentRow).order_by(AgentRow.name, AgentRow.email)))
            sites = await session.exec(
                select(AgentSiteRow.agent_id, SiteRow.key)
                .join(SiteRow, col(SiteRow.id) == col(AgentSiteRow.site_id))
                .order_by(SiteRow.key)
            )
            works_for = _grouped(sites.all())
            teams = await session.exec(
                select(TeamMemberRow.agent_id, TeamRow.name)
                .join(TeamRow, col(TeamRow.id) == col(TeamMemberRow.team_id))
                .order_by(TeamRow.name)
            )
            on_teams = _grouped(teams.all())
            live: dict[str, list[AgentSessionRow]] = {}
            for each in await session.exec(
                select(AgentSessionRow).where(
                    col(AgentSessionRow.revoked_at).is_(None),
                    col(AgentSessionRow.seen_at) > now - idle,
                    col(AgentSessionRow.created_at) > now - absolute,
                )
            ):
                live.setdefault(each.agent_id, []).append(each)
        return [
            Person(
                id=AgentId(row.id),
                email=row.email,
                name=row.name,
                role=Role(row.role),
                capacity=row.capacity,
                invited=row.invited,
                disabled=row.disabled_at is not None,
                second_step=row.totp_secret is not None,
                sites=works_for.get(row.id, ()),
                teams=on_teams.get(row.id, ()),
                sessions=len(mine := live.get(row.id, [])),
                here=any(each.lease_until is not None and each.lease_until > now for each in mine),
                seen_at=max((each.seen_at for each in mine), default=None),
            )
            for row in rows
        ]

    async def invite(
        self, actor: Actor, email: str, role: Role, site_ids: Sequence[SiteId], capacity: int, now: datetime
    ) -> WayIn:
        """A new account and the link by which its person comes in. Raises Forbidden, BadAccount for a taken e-mail."""
        email = email.strip().lower()
        local, _, domain = email.partition("@")
        if not local or "." not in domain or " " in email:
            raise BadAccount("This is no e-mail address. Write one as name@shop.example.")
        row = AgentRow(
            id=new_id(), email=email, name=local, password_hash="", capacity=capacity, role=role, invited=True
        )
        try:
            async with deed(self._writes, actor, Role.ADMIN) as session:
                session.add(row)
                await session.flush()
                session.add_all([AgentSiteRow(agent_id=row.id, site_id=site_id) for site_id in site_ids])
                way_in = await self._link(session, row.id, now)
                note(session, actor, now, "person.invited", email, after={"role": role, "sites": list(site_ids)})
        except IntegrityError as error:
            raise BadAccount(f"{email} has an account already. Find it in the list of people.") from error
        return way_in

    async def link_anew(self, actor: Actor, agent_id: AgentId, now: datetime) -> WayIn:
        """Another link, by which the password is set; the one before ends. Raises Forbidden, NoSuchAgent."""
        async with deed(self._writes, actor, Role.ADMIN) as session:
            email = await _email(session, agent_id)
            way_in = await self._link(session, agent_id, now)
            note(session, actor, now, "link.made", email)
        return way_in

    async def change(self, actor: Actor, agent_id: AgentId, change: Change, now: datetime) -> list[str]:
        """Change an account; the sessions that ended by it. Raises Forbidden, NoSuchAgent and LastAdmin.

        Another role and a closed account end every session at once: nothing goes on under a right that is gone.
        """
        async with deed(self._writes, actor, Role.ADMIN) as session:
            row = await session.get(AgentRow, agent_id, with_for_update=True)
            if row is None:
                raise NoSuchAgent
            before = await _standing(session, row)
            was = (row.role, row.disabled_at is not None)
            if change.role is not None:
                row.role = change.role
            if change.capacity is not None:
                row.capacity = change.capacity
            if change.disabled is not None and change.disabled != was[1]:
                row.disabled_at = now if change.disabled else None
            session.add(row)
            if change.site_ids is not None:
                await session.exec(delete(AgentSiteRow).where(col(AgentSiteRow.agent_id) == agent_id))
                session.add_all([AgentSiteRow(agent_id=agent_id, site_id=each) for each in set(change.site_ids)])
            await session.flush()
            await _keep_an_admin(session)
            after = await _standing(session, row)
            is_now = (row.role, row.disabled_at is not None)
            ended = []
            if is_now != was:
                because = "disabled" if is_now[1] else "role"
                ended = await self._end(session, agent_id, now, because=because)
            if before != after:
                note(session, actor, now, "person.changed", row.email, before=before, after=after)
        return ended

    async def second_step_roles(self) -> frozenset[Role]:
        """The roles that have to have a second step."""
        async with self._reads() as session:
            rows = await session.exec(select(RoleRuleRow.role).where(RoleRuleRow.totp))
            return frozenset(Role(each) for each in rows)

    async def require_second_step(self, actor: Actor, roles: frozenset[Role], now: datetime) -> None:
        """From now on these roles, and no others, have to have one. Raises Forbidden."""
        before = sorted(await self.second_step_roles())
        async with deed(self._writes, actor, Role.ADMIN) as session:
            for role in Role:
                await session.merge(RoleRuleRow(role=role, totp=role in roles))
            if before != sorted(roles):
                note(session, actor, now, "second_step.required", "roles", before=before, after=sorted(roles))

    # Inside a transaction --------------------------------------------------------------------------------------------

    def _begin(self, session: AsyncSession, agent_id: str, now: datetime, device: str, address: str) -> tuple[str, str]:
        token, session_id = new_token(), new_id()
        session.add(
            AgentSessionRow(
                id=session_id,
                agent_id=agent_id,
                token_hash=hash_token(token),
                created_at=now,
                seen_at=now,
                device=device,
                address=address,
            )
        )
        return session_id, token

    async def _end(
        self,
        session: AsyncSession,
        agent_id: str,
        now: datetime,
        *,
        because: str,
        only: str | None = None,
        but: str | None = None,
    ) -> list[str]:
        wanted: list[Any] = [col(AgentSessionRow.agent_id) == agent_id, col(AgentSessionRow.revoked_at).is_(None)]
        if only is not None:
            wanted.append(col(AgentSessionRow.id) == only)
        if but is not None:
            wanted.append(col(AgentSessionRow.id) != but)
        ended = await session.exec(
            update(AgentSessionRow)
            .where(*wanted)
            .values(revoked_at=now, lease_until=None, ended_because=because)
            .returning(col(AgentSessionRow.id))
        )
        return list(ended.scalars())

    async def _link(self, session: AsyncSession, agent_id: str, now: datetime) -> WayIn:
        await session.exec(
            update(WayInRow)
            .where(col(WayInRow.agent_id) == agent_id, col(WayInRow.used_at).is_(None))
            .values(used_at=now)
        )
        token = new_token()
        session.add(
            WayInRow(id=new_id(), agent_id=agent_id, token_hash=hash_token(token), made_at=now, ends_at=now + WAY_IN)
        )
        return WayIn(AgentId(agent_id), token, now + WAY_IN)


async def _way_in(session: AsyncSession, token: str, now: datetime, *, lock: bool = False) -> tuple[WayInRow, AgentRow]:
    wanted = (
        select(WayInRow, AgentRow)
        .join(AgentRow, col(AgentRow.id) == col(WayInRow.agent_id))
        .where(
            WayInRow.token_hash == hash_token(token),
            col(WayInRow.used_at).is_(None),
            col(WayInRow.ends_at) > now,
            col(AgentRow.disabled_at).is_(None),
        )
    )
    found = (await session.exec(wanted.with_for_update() if lock else wanted)).first()
    if found is None:
        raise WayInEnded
    return found[0], found[1]


async def _keep_an_admin(session: AsyncSession) -> None:
    """Somebody who can sign in has to be administrator. Raises LastAdmin."""
    admins = select(func.count()).where(
        col(AgentRow.role) == Role.ADMIN, col(AgentRow.disabled_at).is_(None), col(AgentRow.invited).is_(False)
    )
    if (await session.exec(admins)).one() == 0:
        raise LastAdmin


async def _standing(session: AsyncSession, row: AgentRow) -> dict[str, Any]:
    """An account as the audit log tells it."""
    sites = await session.exec(
        select(SiteRow.key)
        .join(AgentSiteRow, col(AgentSiteRow.site_id) == col(SiteRow.id))
        .where(AgentSiteRow.agent_id == row.id)
        .order_by(SiteRow.key)
    )
    return {
        "role": row.role,
        "sites": list(sites),
        "capacity": row.capacity,
        "disabled": row.disabled_at is not None,
    }


async def _email(session: AsyncSession, agent_id: AgentId) -> str:
    email = (await session.exec(select(AgentRow.email).where(AgentRow.id == agent_id))).first()
    if email is None:
        raise NoSuchAgent
    return email


def _own(actor: Actor) -> AgentId:
    if actor.agent_id is None:
        raise NoSuchAgent
    return actor.agent_id


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        grouped[key] = (*grouped.get(key, ()), value)
    return grouped
