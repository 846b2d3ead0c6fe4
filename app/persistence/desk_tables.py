"""Tables of what agents work with: promises, remedies, canned answers, tags, marks, skills, search."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from app.persistence.moments import Moment


class PromiseRow(SQLModel, table=True):
    """A promise, folded from its entries in the log. `next_at`: when the clock asks for the next entry."""

    __tablename__ = "promise"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    site_id: str = Field(foreign_key="site.id")
    what: str
    made_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    owner: str | None = None
    backup: str | None = None
    source: str
    state: str
    agreed_at: datetime | None = Field(default=None, sa_type=Moment)
    reminded: bool = False
    alerted: bool = False
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    was_late: bool = False
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        Index(
            "promise_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index("promise_of_site", "site_id", "due_at"),
    )


class AppointmentRow(SQLModel, table=True):
    """A call that a visitor booked. `place`: which of the calls that a site makes at the same time."""

    __tablename__ = "appointment"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    promise_id: str
    phone: str
    begins_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    place: int
    cancelled_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        Index(
            "one_call_at_a_time",
            "site_id",
            "begins_at",
            "place",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
    )


class CannedRow(SQLModel, table=True):
    """An answer that agents of a site write often. `{name}` and the like are filled in by the console."""

    __tablename__ = "canned_answer"
    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    title: str
    text: str = Field(sa_type=Text)
    updated_at: datetime = Field(sa_type=Moment)


class ReadForSearchRow(SQLModel, table=True):
    """Up to which `pos` a conversation's words are in the search index."""

    __tablename__ = "read_for_search"
    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    pos: int


class TagRow(SQLModel, table=True):
    """A word by which a conversation is found and counted, folded from its entries."""

    __tablename__ = "conversation_tag"
    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    tag: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    __table_args__ = (Index("tag_of_site", "site_id", "tag"),)


class MarkRow(SQLModel, table=True):
    """What triage should have said of the visitor's message at `pos`, in the eyes of a person who read it."""

    __tablename__ = "mark"
    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    pos: int = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id")
    label: str
    agent_id: str
    at: datetime = Field(sa_type=Moment)
    __table_args__ = (Index("mark_of_site", "site_id", "at"),)


class SkillRow(SQLModel, table=True):
    """What an agent knows their way around in: "fitting", "warranty", "fr"."""

    __tablename__ = "agent_skill"
    agent_id: str = Field(primary_key=True, foreign_key="agent.id")
    skill: str = Field(primary_key=True)


class RemedyRow(SQLModel, table=True):
    """A remedy, folded from its entries in the log.

    `counts_for`: whose day it counts for, once it is decided. `next_at`: when its parts should be carried out.
    """

    __tablename__ = "remedy"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    site_id: str = Field(foreign_key="site.id")
    agent_id: str
    level: str
    currency: str
    parts: str = Field(sa_type=Text)
    says: str = Field(sa_type=Text)
    ask: str | None = None
    reason: str = Field(sa_type=Text)
    order_number: str | None = None
    asked_at: datetime = Field(sa_type=Moment)
    state: str
    second: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decision: str = Field(sa_type=Text)
    outcomes: str = Field(sa_type=Text)
    counts_for: str | None = None
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        Index("remedy_of_a_day", "counts_for", "decided_at"),
        Index(
            "remedy_asked",
            "site_id",
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index(
            "remedy_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )


class RemedyRulesRow(SQLModel, table=True):
    """Who may give how much at a site, and what is on offer there, both as JSON. Without a row: the defaults."""

    __tablename__ = "remedy_rules"
    site_id: str = Field(primary_key=True, foreign_key="site.id")
    matrix: str = Field(sa_type=Text)
    menu: str = Field(sa_type=Text)
