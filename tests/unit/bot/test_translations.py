"""A project's responses in other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Assistant, Button, ProjectError, check
from tests.unit.bot.projects import KEYWORDS, Chat, a_project, an_assistant, texts, with_action

GERMAN = """
responses:
  utter_greet: [{text: "Hallo."}]
  utter_ask_size: [{text: "Welche Größe?", buttons: [{title: Groß, payload: '/inform{{"size": "large"}}'}]}]
  utter_ask_address: [{text: "Wohin?"}]
  utter_ordered: [{text: "Eines in {size} geht nach {address}."}]
  utter_chitchat: [{text: "Schönes Wetter."}]
  utter_cancelled: [{text: "Zurückgenommen."}]
  utter_default: [{text: "Sag das noch einmal?"}]
"""


def problems(tmp_path: Path, files: dict[str, str]) -> list[str]:
    return [
        f"{each.file}:{each.line} {each.message}"
        for each in check(a_project(tmp_path, files))
        if each.severity == "error"
    ]


async def test_who_reads_german_is_answered_in_it_and_everybody_else_as_before(tmp_path: Path) -> None:
    chat = Chat(an_assistant(a_project(tmp_path, {"translations/de.yml": GERMAN})))

    assert texts(await chat.says("hello", locale="de-AT")) == ["Hallo."]
    asked = await chat.says("i want to order a pipe", locale="de")
    assert texts(asked) == ["Welche Größe?"]
    assert asked.messages[0].buttons == (Button("Groß", '/inform{"size": "large"}'),)
    assert texts(await chat.says("", '/inform{"size": "large"}', locale="de")) == ["Wohin?"]
    assert texts(await chat.says("Hafengasse 12", locale="de")) == ["Eines in large geht nach Hafengasse 12."]
    assert texts(await chat.says("hello", locale="fr")) == ["Hello."]
    assert texts(await chat.says("nice weather today")) == ["Nice weather."]


async def test_what_an_action_says_by_a_response_is_translated_with_its_values(tmp_path: Path) -> None:
    action = """
class Tell(Action):
    def name(self): return "action_tell"
    def run(self, dispatcher, tracker, domain):
        locale = tracker.latest_message["metadata"]["locale"]
        dispatcher.utter_message(response="utter_ordered", size="XL", address=locale)
"""
    files = {**with_action("action_tell", "greet"), **KEYWORDS, "translations/de.yml": GERMAN}
    chat = Chat(an_assistant(a_project(tmp_path, files, actions=action)))

    assert texts(await chat.says("hello", locale="de-CH")) == ["Eines in XL geht nach de-CH."]


def test_a_bot_speaks_its_own_language_and_those_it_is_translated_into(tmp_path: Path) -> None:
    bot = an_assistant(a_project(tmp_path, {**KEYWORDS, "translations/de/all.yml": GERMAN}))

    assert [bot.speaks(locale) for locale in ("en-GB", "de-AT", None, "")] == [True] * 4
    assert not bot.speaks("fr")


def test_a_model_file_brings_its_translations(tmp_path: Path) -> None:
    bot = an_assistant(a_project(tmp_path / "bot", {**KEYWORDS, "translations/de.yml": GERMAN}))
    bot.save(tmp_path / "bot.model")

    opened = Assistant.load(tmp_path / "bot.model", None)

    assert opened.speaks("de")
    assert opened.domain.worded("utter_greet", "de")[0].content["text"] == "Hallo."


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("de.yml", GERMAN.replace("  utter_cancelled", "  utter_canceled"), "'utter_canceled' is not in the domain"),
        ("de.yml", GERMAN.replace('  utter_cancelled: [{text: "Zurückgenommen."}]\n', ""), "lacks utter_cancelled:"),
        ("de.yml", "responses: {}", "lacks utter_greet, utter_ask_size, utter_ask_address, utter_ordered"),
        ("de.yml", GERMAN.replace("{address}", "{adresse}"), "fills in {adresse}, which the domain's does not"),
        ("de.yml", GERMAN.replace("/inform{{", "/cancel{{"), "has a button with '/cancel"),
        ("German.yml", GERMAN, "'German' is none"),
    ],
)
def test_a_translation_that_would_leave_somebody_with_two_languages_is_named(
    tmp_path: Path, file: str, text: str, problem: str
) -> None:
    found = problems(tmp_path, {**KEYWORDS, f"translations/{file}": text})

    assert any(each.startswith(f"translations/{file}:") and problem in each for each in found), found
    with pytest.raises(ProjectError):
        an_assistant(tmp_path)


def test_the_apology_is_in_what_the_visitor_reads_or_what_the_server_has_for_them(tmp_path: Path) -> None:
    own = '  utter_turn_failed: [{text: "Give me a moment."}]\n'
    german = GERMAN + '  utter_turn_failed: [{text: "Einen Moment."}]\n'
    domain = (a_project(tmp_path) / "domain.yml").read_text().replace("responses:\n", f"responses:\n{own}")
    bot = an_assistant(a_project(tmp_path, {**KEYWORDS, "domain.yml": domain, "translations/de.yml": german}))

    said = [bot.apology("Un instant.", "Une personne", locale).text for locale in ("en", "de", "fr", None)]
    assert said == ["Give me a moment.", "Einen Moment.", "Un instant.", "Give me a moment."]
