"""Tables of alerts: those on their way or gone out, and the browsers that take them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from app.persistence.moments import Moment


class AlertRow(SQLModel, table=True):
    """One message by one way. `about` and `step` name it, so that several gateways send it once.

    `state`: due, sent, dropped (somebody took it before), failed. `agents`: JSON list of whose devices get it, null: of
    whoever is available. `waiting_since`: of the ticket; it is dropped when nobody waits since then any more.
    """

    __tablename__ = "alert"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    about: str
    step: int
    way: str
    kind: str
    title: str
    body: str = Field(sa_type=Text)
    conversation_id: str | None = None
    waiting_since: datetime | None = Field(default=None, sa_type=Moment)
    agents: str | None = Field(default=None, sa_type=Text)
    state: str = "due"
    attempts: int = 0
    detail: str = ""
    created_at: datetime = Field(sa_type=Moment)
    next_at: datetime = Field(sa_type=Moment)
    __table_args__ = (
        Index("alert_once", "about", "step", "way", unique=True),
        Index("alert_due", "next_at", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")),
        Index("alert_recent", "site_id", "created_at"),
    )


class PushSubscriptionRow(SQLModel, table=True):
    """A browser that takes web push for the agent of a session; it ends with the session."""

    __tablename__ = "push_subscription"
    id: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", index=True)
    session_id: str = Field(foreign_key="agent_session.id", index=True)
    endpoint: str = Field(unique=True)
    p256dh: str
    auth: str
    device: str
    created_at: datetime = Field(sa_type=Moment)
    reached_at: datetime | None = Field(default=None, sa_type=Moment)
