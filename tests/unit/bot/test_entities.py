"""Entities as a project gets them: by lists, patterns, recognisers and examples, and what stays where two overlap."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Assistant, check
from bot.examples import Example
from bot.loader import Project, read_project
from bot.nlu.entities import EntityExtractor
from bot.nlu.fuzzy import FuzzyNames
from bot.nlu.gains import Gains
from bot.problems import Findings
from tests.unit.bot.projects import CONFIG, DOMAIN, NOON, a_project, an_assistant

OURS = Path(__file__).parents[3] / "bot" / "project"
FOLDS = 5
TRIP = """
nlu:
- intent: order
  examples: |
""" + "".join(
    f'    - {lead} [{start}]{{"entity": "city", "role": "from"}} to [{end}]{{"entity": "city", "role": "to"}}\n'
    for lead in ("from", "ship it from", "a parcel from")
    for start, end in (("Rome", "Paris"), ("Berlin", "Rome"), ("Paris", "Lisbon"), ("Madrid", "Berlin"))
)
EVERY = ["size", "city", "year", "order_number", "email", "date", "phone", "postcode", "tracking_number", "language"]


def with_component(component: str, **files: str) -> dict[str, str]:
    """Files of a project whose pipeline has one more component, and whose domain knows every kind of entity."""
    return {
        "config.yml": CONFIG.replace("- name: FallbackClassifier", f"{component}\n- name: FallbackClassifier"),
        "domain.yml": DOMAIN.replace("entities: [size, city]", f"entities: [{', '.join(EVERY)}]"),
        **files,
    }


def found(assistant: Assistant, text: str) -> list[tuple[str, Any, str]]:
    """(entity, value, extractor) of each."""
    entities = assistant.parse(text, NOON)["entities"]
    return [(each["entity"], each["value"], each["extractor"]) for each in entities]


def score(project: Project, learned: Iterable[Example], asked: Iterable[Example]) -> float:
    """F1 of entities on `asked`, with exact borders, after learning from `learned`."""
    training = replace(project.training, examples=list(learned))
    extractor = EntityExtractor.train(training, project.domain.entities, project.config.understanding)
    right = wrong = missed = 0
    for example in asked:
        wanted = {(span.start, span.end, span.entity) for span in example.spans}
        given = {(each["start"], each["end"], each["entity"]) for each in extractor.extract(example.text, NOON)}
        right += len(wanted & given)
        wrong += len(given - wanted)
        missed += len(wanted - given)
    return 2 * right / (2 * right + wrong + missed)


def test_entities_of_our_project_are_found_in_examples_that_were_held_back() -> None:
    project = read_project(OURS, Findings())
    examples = project.training.examples
    scores = []
    for fold in range(FOLDS):
        asked = examples[fold::FOLDS]
        scores.append(score(project, [each for at, each in enumerate(examples) if at % FOLDS != fold], asked))
    assert sum(scores) / FOLDS >= 0.95, scores


def test_where_no_word_can_be_an_entitys_none_is_found_by_reckoning_either(monkeypatch: pytest.MonkeyPatch) -> None:
    project = read_project(OURS, Findings())
    extractor = EntityExtractor.train(project.training, project.domain.entities, project.config.understanding)
    examples = [each.text for each in project.training.examples[::6]]
    texts = [*examples, *(one + two for one, two in pairwise(examples))]
    tagger = extractor.tagger
    assert tagger is not None
    assert sum(tagger._gains.rule_out([*map(tagger._known, text.split())], ()) for text in texts) > len(texts) / 3
    found = [extractor.extract(text, NOON) for text in texts]
    monkeypatch.setattr(Gains, "rule_out", lambda *_: False)
    assert found == [extractor.extract(text, NOON) for text in texts]
    extractor.extract("is 4711 nearly there", NOON)
    assert "nearly" in tagger._seen
    assert "4711" not in tagger._seen


def test_words_are_tagged_by_their_use_with_their_role(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path, {"data/trip.yml": TRIP}))
    parse = assistant.parse("ship it from Hamburg to Vienna")
    assert [(each["value"], each["role"]) for each in parse["entities"]] == [("Hamburg", "from"), ("Vienna", "to")]
    assert all(0.5 <= each["confidence_entity"] <= 1 for each in parse["entities"])


def test_a_word_of_a_list_gets_its_role_from_the_words_around_it(tmp_path: Path) -> None:
    cities = ("Rome", "Paris", "Berlin", "Lisbon", "Madrid", "Oslo")
    lists = "nlu:\n- lookup: city\n  examples: |\n" + "".join(f"    - {city}\n" for city in cities)
    assistant = an_assistant(a_project(tmp_path, {"data/trip.yml": TRIP, "data/lists.yml": lists}))
    oslo, vienna = assistant.parse("a parcel from Oslo to Vienna")["entities"]
    assert (oslo["extractor"], oslo["role"]) == ("RegexEntityExtractor", "from")
    assert (vienna["extractor"], vienna["role"]) == ("LearnedEntityExtractor", "to")


def test_what_was_learned_of_entities_is_kept_in_the_model(tmp_path: Path) -> None:
    files = with_component(
        "- name: Recognisers\n- name: FuzzyLookups",
        **{"data/trip.yml": TRIP, "data/lists.yml": "nlu:\n- lookup: city\n  examples: |\n    - Casablanca\n"},
    )
    assistant = an_assistant(a_project(tmp_path / "project", files))
    assistant.save(tmp_path / "bot.model")
    opened = Assistant.load(tmp_path / "bot.model", None)
    for text in ("from Hamburg to Vienna", "to casablnca in 2019", "call me tomorrow"):
        assert opened.parse(text, NOON)["entities"] == assistant.parse(text, NOON)["entities"] != []


def test_recognisers_run_when_the_pipeline_asks_for_them(tmp_path: Path) -> None:
    text = "order 1042, me@example.com, made in 2019"
    plain = an_assistant(a_project(tmp_path / "plain", with_component("")))
    assert found(plain, text) == []
    assistant = an_assistant(a_project(tmp_path / "recognising", with_component("- name: Recognisers")))
    assert found(assistant, text) == [
        ("order_number", "1042", "Recognisers"),
        ("email", "me@example.com", "Recognisers"),
        ("year", "2019", "Recognisers"),
    ]


def test_only_the_named_dimensions_are_recognised_under_the_names_of_the_project(tmp_path: Path) -> None:
    component = "- name: Recognisers\n  dimensions: {year: size}"
    assistant = an_assistant(a_project(tmp_path, with_component(component)))
    assert found(assistant, "2019, me@example.com") == [("size", "2019", "Recognisers")]


def test_duckling_gives_way_to_recognisers_with_its_names_and_values(tmp_path: Path) -> None:
    files = with_component('- name: DucklingEntityExtractor\n  dimensions: ["time", "amount-of-money"]')
    files["domain.yml"] = files["domain.yml"].replace("entities: [", "entities: [time, amount-of-money, ")
    assistant = an_assistant(a_project(tmp_path, files))
    when, price = assistant.parse("tomorrow for $15.50", NOON)["entities"]
    assert (when["entity"], when["value"]) == ("time", "2026-11-23T00:00:00+00:00")
    assert (price["value"], price["additional_info"]) == (15.5, {"unit": "USD"})
    assert {when["extractor"], price["extractor"]} == {"DucklingEntityExtractor"}


def test_of_what_overlaps_the_longest_stays(tmp_path: Path) -> None:
    assistant = an_assistant(a_project(tmp_path, with_component("- name: Recognisers")))
    assert found(assistant, "12.03.2019") == [("date", "2019-03-12T00:00:00+00:00", "Recognisers")]
    assert found(assistant, "order 2019") == [("order_number", "2019", "Recognisers")]
    assert found(assistant, "10115@example.com") == [("email", "10115@example.com", "Recognisers")]


def test_a_number_of_an_example_makes_no_year_of_every_such_number(tmp_path: Path) -> None:
    years = "nlu:\n- intent: inform\n  examples: |\n" + "".join(
        f"    - a [{year}](year)\n" for year in range(2000, 2012)
    )
    assistant = an_assistant(a_project(tmp_path, with_component("- name: Recognisers", **{"data/years.yml": years})))
    assert [entity for entity, _, _ in found(assistant, "paid €2009, order #2010")] == ["order_number"]


def test_names_that_are_nearly_right_are_found_where_the_pipeline_asks_for_it(tmp_path: Path) -> None:
    lists = {"data/lists.yml": "nlu:\n- lookup: city\n  examples: |\n    - Casablanca\n    - Route 66 Diner\n"}
    exact = an_assistant(a_project(tmp_path / "exact", with_component("", **lists)))
    assert found(exact, "to casablnca") == []
    fuzzy = an_assistant(a_project(tmp_path / "fuzzy", with_component("- name: FuzzyLookups", **lists)))
    assert found(fuzzy, "to casablnca") == [("city", "Casablanca", "FuzzyLookups")]
    assert found(fuzzy, "route 66 dinre") == [("city", "Route 66 Diner", "FuzzyLookups")]
    assert found(fuzzy, "route 67 diner, casa, cancellation") == []


def test_patterns_and_tables_can_be_switched_off_as_in_rasa(tmp_path: Path) -> None:
    data = {
        "data/l.yml": "nlu:\n- lookup: city\n  examples: |\n    - Oslo\n- regex: size\n  examples: |\n    - \\d+ mm\n"
    }
    for option, wanted in (("use_regexes", ["city"]), ("use_lookup_tables", ["size"])):
        config = CONFIG.replace("- name: RegexEntityExtractor", f"- name: RegexEntityExtractor\n  {option}: false")
        assistant = an_assistant(a_project(tmp_path / option, {**data, "config.yml": config}))
        assert [entity for entity, _, _ in found(assistant, "50 mm to Oslo")] == wanted


def test_wrong_settings_of_components_are_told_with_their_line(tmp_path: Path) -> None:
    config = (
        "pipeline:\n- name: Recognisers\n  timezone: Moon/Base\n  countries: Germany\n  order_number: '['\n"
        "  dimensions: [years]\n- name: LanguageDetector\n  languages: [en]\n- name: FuzzyLookups\n  threshold: 85\n"
        "- name: DucklingEntityExtractor\n  dimensions: [volume]\npolicies:\n- name: RulePolicy\n"
    )
    problems = check(a_project(tmp_path, {"config.yml": config}))
    told = {(problem.line, problem.severity) for problem in problems if problem.file == "config.yml"}
    assert told == {
        (3, "error"),
        (4, "error"),
        (5, "error"),
        (6, "error"),
        (8, "error"),
        (10, "error"),
        (12, "warning"),
    }


def test_a_pattern_that_would_take_years_gives_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    patterns = "nlu:\n- regex: size\n  examples: |\n    - (a|aa)+$\n    - \\d+ mm\n"
    assistant = an_assistant(a_project(tmp_path, {"data/patterns.yml": patterns}))
    with caplog.at_level(logging.WARNING):
        assert ("size", "50 mm", "RegexEntityExtractor") in found(assistant, "a" * 60 + " 50 mm b")
    assert "takes too long" in caplog.text


def test_a_keyword_that_would_take_years_gives_up(tmp_path: Path) -> None:
    config = "pipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: RulePolicy\n"
    nlu = "nlu:\n- intent: greet\n  examples: |\n    - (x|xx)+!\n    - hello\n"
    assistant = an_assistant(a_project(tmp_path, {"config.yml": config, "data/nlu.yml": nlu}))
    assert assistant.parse("x" * 60 + " hello!")["intent"]["name"] == "greet"


def test_a_list_of_a_hundred_thousand_names_is_loaded_searched_and_forgiving(tmp_path: Path) -> None:
    names = "".join(f"    - Model {number:06}x\n" for number in range(100_000))
    lists = f"nlu:\n- lookup: city\n  examples: |\n{names}"
    assistant = an_assistant(a_project(tmp_path, {"data/lists.yml": lists}))
    assert found(assistant, "is model 099999x here?") == [("city", "model 099999x", "RegexEntityExtractor")]
    fuzzy = FuzzyNames(((f"Name{chr(97 + n % 26)}{n // 26:05}", "name") for n in range(100_000)), 0.85, ())
    assert [each[3] for each in fuzzy.find("the naem" + "c00042")] == ["Namec00042"]


@pytest.mark.parametrize(
    "text",
    ["", "   \n\t", "\N{THUMBS UP SIGN}", "a" * 4_000, "9" * 4_000, "@" * 4_000, "'" * 4_000, "\ud800x\udfff", "\x00"],
    ids=["empty", "blank", "emoji", "letters", "digits", "at", "quotes", "surrogates", "nul"],
)
def test_odd_messages_are_parsed_like_any_other(text: str) -> None:
    parse = ODD_ONES.parse(text, NOON)
    assert parse["text"] == text
    assert {entity["entity"] for entity in parse["entities"]} <= {"phone"}


@pytest.fixture(scope="module", autouse=True)
def odd_ones(tmp_path_factory: pytest.TempPathFactory) -> None:
    global ODD_ONES
    folder = tmp_path_factory.mktemp("odd")
    ODD_ONES = an_assistant(a_project(folder, with_component("- name: Recognisers", **{"data/trip.yml": TRIP})))


ODD_ONES: Assistant


@given(st.text(max_size=120))
@settings(deadline=None)
def test_entities_of_any_text_stand_within_it(text: str) -> None:
    for entity in ODD_ONES.parse(text, NOON)["entities"]:
        assert 0 <= entity["start"] < entity["end"] <= len(text)
