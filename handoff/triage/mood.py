"""How charged the wording is: a linear model over word sequences, as a plain table that `training` writes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from math import sqrt
from pathlib import Path

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|[0-9]+|[!?]+|\.{2,}|[.,:;\"()-]")
_LONGEST = 3
"""Words in a row that count as one feature."""


class BadMood(ValueError):
    """The table of the learned model cannot be used; train it anew."""


def tokens(text: str) -> list[str]:
    """Words in small letters, every number as 0, marks shortened to what they say: `!!`, `??`, `?!`, `..`."""
    return list(map(_token, _TOKEN.findall(text.lower())))


@lru_cache(maxsize=8192)
def _token(found: str) -> str:
    first = found[0]
    if first.isalpha():
        return found.replace("'", "").replace("\u2019", "")
    if first in "!?":
        return found if len(found) == 1 else "!!" if "?" not in found else "??" if "!" not in found else "?!"
    if first == ".":
        return "." if len(found) == 1 else ".."
    return "0" if first.isdigit() else found


def sequences(words: list[str]) -> set[str]:
    """All runs of one to three tokens, begin `^` and end `$` of the message included."""
    framed = ["^", *words, "$"]
    runs = set(framed)
    runs.update(map(" ".join, pairwise(framed)))
    runs.update(map(" ".join, zip(framed, framed[1:], framed[2:], strict=False)))
    return runs


@dataclass(frozen=True, slots=True)
class Mood:
    """The table. `logit` above 0: more likely charged than calm; training saw as many calm lines as customers write."""

    weights: Mapping[str, int]
    """Whole steps of `scale`: their sum does not depend on the order."""
    bias: float
    scale: float

    @classmethod
    def load(cls, path: Path | None = None) -> "Mood":
        """From `path`, or the one that is shipped. Raises BadMood, or OSError when `path` cannot be read."""
        source = path or resources.files("handoff.triage") / "mood.json"
        try:
            table = json.loads(source.read_text(encoding="utf-8"))
            scale = float(table["scale"])
            weights = {str(run): int(value) for run, value in table["weights"].items()}
            return cls(weights, float(table["bias"]), scale)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadMood(f"{source} is no table of the learned model: {error}") from error

    def logit(self, text: str) -> float:
        """How charged `text` is by its wording alone; empty text is calm."""
        words = tokens(text)
        if not words:
            return self.bias
        runs = sequences(words)
        weights = self.weights
        # Most runs are not in the table; looking for those that are costs less than asking for each.
        total = sum([weights[run] for run in runs & weights.keys()])
        return self.bias + self.scale * total / sqrt(len(runs))


shipped = lru_cache(maxsize=1)(Mood.load)
"""The shipped table, read once a process."""
