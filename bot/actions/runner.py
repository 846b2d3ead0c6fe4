"""Runs any action by name: built-in ones, responses, forms and the project's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import events, names
from bot.actions import builtin
from bot.actions.articles import ArticleAnswers
from bot.actions.fallback import TwoStageFallback
from bot.actions.outcome import ActionFailed, ActionRejected, ProjectActions
from bot.domain import Domain
from bot.events import Event
from bot.forms import FormRunner
from bot.nlu.selection import selected_response
from bot.responses import Responses, bot_event
from bot.scene import Scene
from bot.slots import SlotFiller
from bot.tracker import Tracker

_LONGEST_QUOTE = 200
"""Characters of the visitor's words that a wish repeats."""
_KEPT_OF_EXTRACTION = ("slot", "bot", "reset_slots")


class ActionRunner:
    """All actions of one project."""

    def __init__(
        self,
        domain: Domain,
        responses: Responses,
        custom: ProjectActions | None,
        articles: ArticleAnswers | None = None,
    ) -> None:
        self.domain = domain
        self._responses = responses
        self._custom = custom
        self._articles = articles or ArticleAnswers(None)
        self._filler = SlotFiller(domain)
        self._initial = domain.initial_slots()
        self._own = frozenset(domain.custom_actions)
        self._answering = {
            f"utter_{intent}": intent
            for intent in domain.retrieval_intents
            if f"utter_{intent}" not in domain.responses
        }
        self._two_stage = TwoStageFallback(self)

    def slots(self, tracker: Tracker) -> dict[str, Any]:
        """Every slot of the domain, initial values included; slots that the domain lacks are left out."""
        known: Mapping[str, Any] = tracker.slots
        if not known.keys() <= self._initial.keys():
            known = {name: value for name, value in known.items() if name in self._initial}
        return {**self._initial, **known}

    def exists(self, name: str) -> bool:
        return name in self.domain.actions

    async def run(self, name: str, scene: Scene, tracker: Tracker) -> list[Event]:
        """The events of one action on `tracker`, which it does not change.

        Raises ActionRejected and, for a project's own action, ActionFailed.
        """
        if name in self._own:
            return await self.custom(name, scene, tracker)
        if name in self.domain.forms:
            return await FormRunner(self, self.domain.forms[name]).run(scene, tracker)
        if name == names.TWO_STAGE_FALLBACK:
            return await self._two_stage.run(scene, tracker)
        if name == names.HANDOFF:
            scene.want_person(*_handoff(scene, tracker))
            return []
        if name == names.ANSWER_FROM_ARTICLES:
            return self._articles.run(self, scene, tracker)
        if name in builtin.BUILT_IN:
            return builtin.BUILT_IN[name](self, scene, tracker)
        if name in self._answering:
            chosen = selected_response(tracker.latest_message, self._answering[name])
            return self.utter(chosen, scene, tracker) if chosen is not None else []
        return self.utter(name, scene, tracker)

    def utter(self, name: str, scene: Scene, tracker: Tracker, values: Mapping[str, Any] | None = None) -> list[Event]:
        """The bot event of a response; none if it is missing or has no fitting variation."""
        if name not in self._responses:
            return []
        message = scene.message
        said = self._responses.render(
            name, tracker, {**self.slots(tracker), **(values or {})}, message.key, message.channel, message.language
        )
        return [said] if said is not None else []

    async def custom(self, name: str, scene: Scene, tracker: Tracker) -> list[Event]:
        """Messages first, then events, as an action server's answer is read."""
        if self._custom is None:
            return []
        # The same turn thought again has the same events so far.
        key = f"{scene.message.key}:{len(scene.events)}:{name}"
        outcome = await self._custom.run(name, tracker, self.slots(tracker), key)
        said = [event for response in outcome.responses for event in self._said(response, scene, tracker)]
        return said + outcome.events

    def _said(self, response: Mapping[str, Any], scene: Scene, tracker: Tracker) -> list[Event]:
        template = response.get("response") or response.get("template")
        if not template:
            return [bot_event(response, {})]
        values = {
            key: value
            for key, value in response.items()
            if key not in ("response", "template", "text", "buttons", "elements", "custom", "image", "attachment")
        }
        found = self.utter(str(template), scene, tracker, values)
        for event in found:
            for part in ("buttons", "elements"):
                if response.get(part):
                    event["data"][part] = [*(event["data"][part] or []), *response[part]]
            for part in ("custom", "image", "attachment"):
                if response.get(part):
                    event["data"][part] = response[part]
        return found

    async def extract_slots(self, scene: Scene, tracker: Tracker) -> list[Event]:
        """What the latest message fills, after the project's own extraction and validation."""
        found = [events.slot(name, value) for name, value in self._filler.candidates(tracker)]
        for name in self._filler.custom_actions(tracker):
            if name in self._own:
                given = await self._contained(name, scene, tracker)
                found += [event for event in given if event["event"] in _KEPT_OF_EXTRACTION]
        if names.VALIDATE_MAPPINGS in self._own:
            candidates = [event for event in found if event["event"] == "slot"]
            temporary = tracker.fork()
            temporary.extend(candidates)
            given = await self._contained(names.VALIDATE_MAPPINGS, scene, temporary)
            judged = {event["name"] for event in given if event["event"] == "slot"}
            unjudged = [event for event in found if event["event"] != "slot" or event["name"] not in judged]
            found = [event for event in given if event["event"] in _KEPT_OF_EXTRACTION] + unjudged
        return found

    async def _contained(self, name: str, scene: Scene, tracker: Tracker) -> list[Event]:
        try:
            return await self.custom(name, scene, tracker)
        except ActionFailed as error:
            scene.failures.append(error.failure)
        except ActionRejected:
            pass
        return []


def _handoff(scene: Scene, tracker: Tracker) -> tuple[str, str]:
    """(reason, detail) of a person whom the project's rules bring in: what was understood, and the words for it."""
    intent = tracker.latest_intent or names.HUMAN_REQUEST
    words = scene.message.text
    quote = words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"
    return intent, f"understood as {intent.replace('_', ' ')}" + (f': "{quote}"' if quote else "")
