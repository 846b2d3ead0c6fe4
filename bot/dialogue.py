"""Plays one turn: parse, fill slots, then one action after the other until the bot listens again."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot import events, names
from bot.actions.outcome import ActionFailed, ActionRejected
from bot.actions.runner import ActionRunner
from bot.events import Event
from bot.policies.ensemble import Choice, Ensemble
from bot.scene import Scene
from bot.turn import Step

_log = logging.getLogger(__name__)
_ENDS_TURN = (names.LISTEN, names.SESSION_START)


class Dialogue:
    """The turn of one project, by section 2 of Rasa's documented behaviour."""

    def __init__(self, actions: ActionRunner, ensemble: Ensemble, most_predictions: int) -> None:
        self._actions = actions
        self._ensemble = ensemble
        self._most = most_predictions

    async def play(self, scene: Scene, parse: Event, *, starts_session: bool = True) -> None:
        """Answer the scene's message, whose parse is given."""
        if starts_session:
            await self._start_session(scene)
        message = scene.message
        scene.append(
            [
                events.user(
                    parse.get("text") or "",
                    parse,
                    input_channel=message.channel,
                    message_id=message.key,
                    metadata=dict(message.metadata),
                )
            ]
        )
        scene.append(await self._actions.extract_slots(scene, scene.tracker))
        if scene.tracker.is_paused and scene.tracker.latest_intent != "restart":
            return
        await self._act(scene)

    async def _act(self, scene: Scene) -> None:
        for _ in range(self._most):
            choice = self._choose(scene)
            if choice.by_text:
                scene.append(await self._actions.extract_slots(scene, scene.tracker))
            await self._run(choice, scene)
            if choice.action in _ENDS_TURN:
                return
            if scene.tracker.is_paused and scene.tracker.latest_intent != "restart":
                return
        _log.warning("a turn of %s was stopped after %d actions", scene.tracker.conversation_id, self._most)
        # Without the listen the next message would go unheard.
        scene.append([events.action(names.LISTEN)])
        scene.steps.append(Step(names.LISTEN, "limit", 0.0))

    def _choose(self, scene: Scene) -> Choice:
        followup = scene.tracker.followup
        if followup is not None:
            scene.tracker.clear_followup()
            if self._actions.exists(followup):
                return Choice(followup, "action", 1.0)
            _log.warning("the follow-up %s is not an action of the domain and is ignored", followup)
        return self._ensemble.choose(scene.tracker)

    async def _run(self, choice: Choice, scene: Scene) -> None:
        before = list(choice.events)
        if scene.tracker.latest_action == names.LISTEN and choice.policy not in ("action", ""):
            before.append(events.featurization(choice.by_text))
        tracker = scene.tracker
        if choice.events:
            tracker = tracker.fork()
            tracker.extend(choice.events)
        found: list[Event] = []
        try:
            found = await self._actions.run(choice.action, scene, tracker)
        except ActionRejected as error:
            scene.append([events.rejected(error.action)])
            return
        except ActionFailed as error:
            scene.failures.append(error.failure)
        scene.steps.append(Step(choice.action, choice.policy, choice.confidence))
        kinds = {event["event"] for event in found}
        if "action_execution_rejected" in kinds:
            scene.append(found)
        else:
            hidden = {"hide_rule_turn": True} if choice.hidden else {}
            done = events.action(choice.action, choice.policy, choice.confidence, **hidden)
            scene.append([*before, done, *found])
        if "user" in kinds:
            scene.append(await self._actions.extract_slots(scene, scene.tracker))

    async def _start_session(self, scene: Scene) -> None:
        tracker = scene.tracker
        if tracker.applied_events and not self._has_expired(scene):
            return
        if scene.message.metadata:
            scene.append([events.slot(names.SESSION_METADATA, dict(scene.message.metadata))])
        await self._run(Choice(names.SESSION_START, "", 1.0), scene)
        if scene.tracker.latest_action != names.LISTEN:
            scene.append([events.action(names.LISTEN)])

    def _has_expired(self, scene: Scene) -> bool:
        silence = self._actions.domain.session.expires_after
        last = scene.tracker.last_sent_at
        return bool(silence) and last is not None and timedelta(seconds=scene.said_at - last) > silence
