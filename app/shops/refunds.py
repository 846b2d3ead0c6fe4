"""Money back at the shop's own desk, whatever system that is. What it does not do is somebody's task."""

from __future__ import annotations

from typing import Protocol

from handoff.money import Money


class CannotRefund(Exception):
    """The shop does not do this one; the message says why to the team. Nothing was moved."""


class Refunds(Protocol):
    """Gives money back for orders of a shop."""

    async def refund(self, number: str, amount: Money, *, key: str, reason: str) -> str:
        """Give `amount` back for the order; the shop's number of that refund. The same `key` again moves nothing more.

        Raises CannotRefund, or `app.outgoing.OutgoingError` when it is not known whether anything was moved.
        """
