"""Answers from the project's articles, and says where the answer stands."""

from __future__ import annotations

from typing import Any

from bot import names
from bot.actions.builtin import default_fallback
from bot.actions.others import OtherActions
from bot.events import Event
from bot.passages import Answer, PassageIndex
from bot.responses import bot_event
from bot.scene import Scene
from bot.tracker import Tracker


def article_card(found: Answer) -> dict[str, Any]:
    """The answer as a card: the passage under its heading, the article as its source, and the way to all of it."""
    passage = found.passage
    opens = passage.link is not None and passage.link.startswith(("https://", "http://"))
    return {
        "kind": "article",
        "title": passage.heading or passage.title,
        "text": found.text,
        "source": passage.title if passage.heading else None,
        "action": {"label": "Read all of it", "url": passage.link} if opens else None,
    }


class ArticleAnswers:
    """`action_answer_from_articles`: the best passage with its source; where there is none, the default fallback.

    The response `utter_article`, if the domain has one, words the answer with {answer}, {title} and {link}.
    """

    def __init__(self, index: PassageIndex | None, threshold: float | None = None) -> None:
        self._index = index
        self._threshold = threshold

    def run(self, actions: OtherActions, scene: Scene, tracker: Tracker) -> list[Event]:
        """The answer to the latest message."""
        asked = str(tracker.latest_message.get("text") or "")
        found = self._index.answer(asked, self._threshold) if self._index is not None else None
        if found is None:
            return default_fallback(actions, scene, tracker)
        passage = found.passage
        source = {"title": passage.title, "heading": passage.heading, "file": passage.file, "link": passage.link}
        values = {"answer": found.text, "title": passage.title, "link": passage.link or ""}
        said = actions.utter(names.ARTICLE, scene, tracker, values)
        if not said:
            where = f"From “{passage.title}”" + (f": {passage.link}" if passage.link else "")
            told = {"text": f"{found.text}\n\n{where}", "custom": {"card": article_card(found)}}
            said = [bot_event(told, {"utter_action": names.ANSWER_FROM_ARTICLES})]
        for event in said:
            event["metadata"] = {**event["metadata"], "source": source, "confidence": found.confidence}
        return said
