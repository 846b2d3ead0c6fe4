"""Kickstand's intent classifier beside a plain scikit-learn one and, where Rasa is installed, beside DIET.

    python docs/benchmarks/nlu.py --train F --test F [--seeds 1 2 3] [--rasa PYTHON] [--json]

`F` are lines of {text, intent} or a Rasa nlu.yml. `--rasa` is the Python of an installation of Rasa 3 (it may be of
another version of Python): DIET is trained there for 100 epochs, which takes its time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from app.fitting.examples import Labelled, read_examples
from bot.nlu.classifier import LinearClassifier
from bot.nlu.sentences import sentence_table

Classify = Callable[[str], str]

_DIET = """
import asyncio, json, sys, time
from pathlib import Path
from rasa.model_training import train_nlu
from rasa.core.agent import Agent
folder = Path(sys.argv[1])
start = time.process_time()
model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
taken = time.process_time() - start
agent = Agent.load(model)
async def answers():
    found, times = [], []
    for text in json.loads((folder / "test.json").read_text()):
        start = time.thread_time()
        found.append((await agent.parse_message(text))["intent"]["name"])
        times.append(time.thread_time() - start)
    return found, times
found, times = asyncio.run(answers())
(folder / "found.json").write_text(json.dumps({"found": found, "times": times, "taken": taken}))
"""
_PIPELINE = """recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  entity_recognition: false
  random_seed: {seed}
"""


@dataclass(frozen=True, slots=True)
class Row:
    system: str
    accuracy: float
    train_cpu_s: float
    p50_ms: float
    p99_ms: float


def ours(train: Sequence[Labelled], test: Sequence[Labelled], seed: int) -> Row:
    """Kickstand's classifier."""
    start = time.process_time()
    classifier = LinearClassifier.train([(each.read, each.intent) for each in train], seed, sentence_table())
    return judged("Kickstand", lambda text: classifier.rank(text)[0][0], time.process_time() - start, test)


def words_alone(train: Sequence[Labelled], test: Sequence[Labelled], seed: int) -> Row:
    """Kickstand's classifier where the table of sentence vectors is not installed."""
    start = time.process_time()
    classifier = LinearClassifier.train([(each.read, each.intent) for each in train], seed)
    return judged("Kickstand, words alone", lambda text: classifier.rank(text)[0][0], time.process_time() - start, test)


def plain(train: Sequence[Labelled], test: Sequence[Labelled], seed: int) -> Row:
    """TF-IDF of words, word pairs and pieces of words with logistic regression, as one writes it in ten lines."""
    start = time.process_time()
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True),
    )
    model = make_pipeline(features, LogisticRegression(C=10, max_iter=300, random_state=seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit([each.read for each in train], [each.intent for each in train])
    return judged("scikit-learn", lambda text: str(model.predict([text])[0]), time.process_time() - start, test)


def judged(system: str, classify: Classify, taken: float, test: Sequence[Labelled]) -> Row:
    """One message per call."""
    right, times = [], []
    for each in test:
        start = time.thread_time()
        right.append(classify(each.read) == each.intent)
        times.append(time.thread_time() - start)
    return row(system, right, times, taken)


def row(system: str, right: Sequence[bool], times: Sequence[float], taken: float) -> Row:
    """`times` in seconds."""
    p50, p99 = np.percentile(times, (50, 99)) * 1_000
    return Row(system, statistics.mean(right), taken, float(p50), float(p99))


def diet(python: str, train: Sequence[Labelled], test: Sequence[Labelled], seed: int) -> Row:
    """Rasa's DIETClassifier with the features of its default configuration, in its own Python."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        blocks = []
        for intent in sorted({each.intent for each in train}):
            texts = (" ".join(each.text.split()) for each in train if each.intent == intent)
            blocks.append({"intent": intent, "examples": "".join(f"- {text}\n" for text in texts if text)})
        (folder / "nlu.yml").write_text(json.dumps({"version": "3.1", "nlu": blocks}), "utf-8")  # JSON is YAML
        (folder / "config.yml").write_text(_PIPELINE.format(seed=seed), "utf-8")
        (folder / "test.json").write_text(json.dumps([each.text for each in test]), "utf-8")
        subprocess.run([python, "-c", _DIET, str(folder)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        seen = json.loads((folder / "found.json").read_text("utf-8"))
    right = [found == each.intent for found, each in zip(seen["found"], test, strict=True)]
    return row("Rasa DIET", right, seen["times"], seen["taken"])


def mean(rows: Sequence[Row]) -> Row:
    """Of one system over several seeds."""
    fields = ("accuracy", "train_cpu_s", "p50_ms", "p99_ms")
    return Row(rows[0].system, *(statistics.mean(getattr(each, field) for each in rows) for field in fields))


def main() -> None:
    """See the module."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--train", type=Path, required=True)
    wanted.add_argument("--test", type=Path, required=True)
    wanted.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    wanted.add_argument("--rasa", help="the Python of a Rasa installation")
    wanted.add_argument("--json", action="store_true")
    given = wanted.parse_args()
    train, test = read_examples(given.train), read_examples(given.test)
    rows = [mean([system(train, test, seed) for seed in given.seeds]) for system in (ours, words_alone, plain)]
    if given.rasa:
        rows.append(diet(given.rasa, train, test, given.seeds[0]))
    if given.json:
        print(json.dumps([asdict(each) for each in rows]))
        return
    print("| system | accuracy | training, CPU s | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for each in rows:
        cells = f"{each.accuracy:.1%} | {each.train_cpu_s:.1f} | {each.p50_ms:.2f} | {each.p99_ms:.2f}"
        print(f"| {each.system} | {cells} |")


if __name__ == "__main__":
    main()
