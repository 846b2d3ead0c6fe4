"""Writes the report: `index.html` and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.story_report.confusion import draw, need_matplotlib
from app.story_report.drawing import drawn
from app.story_report.ways import untested, ways
from bot.loader import Project
from bot.testing import Pair, Verdict

_TEMPLATE = Path(__file__).with_name("page.html")


def write_report(
    folder: Path, project: Project, verdicts: Sequence[Verdict], *, ran_actions: bool, at: datetime
) -> Path:
    """The page that was written. Raises NoPictures before anything is written, and OSError."""
    need_matplotlib()
    from jinja2 import Environment

    folder.mkdir(parents=True, exist_ok=True)
    roots = ways(project, verdicts)
    graph = drawn(roots)
    (folder / "ways.svg").write_text(graph, encoding="utf-8")
    pairs = [pair for verdict in verdicts for pair in verdict.pairs]
    pictures = []
    for kind, title, what_came in (
        ("action", "Actions", "what the bot did"),
        ("intent", "Intents", "what the bot understood"),
    ):
        own = [pair for pair in pairs if pair.kind == kind]
        if own:
            draw(own, title, what_came, folder / f"{kind}s.png")
            pictures.append((title, f"{kind}s.svg"))
    steps = [step for root in roots for step in root.walk() if step.kind != "start"]
    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        _TEMPLATE.read_text(encoding="utf-8")
    )
    target = folder / "index.html"
    target.write_text(
        page.render(
            name=project.path.resolve().name,
            at=at,
            ran_actions=ran_actions,
            verdicts=verdicts,
            failed=[verdict for verdict in verdicts if not verdict.passed],
            actions=accuracy(pairs, "action"),
            intents=accuracy(pairs, "intent"),
            graph=graph,
            steps=len(steps),
            tested=sum(step.state != "untested" for step in steps),
            untested=untested(roots),
            pictures=pictures,
        ),
        encoding="utf-8",
    )
    return target


def accuracy(pairs: Sequence[Pair], kind: str) -> float | None:
    """The share of comparisons of one kind that were as expected; None: there were none."""
    own = [pair for pair in pairs if pair.kind == kind]
    return sum(pair.expected == pair.got for pair in own) / len(own) if own else None
