from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot import Assistant, check
from bot.articles import Passage
from bot.passages import BY_WORDS, LONGEST_ANSWER, PassageIndex
from tests.unit.bot.projects import CONFIG, DOMAIN, RULES, Chat, a_project, an_assistant, texts

RETURNS = """---
title: Returns
link: https://shop.example/returns
---
You have **30 days** to send a part back. See [the label page](https://shop.example/label).

## Refunds
The money is back on your card five working days after the parcel arrives.

## Mounted parts
A part that was mounted once can go back as well.
"""
CARE = """# Looking after titanium

Wash it with warm water and mild soap. Blue and gold colours come from heat and are normal.
"""
DRAFT = "---\ntitle: Secret sale\ndraft: true\n---\nEverything is half price next week.\n"
ARTICLES = {"articles/returns.md": RETURNS, "articles/care/titanium.md": CARE, "articles/sale.md": DRAFT}
ASKS = RULES.replace("{action: action_default_fallback}", "{action: action_answer_from_articles}")
DOUBTS = CONFIG.replace("threshold: 0.4", "threshold: 1.0")
"""Nothing is sure enough to be an intent: all is looked up."""


def an_answering(folder: Path, files: dict[str, str] | None = None) -> Assistant:
    return an_assistant(a_project(folder, {**ARTICLES, "data/rules.yml": ASKS, "config.yml": DOUBTS, **(files or {})}))


async def test_an_article_answers_and_is_named(tmp_path: Path) -> None:
    chat = Chat(an_answering(tmp_path))
    turn = await chat.says("refund money when is it on my card")
    assert texts(turn) == [
        "The money is back on your card five working days after the parcel arrives.\n\n"
        "From “Returns”: https://shop.example/returns"
    ]
    assert turn.wish is None
    assert turn.messages[0].card == {
        "kind": "article",
        "title": "Refunds",
        "text": "The money is back on your card five working days after the parcel arrives.",
        "source": "Returns",
        "action": {"label": "Read all of it", "url": "https://shop.example/returns"},
    }
    source = next(event for event in turn.events if event["event"] == "bot")["metadata"]["source"]
    assert source == {
        "title": "Returns",
        "heading": "Refunds",
        "file": "articles/returns.md",
        "link": "https://shop.example/returns",
    }


async def test_words_are_found_in_other_forms_and_an_article_may_do_without_front_matter(tmp_path: Path) -> None:
    turn = await Chat(an_answering(tmp_path)).says("washing titanium colour")
    assert texts(turn)[0].endswith("From “Looking after titanium”")


async def test_what_no_article_speaks_of_falls_back_and_twice_wants_a_person(tmp_path: Path) -> None:
    chat = Chat(an_answering(tmp_path))
    first = await chat.says("qqqq zzzz wwww")
    assert texts(first) == ["Say that again?"]
    second = await chat.says("kkkk vvvv")
    assert second.wish is not None


async def test_a_question_that_an_article_answers_is_no_misunderstanding(tmp_path: Path) -> None:
    chat = Chat(an_answering(tmp_path))
    await chat.says("qqqq zzzz wwww")
    answered = await chat.says("refund money card")
    assert answered.wish is None
    assert (await chat.says("kkkk vvvv")).wish is None


async def test_drafts_are_told_to_nobody(tmp_path: Path) -> None:
    turn = await Chat(an_answering(tmp_path)).says("secret sale half price")
    assert "half price" not in texts(turn)[0]


async def test_a_response_of_the_project_words_the_answer(tmp_path: Path) -> None:
    domain = DOMAIN.replace("actions: []", "") + '  utter_article: [{text: "{title}: {answer} ({link})"}]\n'
    turn = await Chat(an_answering(tmp_path, {"domain.yml": domain})).says("mounted parts")
    assert texts(turn) == ["Returns: A part that was mounted once can go back as well. (https://shop.example/returns)"]


async def test_the_threshold_is_the_projects(tmp_path: Path) -> None:
    question = "refund for surfboards, guitars and violins"
    strict = Chat(an_answering(tmp_path / "strict"))
    assert texts(await strict.says(question)) == ["Say that again?"]
    config = (tmp_path / "strict" / "config.yml").read_text("utf-8")
    lenient = config.replace("policies:", "- name: ArticleSearch\n  threshold: 0.1\npolicies:")
    chat = Chat(an_answering(tmp_path / "lenient", {"config.yml": lenient}))
    assert "five working days" in texts(await chat.says(question))[0]


async def test_a_trained_model_holds_the_articles(tmp_path: Path) -> None:
    an_answering(tmp_path / "project").save(tmp_path / "bot.model")
    turn = await Chat(Assistant.load(tmp_path / "bot.model", None)).says("mounted parts")
    assert "mounted once" in texts(turn)[0]


def test_markdown_is_read_as_plain_text(tmp_path: Path) -> None:
    passages = an_answering(tmp_path).project.passages
    assert [(each.title, each.heading) for each in passages] == [
        ("Looking after titanium", ""),
        ("Returns", ""),
        ("Returns", "Refunds"),
        ("Returns", "Mounted parts"),
    ]
    assert passages[1].text == (
        "You have 30 days to send a part back. See the label page (https://shop.example/label)."
    )


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"---\ntitle: [\n---\ntext", 3, "front matter"),
        (b"---\n- title\n---\ntext", 2, "front matter"),
        (b"---\nlink: javascript:alert(1)\n---\ntext", 2, "https://"),
        (b"\xff\xfe", 1, "UTF-8"),
    ],
)
def test_a_wrong_article_is_told_with_its_line(tmp_path: Path, content: bytes, line: int, told: str) -> None:
    folder = a_project(tmp_path)
    (folder / "articles").mkdir()
    (folder / "articles" / "wrong.md").write_bytes(content)
    (problem,) = check(folder)
    assert (problem.file, problem.line, problem.severity) == ("articles/wrong.md", line, "error")
    assert told in problem.message


def test_a_rule_that_asks_articles_of_a_project_without_any_is_warned_of(tmp_path: Path) -> None:
    problems = check(a_project(tmp_path, {"data/rules.yml": ASKS}))
    assert {(problem.severity, "articles/*.md" in problem.message) for problem in problems} == {("warning", True)}


def test_meaning_counts_where_the_words_differ() -> None:
    passages = [
        Passage("Shipping", "", "Parcels leave the same day.", "a.md"),
        Passage("Care", "", "Use soap.", "b.md"),
    ]

    def vectors(given: Sequence[str]) -> NDArray[np.float32]:
        about_care = [any(word in text for word in ("soap", "clean")) for text in given]
        return np.array([(1.0, 0.0) if cares else (0.0, 1.0) for cares in about_care], dtype=np.float32)

    assert PassageIndex(passages).answer("clean it") is None
    found = PassageIndex(passages, vectors).answer("clean it")
    assert found is not None
    assert found.passage.title == "Care"


def test_a_long_passage_is_answered_with_its_first_paragraphs() -> None:
    paragraph = "Springs are hooked in last. " * 10
    index = PassageIndex([Passage("Fitting", "", f"{paragraph.strip()}\n\n{paragraph.strip()}\n\n{paragraph}", "a.md")])
    found = index.answer("hooked springs")
    assert found is not None
    assert len(found.text) <= LONGEST_ANSWER
    assert found.text.endswith("hooked in last.")


INDEX = PassageIndex([Passage("Returns", "Refunds", "Money is back in five days.", "a.md")])


@given(st.text(max_size=300))
def test_any_question_is_answered_or_not_without_a_fault(question: str) -> None:
    found = INDEX.answer(question)
    assert found is None or BY_WORDS <= found.confidence <= 1.0
