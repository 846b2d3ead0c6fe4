"""How much one may ask for: token buckets and counters, on a clock of the test."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backplane.memory import MemoryBackplane
from app.errors import RateLimited
from app.gateway.limits import KEYS, Counter, TokenBucket, counted_as
from app.gateway.sharing import SharedLimits
from tests.clock import ManualMonotonic


def granted(bucket: TokenBucket, key: str, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            bucket.take(key)
        except RateLimited:
            continue
        count += 1
    return count


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    clock = ManualMonotonic()
    bucket = TokenBucket(5, 10, clock)

    assert granted(bucket, "anna", 20) == 10
    clock.advance(timedelta(seconds=1))
    assert granted(bucket, "anna", 20) == 5


def test_a_long_rest_allows_one_burst_and_no_more() -> None:
    clock = ManualMonotonic()
    bucket = TokenBucket(5, 10, clock)
    granted(bucket, "anna", 10)
    clock.advance(timedelta(days=1))

    assert granted(bucket, "anna", 99) == 10


def test_one_who_asks_too_much_takes_nothing_from_another() -> None:
    bucket = TokenBucket(1, 2, ManualMonotonic())
    granted(bucket, "anna", 99)

    assert granted(bucket, "ben", 2) == 2


def test_a_refusal_says_when_to_ask_again_and_that_is_true() -> None:
    clock = ManualMonotonic()
    bucket = TokenBucket(0.5, 1, clock)
    bucket.take("anna")
    with pytest.raises(RateLimited) as refusal:
        bucket.take("anna")

    assert refusal.value.after_ms is not None
    clock.advance(timedelta(milliseconds=refusal.value.after_ms))
    bucket.take("anna")


@given(pauses=st.lists(st.floats(0, 3), max_size=60), rate=st.floats(0.1, 20), burst=st.integers(1, 20))
def test_never_more_than_the_burst_and_the_rate_over_any_time(pauses: list[float], rate: float, burst: int) -> None:
    clock = ManualMonotonic()
    bucket = TokenBucket(rate, burst, clock)
    count = granted(bucket, "anna", 1)
    for pause in pauses:
        clock.advance(timedelta(seconds=pause))
        count += granted(bucket, "anna", 1)

    assert count <= burst + rate * clock.seconds + 1e-6


def test_memory_is_bounded_and_forgetting_only_forgives() -> None:
    bucket = TokenBucket(1, 1, ManualMonotonic())
    bucket.take("anna")
    for number in range(KEYS):
        bucket.take(str(number))

    assert granted(bucket, "anna", 2) == 1
    assert granted(bucket, str(KEYS - 1), 1) == 0


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc"))))
def test_a_counter_counts_and_forgets_who_has_none(steps: list[tuple[bool, str]]) -> None:
    counter, expected = Counter(), dict.fromkeys("abc", 0)
    for add, key in steps:
        if add:
            counter.add(key)
            expected[key] += 1
        else:
            counter.remove(key)
            expected[key] = max(0, expected[key] - 1)

    assert {key: counter[key] for key in "abc"} == expected
    assert counter.total() == sum(expected.values())


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", "unknown"),
    ],
)
def test_all_addresses_of_one_peer_count_as_one(address: str, counted: str) -> None:
    assert counted_as(address) == counted


class Between(MemoryBackplane):
    """What two gateways hear of each other; it can fall silent."""

    up = True

    @property
    def is_up(self) -> bool:
        return self.up


async def test_what_is_spent_at_one_gateway_counts_at_the_other() -> None:
    clock, between = ManualMonotonic(), Between()
    here, there = TokenBucket(1, 10, clock), TokenBucket(1, 10, clock)
    one = SharedLimits(between, {"sign_ins": here}, anyio.sleep)
    two = SharedLimits(between, {"sign_ins": there}, anyio.sleep)
    granted(here, "anna", 7)
    await one.tell()
    await two.tell()

    assert granted(there, "ben", 99) == 10
    assert granted(there, "anna", 99) == 3
    assert granted(here, "anna", 99) == 3


async def test_while_nothing_is_heard_everything_costs_double_and_nobody_is_locked_out() -> None:
    clock, between = ManualMonotonic(), Between()
    bucket = TokenBucket(1, 10, clock)
    shared = SharedLimits(between, {"sign_ins": bucket}, anyio.sleep)
    between.up = False
    await shared.tell()
    assert granted(bucket, "anna", 99) == 5
    between.up = True
    await shared.tell()
    clock.advance(timedelta(seconds=10))
    assert granted(bucket, "anna", 99) == 10
