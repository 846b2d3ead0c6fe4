"""The bot as a function: a tracker and a message in, a turn out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from bot import names
from bot.actions.articles import ArticleAnswers
from bot.actions.endpoint import read_endpoint
from bot.actions.loading import load_actions
from bot.actions.places import Places, placed
from bot.actions.runner import ActionRunner
from bot.actions.view import tracker_state
from bot.checks import check_project, disagreement
from bot.dialogue import Dialogue
from bot.domain import Domain
from bot.events import Event
from bot.filled import filled
from bot.loader import Project, read_project
from bot.model import DamagedModel, is_model, open_model, write_model
from bot.nlu.sentences import sentence_table
from bot.nlu.understanding import Understanding
from bot.passages import PassageIndex
from bot.policies.ensemble import Ensemble
from bot.problems import Findings, Problem
from bot.reminders import Reminder
from bot.responses import Responses
from bot.scene import Scene
from bot.tracker import Tracker
from bot.translations import language_of
from bot.turn import BotMessage, Button, Limits, Message, Trace, Turn

if TYPE_CHECKING:
    from bot.ports import Services

FALLBACKS_TO_GIVE_UP = 2
"""After so many misunderstood messages in a row a person is wanted."""


class Assistant:
    """One trained bot project. Keeps no conversation; safe to use for many at a time."""

    def __init__(
        self, project: Project, understanding: Understanding, ensemble: Ensemble, runner: ActionRunner, limits: Limits
    ) -> None:
        self.project = project
        self.problems: tuple[Problem, ...] = ()
        """The warnings of loading."""
        self._understanding = understanding
        self._ensemble = ensemble
        self._dialogue = Dialogue(runner, ensemble, limits.predictions)
        self._limits = limits

    @classmethod
    def load(
        cls,
        path: Path,
        services: Services | None,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        seed: int = 0,
        config: Path | None = None,
        cache: Path | None = None,
        actions: Path | None = None,
        run_actions: bool = True,
    ) -> Assistant:
        """Read, check and train the Rasa 3 project in `path`, or open the model file that `save` wrote there.

        `config` names another configuration than its `config.yml`; `cache` is a folder that keeps trained
        weights, so that the next start is quick. Without `services` actions may ask for none; with `run_actions`
        off a project's own actions are not even imported, and do nothing. A model holds no code: `actions` is the
        folder with its `actions.py` or `actions/`. Actions without a class run on the server that the folder's
        `endpoints.yml` names. Raises ProjectError: all problems at once, each with file and
        line; and ModelError for a file that is no model, or none for this version.
        """
        findings = Findings()
        if is_model(path):
            return cls._open(path, services, actions, limits, seed)
        project = read_project(path, findings, config)
        check_project(project, findings)
        instances = load_actions(path, services, findings) if run_actions else {}
        ensemble = Ensemble.train(project, lambda found: disagreement(found, project.config, findings))
        findings.raise_errors()
        custom = placed(path, instances, limits.action, project.domain, findings) if run_actions else None
        findings.raise_errors()
        runner = ActionRunner(project.domain, Responses(project.domain, seed), custom, _articles(project))
        understanding = Understanding.train(project, seed=seed, cache=cache, timezone=_timezone(services))
        assistant = cls(project, understanding, ensemble, runner, limits)
        assistant.problems = tuple(findings)
        return assistant

    @classmethod
    def _open(cls, path: Path, services: Services | None, actions: Path | None, limits: Limits, seed: int) -> Assistant:
        reader, digest = open_model(path)
        try:
            project = Project.from_model(reader.part("project"), path, digest)
            understanding = Understanding.from_model(reader.part("understanding"), project, _timezone(services))
            ensemble = Ensemble.from_model(reader.part("policies"), project)
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedModel(f"{path}: a part of the model is not as it should be; train it again") from error
        findings = Findings()
        instances = load_actions(actions, services, findings) if actions is not None else {}
        custom = placed(actions, instances, limits.action, project.domain, findings)
        findings.raise_errors()
        missing = ", ".join(name for name in project.domain.custom_actions if name not in instances)
        if missing and not isinstance(custom, Places):
            findings.warning(path.name, 1, f"a model holds no code; name the folder with the actions for: {missing}")
        runner = ActionRunner(project.domain, Responses(project.domain, seed), custom, _articles(project))
        assistant = cls(project, understanding, ensemble, runner, limits)
        assistant.problems = tuple(findings)
        return assistant

    def save(self, path: Path) -> None:
        """Write everything that was trained into a model file, which `load` opens in an instant."""
        with write_model(path, self.project.digest) as writer:
            self.project.to_model(writer.part("project"))
            self._understanding.to_model(writer.part("understanding"))
            self._ensemble.to_model(writer.part("policies"))

    @property
    def domain(self) -> Domain:
        return self.project.domain

    @property
    def ensemble(self) -> Ensemble:
        """Who chooses the next action; to be asked when a choice has to be explained."""
        return self._ensemble

    def parse_payload(self, payload: str) -> Event | None:
        """The parse of `/intent{"entity": "value"}`; None where it is none that the domain knows."""
        return self._understanding.payload(payload)

    def parse(self, text: str, now: datetime | None = None) -> Event:
        """text, intent, intent_ranking and entities of a message that was written `now`; None: at present."""
        return self._understanding.parse(text[: self._limits.text_length], now)

    async def reply(self, tracker: Tracker, message: Message, parse: Event | None = None) -> Turn:
        """The bot's turn for `message`; `tracker` is not changed.

        Deterministic for tracker, message, project and seed. `parse` replaces the bot's own understanding.
        """
        if parse is None and message.payload is not None:
            parse = self._understanding.payload(message.payload)
        if parse is None:
            parse = self.parse(message.text, message.sent_at)
            form = filled(tracker, parse["text"])
            if form is not None and form.intent in self.domain.intents:
                return await self._turn(Scene(tracker, message), form.read(parse), starts_session=True)
            # What a form has asked for is one answer, however many sentences it has.
            if tracker.active_loop is None and (found := self._understanding.matters(parse["text"], message.sent_at)):
                return await self._turn(Scene(tracker, message), *found, starts_session=True)
        return await self._turn(Scene(tracker, message), parse, starts_session=True)

    async def remind(
        self,
        tracker: Tracker,
        reminder: Reminder,
        key: str,
        now: datetime,
        channel: str,
        metadata: Mapping[str, JsonValue] | None = None,
    ) -> Turn:
        """The bot's turn for a reminder that is due: its intent is played in the session that is under way.

        `key`, `channel` and `metadata` are as those of a `Message`. Ask `pending` first whether the reminder still
        holds.
        """
        parse = reminder.parse()
        message = Message(key, parse["text"], now, metadata={**(metadata or {}), **reminder.metadata}, channel=channel)
        return await self._turn(Scene(tracker, message), parse, starts_session=False)

    async def _turn(self, scene: Scene, understood: Event, *others: Event, starts_session: bool) -> Turn:
        """Play a message and, where it is about `others` as well, each of them until a person is wanted."""
        message = scene.message
        parse = {**understood, "metadata": dict(message.metadata), "message_id": message.key}
        await self._dialogue.play(scene, parse, starts_session=starts_session)
        messages = scene.messages()
        for number, other in enumerate(others, 2):
            if scene.wish is not None:
                break
            key = f"{message.key}:{number}"  # a matter of its own: what it opens is not what the first one opened
            more = {**other, "metadata": dict(message.metadata), "message_id": key}
            await self._dialogue.play(scene, more, starts_session=False)
            messages = _last_said(scene.messages())
        if scene.tracker.fallbacks >= FALLBACKS_TO_GIVE_UP:
            scene.want_person("bot_gave_up", f"The bot did not understand {scene.tracker.fallbacks} messages in a row.")
        intent = parse.get("intent") or {}
        return Turn(
            messages=messages,
            tracker=scene.tracker,
            events=tuple(scene.events),
            wish=scene.wish,
            failures=tuple(scene.failures),
            promises=tuple(scene.promises),
            trace=Trace(
                intent=intent.get("name"),
                confidence=float(intent.get("confidence") or 0.0),
                entities=tuple(parse.get("entities") or ()),
                steps=tuple(scene.steps),
                language=(parse.get("language") or {}).get("code"),
            ),
        )

    def state(self, tracker: Tracker, shown: Iterable[Event]) -> dict[str, Any]:
        """The tracker as Rasa's HTTP interface writes it, with these of its events; JSON-ready."""
        initial = self.domain.initial_slots()
        slots = {**initial, **{name: value for name, value in tracker.slots.items() if name in initial}}
        return tracker_state(tracker, slots, list(shown))

    def speaks(self, locale: str | None) -> bool:
        """Whether the bot answers in what the visitor reads, a BCP 47 tag; so it does for None."""
        language = language_of(locale)
        own = language_of(self.project.config.language)
        return language is None or language == own or language in self.domain.translations

    def apology(self, text: str, button: str, locale: str | None = None) -> BotMessage:
        """What the visitor hears when a turn failed; it offers a person by a `button`.

        `text`, unless the project words it itself, in what the visitor reads.
        """
        if self.speaks(locale):
            for variation in self.domain.worded(names.TURN_FAILED, language_of(locale)):
                if variation.content.get("text"):
                    text = variation.content["text"]
                    break
        return BotMessage(text, (Button(button, f"/{names.HUMAN_REQUEST}"),))


def _last_said(messages: tuple[BotMessage, ...]) -> tuple[BotMessage, ...]:
    """Without what is said again further down: a form's question that another matter came between."""
    return tuple(each for number, each in enumerate(messages) if each not in messages[number + 1 :])


def _articles(project: Project) -> ArticleAnswers | None:
    """Answers from the project's articles, where it has some."""
    if not project.passages:
        return None
    table = sentence_table()
    index = PassageIndex(project.passages, table.vectors if table is not None else None)
    return ArticleAnswers(index, project.config.understanding.article_threshold)


def _timezone(services: object) -> tzinfo:
    """Where the visitors live; without services nobody says."""
    zone: tzinfo = getattr(services, "timezone", UTC)
    return zone


def check(path: Path, config: Path | None = None) -> list[Problem]:
    """Everything wrong with the project in `path`, by file and line; empty if all is well."""
    findings = Findings()
    project = read_project(path, findings, config)
    check_project(project, findings)
    read_endpoint(path, None, findings)
    if not findings.has_errors:
        Ensemble.train(project, lambda found: disagreement(found, project.config, findings), learns=False)
    return sorted(findings)
