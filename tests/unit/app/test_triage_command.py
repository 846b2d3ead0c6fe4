"""`kickstand triage` and `kickstand bench --triage`: files in, predictions, explanations and tunings out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app

CALM = {"id": "c1", "turns": [{"from": "customer", "text": "which oil for the fork?"}], "expect": {"escalate_at": None}}
UPSET = {
    "id": "u1",
    "turns": [
        {"from": "customer", "text": "when does my seat ship?"},
        {"from": "bot", "text": "Seats ship on weekdays."},
        {"from": "customer", "text": "I am appalled, this is a disgrace"},
    ],
    "expect": {"escalate_at": 1, "reason": "emotion"},
}
RUN = CliRunner()


def a_file(folder: Path, *rows: object) -> str:
    file = folder / "conversations.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(file)


def test_predictions_name_the_turn_and_the_reason(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    result = RUN.invoke(app, ["triage", a_file(tmp_path, CALM, UPSET), "--out", str(out), "--json"])

    assert result.exit_code == 0
    assert [json.loads(line) for line in out.read_text().splitlines()] == [
        {"id": "c1", "escalate_at": None, "reason": None},
        {"id": "u1", "escalate_at": 1, "reason": "emotion"},
    ]
    found = json.loads(result.stdout)
    assert (found["on_time"], found["calm"], found["false_per_100_calm"]) == (1, 1, 0.0)


def test_an_explanation_shows_scores_and_evidence(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["triage", a_file(tmp_path, UPSET), "--explain"])

    assert result.exit_code == 0
    assert "hands over at 1, marked 1" in result.stdout
    assert 'emotion: angry words: "appalled"' in result.stdout


def test_tuning_prints_a_file_that_can_be_used(tmp_path: Path) -> None:
    marked = a_file(tmp_path, CALM, UPSET)
    told = RUN.invoke(app, ["triage", marked, "--tune", "--site", "larkmoor"])
    tuning = tmp_path / "tuning.toml"
    tuning.write_text(told.stdout, encoding="utf-8")
    again = RUN.invoke(app, ["triage", marked, "--explain", "--tuning", str(tuning), "--site", "larkmoor"])

    assert told.exit_code == again.exit_code == 0
    assert "[larkmoor]" in told.stdout


@pytest.mark.parametrize(
    ("rows", "options", "says"),
    [
        (['{"id": "x"}'], ["--explain"], "turns"),
        (["oops"], ["--explain"], ":1:"),
        ([], ["--explain"], "no conversation"),
        ([json.dumps(CALM)], [], "--out"),
        ([json.dumps(CALM)], ["--explain", "--tune"], "--out"),
        ([json.dumps({**CALM, "expect": None})], ["--tune"], "marked"),
        ([json.dumps(CALM)], ["--out", "/nowhere/at/all.jsonl"], "cannot be written"),
    ],
)
def test_bad_input_ends_with_what_to_do(tmp_path: Path, rows: list[str], options: list[str], says: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    result = RUN.invoke(app, ["triage", str(file), *options])

    assert result.exit_code == 2
    assert says in result.stderr


def test_a_file_that_is_not_there_is_told() -> None:
    result = RUN.invoke(app, ["triage", "/nowhere/at/all.jsonl", "--explain"])

    assert result.exit_code == 2
    assert "cannot be read" in result.stderr
