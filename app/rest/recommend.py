"""After a resolution: the customer's answer, and the owner's figures made of all of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.backplane import Changed
from app.card_numbers import masked
from app.errors import NoSuchSite
from app.gateway.connection import clean
from app.persistence.resolutions import Told
from app.protocol import Recommended, RecommendedBy
from app.recommendation import FORMULA, Resolution, figures
from app.rest.agent import Token, signed_in_as
from app.services import Services, TheVisitor, services
from handoff import ConversationId, Evidence, Reason

router = APIRouter(prefix="/api")
_NOT_SOLVED = "The customer says that it is not solved yet."


class Answer(BaseModel):
    """What the customer says: at least one thing. `skipped`: rather nothing, this time."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    score: Annotated[int, Field(ge=0, le=10)] | None = None
    why: Annotated[str, Field(max_length=2_000)] | None = None
    feeling: Literal["good", "mixed", "bad"] | None = None
    solved: bool | None = None
    skipped: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Answer:
        said = (self.score, self.why, self.feeling, self.solved)
        if self.skipped == any(each is not None for each in said):
            raise ValueError("say at least one of score, why, feeling and solved, or skipped alone")
        return self


@router.post("/visitor/recommend", status_code=204)
async def recommend(body: Answer, request: Request, visitor: TheVisitor) -> None:
    """Keep what the customer says; what is not solved goes to a person at once."""
    here = services(request)
    here.answers.take(visitor.id)
    why = masked(clean(body.why)) if body.why and body.why.strip() else None
    told = Told(body.score, why, body.feeling, body.solved, body.skipped)
    change = await here.resolutions.tell(body.id, visitor.id, told, here.clock())
    await here.backplane.publish(Changed.of(change))
    if body.solved is False:
        await _to_a_person(here, change.conversation.id, why)


async def _to_a_person(here: Services, conversation_id: ConversationId, why: str | None) -> None:
    conversation = await here.journal.conversation(conversation_id)
    if conversation is not None:
        words = why or _NOT_SOLVED
        evidence = (Evidence(Reason.REPEAT, _NOT_SOLVED),)
        request = await here.turns.request_of(conversation.site_id, words, Reason.REPEAT, evidence)
        await here.queue.request(conversation_id, conversation.site_id, request)


@router.get("/owner/recommend")
async def figures_of(
    request: Request,
    site: Annotated[str, Query(max_length=100)] = "",
    days: Annotated[int, Query(ge=1, le=3_650)] = 90,
    token: Token = None,
) -> Recommended:
    """The score of a site, how sure it is, and the words behind it."""
    found = await _resolutions(services(request), token, site, days)
    told = figures(found)
    said = [each for each in found if each.answered_at is not None]
    return Recommended(
        **asdict(told),
        site=site,
        days=days,
        formula=FORMULA,
        verbatims=tuple(RecommendedBy(**asdict(each)) for each in said[:500]),
    )


@router.get("/owner/recommend.csv")
async def table_of(
    request: Request,
    site: Annotated[str, Query(max_length=100)] = "",
    days: Annotated[int, Query(ge=1, le=3_650)] = 90,
    token: Token = None,
) -> Response:
    """The same resolutions, one a line."""
    found = await _resolutions(services(request), token, site, days)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("conversation_id", "resolved_at", "answered_at", "score", "why", "feeling", "solved"))
    for each in found:
        answered = "" if each.answered_at is None else each.answered_at.isoformat()
        writer.writerow(
            (
                each.conversation_id,
                each.resolved_at.isoformat(),
                answered,
                each.score,
                _harmless(each.why or ""),
                each.feeling,
                each.solved,
            )
        )
    headers = {"Content-Disposition": f'attachment; filename="recommend-{days}-days.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def _resolutions(here: Services, token: str | None, key: str, days: int) -> Sequence[Resolution]:
    """Raises NotAuthenticated, and NoSuchSite for one that the agent does not work for."""
    signed_in = await signed_in_as(here, token, here.clock())
    site = await here.people.site(key)
    if site.id not in signed_in.site_ids:
        raise NoSuchSite
    return await here.resolutions.since(site.id, here.clock() - timedelta(days=days))


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
