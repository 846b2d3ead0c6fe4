"""Builds the table of sentence vectors that ships in `bot/nlu/table`.

    python -m bot.nlu.table.making.build --model DIR --wordnet DIR --out DIR [--encoded FILE]

See the README beside this file for where model and WordNet come from. Takes about twenty minutes of one CPU.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.sparse import csr_array

from bot.nlu.table.making.encoder import SIZE, Encoder, WordPieces
from bot.nlu.table.making.texts import requests, wordnet

Floats = NDArray[np.float32]

MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # pragma: allowlist secret
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"  # pragma: allowlist secret
_REQUESTS = 80_000
_KEPT = 256
_PENALTY = 2.0
_STEPS = 30


def main() -> None:
    """See the module."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--model", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    wanted.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun, cntlist.rev and so on")
    wanted.add_argument("--out", type=Path, required=True)
    wanted.add_argument("--encoded", type=Path, help="keep the texts' vectors here (.npy); read them where it exists")
    given = wanted.parse_args()

    vocabulary = _checked(given.model / "vocab.txt", VOCABULARY_SHA256).read_text("utf-8").splitlines()
    pieces = WordPieces(vocabulary)
    glosses = wordnet(given.wordnet)
    cut = [pieces.cut(text) for text in (*glosses, *requests(given.wordnet, _REQUESTS))]

    if given.encoded is not None and given.encoded.is_file():
        vectors: Floats = np.load(given.encoded)
    else:
        encoder = Encoder(_checked(given.model / "model.safetensors", MODEL_SHA256), pieces)
        vectors = np.zeros((len(cut), SIZE), dtype=np.float32)
        for places, found in track(encoder.vectors(cut), total=sum(map(len, cut)) // 4_000, description="encoding"):
            vectors[places] = found
        if given.encoded is not None:
            np.save(given.encoded, vectors)
    vectors = vectors @ _main_axes(vectors)
    counts = _counts(cut, len(vocabulary))
    # Glosses know rare words better, requests how people ask: half of what each way of weighing them finds.
    table: Floats = ridge(counts, vectors)
    table = np.float32(0.5) * (table + ridge(counts[: len(glosses)], vectors[: len(glosses)]))
    write(table, vocabulary, given.out)


def ridge(counts: csr_array, wanted: Floats) -> Floats:
    """The rows whose sums, by `counts`, come nearest to `wanted`: conjugate gradients for all columns at once."""
    turned = counts.T.tocsr()
    scale = (1 / (np.asarray(counts.multiply(counts).sum(axis=0)).ravel() + _PENALTY))[:, None].astype(np.float32)
    found = np.zeros((counts.shape[1], wanted.shape[1]), dtype=np.float32)
    rest = turned @ wanted
    along = scaled = scale * rest
    size = (rest * scaled).sum(axis=0)
    for _ in track(range(_STEPS), description="regression"):
        image = turned @ (counts @ along) + np.float32(_PENALTY) * along
        step = size / ((along * image).sum(axis=0) + 1e-12)
        found += step * along
        rest = rest - step * image
        scaled = scale * rest
        before, size = size, (rest * scaled).sum(axis=0)
        along = scaled + size / (before + 1e-12) * along
    return found


def write(table: Floats, vocabulary: list[str], folder: Path) -> None:
    """int8 with one scale a row; the vocabulary's places for control marks are left out."""
    kept = [number for number, piece in enumerate(vocabulary) if not piece.startswith("[") or piece == "["]
    scales = (np.abs(table[kept]).max(axis=1) / 127).astype(np.float16)
    scales[scales == 0] = 1
    rows = np.clip(np.rint(table[kept] / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "rows.npy", rows)
    np.save(folder / "scales.npy", scales)
    (folder / "pieces.txt").write_text("".join(f"{vocabulary[number]}\n" for number in kept), "utf-8")


def _main_axes(vectors: Floats) -> Floats:
    _, axes = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    return np.asarray(axes[:, ::-1][:, :_KEPT], dtype=np.float32)


def _counts(cut: list[list[int]], width: int) -> csr_array:
    starts = np.concatenate([[0], np.cumsum([len(each) for each in cut])])
    columns = np.array([number for each in cut for number in each], dtype=np.int32)
    counts = csr_array((np.ones(len(columns), dtype=np.float32), columns, starts), shape=(len(cut), width))
    counts.sum_duplicates()
    return counts


def _checked(path: Path, digest: str) -> Path:
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise SystemExit(f"{path} is not the file this script was written for (SHA-256 differs)")
    return path


if __name__ == "__main__":
    main()
