"""Photos: taken from visitors, served by links that end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

import anyio
from anyio import CapacityLimiter
from fastapi import APIRouter, Query, Request, Response

from app.card_numbers import masked
from app.errors import LinkEnded, NotAuthenticated, TooLarge, Unavailable, UploadsOff
from app.gateway.commands import clean
from app.persistence.photos import a_photo
from app.photos.picture import picture_of
from app.protocol import Photo
from app.services import TheVisitor, services

router = APIRouter()
MOST_BYTES = 10 * 1024 * 1024
_LEAST_ROOM = 256 * 1024 * 1024
"""Bytes free below which photos are refused, so that messages still find room."""
_DECODING = CapacityLimiter(2)
"""Photos decoded at the same time; each may take 100 MB."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "inline",
    "Cache-Control": "private, max-age=600",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@router.post("/api/visitor/photos")
async def put_photo(request: Request, visitor: TheVisitor, alt: Annotated[str, Query(max_length=300)] = "") -> Photo:
    """Take up a photo: the bytes are the body. It belongs to its visitor until a message carries it."""
    here = services(request)
    if not (await here.people.site_by_id(visitor.site_id)).uploads:
        raise UploadsOff
    here.uploads.take(visitor.id)
    room = await here.storage.room()
    if room is not None and room < _LEAST_ROOM:
        raise Unavailable("There is little room for photos just now. Your messages arrive as always.")
    picture = await anyio.to_thread.run_sync(picture_of, await _body(request), limiter=_DECODING)
    photo_id = uuid4()
    row = a_photo(
        photo_id, visitor.id, visitor.site_id, picture.media_type, (picture.width, picture.height), here.clock()
    )
    row.alt = masked(clean(alt)) if alt.strip() else None
    try:
        await here.storage.put(photo_id, picture.data)
    except OSError as error:
        raise Unavailable from error
    await here.photos.add(row)
    return Photo(
        id=photo_id, url=here.photo_links.sign(str(photo_id)), width=picture.width, height=picture.height, alt=row.alt
    )


@router.get("/files/{photo_id}")
async def photo(photo_id: UUID, request: Request, until: int = 0, signature: str = "") -> Response:
    """A photo, to whoever has a link that is good now."""
    here = services(request)
    if not signature:
        raise NotAuthenticated
    if not here.photo_links.opens(photo_id, until, signature):
        raise LinkEnded
    known = await here.photos.one(photo_id)
    data = None if known is None else await here.storage.get(photo_id)
    if known is None or data is None:
        raise LinkEnded
    return Response(data, media_type=known.media_type, headers=_HEADERS)


async def _body(request: Request) -> bytes:
    """The request's body, refused as soon as more than MOST_BYTES of it has arrived. Raises TooLarge."""
    arrived = bytearray()
    async for piece in request.stream():
        arrived += piece
        if len(arrived) > MOST_BYTES:
            raise TooLarge
    return bytes(arrived)
