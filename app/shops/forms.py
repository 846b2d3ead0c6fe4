"""The ways to name a machine, each a bag of tokens with what leaving one unsaid costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.shops.machine_words import ORDINARY, TRIM
from app.shops.names import tokens
from bot.ports import Model, YearRange

WHOLE, ALIAS, PARTIAL = 1.0, 0.97, 0.95
"""What a form scores when all of it was said, or some."""

_CODE, _LETTER, _TRIM, _WORD, _MORE_WORDS = 0.02, 0.08, 0.10, 0.12, 0.02
"""What leaving a piece of the name unsaid costs; words after the first cost little, as one tells machines apart."""
_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between blanks in a name: "GSF1200S"."""

    tokens: tuple[str, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Match:
    """How well words name a model. `is_cut`: a code was said without its end, as "R6" is the R6S without its S."""

    score: float
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Form:
    """One way to name a model."""

    model: Model
    name: str
    counts: Mapping[str, int]
    pieces: tuple[Piece, ...]
    pairs: frozenset[tuple[str, str]]
    """Tokens that stand side by side."""
    length: int
    is_alias: bool = False
    market_name: str | None = None
    years: YearRange | None = None
    """The years that the name is said of; None for all."""

    def match(self, keys: Sequence[str]) -> Match:
        """How well `keys`, all of which the form has, name the model."""
        if len(keys) == self.length:
            return Match(ALIAS if self.is_alias else WHOLE, is_cut=False)
        left = Counter(keys)
        unsaid: list[Piece] = []
        for piece in self.pieces:  # what was said whole goes first: in "EX650 NINJA 650" it is the second 650
            if all(left[token] for token in piece.tokens):
                left.subtract(piece.tokens)
            else:
                unsaid.append(piece)
        cost, is_cut, words = 0.0, False, 0
        for piece in reversed(unsaid):
            said = [token for token in piece.tokens if left[token] > 0]
            left.subtract(said)
            if said:
                cost += _CODE
                is_cut |= piece.tokens[-1] not in said
            elif piece.cost == _WORD:
                cost += _MORE_WORDS if words else _WORD
                words += 1
            else:
                cost += piece.cost
        return Match(PARTIAL - cost, is_cut)


def name_form(model: Model) -> Form:
    """The catalogue's own name."""
    return _form(model, model.name, None, is_alias=False, market_name=None)


def alias_form(model: Model, name: str, years: YearRange | None, *, is_market: bool) -> Form:
    """Another name of the model."""
    return _form(model, name, years, is_alias=True, market_name=name if is_market else None)


def _form(model: Model, name: str, years: YearRange | None, *, is_alias: bool, market_name: str | None) -> Form:
    pieces = []
    for chunk in name.replace("/", " ").split():
        parts = tuple(_ROMAN.get(token.key, token.key) for token in tokens(chunk))
        if parts:
            pieces.append(Piece(parts, _cost(parts)))
    ordered = [token for piece in pieces for token in piece.tokens]
    return Form(
        model=model,
        name=name,
        counts=Counter(ordered),
        pieces=tuple(pieces),
        pairs=frozenset(_pairs(pieces)),
        length=len(ordered),
        is_alias=is_alias,
        market_name=market_name,
        years=years,
    )


def _pairs(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """Neighbours; a letter or two and a number across a blank are none, or "1000R 1+1" would be an R1."""
    for piece in pieces:
        yield from pairwise(piece.tokens)
    for one, two in pairwise(pieces):
        left, right = one.tokens[-1], two.tokens[0]
        letters = right if left.isdigit() else left
        if left.isdigit() == right.isdigit() or len(letters) > 2:
            yield left, right


def _cost(parts: Sequence[str]) -> float:
    if any(part.isdigit() for part in parts):
        return _WORD if len(parts) == 1 else _CODE
    if parts[0] in TRIM:
        return _TRIM
    word = "".join(parts)
    if len(word) == 1:
        return _LETTER
    return _WORD if _VOWELS & set(word) else _CODE


def is_telling(word: str) -> bool:
    """Whether a word tells a machine on its own: a code without vowels, or four letters that mean little else."""
    if word in ORDINARY or word in TRIM:
        return False
    return len(word) > 3 or (len(word) == 3 and not _VOWELS & set(word))


def is_in_order(form: Form, keys: Sequence[str]) -> bool:
    """Whether the form has `keys` as often as they come, and keeps letters and digits of short codes side by side.

    "duke 390" is the 390 Duke, "6 r" is no R6.
    """
    if len(keys) == 1:
        return True
    if len(set(keys)) < len(keys) and any(keys.count(key) > form.counts[key] for key in keys):
        return False
    if all(len(key) > (1 if key.isdigit() else 2) for key in keys):
        return True
    held = {token for pair in pairwise(keys) if pair in form.pairs for token in pair}
    return all(key in held for key in keys if len(key) <= (1 if key.isdigit() else 2))
