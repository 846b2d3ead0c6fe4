"""How an action can end other than with events."""

from __future__ import annotations

from bot.turn import ActionFailure


class ActionRejected(Exception):
    """The action has no use for the message; other policies decide."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"{action} rejected to run")


class ActionFailed(Exception):
    """The action raised or took too long; the dialogue goes on without it."""

    def __init__(self, failure: ActionFailure) -> None:
        self.failure = failure
        super().__init__(f"{failure.action} {failure.kind}: {failure.detail}")
