"""A site: one brand's presence, with its look, its hours and the pages that may embed the widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.alerts.reach import Reach
from handoff import NeverOpen, OpeningHours, SiteId


@dataclass(frozen=True, slots=True)
class Site:
    """`origins` are exact (scheme, host, port). `answer_within`: the promised maximum wait while people are on duty.

    `identity_secrets`: what the shop signs visitors' identities with, newest first; `identity_required`: it must.
    """

    id: SiteId
    key: str
    name: str
    accent: str
    locale: str
    greeting: str
    starters: Sequence[str]
    origins: Sequence[str]
    hours: OpeningHours
    answer_within: timedelta
    identity_secrets: Sequence[str] = field(default=(), repr=False)
    identity_required: bool = False
    uploads: bool = False
    """Visitors may send photos."""
    notice: str | None = None
    """What visitors read about their data before they write, beside a link to `privacy_url`."""
    privacy_url: str | None = None
    consent: bool = False
    """Nothing is kept of visitors before they agree to the notice."""
    retention: timedelta | None = None
    """How long a conversation in which nothing happens is kept; None: for ever."""
    calls_at_once: int = 0
    """How many customers can be called back at the same time; 0: none."""
    push: bool = False
    """Offer a waiting conversation to one agent after the other, instead of letting everybody claim."""
    reach: Reach = field(default_factory=Reach)

    @property
    def agreed_to(self) -> str:
        """What visitors agree to, as it is put on record."""
        return "\n".join(each for each in (self.notice, self.privacy_url) if each)

    def opens_at(self, now: datetime) -> datetime | None:
        """When people are back; None while the hours say that they are there, and when no opening is planned."""
        if self.hours.is_open(now):
            return None
        try:
            return self.hours.next_opening(now)
        except NeverOpen:
            return None
