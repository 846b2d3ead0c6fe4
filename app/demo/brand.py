"""What the demonstration puts into its database: Larkmoor's site, three people, the sample shop. Safe to repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.errors import BadAccount
from app.gateway.origins import origin_of
from app.persistence.database import Database
from app.persistence.people import People
from app.shops.load import load_sample
from app.sites import Site
from handoff import Role

SITE_KEY = "larkmoor"
PASSWORD = "let-them-ride-again"  # noqa: S105  (of the demonstration alone; `serve` has no default password)
AGENTS = (
    ("maya@larkmoor.example", "Maya Keller", Role.AGENT),
    ("dana@larkmoor.example", "Dana Roth", Role.SUPERVISOR),
    ("iris@larkmoor.example", "Iris Sandoval", Role.ADMIN),
)
HOURS = {
    "tz": "Europe/Berlin",
    "weekly": {
        **{day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "sat": [["10:00", "14:00"]],
    },
}


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demonstration."""

    email: str
    password: str


async def seed(database: Database, people: People, *, shop_url: str, now: datetime) -> tuple[Site, list[Login]]:
    """The demo's site and logins. What is there stays; the catalogue and the sample orders count from today."""
    site = await people.put_site(
        SITE_KEY,
        name="Larkmoor",
        accent="#0E5F70",
        locale="en",
        greeting="Hi! What can we sort out?\nFit, shipping and repairs, answered at once.",
        starters=[
            "Does it fit my bike?\nOne question, then a clear answer",
            "Where’s my order?\nTracking and the day it arrives",
            "Something’s wrong\nDamage, a leak, a wrong part",
        ],
        origins=[origin_of(shop_url)],
        hours=HOURS,
        answer_within_s=180,
        uploads=True,
        notice="Kept 90 days so we can help you.",
        privacy_url=f"{shop_url}/#privacy",
        retention_days=90,
        calls_at_once=2,
    )
    for email, name, role in AGENTS:
        try:
            await people.add_agent(email, name, PASSWORD, [site.id], role=role, now=now)
        except BadAccount:
            continue  # from an earlier start
    await load_sample(database.writes, site.id, now=now, zone=site.hours.tz, shop_url=shop_url)
    return site, [Login(email, PASSWORD) for email, *_ in AGENTS]
