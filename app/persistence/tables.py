"""The tables, as SQLModel, with their constraints. The hot path writes them with plain SQL (`sqlite_*.py`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, String, Text, text
from sqlmodel import Field, SQLModel

from app.persistence.moments import Moment


def _where(condition: str) -> dict[str, Any]:
    """Only such rows are in the index, on either database."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class StoreRow(SQLModel, table=True):
    """One row: the store's lifetime. `epoch` changes when a backup is restored."""

    __tablename__ = "store"
    id: int = Field(default=1, primary_key=True)
    epoch: str


class SiteRow(SQLModel, table=True):
    """A site: one brand's presence, with its look, hours and the pages that may embed it."""

    __tablename__ = "site"
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    name: str
    accent: str
    locale: str = "en"
    greeting: str
    starters: list[str] = Field(default_factory=list, sa_type=JSON)
    origins: list[str] = Field(default_factory=list, sa_type=JSON)
    hours: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    answer_within_s: int = 180
    reach: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    push: bool = False
    identity_secrets: list[str] = Field(default_factory=list, sa_type=JSON)
    identity_required: bool = False
    uploads: bool = False
    notice: str | None = None
    privacy_url: str | None = None
    retention_days: int | None = None
    consent: bool = False
    calls_at_once: int = 0
    words: dict[str, dict[str, Any]] = Field(default_factory=dict, sa_type=JSON)


class VisitorRow(SQLModel, table=True):
    """A visitor, known by a random token of which only the hash is kept.

    `external_id`: who it is to the shop, which vouched for it; `email`: as the shop says, or where the answer goes;
    `consented_to`: the words that stood there when they agreed.
    """

    __tablename__ = "visitor"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    token_hash: str = Field(unique=True)
    name: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    external_id: str | None = None
    email: str | None = None
    consented_at: datetime | None = Field(default=None, sa_type=Moment)
    consented_to: str | None = Field(default=None, sa_type=Text)
    __table_args__ = (
        Index(
            "visitor_external",
            "site_id",
            "external_id",
            unique=True,
            **_where("external_id IS NOT NULL"),
        ),
    )


class VisitorTokenRow(SQLModel, table=True):
    """A further token of a visitor. `verified`: the shop vouched for whoever has it; else a link in a mail led here."""

    __tablename__ = "visitor_token"
    token_hash: str = Field(primary_key=True)
    visitor_id: str = Field(foreign_key="visitor.id", index=True)
    verified: bool
    ends_at: datetime = Field(sa_type=Moment)


class ConversationRow(SQLModel, table=True):
    """Folded from the entries. `head` counts what the visitor may see, `pos` everything.

    `remind_at`: when to look whether a reminder of the bot is due. `locale`: BCP 47, what the visitor reads.
    """

    __tablename__ = "conversation"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    visitor_id: str = Field(foreign_key="visitor.id")
    status: str
    head: int = 0
    pos: int = 0
    agent_id: str | None = Field(default=None, foreign_key="agent.id")
    read_by_visitor: int = 0
    read_by_agent: int = 0
    last_text: str = ""
    about: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    remind_at: datetime | None = Field(default=None, sa_type=Moment)
    mailed: int = 0
    locale: str | None = None
    __table_args__ = (
        # A visitor has at most one conversation that is not closed.
        Index("one_open_conversation", "visitor_id", unique=True, **_where("status <> 'closed'")),
        Index("conversation_recent", "site_id", "updated_at"),
        Index("conversation_visitor", "visitor_id"),
        Index("conversation_remind", "remind_at", **_where("remind_at IS NOT NULL")),
    )


class EntryRow(SQLModel, table=True):
    """The append-only log."""

    __tablename__ = "entry"
    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    pos: int = Field(primary_key=True)
    seq: int | None = None
    id: str
    kind: str
    author_kind: str
    author_id: str
    client_id: str | None = None
    data: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    __table_args__ = (
        Index("entry_seq", "conversation_id", "seq", unique=True, **_where("seq IS NOT NULL")),
        Index(
            "entry_client_id",
            "conversation_id",
            "author_kind",
            "author_id",
            "client_id",
            unique=True,
            **_where("client_id IS NOT NULL"),
        ),
    )


class PhotoRow(SQLModel, table=True):
    """A photo that a visitor sent; `conversation_id` is empty until a message carries it. Sizes in pixels."""

    __tablename__ = "photo"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    visitor_id: str = Field(foreign_key="visitor.id", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversation.id", index=True)
    media_type: str
    width: int
    height: int
    alt: str | None = None
    created_at: datetime = Field(sa_type=Moment)


class ResolutionRow(SQLModel, table=True):
    """A conversation was resolved, and its customer asked about it; `id` is that of the ticket which was closed."""

    __tablename__ = "resolution"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    conversation_id: str = Field(foreign_key="conversation.id")
    resolved_at: datetime = Field(sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    skipped_at: datetime | None = Field(default=None, sa_type=Moment)
    score: int | None = None
    why: str | None = Field(default=None, sa_type=Text)
    feeling: str | None = None
    solved: bool | None = None
    __table_args__ = (
        Index("resolution_conversation", "conversation_id", "resolved_at"),
        Index("resolution_site", "site_id", "resolved_at"),
    )


class TurnRow(SQLModel, table=True):
    """One visitor message and the answer owed to it. `state`: queued, running, done, failed."""

    __tablename__ = "turn"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id")
    pos: int
    state: str
    lease_token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    __table_args__ = (
        Index("one_running_turn", "conversation_id", unique=True, **_where("state = 'running'")),
        Index("open_turn", "conversation_id", "pos", **_where("state IN ('queued', 'running')")),
    )


class AgentRow(SQLModel, table=True):
    """A person who answers. `role`: of `handoff.Role`; `invited`: has not come in by the link yet.

    `totp_secret`: sealed; `totp_step`: of the code that was taken last, so that none is taken twice.
    """

    __tablename__ = "agent"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    capacity: int = 6
    available: bool = True
    role: str = "agent"
    invited: bool = False
    totp_secret: str | None = None
    totp_step: int | None = Field(default=None, sa_type=BigInteger)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)


class AgentSiteRow(SQLModel, table=True):
    """Which agent works for which site."""

    __tablename__ = "agent_site"
    agent_id: str = Field(primary_key=True, foreign_key="agent.id")
    site_id: str = Field(primary_key=True, foreign_key="site.id")


class TeamRow(SQLModel, table=True):
    """Some of a site's agents, to whom a conversation can be passed by what they know. `hours`: empty, the site's."""

    __tablename__ = "team"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    name: str
    hours: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    __table_args__ = (Index("team_name", "site_id", "name", unique=True),)


class TeamMemberRow(SQLModel, table=True):
    """Who is on a team."""

    __tablename__ = "team_member"
    team_id: str = Field(primary_key=True, foreign_key="team.id")
    agent_id: str = Field(primary_key=True, foreign_key="agent.id", index=True)


class AgentSessionRow(SQLModel, table=True):
    """A signed-in console. `lease_until`: connected until then, renewed while a socket is open.

    `device` and `address`: where it was signed in, for whoever looks over the list. `ended_because`: told to its owner.
    """

    __tablename__ = "agent_session"
    id: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", index=True)
    token_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    device: str = ""
    address: str = ""
    ended_because: str | None = None


class TicketRow(SQLModel, table=True):
    """One conversation's request for a person."""

    __tablename__ = "ticket"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id")
    site_id: str = Field(foreign_key="site.id")
    state: str
    agent_id: str | None = Field(sa_column=Column(String, ForeignKey("agent.id"), nullable=True))
    gen: int = 0
    reason: str
    quote: str
    evidence: str = Field(sa_type=Text)
    rank_at: datetime = Field(sa_type=Moment)
    requested_at: datetime = Field(sa_type=Moment)
    assigned_at: datetime | None = Field(default=None, sa_type=Moment)
    first_reply_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    team_id: str | None = None
    last_agent_id: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    waiting_since: datetime | None = Field(default=None, sa_type=Moment)
    offered_to: str | None = None
    offered_until: datetime | None = Field(default=None, sa_type=Moment)
    snoozed_until: datetime | None = Field(default=None, sa_type=Moment)
    asked: str = Field(default="[]", sa_type=Text)
    reach: str = "agent"
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        Index("one_open_ticket", "conversation_id", unique=True, **_where("state <> 'closed'")),
        Index("ticket_line", "site_id", "rank_at", "id", **_where("state = 'waiting'")),
        Index("ticket_held", "agent_id", **_where("state = 'assigned'")),
        Index("ticket_offered", "offered_to", **_where("state = 'offered'")),
        Index("ticket_open", "site_id", "rank_at", "id", **_where("state <> 'closed'")),
        Index("ticket_earlier", "conversation_id", "closed_at", **_where("state = 'closed'")),
        Index("ticket_served", "agent_id", "closed_at", **_where("state = 'closed'")),
        Index("ticket_waited", "site_id", "closed_at", **_where("state = 'closed'")),
    )
