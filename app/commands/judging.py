"""`kickstand triage`: judges whole conversations, shows why, and fits the thresholds to marked ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.commands.manners import Json, fail, print_line
from app.judging.conversations import BadConversation, Marked, read_conversations
from app.judging.judge import Judged, figures, judge
from app.judging.tuning import tune, written
from handoff import BadTuning, Evidence, Triage, Tuning, Tunings
from handoff.triage import USUAL

COLOURS = {"safety": "red", "legal": "magenta", "human_request": "cyan", "repeat": "yellow", "emotion": "bright_red"}


def triage(
    file: Annotated[Path, typer.Argument(help="Conversations, one JSON object a line.", metavar="FILE.jsonl")],
    out: Annotated[Path | None, typer.Option(help="Write a prediction a line: id, escalate_at, reason.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print each conversation with marks and scores.")] = False,
    fit: Annotated[bool, typer.Option("--tune", help="Fit the thresholds to the marks; print TOML.")] = False,
    tuning: Annotated[Path | None, typer.Option(help="File of tunings, see KICKSTAND_TRIAGE_TUNING.")] = None,
    site: Annotated[str, typer.Option(help="The site whose tuning counts, and that --tune writes.")] = "default",
    as_json: Json = False,
) -> None:
    """Judge conversations: when must a person take over, and why?"""
    if sum((out is not None, explain, fit)) != 1:
        raise fail("Say what to do with the conversations: --out PREDICTIONS.jsonl, --explain or --tune.")
    try:
        conversations = read_conversations(file)
        chosen = Tunings.load(tuning).of(site) if tuning else USUAL
    except (BadConversation, BadTuning) as refused:
        raise fail(str(refused)) from None
    except OSError as error:
        raise fail(f"{error.filename} cannot be read: {error.strerror}. Name a file of conversations.") from None
    judged = Triage.load()
    if fit:
        _tune(judged, conversations, chosen, site, as_json)
        return
    verdicts = [judge(judged, each, chosen) for each in conversations]
    if out is not None:
        _write(out, verdicts)
    if as_json:
        print(json.dumps(figures(conversations, verdicts)))
    elif explain:
        for each, verdict in zip(conversations, verdicts, strict=True):
            _explain(each, verdict)
    else:
        brought = sum(verdict.at is not None for verdict in verdicts)
        print(f"{brought} of {len(verdicts)} conversations are handed over; predictions are in {out}")


def _write(out: Path, verdicts: list[Judged]) -> None:
    lines = [json.dumps({"id": each.id, "escalate_at": each.at, "reason": each.reason}) for each in verdicts]
    try:
        out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}. Name a file in a folder that exists.") from None


def _tune(judged: Triage, conversations: list[Marked], start: Tuning, site: str, as_json: bool) -> None:
    if not any(each.marked for each in conversations):
        raise fail('No conversation is marked. Mark them with "expect": {"escalate_at": 1} (null where the bot stays).')
    fitted = tune(judged, conversations, start)
    if as_json:
        print(
            json.dumps(
                {
                    "hand_over": fitted.tuning.hand_over,
                    "offer": fitted.tuning.offer,
                    "before": fitted.before,
                    "after": fitted.after,
                }
            )
        )
    else:
        print(written(fitted, site))


def _explain(conversation: Marked, judged: Judged) -> None:
    wanted = f", marked {conversation.escalate_at}" if conversation.marked else ""
    print_line(f"[bold]{escape(conversation.id)}[/bold]  hands over at {judged.at}{wanted}")
    for past in conversation.earlier:
        print_line(f"  [dim]earlier: {escape(past)}[/dim]")
    for line in judged.lines:
        if line.verdict is None:
            print_line(f"  [dim]bot       {escape(line.text)}[/dim]")
            continue
        sign = "[red]●[/red]" if line.verdict.needs_person else "[yellow]○[/yellow]" if line.verdict.offer else " "
        print_line(f"{sign} customer  {line.verdict.score:.2f}  {_coloured(line.text, line.verdict.evidence)}")
        for told in line.verdict.evidence:
            print_line(f"              [{COLOURS.get(told.reason, 'blue')}]{told.reason}[/]: {escape(told.text)}")
    print_line("")


def _coloured(text: str, evidence: tuple[Evidence, ...]) -> str:
    """The message with what led to the verdict in the colour of its reason; where two overlap, the first counts."""
    spans = sorted((told.start, told.end, told.reason) for told in evidence if told.start is not None and told.end)
    shown, at = "", 0
    for start, end, reason in spans:
        if start >= at:
            shown += f"{escape(text[at:start])}[{COLOURS.get(reason, 'blue')}]{escape(text[start:end])}[/]"
            at = end
    return shown + escape(text[at:])
