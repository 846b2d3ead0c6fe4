"""Trains the table of `mood`: `python -m handoff.triage.training --help`. scikit-learn works here, never in a turn."""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from handoff.triage.mood import Mood, sequences, tokens

REGULARISATION = 4.0
SEEN_RUNS = 2
"""A run of words counts from so many messages on."""
SEEN_LETTERS = 5
LETTERS_WEIGH = 0.5
"""Against word runs. Letters help words that training saw once; their weight is written into the words' own."""
KEPT = 24_000
"""Entries of the table: those that weigh most. Halving them costs less than a point of AUC."""
SCALE = 0.01


@dataclass(frozen=True, slots=True)
class Line:
    """A message, whether it is charged, and how much it counts."""

    text: str
    charged: bool
    weight: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on the files named, measure on the test part of GoEmotions, write the table."""
    parser = argparse.ArgumentParser(prog="python -m handoff.triage.training", description=__doc__)
    parser.add_argument("--goemotions", type=Path, required=True, help="TSV: split, charged (0 or 1), emotions, text")
    parser.add_argument("--banking77", type=Path, required=True, help="TSV: split, intent, text; all calm")
    parser.add_argument("--clinc150", type=Path, required=True, help="JSONL of the train part: text, intent; all calm")
    parser.add_argument("--messages", type=Path, nargs="*", default=(), help="TSV: label, text; emotion or calm")
    parser.add_argument("--conversations", type=Path, nargs="*", default=(), help="JSONL, as `kickstand triage` reads")
    parser.add_argument("--own-weight", type=float, default=5.0, help="how much a message of the domain counts")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    lines = [
        *goemotions(chosen.goemotions, "train"),
        *banking77(chosen.banking77, "train"),
        *clinc150(chosen.clinc150),
        *(line for path in chosen.messages for line in messages(path, chosen.own_weight)),
        *(line for path in chosen.conversations for line in conversations(path, chosen.own_weight)),
    ]
    mood = train(lines)
    write(mood, chosen.out)
    test = list(goemotions(chosen.goemotions, "test"))
    auc = roc_auc_score([line.charged for line in test], [mood.logit(line.text) for line in test])
    print(json.dumps({"lines": len(lines), "entries": len(mood.weights), "goemotions_test_auc": round(float(auc), 4)}))


def goemotions(path: Path, split: str) -> Iterator[Line]:
    """Comments of one split, charged or calm."""
    for row in _rows(path):
        if row["split"] == split:
            yield Line(row["text"], row["charged"] == "1", 1.0)


def banking77(path: Path, split: str) -> Iterator[Line]:
    """Questions of one split: ordinary support, calm."""
    for row in _rows(path):
        if row["split"] == split:
            yield Line(row["text"], False, 1.0)


def clinc150(path: Path) -> Iterator[Line]:
    """Short requests to an assistant, in small letters and without marks: calm."""
    for raw in path.read_text(encoding="utf-8").splitlines():
        yield Line(json.loads(raw)["text"], False, 1.0)


def messages(path: Path, weight: float) -> Iterator[Line]:
    """Single messages of the domain; who asks for a person is calm, other labels say nothing about mood."""
    for row in _rows(path):
        if row["label"] in ("emotion", "calm", "human_request"):
            yield Line(row["text"], row["label"] == "emotion", weight)


def conversations(path: Path, weight: float) -> Iterator[Line]:
    """Customer turns of marked conversations: calm until the one at which emotion asks for a person."""
    for raw in path.read_text(encoding="utf-8").splitlines():
        marked = json.loads(raw)
        expect = marked["expect"]
        at = expect["escalate_at"]
        said = [turn["text"] for turn in marked["turns"] if turn["from"] == "customer"]
        for index, text in enumerate(said):
            if at is None or index < at:
                yield Line(text, False, weight)
            elif index == at and "emotion" in (expect["reason"], *expect.get("also", ())):
                yield Line(text, True, weight)


def train(lines: Sequence[Line]) -> Mood:
    """Logistic regression over word runs and, for words seen rarely, letter runs; rare features may weigh more."""
    spoken = [tokens(line.text) for line in lines]
    runs = [sequences(words) for words in spoken]
    letters = [Counter(part for word in words for part in _letters(word)) for words in spoken]
    run_count = Counter(run for found in runs for run in found)
    letter_count = Counter(part for found in letters for part in found)
    known = [run for run, count in run_count.items() if count >= SEEN_RUNS]
    parts = [part for part, count in letter_count.items() if count >= SEEN_LETTERS]
    column = {name: index for index, name in enumerate([*known, *parts])}
    rarity = np.array(
        [log(len(lines) / run_count[run]) + 1 for run in known]
        + [(log(len(lines) / letter_count[part]) + 1) * LETTERS_WEIGH for part in parts]
    )
    rarity /= 10
    indices: list[int] = []
    values: list[float] = []
    starts = [0]
    for found, spelled in zip(runs, letters, strict=True):
        size = 1 / sqrt(len(found))
        for run in found:
            if run in column:
                indices.append(column[run])
                values.append(size)
        for part, count in spelled.items():
            if part in column:
                indices.append(column[part])
                values.append(size * count)
        starts.append(len(indices))
    matrix = sparse.csr_matrix((values, indices, starts), shape=(len(lines), len(column))) @ sparse.diags(rarity)
    model = LogisticRegression(C=REGULARISATION, solver="liblinear", max_iter=200)
    model.fit(matrix, [line.charged for line in lines], sample_weight=[line.weight for line in lines])
    learned = model.coef_[0] * rarity
    weights = {run: float(learned[column[run]]) for run in known}
    for word in {word for words in spoken for word in words}:
        by_letters = sum(float(learned[column[part]]) for part in _letters(word) if part in column)
        if by_letters:
            weights[word] = weights.get(word, 0.0) + by_letters
    kept = sorted(weights, key=lambda run: (-abs(weights[run]), run))[:KEPT]
    return Mood({run: round(weights[run] / SCALE) for run in sorted(kept)}, float(model.intercept_[0]), SCALE)


def write(mood: Mood, path: Path) -> None:
    """One line an entry, in order, so that a new training reads as a difference."""
    entries = ",\n".join(f"{json.dumps(run, ensure_ascii=False)}:{value}" for run, value in mood.weights.items())
    path.write_text(f'{{"bias":{mood.bias:.4f},"scale":{mood.scale},"weights":{{\n{entries}\n}}}}\n', encoding="utf-8")


def _letters(word: str) -> list[str]:
    """Runs of three to five letters, the word's edges marked."""
    if not word.isalpha():
        return []
    edged = f"<{word}>"
    return [f"#{edged[i : i + size]}" for size in (3, 4, 5) for i in range(len(edged) - size + 1)]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


if __name__ == "__main__":
    main()
