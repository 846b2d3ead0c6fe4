"""Call-backs of the widget: when somebody could call, and which time it shall be."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from app.protocol import CallbackTimes
from app.services import TheVisitor, services

router = APIRouter(prefix="/api/visitor/callbacks")
DIGITS = range(6, 16)
"""Of a phone number, as E.164 has them, and shorter ones of one town."""


class Booking(BaseModel):
    """One of the offered times, and where to call."""

    model_config = ConfigDict(extra="forbid")
    start: AwareDatetime
    phone: Annotated[str, Field(max_length=40, pattern=r"^\+?[0-9 ()./\-]+$")]

    @field_validator("phone")
    @classmethod
    def _enough_digits(cls, phone: str) -> str:
        if sum(each.isdigit() for each in phone) not in DIGITS:
            raise ValueError("a phone number has 6 to 15 digits")
        return " ".join(phone.split())


@router.get("")
async def times(request: Request, visitor: TheVisitor) -> CallbackTimes:
    """When somebody could call; nothing where the site makes no calls."""
    here = services(request)
    site = await here.people.site_by_id(visitor.site_id)
    return CallbackTimes(times=tuple(await here.calls.times(site)))


@router.post("", status_code=204)
async def book(body: Booking, request: Request, visitor: TheVisitor) -> None:
    """Book a call, or another time for the one that is booked."""
    here = services(request)
    here.answers.take(visitor.id)
    await here.calls.book(visitor, body.start, body.phone)


@router.delete("", status_code=204)
async def cancel(request: Request, visitor: TheVisitor) -> None:
    """Take the call back."""
    here = services(request)
    here.answers.take(visitor.id)
    await here.calls.cancel(visitor)
