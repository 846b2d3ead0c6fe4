"""What came as a photo, as a picture of our own making: decoded within limits and encoded anew.

Nothing of the file survives but what is seen: no metadata (where it was taken, by what), no trailing data, no second
meaning as a page or a script.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import NotAPhoto, TooManyPixels

MOST_PIXELS = 25_000_000
LONGEST_SIDE = 2_560
"""Pixels; enough to read a label, and a tenth of what a phone sends."""
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "PNG"),
    (b"\xff\xd8\xff", 0, "JPEG"),
    (b"GIF87a", 0, "GIF"),
    (b"GIF89a", 0, "GIF"),
    (b"WEBP", 8, "WEBP"),
)
"""How files begin: the bytes, where they stand, and what Pillow calls the format."""

# The limit is held here, before anything is decoded, and by an error instead of a warning.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is kept and served."""

    data: bytes
    media_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int


def picture_of(data: bytes) -> Picture:
    """The picture in `data`: upright, at most LONGEST_SIDE long, without metadata; of an animation the first image.

    Decided from the content alone. Raises NotAPhoto and TooManyPixels. Takes a while: not for the event loop.
    """
    kind = _kind(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooManyPixels
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than it is needed
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _encoded(upright)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPhoto("This file is damaged. Take the photo again, or choose another one.") from error


def _kind(data: bytes) -> str:
    for magic, at, kind in _MAGIC:
        if data[at : at + len(magic)] == magic and (kind != "WEBP" or data[:4] == b"RIFF"):
            return kind
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise NotAPhoto("This is a drawing or a web page, whatever its name. Send a photo: JPEG, PNG, GIF or WebP.")
    raise NotAPhoto


def _encoded(image: Image.Image) -> Picture:
    see_through = image.has_transparency_data
    clean = Image.new("RGBA" if see_through else "RGB", image.size)  # a new image: nothing of the old one's info
    clean.paste(image.convert(clean.mode))
    out = io.BytesIO()
    if see_through:
        clean.save(out, "PNG")
        return Picture(out.getvalue(), "image/png", *clean.size)
    clean.save(out, "JPEG", quality=85)
    return Picture(out.getvalue(), "image/jpeg", *clean.size)
