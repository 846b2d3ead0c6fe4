"""The owner's page: would customers recommend us, why were people needed, were promises kept. As JSON and as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from app.errors import NoSuchSite
from app.persistence.people import SignedIn
from app.protocol import (
    GapCount,
    HandedOver,
    OwnSite,
    OwnSites,
    PromiseFigures,
    ReasonCount,
    Recommended,
    RecommendedBefore,
    RecommendedBy,
    Voice,
    WaitFigures,
)
from app.recommendation import FORMULA, figures
from app.rest.agent import Token, signed_in_as
from app.services import Services, services
from app.sites import Site
from app.voice import PROMISES, WAITING, Handover, gaps, kept, reasons, waits
from handoff import Role

router = APIRouter(prefix="/api/owner")
SHOWN = 500
"""Conversations listed behind the figures; the tables have all of them."""
_ANSWERS = ("conversation_id", "resolved_at", "answered_at", "score", "why", "feeling", "solved", "came_upset")
_CASES = ("conversation_id", "requested_at", "reason", "quote", "gap", "waited_s", "left")


def may_see_figures(signed_in: SignedIn) -> bool:
    """Figures are for those who lead: of the sites that they work for."""
    return signed_in.role.at_least(Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Period:
    """A site and the time that is asked about: from `since` until before `until`."""

    site: Site
    days: int
    since: datetime
    until: datetime

    @property
    def before(self) -> datetime:
        """When the period before, of the same length, began."""
        return self.since - (self.until - self.since)


async def _period(
    request: Request,
    site: Annotated[str, Query(max_length=100)] = "",
    days: Annotated[int, Query(ge=1, le=3_650)] = 90,
    until: Annotated[AwareDatetime | None, Query()] = None,
    token: Token = None,
) -> Period:
    """Raises NotAuthenticated, and NoSuchSite for one whose figures are not for whoever asks."""
    here = services(request)
    now = here.clock()
    signed_in = await signed_in_as(here, token, now)
    found = await here.people.site(site)
    if found.id not in signed_in.site_ids or not may_see_figures(signed_in):
        raise NoSuchSite
    end = now + timedelta(microseconds=1) if until is None else min(until, now + timedelta(microseconds=1))
    return Period(found, days, end - timedelta(days=days), end)


Asked = Annotated[Period, Depends(_period)]


@router.get("/sites")
async def sites(request: Request, token: Token = None) -> OwnSites:
    """The sites whose figures one may see."""
    here = services(request)
    signed_in = await signed_in_as(here, token, here.clock())
    if not may_see_figures(signed_in):
        return OwnSites(sites=())
    own = [site for site in await here.people.sites() if site.id in signed_in.site_ids]
    return OwnSites(sites=tuple(OwnSite(key=site.key, name=site.name) for site in own))


@router.get("/recommend")
async def recommended(request: Request, asked: Asked) -> Recommended:
    """The score of a site, how sure it is, and the words behind it."""
    here = services(request)
    found = await here.resolutions.between(asked.site.id, asked.since, asked.until)
    before = figures(await here.resolutions.between(asked.site.id, asked.before, asked.since))
    said = [each for each in found if each.answered_at is not None]
    return Recommended(
        **asdict(figures(found)),
        site=asked.site.key,
        days=asked.days,
        since=asked.since,
        until=asked.until,
        formula=FORMULA,
        before=RecommendedBefore(n=before.n, score=before.score),
        verbatims=tuple(RecommendedBy(**asdict(each)) for each in said[:SHOWN]),
    )


@router.get("/recommend.csv")
async def recommended_table(request: Request, asked: Asked) -> Response:
    """The same resolutions, one a line."""
    found = await services(request).resolutions.between(asked.site.id, asked.since, asked.until)
    return _table("recommend", asked, _ANSWERS, (asdict(each) for each in found))


@router.get("/voice")
async def voice(request: Request, asked: Asked) -> Voice:
    """Why people were needed, how long customers waited, and what became of promises."""
    here = services(request)
    found, before = await _handovers(here, asked)
    promises = await here.handovers.promised(asked.site.id, asked.since, asked.until)
    told = waits(found)
    return Voice(
        site=asked.site.key,
        days=asked.days,
        since=asked.since,
        until=asked.until,
        reasons=tuple(ReasonCount(reason=r.value, count=now, before=then) for r, now, then in reasons(found, before)),
        gaps=tuple(GapCount(what=what, count=count) for what, count in gaps(found)),
        waits=WaitFigures(
            formula=WAITING,
            answered=told.answered,
            left=told.left,
            waiting=told.waiting,
            median_s=_seconds(told.median),
            p90_s=_seconds(told.p90),
        ),
        promises=PromiseFigures(formula=PROMISES, **asdict(kept(promises, here.clock()))),
        cases=tuple(HandedOver(**_case(each)) for each in found[:SHOWN]),
    )


@router.get("/voice.csv")
async def voice_table(request: Request, asked: Asked) -> Response:
    """The same requests for a person, one a line."""
    found = await services(request).handovers.between(asked.site.id, asked.since, asked.until)
    return _table("handovers", asked, _CASES, map(_case, found))


async def _handovers(here: Services, asked: Period) -> tuple[Sequence[Handover], Sequence[Handover]]:
    return (
        await here.handovers.between(asked.site.id, asked.since, asked.until),
        await here.handovers.between(asked.site.id, asked.before, asked.since),
    )


def _case(handover: Handover) -> dict[str, Any]:
    return {
        "conversation_id": handover.conversation_id,
        "visitor": handover.visitor,
        "requested_at": handover.requested_at,
        "reason": handover.reason.value,
        "quote": handover.quote,
        "gap": handover.gap,
        "waited_s": _seconds(handover.waited),
        "left": handover.left,
    }


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()


def _table(name: str, asked: Period, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    days = f"{asked.since:%Y-%m-%d}-to-{asked.until:%Y-%m-%d}"
    headers = {"Content-Disposition": f'attachment; filename="{name}-{days}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    """As it stands in a table; a text never so that a spreadsheet takes it for a formula."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
