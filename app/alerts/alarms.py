"""One periodic task: tells of whoever waits, step by step, until somebody takes them; and sends all that is owed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from anyio import CapacityLimiter
from anyio.abc import TaskGroup

from app.alerts.news import News, Told
from app.alerts.ways import Try, Unreached, Ways
from app.errors import ChatError
from app.persistence.alerts import Alert, Alerts, Owed
from app.persistence.people import People
from app.sites import Site
from handoff import AgentId, Queue, Reason, SiteId, Ticket
from handoff.escalation import Step, Way, waits_since

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)
LEASE = timedelta(minutes=1)
"""How long one process has to send an alert before another one tries."""
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Before it is tried again; after the last it has failed."""
TIDY = timedelta(hours=1)
AT_ONCE = 16  # alerts on their way at the same time: a slow target holds up nobody else
REASONS = {
    Reason.SAFETY: "Safety",
    Reason.LEGAL: "Legal",
    Reason.HUMAN_REQUEST: "Asked for a person",
    Reason.REPEAT: "Same problem again",
    Reason.EMOTION: "Upset",
    Reason.OTHER: "Beyond the assistant",
}


class Alarms:
    """Writes down what is owed before it sends it, so that it is sent whatever happens, and seldom twice."""

    def __init__(
        self,
        alerts: Alerts,
        ways: Ways,
        people: People,
        queue: Queue,
        url: str,
        tasks: TaskGroup,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.alerts = alerts
        self.ways = ways
        self._people = people
        self._queue = queue
        self._url = url
        self._tasks = tasks
        self._clock = clock
        self._sleep = sleep
        self._places = CapacityLimiter(AT_ONCE)
        self._owed: set[tuple[str, int]] = set()
        self._tidied: datetime | None = None

    async def tell(
        self, site_id: SiteId, news: News, *, about: str | None = None, to: Sequence[AgentId] | None = None
    ) -> None:
        """Tell the owner by every way there is, or the devices of these agents alone. `about` twice is told once.

        Never raises: an alert that cannot be stored is logged.
        """
        now = self._clock()
        try:
            site = await self._people.site_by_id(site_id)
            ways = site.reach.ways(mails=self.ways.mails) if to is None else {Way.PUSH}
            agents = tuple(each for each, _ in await self.alerts.owners(site_id)) if to is None else tuple(to)
            name = about or f"{news.kind}/{news.conversation_id or site_id}/{now.isoformat()}"
            await self.alerts.owe([Owed(site_id, name, 0, way, news, agents) for way in sorted(ways)], now)
        except ChatError as error:
            log.error("an alert could not be kept", kind=news.kind, error=error.code)
        except Exception:
            log.exception("an alert could not be kept", kind=news.kind)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except ChatError as error:
                log.warning("alerts put off", error=error.code)
            except Exception:
                log.exception("alerts failed")
            await self._sleep(LOOK.total_seconds())

    async def look(self) -> None:
        """Owe the steps whose time has come; send what is owed."""
        now = self._clock()
        waiting: set[tuple[str, int]] = set()
        for site in await self._people.sites():
            waiting |= await self._steps(site, now)
        self._owed &= waiting
        for alert in await self.alerts.due(now):
            self._tasks.start_soon(self._send, alert)
        if self._tidied is None or now - self._tidied > TIDY:
            self._tidied = now
            await self.alerts.prune(now)

    async def test(self, site: Site, agent_id: AgentId) -> list[Try]:
        """A test message to each of the agent's browsers, now."""
        now = self._clock()
        news = News("alert.test", "This is how a waiting customer reaches you", "A test, asked for in your console.")
        told = Told(f"test-{now.timestamp():.6f}", news, site.key, site.name, f"{self._url}/console/", now)
        return await self.ways.push(told, await self.alerts.devices_of([agent_id], now))

    async def test_way(self, site: Site, way: Way) -> str:
        """A test message by webhook, Slack or mail, now; where it went. Raises Unreached."""
        now = self._clock()
        news = News("alert.test", "Kickstand can reach you here", "A test, asked for in the console.")
        told = Told(f"test-{now.timestamp():.6f}", news, site.key, site.name, f"{self._url}/console/", now)
        return await self.ways.send(way, told, site.reach, await self._addresses(site))

    async def _steps(self, site: Site, now: datetime) -> set[tuple[str, int]]:
        """The steps of all who wait here whose time has come, by name; those that are new are stored."""
        if site.opens_at(now) is not None:
            return set()  # nobody is planned to be there: who waits was told when people are back
        opened_at = site.hours.opened_at(now)
        ways = site.reach.ways(mails=self.ways.mails)
        fresh: list[Owed] = []
        due: set[tuple[str, int]] = set()
        for ticket in await self._queue.waiting(site.id):
            since = ticket.waiting_since or ticket.requested_at
            about = f"{ticket.id}/{since.isoformat()}"
            for number, step in site.reach.escalation.due(waits_since(since, opened_at), now):
                due.add((about, number))
                if (about, number) not in self._owed and step.way in ways:
                    fresh.append(Owed(site.id, about, number, step.way, _waits(ticket, step), None, since))
        if any(each.way is Way.PUSH for each in fresh) and not await self.alerts.has_devices(site.id):
            fresh = [each for each in fresh if each.way is not Way.PUSH]
        if fresh:
            await self.alerts.owe(fresh, now)
        self._owed |= due
        return due

    async def _send(self, alert: Alert) -> None:
        async with self._places:
            try:
                if await self.alerts.take(alert, self._clock(), LEASE):
                    await self._settle(alert)
            except ChatError as error:
                log.warning("an alert put off", kind=alert.news.kind, error=error.code)
            except Exception:
                log.exception("an alert failed", kind=alert.news.kind)

    async def _settle(self, alert: Alert) -> None:
        now = self._clock()
        try:
            detail = await self._out(alert, now)
        except Unreached as error:
            last = not error.again or alert.attempts >= len(PAUSES)
            next_at = now if last else now + PAUSES[alert.attempts]
            log.warning("an alert did not get through", way=alert.way, kind=alert.news.kind, why=str(error), last=last)
            await self.alerts.settle(alert, "failed" if last else "due", str(error), next_at)
        else:
            await self.alerts.settle(alert, "sent", detail, now)

    async def _out(self, alert: Alert, now: datetime) -> str:
        site = await self._people.site_by_id(alert.site_id)
        place = "" if alert.news.conversation_id is None else f"#/queue/{alert.news.conversation_id}"
        told = Told(alert.id, alert.news, site.key, site.name, f"{self._url}/console/{place}", alert.created_at)
        if alert.way is not Way.PUSH:
            return await self.ways.send(alert.way, told, site.reach, await self._addresses(site))
        if alert.agents is not None:
            devices = await self.alerts.devices_of(alert.agents, now)
        else:
            rung = None if alert.waiting_since is None else await self._rings_at(alert)
            devices = await (
                self.alerts.devices_at(site.id, now) if rung is None else self.alerts.devices_of([rung], now)
            )
        tries = await self.ways.push(told, devices)
        reached = [each.where for each in tries if not each.why]
        if tries and not reached:
            raise Unreached(tries[0].why, again=True)
        return f"reached {', '.join(reached)}" if reached else "nobody available has a device that takes messages"

    async def _rings_at(self, alert: Alert) -> AgentId | None:
        """The agent whom it rings at alone."""
        for ticket in await self._queue.waiting(alert.site_id):
            if ticket.conversation_id == alert.news.conversation_id:
                return ticket.offered_to
        return None

    async def _addresses(self, site: Site) -> Sequence[str]:
        return site.reach.owner_emails or [email for _, email in await self.alerts.owners(site.id)]


def _waits(ticket: Ticket, step: Step) -> News:
    """In our own words: who it is stands in the console."""
    minutes, seconds = divmod(int(step.after.total_seconds()), 60)
    waited = f"{minutes} min" if minutes and not seconds else f"{minutes * 60 + seconds} s"
    since = "A new customer is in line." if not step.after else f"Nobody has taken them for {waited}."
    return News("ticket.waiting", f"{REASONS[ticket.reason]}: a customer waits", since, ticket.conversation_id)
