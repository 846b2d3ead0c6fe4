"""Sites, visitors, agents and their sessions: the cold paths, through SQLModel sessions.

Tokens are 256 random bits; the database keeps their SHA-256. Passwords are argon2id.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.alerts.reach import Reach
from app.conversations import VisitorId, new_id
from app.errors import IdentityRequired, NoSuchSite, WrongPassword
from app.persistence.database import Sessions
from app.persistence.tables import AgentRow, AgentSessionRow, AgentSiteRow, SiteRow, VisitorRow, VisitorTokenRow
from app.sites import Site
from handoff import Agent, AgentId, OpeningHours, Role, SiteId

PASSWORD_LENGTH = 12
COMMON_PASSWORDS = frozenset(
    {"password1234", "123456789012", "qwertyuiop12", "passwordpassword", "letmeinletmein", "administrator"}
)


class BadAccount(ValueError):
    """This account cannot be made; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in the widget. `external_id`: who they are to the shop; `verified`: it vouched for who is here now."""

    id: VisitorId
    site_id: SiteId
    name: str | None
    external_id: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An agent with a live session."""

    session_id: str
    agent: Agent
    email: str
    site_ids: tuple[SiteId, ...]
    available: bool

    @property
    def role(self) -> Role:
        """What this person may do."""
        return self.agent.role


def hash_token(token: str) -> str:
    """What is stored of a token. A fast hash is right here: tokens are random, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


class People:
    """Who there is. Every read is one query with the owner in its WHERE clause."""

    def __init__(self, reads: Sessions, writes: Sessions, *, idle: timedelta, absolute: timedelta) -> None:
        self._reads = reads
        self._writes = writes
        self._idle = idle
        self._absolute = absolute
        self._hasher = PasswordHasher()
        self._nobody: str | None = None

    # Sites -------------------------------------------------------------------------------------------------------

    async def sites(self) -> Sequence[Site]:
        """All sites, by key."""
        async with self._reads() as session:
            return [to_site(row) for row in await session.exec(select(SiteRow).order_by(SiteRow.key))]

    async def site(self, key: str) -> Site:
        """The site with this key. Raises NoSuchSite."""
        async with self._reads() as session:
            row = (await session.exec(select(SiteRow).where(SiteRow.key == key))).first()
        if row is None:
            raise NoSuchSite
        return to_site(row)

    async def site_by_id(self, site_id: SiteId) -> Site:
        """The site. Raises NoSuchSite."""
        async with self._reads() as session:
            row = await session.get(SiteRow, site_id)
        if row is None:
            raise NoSuchSite
        return to_site(row)

    async def put_site(self, key: str, **fields: Any) -> Site:
        """Create the site, or change the named fields of the one that is there."""
        async with self._writes() as session, session.begin():
            row = (await session.exec(select(SiteRow).where(SiteRow.key == key))).first()
            if row is None:
                row = SiteRow(id=new_id(), key=key, **fields)
            else:
                row.sqlmodel_update(fields)
            session.add(row)
        return to_site(row)

    async def team(self, site_id: SiteId) -> Sequence[str]:
        """First names of the agents of a site, as visitors see them."""
        async with self._reads() as session:
            rows = await session.exec(
                select(AgentRow.name)
                .join(AgentSiteRow, col(AgentSiteRow.agent_id) == col(AgentRow.id))
                .where(AgentSiteRow.site_id == site_id, col(AgentRow.disabled_at).is_(None))
                .order_by(AgentRow.id)
            )
            return [name.split()[0] for name in rows]

    # Visitors ----------------------------------------------------------------------------------------------------

    async def new_visitor(self, site_id: SiteId, now: datetime) -> str:
        """The token of a new visitor. It is shown once; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        async with self._writes() as session, session.begin():
            session.add(VisitorRow(id=new_id(), site_id=site_id, token_hash=hash_token(token), created_at=now))
        return token

    async def visitor(self, token: str, now: datetime) -> Visitor | None:
        """Whose token this is, unless it has ended."""
        hashed = hash_token(token)
        async with self._reads() as session:
            row = (await session.exec(select(VisitorRow).where(VisitorRow.token_hash == hashed))).first()
            if row is not None:
                return to_visitor(row, verified=False)
            found = (
                await session.exec(
                    select(VisitorRow, VisitorTokenRow.verified)
                    .join(VisitorTokenRow, col(VisitorTokenRow.visitor_id) == col(VisitorRow.id))
                    .where(VisitorTokenRow.token_hash == hashed, col(VisitorTokenRow.ends_at) > now)
                )
            ).first()
        return None if found is None else to_visitor(found[0], verified=found[1])

    async def visitor_by_id(self, visitor_id: VisitorId) -> Visitor | None:
        """The visitor, without a word on who is there now."""
        async with self._reads() as session:
            row = await session.get(VisitorRow, visitor_id)
        return None if row is None else to_visitor(row, verified=False)

    async def set_email(self, visitor_id: VisitorId, email: str | None) -> None:
        """Where answers go when the visitor has left."""
        async with self._writes() as session, session.begin():
            await session.exec(update(VisitorRow).where(col(VisitorRow.id) == visitor_id).values(email=email))

    async def email_of(self, visitor_id: VisitorId) -> str | None:
        """Where answers go."""
        async with self._reads() as session:
            return (await session.exec(select(VisitorRow.email).where(VisitorRow.id == visitor_id))).first()

    async def visitor_with(self, token: str, site_id: SiteId, now: datetime) -> Visitor:
        """Whose token this is: a new visitor of the site when it is nobody's yet."""
        known = await self.visitor(token, now)
        if known is not None:
            return known
        visitor = Visitor(VisitorId(new_id()), site_id, None)
        row = VisitorRow(id=visitor.id, site_id=site_id, token_hash=hash_token(token), created_at=now)
        try:
            async with self._writes() as session, session.begin():
                session.add(row)
        except IntegrityError:  # somebody was quicker
            return await self.visitor_with(token, site_id, now)
        return visitor

    # Agents ------------------------------------------------------------------------------------------------------

    async def add_agent(
        self,
        email: str,
        name: str,
        password: str,
        site_ids: Sequence[SiteId],
        *,
        role: Role = Role.AGENT,
        capacity: int = 6,
    ) -> AgentId:
        """A new agent. Raises BadAccount for a taken e-mail, an empty name or a weak password."""
        if not name.strip():
            raise BadAccount("The name is empty. Visitors are told the first name of who joins them.")
        if len(password) < PASSWORD_LENGTH:
            raise BadAccount(f"The password needs at least {PASSWORD_LENGTH} characters.")
        name_in_it = len(local := email.lower().partition("@")[0]) >= 4 and local in password.lower()
        if password.lower() in COMMON_PASSWORDS or name_in_it:
            raise BadAccount("The password is too easy to guess. Take a few unrelated words.")
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        agent_id = new_id()
        try:
            async with self._writes() as session, session.begin():
                session.add(
                    AgentRow(
                        id=agent_id,
                        email=email.lower(),
                        name=name.strip(),
                        password_hash=hashed,
                        role=role,
                        capacity=capacity,
                    )
                )
                await session.flush()
                session.add_all([AgentSiteRow(agent_id=agent_id, site_id=site_id) for site_id in site_ids])
        except IntegrityError as error:
            raise BadAccount(f"{email} has an account already. `kickstand user list` shows all.") from error
        return AgentId(agent_id)

    async def agents(self) -> Sequence[AgentRow]:
        """All accounts, by e-mail."""
        async with self._reads() as session:
            return list(await session.exec(select(AgentRow).order_by(AgentRow.email)))

    async def disable_agent(self, email: str, now: datetime) -> AgentId:
        """Close an account and end its sessions. Raises BadAccount when there is none."""
        async with self._writes() as session, session.begin():
            row = (await session.exec(select(AgentRow).where(AgentRow.email == email.lower()))).first()
            if row is None:
                raise BadAccount(f"{email} has no account. `kickstand user list` shows all.")
            row.disabled_at = now
            session.add(row)
            await session.exec(
                update(AgentSessionRow).where(col(AgentSessionRow.agent_id) == row.id).values(revoked_at=now)
            )
        return AgentId(row.id)

    # Sessions ----------------------------------------------------------------------------------------------------

    async def sign_in(self, email: str, password: str, now: datetime) -> tuple[SignedIn, str]:
        """A new session and its token. Raises WrongPassword, after the same work, for unknown names too."""
        async with self._reads() as session:
            row = (await session.exec(select(AgentRow).where(AgentRow.email == email.lower()))).first()
        if self._nobody is None:
            # Compared with when the e-mail is unknown, so that known and unknown names take the same work.
            self._nobody = await asyncio.to_thread(self._hasher.hash, secrets.token_urlsafe(16))
        known = row is not None and row.disabled_at is None
        hashed = row.password_hash if row is not None and known else self._nobody
        try:
            await asyncio.to_thread(self._hasher.verify, hashed, password)
        except (VerificationError, InvalidHashError):
            raise WrongPassword from None
        if row is None or not known:
            raise WrongPassword
        token, session_id = secrets.token_urlsafe(32), new_id()
        async with self._writes() as session, session.begin():
            session.add(
                AgentSessionRow(
                    id=session_id, agent_id=row.id, token_hash=hash_token(token), created_at=now, seen_at=now
                )
            )
        signed_in = await self.session(session_id, now)
        if signed_in is None:
            raise WrongPassword
        return signed_in, token

    async def session_of(self, token: str, now: datetime) -> SignedIn | None:
        """The live session of a cookie's token."""
        return await self._session(AgentSessionRow.token_hash == hash_token(token), now)

    async def session(self, session_id: str, now: datetime) -> SignedIn | None:
        """The live session with this id."""
        return await self._session(AgentSessionRow.id == session_id, now)

    async def _session(self, which: Any, now: datetime) -> SignedIn | None:
        async with self._reads() as session:
            found = (
                await session.exec(
                    select(AgentSessionRow, AgentRow)
                    .join(AgentRow, col(AgentRow.id) == col(AgentSessionRow.agent_id))
                    .where(
                        which,
                        col(AgentSessionRow.revoked_at).is_(None),
                        col(AgentRow.disabled_at).is_(None),
                        col(AgentSessionRow.seen_at) > now - self._idle,
                        col(AgentSessionRow.created_at) > now - self._absolute,
                    )
                )
            ).first()
            if found is None:
                return None
            row, agent = found
            sites = await session.exec(select(AgentSiteRow.site_id).where(AgentSiteRow.agent_id == agent.id))
            site_ids = tuple(SiteId(site_id) for site_id in sites)
        return SignedIn(
            session_id=row.id,
            agent=Agent(AgentId(agent.id), agent.name, agent.capacity, Role(agent.role)),
            email=agent.email,
            site_ids=site_ids,
            available=agent.available,
        )

    async def sign_out(self, session_id: str, now: datetime) -> None:
        """End a session."""
        await self._change_session(session_id, revoked_at=now, lease_until=None)

    # Presence ----------------------------------------------------------------------------------------------------

    async def renew(
        self, session_ids: Sequence[str], now: datetime, lease: timedelta
    ) -> Mapping[str, frozenset[SiteId]]:
        """Renew the presence of connected sessions; those that are still live, with the sites they work for."""
        async with self._writes() as session, session.begin():
            renewed = await session.exec(
                update(AgentSessionRow)
                .where(
                    col(AgentSessionRow.id).in_(session_ids),
                    col(AgentSessionRow.revoked_at).is_(None),
                    col(AgentSessionRow.created_at) > now - self._absolute,
                )
                .values(lease_until=now + lease, seen_at=now)
                .returning(col(AgentSessionRow.id))
            )
            live: dict[str, set[SiteId]] = {session_id: set() for session_id in renewed.scalars()}
            sites = await session.exec(
                select(AgentSessionRow.id, AgentSiteRow.site_id)
                .join(AgentSiteRow, col(AgentSiteRow.agent_id) == col(AgentSessionRow.agent_id))
                .where(col(AgentSessionRow.id).in_(list(live)))
            )
            for session_id, site_id in sites:
                live[session_id].add(SiteId(site_id))
        return {session_id: frozenset(site_ids) for session_id, site_ids in live.items()}

    async def leave(self, session_id: str, now: datetime) -> None:
        """The session's last socket closed: present until now."""
        await self._change_session(session_id, lease_until=now)

    async def set_available(self, agent_id: AgentId, available: bool) -> None:
        """Whether the agent takes new conversations."""
        async with self._writes() as session, session.begin():
            await session.exec(update(AgentRow).where(col(AgentRow.id) == agent_id).values(available=available))

    async def on_duty(self, site_id: SiteId, now: datetime) -> Sequence[str]:
        """First names of the site's agents who are connected and take conversations."""
        async with self._reads() as session:
            rows = await session.exec(
                select(AgentRow.id, AgentRow.name)
                .join(AgentSiteRow, col(AgentSiteRow.agent_id) == col(AgentRow.id))
                .join(AgentSessionRow, col(AgentSessionRow.agent_id) == col(AgentRow.id))
                .where(
                    AgentSiteRow.site_id == site_id,
                    AgentRow.available,
                    col(AgentRow.disabled_at).is_(None),
                    col(AgentSessionRow.revoked_at).is_(None),
                    col(AgentSessionRow.lease_until) > now,
                )
                .order_by(col(AgentRow.id))
                .distinct()
            )
            return [name.split()[0] for _, name in rows]

    async def agent_names(self, agent_ids: Sequence[str]) -> dict[str, str]:
        """Full names by id."""
        async with self._reads() as session:
            rows = await session.exec(select(AgentRow.id, AgentRow.name).where(col(AgentRow.id).in_(agent_ids)))
            return dict(rows.all())

    async def _change_session(self, session_id: str, **values: Any) -> None:
        async with self._writes() as session, session.begin():
            await session.exec(update(AgentSessionRow).where(col(AgentSessionRow.id) == session_id).values(**values))


def to_site(row: SiteRow) -> Site:
    """The row as a value."""
    return Site(
        id=SiteId(row.id),
        key=row.key,
        name=row.name,
        accent=row.accent,
        locale=row.locale,
        greeting=row.greeting,
        starters=tuple(row.starters),
        origins=tuple(row.origins),
        hours=OpeningHours.from_dict(row.hours),
        answer_within=timedelta(seconds=row.answer_within_s),
        identity_secrets=tuple(row.identity_secrets),
        identity_required=row.identity_required,
        uploads=row.uploads,
        notice=row.notice,
        privacy_url=row.privacy_url,
        retention=None if row.retention_days is None else timedelta(days=row.retention_days),
        push=row.push,
        reach=Reach.from_dict(row.reach),
    )


def admit_to(site: Site, visitor: Visitor) -> None:
    """Raises IdentityRequired where the site serves only those whom the shop vouches for."""
    if site.identity_required and not visitor.verified:
        raise IdentityRequired


def to_visitor(row: VisitorRow, *, verified: bool) -> Visitor:
    """The row as a value."""
    return Visitor(VisitorId(row.id), SiteId(row.site_id), row.name, row.external_id, verified)
