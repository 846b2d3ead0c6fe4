"""Actions that misbehave, and one that waits until a test lets it go on."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from tests.integration.app.gates import gate_of


class ActionExplode(Action):
    def name(self) -> str:
        return "action_explode"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        raise RuntimeError("the gearbox of this action is broken")


class ActionHang(Action):
    def name(self) -> str:
        return "action_hang"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        await asyncio.Event().wait()
        return []


class ActionWait(Action):
    def __init__(self, clock: Any) -> None:
        """Asks for a service, which makes it run in the server's loop, where the gates are."""

    def name(self) -> str:
        return "action_wait"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        gate = gate_of(tracker.latest_message["metadata"]["conversation_id"])
        gate.reached.set()
        await gate.opened.wait()
        return []
