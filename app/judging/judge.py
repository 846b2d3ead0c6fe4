"""Judges a conversation turn by turn, as it would have been judged live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.judging.conversations import Marked
from handoff import Context, Past, Reason, Said, Triage, Tuning, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A line of the conversation; bot and agent lines have no verdict."""

    text: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Judged:
    id: str
    at: int | None
    """The first customer turn, from 0, at which a person takes over."""
    reason: Reason | None
    lines: tuple[Judgement, ...]

    @property
    def strongest(self) -> tuple[float, ...]:
        """The score of each customer turn."""
        return tuple(line.verdict.score for line in self.lines if line.verdict is not None)


def judge(triage: Triage, conversation: Marked, tuning: Tuning) -> Judged:
    """Every customer turn with what came before it; a judge never looks ahead."""
    past = tuple(Past(line) for line in conversation.earlier)
    said: list[Said] = []
    lines: list[Judgement] = []
    at, reason, turn = None, None, 0
    for each in conversation.turns:
        if each.author != "customer":
            said.append(Said(each.author, each.text))
            lines.append(Judgement(each.text, None))
            continue
        verdict = triage.assess(each.text, Context(tuple(said), past=past), tuning)
        if verdict.needs_person and at is None:
            at, reason = turn, verdict.reason
        said.append(Said("visitor", each.text))
        lines.append(Judgement(each.text, verdict))
        turn += 1
    return Judged(conversation.id, at, reason, tuple(lines))


def figures(conversations: Sequence[Marked], judged: Sequence[Judged]) -> dict[str, Any]:
    """How often a person comes, and, over the marked ones, how often rightly. Shares are None where nothing counts."""
    counts = dict.fromkeys(("on_time", "late", "early", "missed", "false", "calm"), 0)
    for conversation, verdict in zip(conversations, judged, strict=True):
        if conversation.marked:
            counts[kind(conversation.escalate_at, verdict.at)] += 1
    wanted = counts["on_time"] + counts["late"] + counts["early"] + counts["missed"]
    brought = counts["on_time"] + counts["late"] + counts["early"] + counts["false"]
    right = counts["on_time"] + counts["late"]
    quiet = counts["calm"] + counts["false"]
    return {
        "conversations": len(conversations),
        "handed_over": sum(verdict.at is not None for verdict in judged),
        **counts,
        "on_time_recall": _share(counts["on_time"] + counts["early"], wanted),
        "precision": _share(right, brought),
        "false_per_100_calm": None if not quiet else round(100 * counts["false"] / quiet, 2),
    }


def kind(wanted: int | None, at: int | None) -> str:
    """How a decision stands to the mark."""
    if wanted is None:
        return "calm" if at is None else "false"
    if at is None:
        return "missed"
    return "on_time" if at == wanted else "late" if at > wanted else "early"


def _share(part: int, whole: int) -> float | None:
    return None if not whole else round(part / whole, 4)
