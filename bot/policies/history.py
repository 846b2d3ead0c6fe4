"""The history that stories are compared with: turns that only rules know are left out of it."""

from __future__ import annotations

from typing import NamedTuple

from bot import names
from bot.fold import Fold
from bot.policies.rules import RuleTables
from bot.states import State, StateMaker
from bot.tracker import Tracker


class _Walk(NamedTuple):
    """Where the walk over a conversation's actions stands after one of them."""

    hidden: bool = False
    last_shown: str | None = None
    """The previous action as stories see it."""
    state: State | None = None
    """The state shown here; None: hidden."""
    kept: State | None = None
    """The newest state that was shown."""


class History:
    """Shown states of one project's conversations, each computed once."""

    def __init__(self, maker: StateMaker, tables: RuleTables | None) -> None:
        self._maker = maker
        self._slots = tables.rule_only_slots if tables else frozenset()
        self._loops = tables.rule_only_loops if tables else frozenset()

    def told(self, tracker: Tracker) -> list[State]:
        """All states of a story, which hides nothing."""
        return self._maker.all(tracker)

    def shown(self, tracker: Tracker, limit: int) -> list[State]:
        """The last `limit` shown states, oldest first, the newest state always among them."""
        cuts = tracker.cuts
        first = len(cuts)
        while first > 0 and self not in cuts[first - 1].memo:
            first -= 1
        walk: _Walk = cuts[first - 1].memo[self] if first > 0 else _Walk()
        for index in range(first, len(cuts)):
            cut = cuts[index]
            state = self._maker.before(tracker, index)
            walk = cut.memo[self] = self._step(walk, cut.before, state, hides=cut.hidden)
        newest = self._step(walk, tracker.folded, self._maker.newest(tracker), hides=False)
        found = [newest.state] if newest.state is not None else []
        for index in range(len(cuts) - 1, -1, -1):
            if len(found) >= limit:
                break
            state_shown = cuts[index].memo[self].state
            if state_shown is not None:
                found.append(state_shown)
        found.reverse()
        return found

    def _step(self, walk: _Walk, fold: Fold, state: State, *, hides: bool) -> _Walk:
        last_shown = walk.last_shown if walk.hidden else state.previous
        hidden = walk.hidden
        loop = state.active_loop
        if fold.followup is None and not (loop is not None and state.previous == loop):
            hidden = hides
        if hidden or state.previous == names.UNLIKELY_INTENT:
            return _Walk(hidden, last_shown, None, walk.kept)
        shown = state._replace(
            slots=tuple(entry for entry in state.slots if entry[0] not in self._slots),
            loop=None if state.loop in self._loops else state.loop,
        )
        if walk.kept is not None and state.previous != names.LISTEN:
            kept = walk.kept
            shown = shown._replace(intent=kept.intent, text=kept.text, entities=kept.entities)
        if last_shown is not None:
            shown = shown._replace(previous=last_shown)
        return _Walk(hidden, last_shown, shown, shown)
