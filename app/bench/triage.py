"""What triage costs: CPU of one message, in the middle of a conversation, over messages of every kind."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from handoff import Context, Said, Triage

MESSAGES: Sequence[str] = (
    "hi there",
    "does the fell 2 fit my {number} mt07?",
    "Order {number} still shows label created, could you check with the courier please?",
    "is it in stock",
    "The left mount of kit {number} is about 4 mm off. Can I file it, or do I get another one?",
    "thanks, that helped",
    "I measured it as you said: 41 mm at the front, {number} at the back. The clamp is marked 42, so it should slide"
    " on, but it stops half way. I cleaned the pipe, used a little oil and turned it while pushing. Is there a trick?",
    "so that took the whole morning, number {number} today",
    "This is the third time I write about {number} and nobody answers, I am really disappointed.",
    "WHERE IS PARCEL {number}??",
    "hola, quiero saber si el escape {number} es compatible",
    "what torque for the flange nuts of a {number}",
)
"""The shares are those of a support chat: most are calm, one long, one in ten upset. Each is new to the caches."""
WARM_UP = 300
MEASURED = 3_000


def bench_triage() -> dict[str, Any]:
    """{mean_ms, p99_ms} of CPU time, one message a call, with four earlier messages as context."""
    triage = Triage.load()
    spent = []
    for number, (text, context) in enumerate(_asked(WARM_UP + MEASURED)):
        started = time.process_time_ns()
        triage.assess(text, context)
        if number >= WARM_UP:
            spent.append(time.process_time_ns() - started)
    spent.sort()
    return {
        "mean_ms": round(sum(spent) / len(spent) / 1e6, 4),
        "p99_ms": round(spent[int(len(spent) * 0.99)] / 1e6, 4),
    }


def _asked(count: int) -> Iterator[tuple[str, Context]]:
    earlier: list[Said] = []
    for number in range(count):
        text = MESSAGES[number % len(MESSAGES)].format(number=1000 + number)
        yield text, Context(tuple(earlier[-4:]))
        earlier += [Said("visitor", text), Said("bot", f"Number {number} is made for your bike.")]
        del earlier[:-8]
