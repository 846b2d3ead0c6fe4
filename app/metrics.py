"""What a server tells Prometheus: turns, waits, handoffs, commits. Numbers only, nothing that anybody said.

On the path of a turn it costs two additions; what stands in the store is read when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from app.backplane import Changed, Signal
from app.conversations import Step
from app.persistence.depths import Depths
from app.persistence.moments import from_micros

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
WAITS = (5, 15, 30, 60, 120, 180, 300, 600, 1_800, 3_600, 14_400)
UNITS = (1, 2, 4, 8, 16, 32, 64, 128)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One registry a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        turns = Counter("kickstand_turns", "Visitor messages answered, by how.", ["outcome"], registry=self.registry)
        self._turns = {outcome: turns.labels(outcome) for outcome in ("done", "failed", "lost")}
        self._seconds = Histogram(
            "kickstand_turn_seconds",
            "From taking a message up to its stored answer.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._kept = Histogram(
            "kickstand_kept_seconds",
            "From taking a message up to its acknowledgement, when it is on disk.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._waited = Histogram(
            "kickstand_handoff_wait_seconds",
            "From the request for a person up to who took the conversation.",
            buckets=WAITS,
            registry=self.registry,
        )
        lost = Counter(
            "kickstand_leases_lost", "Leases that ran out and were taken over.", ["of"], registry=self.registry
        )
        self._lost = {of: lost.labels(of) for of in ("turn", "agent")}
        self._batch = Histogram(
            "kickstand_commit_units", "Units of work that shared a commit.", buckets=UNITS, registry=self.registry
        )
        self._handoffs = Counter(
            "kickstand_handoffs", "Requests for a person, by reason.", ["reason"], registry=self.registry
        )
        self._sockets = self._gauge("sockets", "Sockets that are open here.")
        self._running = self._gauge("turns_running", "Turns that are thought through here.")
        self._store = self._gauge("store_writable", "1 while the store takes writes.")
        self._backplane = self._gauge("backplane_up", "1 while hints of other gateways arrive.")
        self._outbox = self._gauge("outbox_turns", "Messages that are owed an answer, in the whole store.", "state")
        self._waiting = self._gauge("queue_tickets", "Visitors who wait for a person, in the whole store.", "site")
        self._longest = self._gauge("queue_longest_wait_seconds", "The longest of their waits.", "site")

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"kickstand_{name}", meaning, labels, registry=self.registry)

    def answered(self, seconds: float, outcome: str) -> None:
        """A turn was stored: "done" or "failed"; or "lost", because another worker had it by then."""
        self._turns[outcome].inc()
        self._seconds.observe(seconds)

    def kept(self, seconds: float) -> None:
        """A message was stored and acknowledged."""
        self._kept.observe(seconds)

    def lost(self, of: str) -> None:
        """A lease was taken over: of a "turn", whose gateway died or hangs; or of an "agent", who is gone."""
        self._lost[of].inc()

    def committed(self, units: int) -> None:
        """So many units of work shared a commit."""
        self._batch.observe(units)

    def hear(self, signal: Signal) -> None:
        """Count requests for a person and how long they waited; listen to the backplane with this."""
        if not isinstance(signal, Changed) or signal.change is None or signal.change.ticket is None:
            return
        for entry in signal.change.entries:
            if entry.kind != "handoff":
                continue
            if entry.data["step"] == Step.REQUESTED:
                self._handoffs.labels(entry.data.get("reason", "other")).inc()
            elif entry.data["step"] == Step.CLAIMED:
                self._waited.observe(max(0.0, (entry.at - signal.change.ticket.requested_at).total_seconds()))

    async def told(
        self, depths: Depths, now: datetime, here: Mapping[str, Callable[[], float]], *, writable: bool
    ) -> bytes:
        """Everything in Prometheus' text form. Raises Unavailable when the store does not answer."""
        for gauge, read in (
            (self._sockets, here["sockets"]),
            (self._running, here["turns_running"]),
            (self._backplane, here["backplane_up"]),
        ):
            gauge.set(read())
        self._store.set(writable)
        if writable:
            turns, line = await depths.now()
            for state in ("queued", "running"):
                self._outbox.labels(state).set(turns.get(state, 0))
            self._waiting.clear()
            self._longest.clear()
            for site, count, since in line:
                self._waiting.labels(site).set(count)
                waited = 0.0 if since is None else (now - from_micros(since)).total_seconds()
                self._longest.labels(site).set(max(0.0, waited))
        return generate_latest(self.registry)
