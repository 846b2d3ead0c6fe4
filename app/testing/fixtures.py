"""What the fixtures are made of: the ground that tests share, a system for each, and what they hold in their hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal

from app.main import BUILT_IN_PROJECT
from app.shops.samples import SampleEvent, SampleLine, SampleOrder
from app.testing.agent import Agent
from app.testing.system import Ground, System, prepare_database, system
from bot import Assistant
from bot.ports import OrderStatus


def lay_ground(folder: Path, project: Path | None, cache: Path | None, portal: BlockingPortal) -> Ground:
    """Train the bot once and stock the shop once; every system starts from copies. Raises ProjectError."""
    project = project or BUILT_IN_PROJECT
    model = folder / "bot.model"
    Assistant.load(project, None, cache=cache, run_actions=False).save(model)
    portal.call(prepare_database, folder / "ground.db")
    return Ground(folder / "ground.db", model, project)


@contextmanager
def running(folder: Path, ground: Ground, portal: BlockingPortal, **changes: Any) -> Iterator[System]:
    """A system for one test."""
    with portal.wrap_async_context_manager(system(folder, ground, portal, **changes)) as here:
        yield here


@dataclass(frozen=True, slots=True)
class Clock:
    """The system's time. It stands while nobody advances it."""

    _system: System

    @property
    def now(self) -> Any:
        """Aware UTC."""
        return self._system.clock()

    def advance(self, by: str | timedelta) -> None:
        """Let time pass: "45s", "3m", "1h 30m", "2d". All that is due meanwhile has happened afterwards."""
        self._system.run(self._system.advance, by)


@dataclass(frozen=True, slots=True)
class Agents:
    """Calling it with a first name gives the agent, who comes to the desk the first time."""

    _system: System

    def __call__(self, name: str) -> Agent:
        return self._system.run(self._system.agent, name)


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop, stocked with the sample catalogue and orders of the demonstration."""

    _system: System

    def order(
        self,
        number: str,
        *,
        email: str = "rider@example.org",
        postcode: str = "80331",
        status: str = "in_transit",
        placed_days_ago: int = 3,
        promised_in_days: int | None = 2,
        expected_in_days: int | None = 2,
        parts: dict[str, int] | None = None,
        **more: Any,
    ) -> SampleOrder:
        """Put an order into the shop, in place of the one with its number; `parts` are quantities by SKU.

        `more`: carrier, tracking_number, tracking_url, window, events as in the sample shop's orders.json.
        """
        placed = f"-{placed_days_ago} 10:00"
        events = more.pop("events", [{"label": "Order placed", "at": placed}])
        order = SampleOrder(
            number=number,
            email=email,
            postcode=postcode,
            status=OrderStatus(status),
            placed=placed,
            promised_in_days=promised_in_days,
            expected_in_days=expected_in_days,
            lines=[SampleLine(sku=sku, quantity=quantity) for sku, quantity in (parts or {"LM-F2-0718": 1}).items()],
            events=[SampleEvent(**event) for event in events],
            **more,
        )
        self._system.run(self._system.put_order, order)
        return order
