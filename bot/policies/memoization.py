"""MemoizationPolicy and AugmentedMemoizationPolicy: what a story says after exactly these states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import names
from bot.config import PolicySettings
from bot.events import Event
from bot.model import ModelReader, ModelWriter
from bot.policies.history import History
from bot.policies.keys import Key, get_keys, put_keys
from bot.policies.prediction import Prediction
from bot.sequences import Sequence as Told
from bot.states import State
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two stories that go on differently after the same states, so that neither is remembered there."""

    sequence: Told
    said: str
    """The action that the story has."""
    other: Told
    other_said: str


class MemoizationPolicy:
    """See `bot.policies.prediction.Policy`. One dict lookup on the last `max_history` states."""

    def __init__(self, table: Mapping[Key, str], settings: PolicySettings, history: History) -> None:
        """`table` has the action that comes next by the states that are looked up."""
        self._table = table
        self._settings = settings
        self._history = history
        self._augments = settings.name == "AugmentedMemoizationPolicy"
        self._longest = max(map(len, table), default=0)
        self._openings = {key[1].previous for key in table if len(key) > 1 and key[0].previous is None}
        """What the bot does first in a story."""

    @classmethod
    def train(
        cls,
        told: Iterable[Told],
        settings: PolicySettings,
        history: History,
        report: Callable[[Conflict], None] = lambda found: None,
    ) -> MemoizationPolicy:
        """The policy that knows these stories; where two of them disagree, neither, and `report` hears of it."""
        tellers: dict[Key, tuple[Told, str]] = {}
        dropped: set[Key] = set()
        for sequence in told:
            if not sequence.is_rule:
                for key, action in _pairs(sequence.events, settings.max_history, history):
                    other, said = tellers.setdefault(key, (sequence, action))
                    if said != action and key not in dropped:
                        dropped.add(key)
                        report(Conflict(sequence, action, other, said))
        table = {key: said for key, (_, said) in tellers.items() if key not in dropped}
        return cls(table, settings, history)

    def to_model(self, writer: ModelWriter) -> None:
        put_keys(writer, "stories", self._table)

    @classmethod
    def from_model(cls, reader: ModelReader, settings: PolicySettings, history: History) -> MemoizationPolicy:
        """What `to_model` has written. Raises ModelError."""
        return cls(get_keys(reader, "stories"), settings, history)

    @property
    def priority(self) -> int:
        return self._settings.priority

    def predict(self, tracker: Tracker) -> Prediction:
        # One state more than any key has: a longer conversation must miss, not match its end.
        states = self._history.shown(tracker, self._settings.max_history or self._longest + 1)
        window = _window(states, self._settings.max_history)
        action = self._table.get(window)
        if action is None and self._augments:
            action = self._recalled(tracker, window)
        if action is None:
            return Prediction(self._settings.name, self._settings.priority)
        confidence = 1.0
        if self._settings.uses_nlu_confidence:
            confidence = float((tracker.latest_message.get("intent") or {}).get("confidence", 1.0))
        return Prediction(self._settings.name, self._settings.priority, {action: confidence})

    def _recalled(self, tracker: Tracker, tried: tuple[State, ...]) -> str | None:
        """Forget the oldest turns, one action after the other, until what is left is a known story."""
        applied, cuts = tracker.applied_events, tracker.cuts
        size = self._settings.max_history
        limit = size or self._longest + 1  # rules may have hidden turns: a little more can still be shown as one story
        first = 0
        if size is not None:
            listens = (at for at, cut in enumerate(cuts) if applied[cut.at].get("name") == names.LISTEN)
            first = max((at for at in listens if len(cuts) - 1 - at >= size), default=0)
        for start in range(first, len(cuts)):
            if not self._may_open(tracker, start, limit):
                continue
            rest = Tracker.fold(tracker.conversation_id, applied[cuts[start].at :])
            window = _window(self._history.shown(rest, limit), size)
            if window != tried:
                tried = window
                action = self._table.get(window)
                if action is not None:
                    return action
        return None

    def _may_open(self, tracker: Tracker, start: int, limit: int) -> bool:
        """Whether what is left from action number `start` on may be a story. Folding it to find out costs far more."""
        cuts = tracker.cuts
        is_whole = len(cuts) - start < limit  # else only its end is looked up, which may be the middle of a story
        if not is_whole or any(cut.hidden for cut in cuts[start : start + 2]):
            return True
        opening = tracker.applied_events[cuts[start].at]
        return (opening.get("name") or opening.get("action_text")) in self._openings


def _pairs(told: Sequence[Event], size: int | None, history: History) -> Iterator[tuple[Key, str]]:
    """(the states that are looked up, the action that comes next) all along a story."""
    tracker = Tracker.fold("", told)
    states = history.told(tracker)
    for number, cut in enumerate(tracker.cuts):
        event = tracker.applied_events[cut.at]
        action = event.get("name") or event["action_text"]
        if number == 0:
            continue  # what a story starts with follows from nothing
        yield _window(states[: number + 1], size), action


def _window(states: Sequence[State], size: int | None) -> Key:
    return tuple(states if size is None else states[-size:])
