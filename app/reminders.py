"""Reminders that the bot has set: played when they are due, once, in the store's own time.

The log says which are pending; the conversation's row only when to look. Playing one stores, in one transaction, that
it is not pending any more and a turn that is owed for it, which survives a crash like any other. The bot speaks only
while it holds the conversation: what comes due while a person is awaited or answers has lost its moment and lapses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio
import structlog

from app.conversations import Status
from app.dialogues import Dialogues
from app.errors import ChatError
from app.persistence.journal import Journal
from app.turns import Turns
from bot import pending
from handoff import ConversationId

log = structlog.get_logger(__name__)


class Reminders:
    """One periodic task. Any process may run it: who is quicker plays the reminder, and nobody a second time."""

    def __init__(
        self,
        journal: Journal,
        dialogues: Dialogues,
        turns: Turns,
        every: timedelta,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._journal = journal
        self._dialogues = dialogues
        self._turns = turns
        self._every = every
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look for due reminders for ever."""
        while True:
            await self.look()
            await self._sleep(self._every.total_seconds())

    async def look(self) -> None:
        """Play what is due in each conversation that has no turn open. Never raises."""
        if self._turns.draining:
            return
        try:
            for conversation_id in await self._journal.to_be_reminded(now=self._clock()):
                await self._settle(conversation_id)
        except ChatError as error:
            log.warning("reminders put off", error=error.code)
        except Exception:
            # A conversation that nobody can read must not keep the others from their reminders for ever.
            log.exception("reminders failed")

    async def _settle(self, conversation_id: ConversationId) -> None:
        now = self._clock()
        dialogue = await self._dialogues.newest(conversation_id)
        found = pending(dialogue.tracker.events)
        due = [reminder for reminder in found if reminder.due <= now]
        played = due[:1] if dialogue.status is Status.BOT else []
        settled = played or due
        left = [reminder.due for reminder in found if reminder not in settled]
        change, lease = await self._journal.settle_reminders(
            conversation_id,
            settled=[reminder.cancellation() for reminder in settled],
            played=played[0].event() if played else None,
            pos=dialogue.pos,
            next_at=min(left, default=None),
            now=now,
        )
        if lease is not None:
            self._turns.start(lease)
        if change is not None:
            await self._turns.publish(change)
