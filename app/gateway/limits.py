"""How much one visitor, agent or address may ask for. Counted on the monotonic clock, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from app.errors import RateLimited

KEYS = 50_000  # who is remembered at once; the longest idle are forgotten first, which only ever forgives


NETWORK = 64  # bits of an IPv6 address that name a customer's network; the other 64 they choose as they like


def counted_as(address: str) -> str:
    """Who an address is counted as: itself, or for IPv6 its whole network, of which one peer has every address."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(IPv6Address(int(known) >> NETWORK << NETWORK))
    return address


@dataclass(slots=True)
class _Level:
    tokens: float
    at: float


class TokenBucket:
    """`rate` per second with bursts of `burst`, for each key.

    `spent` counts what is taken, where somebody collects it; `price` is what one token costs just now.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[str, _Level] = OrderedDict()
        self.spent: dict[str, int] | None = None
        self.price = 1.0

    def take(self, key: str) -> None:
        """Spend one token of `key`. Raises RateLimited with the time until the next one."""
        level = self._level(key)
        if level.tokens < 1:
            raise RateLimited(after_ms=int((1 - level.tokens) / self._rate * 1_000) + 1)
        level.tokens -= self.price
        if self.spent is not None:
            self.spent[key] = self.spent.get(key, 0) + 1

    def charge(self, key: str, count: int) -> None:
        """What was spent of `key` elsewhere."""
        level = self._level(key)
        level.tokens = max(0.0, level.tokens - count)

    def _level(self, key: str) -> _Level:
        """The tokens of `key` now."""
        now = self._clock()
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Level(float(self._burst), now)
            if len(self._levels) > KEYS:
                self._levels.popitem(last=False)
        else:
            self._levels.move_to_end(key)
            level.tokens = min(float(self._burst), level.tokens + (now - level.at) * self._rate)
            level.at = now
        return level


class Counter:
    """How many of something each key has at the moment."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def __getitem__(self, key: str) -> int:
        return self._counts.get(key, 0)

    def add(self, key: str) -> None:
        """One more."""
        self._counts[key] = self[key] + 1

    def remove(self, key: str) -> None:
        """One less; keys without any are forgotten."""
        if self[key] <= 1:
            self._counts.pop(key, None)
        else:
            self._counts[key] -= 1

    def total(self) -> int:
        """Over all keys."""
        return sum(self._counts.values())
