"""What repairs a lost hint: now and then, how far conversations have come is compared with what was told of them.

Heads are compared conversation by conversation. A global "newer than the last id" would skip entries of transactions
that were begun earlier and committed later.
"""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import structlog

from app.backplane import Changed, Signal
from app.backplane.memory import MemoryBackplane
from app.conversations import Conversation
from app.errors import ChatError
from app.gateway.hub import Hub
from app.persistence.console import ConsoleReads
from app.persistence.journal import Journal
from handoff import ConversationId, SiteId

log = structlog.get_logger(__name__)

USUALLY = 2.0  # seconds between looks
WHILE_DEAF = 0.5  # while hints do not arrive
DESKS = 15  # looks after which it is asked who is at the desk, hints or not


class Comparison:
    """One periodic task of a gateway that is not alone on its store."""

    def __init__(self, hub: Hub, backplane: MemoryBackplane, journal: Journal, console: ConsoleReads) -> None:
        self._hub = hub
        self._backplane = backplane
        self._journal = journal
        self._console = console
        self._told: dict[ConversationId, int] = {}
        self._marks: dict[ConversationId, tuple[int, int]] = {}
        self._line: Mapping[ConversationId, tuple[SiteId, str, int]] = {}
        self._looks = 0
        self._now = anyio.Event()
        backplane.listen(self._hear)
        backplane.on_return = self._look_now

    async def run(self) -> None:
        """Compare for ever, and at once when hints arrive again."""
        while True:
            with anyio.move_on_after(USUALLY if self._backplane.is_up else WHILE_DEAF):
                await self._now.wait()
            asked, self._now = self._now.is_set(), anyio.Event()
            try:
                await self.look(thorough=asked)
            except ChatError as error:
                log.warning("comparing put off", error=error.code)
            except Exception:
                # One row that nobody can read must not keep all others from what they missed.
                log.exception("comparing failed")

    async def look(self, *, thorough: bool = False) -> None:
        """Tell this gateway's sockets what nobody told them."""
        hub = self._hub
        here = frozenset(hub.widgets.all()) | frozenset(hub.followers.all())
        known = {widget for conversation_id in hub.widgets.all() for widget in hub.widgets[conversation_id]}
        without = [each for each in hub.visitors.all() if not known.issuperset(hub.visitors[each])]
        if here or without:
            for row in await self._journal.heads(list(here), without):
                self._compare(row)
        self._told = {each: pos for each, pos in self._told.items() if each in here}
        self._marks = {each: marks for each, marks in self._marks.items() if each in here}
        if sites := set(hub.consoles.all()) | set(hub.audience.all()):
            self._compare_line(await self._console.line(list(sites)))
            self._looks += 1
            if thorough or self._looks % DESKS == 0 or not self._backplane.is_up:
                for site_id in sites:
                    hub.on_turnover(site_id, None)
        await self._backplane.note_online(frozenset(hub.widgets.all()))

    def _hear(self, signal: Signal) -> None:
        if isinstance(signal, Changed):
            told = self._told.get(signal.conversation_id)
            if told is not None and signal.since <= told < signal.pos:  # beyond a gap, one is missing
                self._told[signal.conversation_id] = signal.pos

    def _look_now(self) -> None:
        self._now.set()

    def _compare(self, row: Conversation) -> None:
        told = self._told.get(row.id)
        self._told[row.id] = max(row.pos, told or 0)
        changed = Changed(row.id, row.visitor_id, row.site_id, row.head, row.pos)
        if told is None:  # its sockets came since the last look: they may have missed what came right after them
            self._hub.catch_up(changed)
        elif told < row.pos:
            self._backplane.spread(changed)
        marks = (row.read_by_visitor, row.read_by_agent)
        if self._marks.setdefault(row.id, marks) != marks:
            self._marks[row.id] = marks
            self._hub.on_seen(row.site_id, row.id)

    def _compare_line(self, line: Mapping[ConversationId, tuple[SiteId, str, int]]) -> None:
        before, self._line = self._line, line
        for conversation_id in before.keys() | line.keys():
            if before.get(conversation_id) != line.get(conversation_id):
                site_id = (line.get(conversation_id) or before[conversation_id])[0]
                self._hub.on_turnover(site_id, conversation_id)
