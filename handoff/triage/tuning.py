"""How sure triage has to be, and how much each kind of sign weighs: by site, from a file that `--tune` writes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

DEFAULT = "default"


class BadTuning(ValueError):
    """The file of tunings cannot be used; the message names the entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Signs add up; `hand_over` is reached, a person comes. All values are plain factors around 1."""

    hand_over: float = 1.0
    offer: float = 0.7
    """From here a person is offered; below `hand_over`."""
    decay: float = 0.6
    """What is left of a mood one visitor message later."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Factors by kind of sign; see WEIGHTS. A kind that is left out counts 1."""

    def weight(self, kind: str) -> float:
        """The factor of a kind of sign."""
        return self.weights.get(kind, 1.0)


WEIGHTS = ("safety", "legal", "human_request", "repeat", "words", "phrases", "shape", "sarcasm", "wording")
"""Kinds of signs: reasons as a whole, and the parts of emotion. `wording` is the learned model."""
USUAL = Tuning()


class Tunings:
    """The tuning of each site; one that is not named has that of `[default]`."""

    def __init__(self, by_site: Mapping[str, Tuning] | None = None) -> None:
        self._by_site = dict(by_site or {})

    def of(self, site: str) -> Tuning:
        """The tuning of the site with this key."""
        return self._by_site.get(site) or self._by_site.get(DEFAULT, USUAL)

    @classmethod
    def load(cls, path: Path) -> "Tunings":
        """From a TOML file: `[default]`, and a table for each site by its key. Raises BadTuning, or OSError."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadTuning(f"{path} is not TOML: {error}") from error
        usual = _tuning(path, DEFAULT, tables.pop(DEFAULT, {}), USUAL)
        return cls({DEFAULT: usual} | {site: _tuning(path, site, table, usual) for site, table in tables.items()})


def _tuning(path: Path, name: str, table: object, base: Tuning) -> Tuning:
    where = f"{path}: [{name}]"
    if not isinstance(table, dict):
        raise BadTuning(f"{where} must be a table, such as [{name}] with hand_over = 1.0 below it")
    known = {entry.name for entry in fields(Tuning)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise BadTuning(f"{where} has no setting {key!r}; there are {', '.join(sorted(known))}")
        if key == "weights":
            values[key] = {**base.weights, **_weights(where, value)}
        else:
            values[key] = _factor(f"{where} {key}", value)
    tuning = replace(base, **values)
    if tuning.hand_over == 0 or tuning.offer > tuning.hand_over or tuning.decay > 1:
        raise BadTuning(f"{where} must keep offer <= hand_over, hand_over above 0 and decay <= 1")
    return tuning


def _weights(where: str, table: object) -> dict[str, float]:
    if not isinstance(table, dict) or (unknown := set(table) - set(WEIGHTS)):
        named = f" {', '.join(sorted(unknown))}" if isinstance(table, dict) else ""
        raise BadTuning(f"{where} weights{named}: there are {', '.join(WEIGHTS)}")
    return {kind: _factor(f"{where} weights.{kind}", value) for kind, value in table.items()}


def _factor(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise BadTuning(f"{where} must be a number from 0 to 10, not {value!r}")
    return float(value)
