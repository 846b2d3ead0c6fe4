from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.fitting.advice import advice
from app.fitting.examples import BadExamples, Labelled, read_examples
from app.fitting.score import Judged, calibration_error, confusions, macro_f1, out_of_scope, top
from bot.nlu.scope import Scope

KEYS = [
    "accuracy",
    "top3",
    "macro_f1",
    "in_scope_accuracy",
    "oos_recall",
    "oos_precision",
    "oos_auroc",
    "train_cpu_s",
    "p50_ms",
    "p99_ms",
    "rss_mib",
    "intents",
    "seed",
]
PARTS = {
    "order_status": ("where is", "track", "what happened to", "when do i get"),
    "return_request": ("i want to return", "send back", "how do i give back", "refund for"),
    "fit_check": ("will my bike take", "does it match:", "compatible with", "is there room for"),
}
THINGS = ("the muffler", "a pipe", "my can", "that bracket")


def lines(path: Path, things: tuple[str, ...] = THINGS) -> Path:
    rows = [
        {"text": f"{part} {thing}", "intent": name}
        for name, parts in PARTS.items()
        for part in parts
        for thing in things
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["nlu", "fit", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_a_test_file_is_judged_and_every_key_is_there(tmp_path: Path) -> None:
    train, test = lines(tmp_path / "train.jsonl", THINGS[:3]), lines(tmp_path / "test.jsonl", THINGS[3:])
    outside = tmp_path / "oos.jsonl"
    outside.write_text('{"text": "sing a song", "intent": "oos"}\n{"text": "xq", "intent": "oos"}\n')
    code, out, _ = run(
        "--train",
        train,
        "--test",
        test,
        "--valid",
        train,
        "--oos-valid",
        outside,
        "--oos",
        outside,
        "--seed",
        2,
        "--json",
    )
    figures = json.loads(out)
    assert code == 0
    assert list(figures) == KEYS
    assert figures["accuracy"] == 1.0
    assert figures["oos_auroc"] == 1.0
    assert (figures["intents"], figures["seed"]) == (3, 2)


def test_folds_of_a_rasa_file_are_judged_and_reported(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    nlu = tmp_path / "nlu.yml"
    blocks = [
        f"- intent: {name}\n  examples: |\n"
        + "".join(f"    - {part} [{thing}](part)\n" for part in parts for thing in THINGS)
        for name, parts in PARTS.items()
    ]
    nlu.write_text("nlu:\n" + "".join(blocks), "utf-8")
    code, out, err = run("--train", nlu, "--folds", 4, "--report", tmp_path / "report", "--json")
    assert code == 0, err
    assert json.loads(out)["oos_recall"] is None
    made = {path.name for path in (tmp_path / "report").iterdir()}
    assert made == {"index.html", "intents.csv", "confusion.png", "confidence.png", "calibration.png"}
    assert "return_request" in (tmp_path / "report" / "index.html").read_text("utf-8")


def test_without_json_each_figure_has_its_line(tmp_path: Path) -> None:
    code, out, _ = run("--train", lines(tmp_path / "train.jsonl"), "--folds", 2)
    assert code == 0
    assert len(out.splitlines()) == len(KEYS)
    assert "not measured" in out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"txt": "hi", "intent": "greet"}', "the field 'text' is missing; the line has 'txt', 'intent'"),
        ('{"text": "hi"}', "the field 'intent' is missing"),
        ('{"text": 5, "intent": "greet"}', "'text' is a text, not int"),
        ('{"text": "hi", "intent": " "}', "'intent' is empty"),
        ("hello", "no JSON"),
        ("[]", "a line is"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "hello", "intent": "greet"}\n\n' + line + "\n")
    code, out, err = run("--train", path, "--folds", 2)
    assert (code, out) == (2, "")
    assert f"{path}:3: " in err
    assert said in err


def test_a_rasa_file_with_a_wrong_field_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n- intnt: bye\n  examples: |\n    - bye\n")
    with pytest.raises(BadExamples, match=r"nlu\.yml:5: expected `- intent:`"):
        read_examples(path)


@pytest.mark.parametrize("arguments", [(), ("--test", "t.jsonl", "--folds", "2"), ("--folds", "2", "--oos-valid", "x")])
def test_arguments_that_do_not_go_together_are_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run("--train", lines(tmp_path / "train.jsonl"), *arguments)[0] == 2


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe"])
def test_files_without_examples_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "train.jsonl").write_bytes(content)
    assert run("--train", tmp_path / "train.jsonl", "--folds", 2)[0] == 2
    assert run("--train", tmp_path / "missing.jsonl", "--folds", 2)[0] == 2


def test_intents_that_were_never_learned_are_told_of_and_count_as_wrong(tmp_path: Path) -> None:
    test = tmp_path / "test.jsonl"
    test.write_text('{"text": "track my can", "intent": "order_status"}\n{"text": "hello", "intent": "greet"}\n')
    code, out, err = run("--train", lines(tmp_path / "train.jsonl"), "--test", test, "--json")
    assert code == 0
    assert "'greet' has no training examples" in err
    assert json.loads(out)["accuracy"] == 0.5


def judged() -> Judged:
    """Four messages of two intents; the last is wrong."""
    scores = np.array([[2, 0, 1], [1, 0, 0.5], [0, 3, 1], [1, 0.5, 0]], np.float32)
    shares = np.array([[0.8, 0.1, 0.1], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1]], np.float32)
    return Judged(["a", "b", "c", "d"], np.array([0, 0, 1, 1]), scores, shares)


def test_scores_are_those_of_the_textbook() -> None:
    names = ("x", "y", "z")
    assert top(judged(), 2) == 1.0
    assert macro_f1(judged(), names) == pytest.approx((0.8 + 2 / 3) / 2)
    assert calibration_error(judged()) == pytest.approx((2 * 0.2 + 2 * 0.1) / 4)
    (pair,) = confusions(judged(), names)
    assert (pair.wanted, pair.found, pair.texts, pair.share) == ("y", "x", ("d",), 0.5)


def test_what_falls_under_the_line_is_refused() -> None:
    found = out_of_scope(judged(), np.array([0.5, 1.5], np.float32), Scope(1.2, 1.0, 1.2))
    assert (found.in_scope_accuracy, found.recall) == (0.5, 0.5)
    assert found.precision == pytest.approx(1 / 3)


def test_advice_names_what_to_do() -> None:
    train = [
        Labelled("Hi!", "greet", 1),
        Labelled("hi !", "greet", 2),
        Labelled("cheers", "greet", 3),
        Labelled("cheers", "thanks", 4),
    ]
    titles = [each.title for each in advice(train, (), {})]
    assert titles == [
        "The same example in greet and thanks",
        "2 intents have fewer than 8 examples",
        "1 examples stand in their intent more than once",
    ]
