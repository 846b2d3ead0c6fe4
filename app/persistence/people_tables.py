"""Tables of how people come in, what they may do, and what they did; beside them, who is rung as second person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from app.persistence.moments import Moment


class WayInRow(SQLModel, table=True):
    """A one-time link by which a person sets name and password. A newer one of the same account ends it."""

    __tablename__ = "way_in"
    id: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", index=True)
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class RecoveryCodeRow(SQLModel, table=True):
    """A code that replaces the one of the authenticator, once."""

    __tablename__ = "recovery_code"
    code_hash: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", index=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class RoleRuleRow(SQLModel, table=True):
    """What a role has to keep to. Without a row: nothing."""

    __tablename__ = "role_rule"
    role: str = Field(primary_key=True)
    totp: bool = False


class AuditRow(SQLModel, table=True):
    """Who did what, when, to what, from where. The database itself refuses to change or remove a row.

    `before` and `after` are JSON. `agent_id` is empty for what was done by a command on the server.
    """

    __tablename__ = "audit"
    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    agent_id: str | None = None
    who: str
    did: str
    about: str
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)
    address: str = ""
    __table_args__ = (Index("audit_at", "at", "id"),)


class SecondPersonRow(SQLModel, table=True):
    """A conversation with an agent turned for the worse: at whom else it rings. `rung_for`: reasons, this holding.

    Nobody yet while `agent_id` is empty. `settled_at`: somebody has looked, or it is over.
    """

    __tablename__ = "second_person"
    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    site_id: str = Field(foreign_key="site.id")
    holder: str
    gen: int
    reason: str
    quote: str
    at: datetime = Field(sa_type=Moment)
    rung_for: str = Field(default="[]", sa_type=Text)
    asked: str = Field(default="[]", sa_type=Text)
    agent_id: str | None = None
    until: datetime | None = Field(default=None, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        Index(
            "second_person_rings",
            "until",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )
