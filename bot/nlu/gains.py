"""How much the words of a message speak for an entity at most: most messages name none, and that is soon seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from bot.nlu.neighbours import BEGIN, END, NOTHING, Word

OUTSIDE: Final = "O"
"""The label of words that are no entity."""
_ROUNDED: Final = 0.05
"""More than the weights lack altogether that CRFsuite tells with six digits."""


class Gains:
    """Rules out that a message has an entity, without reckoning with all labels of all words.

    CRFsuite chooses the labels with the greatest sum of weights, of features and of passing from one label to the
    next. Words that are labelled as an entity change the sum by what each gains over "outside", and by what passing
    in, on and out again costs. If that is a loss for all words that stand side by side, whatever their labels are,
    every word is outside, and nothing has to be asked.
    """

    def __init__(self, tagger: Any) -> None:
        """`tagger` is a pycrfsuite.Tagger with a model, of which the weights are read."""
        told = tagger.info()
        labels = [label for label in tagger.labels() if label != OUTSIDE]
        self._knows_outside = len(labels) < len(tagger.labels())
        """Not where every word of all examples was an entity's."""
        weights = told.state_features
        self._features: dict[bytes, tuple[float, ...]] = {
            feature.encode(): tuple(
                [weights.get((feature, label), 0.0) - weights.get((feature, OUTSIDE), 0.0) for label in labels]
            )
            for feature in told.attributes
        }

        def passing(before: Iterable[str], behind: Sequence[str]) -> float:
            stays = told.transitions.get((OUTSIDE, OUTSIDE), 0.0)
            changes = (told.transitions.get((one, two), 0.0) for one in before for two in behind)
            return float(max(changes, default=0.0) - stays)

        self._in, self._on, self._out = passing([OUTSIDE], labels), passing(labels, labels), passing(labels, [OUTSIDE])
        self._begin = Word(b"", most=self._of(BEGIN))
        self._end = Word(b"", most=self._of(END))
        self._nothing = Word(b"", most=self._of(NOTHING))

    def rule_out(self, words: Sequence[Word], also: Iterable[tuple[int, bytes]]) -> bool:
        """Whether none of the words of a message can be an entity's; see `bot.nlu.neighbours.features`."""
        if not self._knows_outside:
            return False
        for word in words:
            if not word.most:
                word.most = self._of(word)
        row = [self._nothing, self._begin, *words, self._end, self._nothing]
        gains = [
            word.most[0] + before.most[1] + after.most[2] + two_before.most[3] + two_after.most[4]
            for two_before, before, word, after, two_after in zip(row, row[1:], words, row[3:], row[4:], strict=False)
        ]
        for at, told in also:
            gains[at] += self._most([told])
        # The most that words up to here gain, if the last of them is labelled as an entity's.
        gained = gains[0]
        for gain in gains[1:]:
            if gained + self._out > -_ROUNDED:
                return False
            gained = gain + max(gained + self._on, self._in)
        return gained < -_ROUNDED

    def _of(self, word: Word) -> tuple[float, ...]:
        kinds = (word.alone, word.before, word.after, word.two_before, word.two_after)
        return tuple([self._most(features) for features in kinds])

    def _most(self, features: Iterable[bytes]) -> float:
        """What the label that gains most by these features gains; below 0 where "outside" has more of them all."""
        known = [self._features[feature] for feature in features if feature in self._features]
        return max(map(sum, zip(*known, strict=True))) if known else 0.0
