"""Sites, visitors, agents and their sessions: the cold paths, through SQLModel sessions.

Tokens are 256 random bits; the database keeps their SHA-256. Passwords are argon2id.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.alerts.reach import Reach
from app.conversations import VisitorId, new_id
from app.errors import BadAccount, ConsentRequired, IdentityRequired, NoSuchSite
from app.persistence.audit import THE_SERVER, note
from app.persistence.database import Sessions
from app.persistence.passwords import Passwords
from app.persistence.people_tables import RoleRuleRow
from app.persistence.tables import AgentRow, AgentSessionRow, AgentSiteRow, SiteRow, VisitorRow, VisitorTokenRow
from app.persistence.tokens import hash_token
from app.sites import Site, SiteWords
from handoff import Agent, AgentId, OpeningHours, Role, SiteId


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in the widget. `external_id`: who they are to the shop; `verified`: it vouched for who is here now."""

    id: VisitorId
    site_id: SiteId
    name: str | None
    external_id: str | None = None
    verified: bool = False
    consented: bool = False
    """Agreed to what the site says about their data."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An agent with a live session."""

    session_id: str
    agent: Agent
    email: str
    site_ids: tuple[SiteId, ...]
    available: bool
    second_step: bool = False
    enrol_first: bool = False
    """Their role has to have a second step, and they have none yet: until then the account serves for nothing else."""

    @property
    def role(self) -> Role:
        """What this person may do."""
        return self.agent.role


_REQUIRED = select(RoleRuleRow.role).where(RoleRuleRow.totp)


class People:
    """Who there is. Every read is one query with the owner in its WHERE clause."""

    def __init__(self, reads: Sessions, writes: Sessions, *, idle: timedelta, absolute: timedelta) -> None:
        self._reads = reads
        self._writes = writes
        self._idle = idle
        self._absolute = absolute

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
                .where(
                    AgentSiteRow.site_id == site_id,
                    col(AgentRow.disabled_at).is_(None),
                    col(AgentRow.invited).is_(False),
                )
                .order_by(AgentRow.id)
            )
            return [name.split()[0] for name in rows]

    # Visitors ----------------------------------------------------------------------------------------------------

    async def new_visitor(self, site_id: SiteId, now: datetime, consented_to: str | None = None) -> str:
        """The token of a new visitor. It is shown once; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        row = VisitorRow(id=new_id(), site_id=site_id, token_hash=hash_token(token), created_at=now)
        if consented_to is not None:
            row.consented_at, row.consented_to = now, consented_to
        async with self._writes() as session, session.begin():
            session.add(row)
        return token

    async def consent(self, visitor_id: VisitorId, consented_to: str, now: datetime) -> None:
        """Put on record that the visitor agreed to these words."""
        said = {"consented_at": now, "consented_to": consented_to}
        async with self._writes() as session, session.begin():
            await session.exec(update(VisitorRow).where(col(VisitorRow.id) == visitor_id).values(**said))

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
        now: datetime,
    ) -> AgentId:
        """A new agent, as a command on the server makes one.

        Raises BadAccount for a taken e-mail, an empty name or a weak password.
        """
        if not name.strip():
            raise BadAccount("The name is empty. Visitors are told the first name of who joins them.")
        hashed = await Passwords().hash(password, email)
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
                note(session, THE_SERVER, now, "person.added", email.lower(), after={"role": role})
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
                update(AgentSessionRow)
                .where(col(AgentSessionRow.agent_id) == row.id, col(AgentSessionRow.revoked_at).is_(None))
                .values(revoked_at=now, ended_because="disabled")
            )
            note(session, THE_SERVER, now, "person.changed", row.email, after={"disabled": True})
        return AgentId(row.id)

    # Sessions ----------------------------------------------------------------------------------------------------

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
            required = (await session.exec(_REQUIRED.where(col(RoleRuleRow.role) == agent.role))).first() is not None
            sites = await session.exec(select(AgentSiteRow.site_id).where(AgentSiteRow.agent_id == agent.id))
            site_ids = tuple(SiteId(site_id) for site_id in sites)
        return SignedIn(
            session_id=row.id,
            agent=Agent(AgentId(agent.id), agent.name, agent.capacity, Role(agent.role)),
            email=agent.email,
            site_ids=site_ids,
            available=agent.available,
            second_step=agent.totp_secret is not None,
            enrol_first=required and agent.totp_secret is None,
        )

    async def why_ended(self, token: str) -> str | None:
        """Why the session of this token is over, as `Accounts` noted it: "role", "disabled", "password", "revoked"."""
        async with self._reads() as session:
            because = select(AgentSessionRow.ended_because).where(AgentSessionRow.token_hash == hash_token(token))
            return (await session.exec(because)).first()

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
            late = await session.exec(
                select(AgentSessionRow.id)
                .join(AgentRow, col(AgentRow.id) == col(AgentSessionRow.agent_id))
                .where(
                    col(AgentSessionRow.id).in_(list(live)),
                    col(AgentRow.totp_secret).is_(None),
                    col(AgentRow.role).in_(_REQUIRED),
                )
            )
            for session_id in late:  # a second step was made a must meanwhile
                del live[session_id]
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
        consent=row.consent,
        retention=None if row.retention_days is None else timedelta(days=row.retention_days),
        calls_at_once=row.calls_at_once,
        push=row.push,
        reach=Reach.from_dict(row.reach),
        words={language: SiteWords(**said) for language, said in row.words.items()},
    )


def admit_to(site: Site, visitor: Visitor) -> None:
    """Raises IdentityRequired where the site serves only those whom the shop vouches for, and ConsentRequired."""
    if site.identity_required and not visitor.verified:
        raise IdentityRequired
    if site.consent and not visitor.consented:
        raise ConsentRequired


def to_visitor(row: VisitorRow, *, verified: bool) -> Visitor:
    """The row as a value."""
    consented = row.consented_at is not None
    return Visitor(VisitorId(row.id), SiteId(row.site_id), row.name, row.external_id, verified, consented)
