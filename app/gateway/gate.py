"""What the two gates share: the services that a socket needs, whoever sits at its other end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.backplane import Backplane
from app.gateway.hub import Hub
from app.gateway.limits import Counter
from app.gateway.origins import Origins
from app.persistence.journal import Journal
from app.persistence.people import People
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Switchboard:
    """One of each in a process. `epoch`: of the store."""

    settings: Settings
    hub: Hub
    journal: Journal
    people: People
    backplane: Backplane
    origins: Origins
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    epoch: str


class Gate:
    """Where sockets of one kind of peer come in; one a process. `sockets` counts them by who they are of."""

    def __init__(self, board: Switchboard) -> None:
        self.settings = board.settings
        self.hub = board.hub
        self.journal = board.journal
        self.people = board.people
        self.backplane = board.backplane
        self.origins = board.origins
        self.clock = board.clock
        self.epoch = board.epoch
        self.sockets = Counter()
