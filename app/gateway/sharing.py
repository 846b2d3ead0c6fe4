"""Limits that hold over all gateways together: each tells the others what was spent, and counts what they tell.

Nobody waits for it. A hint that is lost forgives; while none arrive, everybody counts twice what is spent here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import uuid4

from app.backplane import Backplane, Signal, Spent
from app.gateway.limits import TokenBucket

EVERY = timedelta(milliseconds=250)
ALONE = 2.0
"""What a token costs while nobody knows what others spend."""


class SharedLimits:
    """One periodic task of a gateway that is not alone on its store."""

    def __init__(
        self, backplane: Backplane, buckets: Mapping[str, TokenBucket], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._backplane = backplane
        self._buckets = buckets
        self._sleep = sleep
        self._by = str(uuid4())
        for bucket in buckets.values():
            bucket.spent = {}
        backplane.listen(self._hear)

    async def run(self) -> None:
        """Tell for ever."""
        while True:
            await self._sleep(EVERY.total_seconds())
            await self.tell()

    async def tell(self) -> None:
        """Tell what was spent since the last time."""
        price = 1.0 if self._backplane.is_up else ALONE
        for name, bucket in self._buckets.items():
            bucket.price = price
            if bucket.spent:
                spent, bucket.spent = bucket.spent, {}
                await self._backplane.publish(Spent(self._by, name, spent))

    def _hear(self, signal: Signal) -> None:
        if isinstance(signal, Spent) and signal.by != self._by and signal.limit in self._buckets:
            for key, count in signal.keys.items():
                self._buckets[signal.limit].charge(key, count)
