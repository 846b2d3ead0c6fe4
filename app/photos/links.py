"""Links to photos that end by themselves: whoever may read the conversation is given one, and it opens one photo."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

_STEP = timedelta(minutes=5)
"""Links given out within it are the same, so that a browser fetches a photo once."""


class PhotoLinks:
    """Signs links with the installation's secret; nothing of them is stored."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime], lasts: timedelta) -> None:
        self._key = secret_key.encode()
        self._clock = clock
        self._lasts = lasts

    def sign(self, photo_id: str) -> str:
        """The path under which the photo is served for a while."""
        until = (int((self._clock() + self._lasts).timestamp()) // _STEP.seconds) * _STEP.seconds
        return f"/files/{photo_id}?until={until}&signature={self._signature(photo_id, until)}"

    def opens(self, photo_id: UUID, until: int, signature: str) -> bool:
        """Whether the link is ours and has not ended; in constant time."""
        ours = self._signature(str(photo_id), until)
        same = hmac.compare_digest(ours.encode(), signature.encode())
        return same and 0 <= until < 2**37 and self._clock() < datetime.fromtimestamp(until, UTC)

    def _signature(self, photo_id: str, until: int) -> str:
        return hmac.new(self._key, f"photo:{photo_id}:{until}".encode(), hashlib.sha256).hexdigest()
