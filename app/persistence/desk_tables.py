"""Tables of what agents work with beside conversations: promises, canned answers, and how far search has read."""

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
