"""After a resolution: the customer's answer."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.backplane import Changed
from app.card_numbers import masked
from app.gateway.commands import clean
from app.persistence.resolutions import Told
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
        request = await here.turns.request_of(conversation.site_id, words, Reason.REPEAT, evidence, conversation.locale)
        await here.queue.request(conversation_id, conversation.site_id, request)
