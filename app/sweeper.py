"""Two periodic tasks: turns whose worker died, chats whose agent is gone. Timers live in the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from app.errors import ChatError
from app.persistence.console import ConsoleReads
from app.persistence.journal import Journal
from app.persistence.moments import EPOCH
from app.persistence.people import People
from app.settings import Settings
from app.turns import Turns
from handoff import Agent, AgentId, ConversationId, Desk, HandoffError, Hold

log = structlog.get_logger(__name__)


class Sweeper:
    """Puts back what was left lying. Every step is idempotent."""

    def __init__(
        self,
        journal: Journal,
        turns: Turns,
        desk: Desk,
        console: ConsoleReads,
        people: People,
        settings: Settings,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._journal = journal
        self._turns = turns
        self._desk = desk
        self._console = console
        self._people = people
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._started_at = clock()
        self.on_lost: Callable[[str], None] = lambda _: None
        """Told of each lease that ran out and was taken over: of a "turn" or an "agent"."""

    async def run(self) -> None:
        """Turns: at once, with all that were running when the last process of this name ended, then at intervals."""
        await self._sweep(self.sweep_turns(starting=True))
        while True:
            await self._sleep(self._settings.sweep_interval.total_seconds())
            await self._sweep(self.sweep_turns(starting=False))

    async def watch_agents(self) -> None:
        """Agents, at intervals: they get the time to come back after a restart. One process does it for all."""
        while True:
            await self._sleep(self._settings.sweep_interval.total_seconds())
            await self._sweep(self.sweep_agents())

    async def _sweep(self, work: Awaitable[None]) -> None:
        try:
            await work
        except ChatError as error:
            log.warning("sweep put off", error=error.code)
        except Exception:
            # One row that nobody can read must not keep the server from serving all others.
            log.exception("sweep failed")

    async def sweep_turns(self, *, starting: bool) -> None:
        """Start the turns that nobody works on."""
        if not self._turns.draining:
            for lease in await self._journal.take_turns(now=self._clock(), all_running=starting):
                if lease.attempt > 1:
                    self.on_lost("turn")
                self._turns.start(lease)

    async def sweep_agents(self) -> None:
        """Give chats of absent agents back to the line: unanswered ones soon, the others later."""
        now = self._clock()
        lost = await self._console.lost(
            unanswered_since=self._gone_before(now - self._settings.absent_before_reply),
            answered_since=self._gone_before(now - self._settings.absent_after_reply),
        )
        names = await self._people.agent_names([agent_id for _, agent_id, _ in lost])
        for conversation_id, agent_id, gen in lost:
            agent = Agent(AgentId(agent_id), names[agent_id], capacity=0)
            hold = Hold(ConversationId(conversation_id), agent.id, gen)
            try:
                await self._desk.release(hold, agent, to="queue", now=now)
            except HandoffError:
                continue  # somebody was quicker
            self.on_lost("agent")
            log.info("chat of an absent agent is waiting again", conversation_id=conversation_id)

    def _gone_before(self, moment: datetime) -> datetime:
        """`moment`, or the beginning of time while this server is younger: nobody could be present before it ran."""
        return moment if moment >= self._started_at else EPOCH
