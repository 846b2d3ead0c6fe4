"""A site: one brand's presence, with its look, its hours and the pages that may embed the widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.alerts.reach import Reach
from handoff import NeverOpen, OpeningHours, SiteId, language_of


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What a site says in one language; None where it has nothing of its own in it."""

    greeting: str | None = None
    starters: Sequence[str] | None = None
    notice: str | None = None


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
    words: Mapping[str, SiteWords] = field(default_factory=dict)
    """`greeting`, `starters` and `notice` in other languages, by ISO 639-1 code."""

    def agreed_to(self, locale: str | None = None) -> str:
        """What a visitor who reads `locale` (BCP 47) agrees to, as it is put on record."""
        own = self.words.get(language_of(locale)) if locale else None
        notice = (own.notice if own is not None else None) or self.notice
        return "\n".join(each for each in (notice, self.privacy_url) if each)

    def opens_at(self, now: datetime) -> datetime | None:
        """When people are back; None while the hours say that they are there, and when no opening is planned."""
        if self.hours.is_open(now):
            return None
        try:
            return self.hours.next_opening(now)
        except NeverOpen:
            return None
