"""Files of the built front ends, held in memory as they go out: small, and not sent twice to who has them."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import Request, Response
from starlette.datastructures import Headers

_TEXTS = {".html", ".js", ".css", ".json", ".svg"}
"""Kinds that become smaller; pictures, sounds and fonts are packed already."""
_FILES = 256
"""More than both front ends have."""


@dataclass(frozen=True, slots=True)
class _Built:
    media_type: str
    plain: bytes
    zipped: bytes | None
    """None for what does not become smaller."""
    digest: str


def built(path: Path, request: Request, headers: Mapping[str, str]) -> Response | None:
    """The file with these headers, gzipped where the browser takes that; 304 for a browser that has it already.

    None when there is no such file. A file that was built anew is read anew.
    """
    try:
        known = path.stat()
    except (OSError, ValueError):  # a name that is too long, or that has a zero byte in it
        return None
    if not stat.S_ISREG(known.st_mode):
        return None
    file = _read(path, known.st_mtime_ns, known.st_size)
    is_zipped = file.zipped is not None and takes_gzip(request.headers)
    # Another policy for the same bytes is another answer: a 304 would leave the browser with the old one.
    told = "\n".join([file.digest, str(is_zipped), *(f"{name}: {value}" for name, value in sorted(headers.items()))])
    tag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
    answer = {**headers, "ETag": tag}
    if file.zipped is not None:
        answer["Vary"] = "Accept-Encoding"
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=answer)
    if is_zipped:
        return Response(file.zipped, headers={**answer, "Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.plain, headers=answer, media_type=file.media_type)


def takes_gzip(headers: Headers) -> bool:
    """Whether gzip is among what the browser accepts, and not with weight 0 (RFC 9110, 12.5.3)."""
    for part in headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _tags(told: str) -> set[str]:
    """The entity tags of an If-None-Match; a proxy may have made one weak by packing the answer its own way."""
    return {tag.strip().removeprefix("W/") for tag in told.split(",")}


@lru_cache(maxsize=_FILES)
def _read(path: Path, changed: int, size: int) -> _Built:
    """`changed` (nanoseconds) and `size` make a file that was built anew another one."""
    plain = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    smaller = gzip.compress(plain, 9, mtime=0) if path.suffix in _TEXTS else plain
    return _Built(
        media_type="text/javascript" if media_type == "application/javascript" else media_type,
        plain=plain,
        zipped=smaller if len(smaller) < len(plain) else None,
        digest=hashlib.sha256(plain).hexdigest(),
    )
