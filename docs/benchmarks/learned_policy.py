"""How much the learned policy adds: stories held back, their turns predicted with and without it.

    python docs/benchmarks/learned_policy.py PROJECT... [--seeds 10] [--held-back 0.2] [--chained] [--json]

Every project is trained on four fifths of its stories (and all of its rules) and judged on the others: at each action
after the first, is the action that comes next the one that the story has? Projects are judged as if their
configuration named TEDPolicy after the policies it has. `--chained` judges a held-back story after one of the others
in the same conversation, as visitors do who ask for one thing after the other.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot import Event, Tracker, events, names
from bot.config import PolicySettings
from bot.loader import Project, read_project
from bot.policies.ensemble import Choice, Ensemble
from bot.policies.learned import POLICY
from bot.problems import Findings
from bot.sequences import Sequence


@dataclass(slots=True)
class Score:
    """Of one project with one choice of policies."""

    right: list[bool] = field(default_factory=list)
    after_messages: list[bool] = field(default_factory=list)
    """Those of `right` that answer a message; the others go on acting or listen."""
    by_policy: list[tuple[float, bool]] = field(default_factory=list)
    """(confidence, right) of what the learned policy chose."""


def without(project: Project) -> Project:
    """The project with its other policies alone."""
    kept = tuple(policy for policy in project.config.policies if policy.name != POLICY)
    return replace(project, config=replace(project.config, policies=kept))


def with_learned(project: Project) -> Project:
    """The project with the learned policy, by its own settings where it has some."""
    own = [policy for policy in project.config.policies if policy.name == POLICY]
    added = own or [PolicySettings(POLICY, 1, 1, max_history=5)]
    plain = without(project).config
    return replace(project, config=replace(plain, policies=(*plain.policies, *added)))


def split(project: Project, share: float, seed: int) -> tuple[Project, list[Sequence]]:
    """The project without some of its stories, and those; the ways through one story stay together."""
    told = sorted({each.name for each in project.sequences if not each.is_rule})
    random.Random(seed).shuffle(told)  # noqa: S311
    held = set(told[: max(1, round(len(told) * share))])
    stories = [each for each in project.sequences if not each.is_rule and each.name in held]
    kept = tuple(each for each in project.sequences if each.is_rule or each.name not in held)
    return replace(project, sequences=kept), stories


def choices(ensemble: Ensemble, story: Sequence, before: tuple[Event, ...]) -> Iterator[tuple[Choice, str, bool]]:
    """(what is chosen, the story's action, whether a message is answered) all along a story."""
    tracker = Tracker.fold(story.name, before)
    begun = False
    for event in story.events:
        if event["event"] != "action" or not begun or event.get("name") is None:
            begun = begun or event["event"] == "action"
            tracker.extend((event,))
            continue
        name, loop = event["name"], tracker.active_loop
        choice = ensemble.choose(tracker)
        if loop is not None and choice.action == loop != name:
            tracker.extend((events.rejected(loop),))
            choice = ensemble.choose(tracker)
        yield choice, name, tracker.latest_action == names.LISTEN
        hidden = {"hide_rule_turn": True} if choice.hidden and choice.action == name else {}
        tracker.extend((*choice.events, {**event, **hidden}))


def chained(project: Project, story: Sequence, seed: int) -> tuple[Event, ...]:
    """The events of a story of the project, up to its last listen, which the held-back story begins with."""
    known = [each for each in project.sequences if not each.is_rule and each.events[0] == story.events[0]]
    first = random.Random(f"{seed} {story.name}").choice(known).events  # noqa: S311
    return first[:-1] if first[-1] == story.events[0] else first


def judge(project: Project, stories: list[Sequence], score: Score, seed: int | None) -> None:
    """Add what the project's policies get right of stories they do not know; `seed`: each after one they know."""
    ensemble = Ensemble.train(project, lambda found: None)
    for story in stories:
        before = () if seed is None else chained(project, story, seed)
        for choice, name, answers in choices(ensemble, story, before):
            score.right.append(choice.action == name)
            if answers:
                score.after_messages.append(choice.action == name)
            if choice.policy == POLICY:
                score.by_policy.append((choice.confidence, choice.action == name))


def measure(path: Path, seeds: int, share: float, chain: bool) -> dict[str, object]:
    """The figures of one project."""
    findings = Findings()
    project = read_project(path, findings)
    findings.raise_errors()
    plain, learned = Score(), Score()
    each: list[float] = []
    for seed in range(seeds):
        rest, stories = split(project, share, seed)
        judge(without(rest), stories, plain, seed if chain else None)
        before = len(learned.right)
        judge(with_learned(rest), stories, learned, seed if chain else None)
        each.append(statistics.mean(learned.right[before:]))
    chosen = learned.by_policy
    return {
        "project": path.name,
        "stories": len({each.name for each in project.sequences if not each.is_rule}),
        "steps": len(learned.right),
        "alone": round(statistics.mean(plain.right), 3),
        "learned": round(statistics.mean(learned.right), 3),
        "alone_after_messages": round(statistics.mean(plain.after_messages), 3),
        "learned_after_messages": round(statistics.mean(learned.after_messages), 3),
        "learned_by_seed": [round(share, 3) for share in each],
        "chosen_by_learned": len(chosen),
        "confidence": round(statistics.mean(c for c, _ in chosen), 3) if chosen else None,
        "right_of_chosen": round(statistics.mean(r for _, r in chosen), 3) if chosen else None,
        **speed(project),
    }


def speed(project: Project) -> dict[str, float]:
    """Seconds to train on all stories, microseconds for a prediction of the learned policy."""
    started = time.perf_counter()
    Ensemble.train(without(project), lambda found: None)
    plain = time.perf_counter()
    ensemble = Ensemble.train(with_learned(project), lambda found: None)
    trained = time.perf_counter()
    policy = next(policy for policy in ensemble.policies if hasattr(policy, "weights"))
    trackers = [Tracker.fold("", each.events) for each in project.sequences if not each.is_rule]
    for tracker in trackers:
        policy.predict(tracker)
    times = []
    for tracker in trackers * 20:
        begin = time.perf_counter()
        policy.predict(tracker)
        times.append(time.perf_counter() - begin)
    return {
        "train_s": round((trained - plain) - (plain - started), 2),
        "us": round(statistics.median(times) * 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--held-back", type=float, default=0.2)
    parser.add_argument("--chained", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = [measure(path, given.seeds, given.held_back, given.chained) for path in given.projects]
    if given.json:
        print(
            json.dumps(
                {"seeds": given.seeds, "held_back": given.held_back, "chained": given.chained, "projects": found}
            )
        )
        return
    for each in found:
        print("  ".join(f"{key} {value}" for key, value in each.items()))


if __name__ == "__main__":
    main()
