"""Commands about what a bot understands: nlu fit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.commands.manners import Json, fail, print_line

if TYPE_CHECKING:
    from app.fitting.examples import Labelled
    from app.fitting.fitting import Fitted

_T = TypeVar("_T")

nlu = typer.Typer(no_args_is_help=True, help="What the bot understands: how well it tells intents apart.")


@nlu.callback()
def _group() -> None:
    """A group even with one command in it."""


@nlu.command("fit")
def fit(
    train: Annotated[Path, typer.Option(help="Examples to learn: {text, intent} lines, or a Rasa nlu.yml.")],
    test: Annotated[Path | None, typer.Option(help="Messages to judge by.")] = None,
    folds: Annotated[int | None, typer.Option(min=2, max=50, help="Judge by the examples, held back in turn.")] = None,
    valid: Annotated[Path | None, typer.Option(help="Messages to draw the out-of-scope line with.")] = None,
    oos_valid: Annotated[Path | None, typer.Option(help="The same, out of scope.")] = None,
    oos: Annotated[Path | None, typer.Option(help="Messages out of scope to judge by.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn by chance.")] = 0,
    report: Annotated[Path | None, typer.Option(help="Folder for a report with pictures and advice.")] = None,
    as_json: Json = False,
) -> None:
    """Train on one file and judge by another: accuracy, what is out of scope, seconds, memory."""
    from app.fitting.examples import BadExamples, read_examples
    from app.fitting.fitting import Given
    from app.fitting.fitting import fit as fit_and_judge

    if (test is None) == (folds is None):
        raise fail("Name what to judge by: --test FILE, or --folds N to hold back examples in turn.")
    if oos_valid is not None and valid is None:
        raise fail("--oos-valid needs --valid: a line is drawn between messages of both kinds.")
    if report is not None:
        _need_pictures()
    try:
        given = Given(
            train=read_examples(train),
            test=read_examples(test) if test is not None else None,
            folds=folds or 0,
            valid=read_examples(valid) if valid is not None else None,
            outside_valid=read_examples(oos_valid) if oos_valid is not None else None,
            outside=read_examples(oos) if oos is not None else None,
        )
    except BadExamples as error:
        raise fail(str(error)) from None
    _say_what_is_odd(given.train, given.test)
    if folds is not None and folds > len(given.train):
        raise fail(f"--folds {folds} is more than the {len(given.train)} examples of {train}")
    fitted = fit_and_judge(given, seed, _follow)
    if report is not None:
        from app.fitting.report import write_report

        index = write_report(fitted, report)
        print(f"report: {index}", file=sys.stderr)
    if as_json:
        print(json.dumps(fitted.figures))
    else:
        _show(fitted)


def _follow(what: str, items: Sequence[_T]) -> Iterable[_T]:
    """The items with a bar on standard error; what takes under two seconds is over before one reads it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    errors = Console(stderr=True)
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        # One long step has no known share done: the bar moves without one.
        task = progress.add_task(what, total=len(items) if len(items) > 1 else None)
        for item in items:
            yield item
            progress.advance(task)


def _say_what_is_odd(train: Sequence[Labelled], test: Sequence[Labelled] | None) -> None:
    from app.fitting.advice import unknown_intents
    from bot.nlu.sentences import sentence_table

    for line in unknown_intents(train, test or ()):
        print(line, file=sys.stderr)
    if sentence_table() is None:
        print("no table of sentence vectors is installed: intents are told by their words alone", file=sys.stderr)


def _need_pictures() -> None:
    import importlib.util

    if importlib.util.find_spec("matplotlib") is None:
        raise fail("--report draws pictures with matplotlib. Install it: pip install 'kickstand[report]'")


def _show(fitted: Fitted) -> None:
    names = {
        "accuracy": "accuracy",
        "top3": "in the first three",
        "macro_f1": "macro-F1",
        "in_scope_accuracy": "right and let through",
        "oos_recall": "out of scope: recall",
        "oos_precision": "out of scope: precision",
        "oos_auroc": "out of scope: AUROC",
        "train_cpu_s": "training, CPU s",
        "p50_ms": "a message, median ms",
        "p99_ms": "a message, 99th percentile ms",
        "rss_mib": "a process that classifies, MiB",
        "intents": "intents",
        "seed": "seed",
    }
    for key, value in fitted.figures.items():
        print_line(f"{names[key]:32}{'not measured' if value is None else value}")
