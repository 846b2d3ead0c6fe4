"""What the dialog engine alone costs: an action by the size of a project, a whole turn of one; no network, no store."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from app.demo.visit import visited_shop
from bot import Assistant, Message, Tracker

SIZES = (10, 1_000, 10_000)
"""Numbers of stories."""
TOPICS = 40
STEPS = 4
"""Visitor messages in a story."""
CONVERSATIONS = 150
"""Played for a figure; the first ones warm up and do not count."""
WARM_UP = 10
LENGTH = 8
"""Turns in a conversation of examples."""
_SENT_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """CPU times of one thread. `train_cpu_s` includes reading the project."""

    us_per_action: Mapping[str, float]
    """By number of stories: median microseconds from a parsed message to each action chosen and run."""
    turn_p50_ms: float
    turn_p99_ms: float
    train_cpu_s: float


async def bench_engine(project: Path, sizes: Sequence[int] = SIZES) -> EngineFigures:
    """Figures of made-up projects of `sizes` stories, and of whole turns (parse and dialog) of `project`."""
    per_action = {str(size): await _per_action(size) for size in sizes}
    async with visited_shop(_now) as services:
        started = time.process_time()
        assistant = Assistant.load(project, services)
        train_cpu_s = time.process_time() - started
        turns = await _turns(assistant)
    return EngineFigures(
        us_per_action=per_action,
        turn_p50_ms=round(statistics.median(turns) * 1e3, 3),
        turn_p99_ms=round(statistics.quantiles(turns, n=100)[98] * 1e3, 3),
        train_cpu_s=round(train_cpu_s, 2),
    )


async def _per_action(size: int) -> float:
    with tempfile.TemporaryDirectory(prefix="kickstand-bench-") as folder:
        stories = write_project(Path(folder), size)
        assistant = Assistant.load(Path(folder), None)
    chosen = random.Random(size)  # noqa: S311 - a load, not a secret
    costs = []
    for number in range(CONVERSATIONS):
        tracker = Tracker(str(number))
        for at, topic in enumerate(chosen.choice(stories)):
            text = f"/ask_{topic}"
            parse = {"text": text, "intent": {"name": f"ask_{topic}", "confidence": 1.0}, "entities": []}
            message = Message(f"{number}-{at}", text, _SENT_AT)
            started = time.thread_time()
            turn = await assistant.reply(tracker, message, parse)
            spent = time.thread_time() - started
            if number >= WARM_UP:
                costs.append(spent / len(turn.trace.steps))
            tracker = turn.tracker
    return round(statistics.median(costs) * 1e6, 1)


async def _turns(assistant: Assistant) -> list[float]:
    """CPU seconds of each turn in conversations made of the project's own examples, intents taking turns."""
    by_intent: dict[str, list[str]] = {}
    for example in assistant.project.training.examples:
        by_intent.setdefault(example.intent, []).append(example.text)
    texts = [text for row in zip_longest(*by_intent.values()) for text in row if text is not None]
    spent = []
    for number in range(CONVERSATIONS):
        tracker = Tracker(str(number))
        for at in range(LENGTH):
            text = texts[(number * LENGTH + at) % len(texts)]
            message = Message(f"{number}-{at}", text, _SENT_AT, metadata={"conversation_id": str(number)})
            started = time.thread_time()
            turn = await assistant.reply(tracker, message)
            if number >= WARM_UP:
                spent.append(time.thread_time() - started)
            tracker = turn.tracker
    return spent


def _now() -> datetime:
    return datetime.now(UTC)


def write_project(folder: Path, size: int) -> list[list[int]]:
    """Write a project of `size` different stories into `folder`; their topics, message by message."""
    chosen = random.Random(0)  # noqa: S311 - a load, not a secret
    stories = [[chosen.randrange(TOPICS) for _ in range(STEPS)] for _ in range(size)]
    told: list[Any] = ["stories:"]
    for number, topics in enumerate(stories):
        told.append(f"- story: number {number}\n  steps:")
        for at, topic in enumerate(topics):
            # What comes next depends on the message and on how far the story has come.
            told.append(f"  - intent: ask_{topic}\n  - action: utter_{(topic + at) % TOPICS}")
    topics_of = range(TOPICS)
    (folder / "data").mkdir()
    (folder / "data/stories.yml").write_text("\n".join(told) + "\n", encoding="utf-8")
    (folder / "domain.yml").write_text(
        "\n".join(
            [
                "intents:",
                *(f"- ask_{topic}" for topic in topics_of),
                "responses:",
                *(f"  utter_{topic}:\n  - text: Answer {topic}" for topic in topics_of),
            ]
        ),
        encoding="utf-8",
    )
    (folder / "data/nlu.yml").write_text(
        "\n".join(["nlu:", *(f"- intent: ask_{t}\n  examples: |\n    - topic {t}\n" for t in topics_of)]),
        encoding="utf-8",
    )
    (folder / "config.yml").write_text(
        "pipeline:\n- name: DIETClassifier\npolicies:\n- name: RulePolicy\n"
        f"- name: AugmentedMemoizationPolicy\n  max_history: {2 * STEPS}\n",
        encoding="utf-8",
    )
    return stories
