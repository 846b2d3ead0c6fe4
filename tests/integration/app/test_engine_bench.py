"""`kickstand bench --engine`: its made-up projects are stories that the bot tells, and its figures come from turns."""

from datetime import UTC, datetime
from pathlib import Path

from app.bench.engine import TOPICS, bench_engine, write_project
from bot import Assistant, Message, Tracker
from tests.unit.bot.projects import a_project

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def test_the_bot_tells_a_made_up_story_to_its_end(tmp_path: Path) -> None:
    story = write_project(tmp_path, 30)[17]
    assistant = Assistant.load(tmp_path, None)
    tracker = Tracker("17")
    for at, topic in enumerate(story):
        parse = {"text": "-", "intent": {"name": f"ask_{topic}", "confidence": 1.0}, "entities": []}
        turn = await assistant.reply(tracker, Message(str(at), "-", NOW), parse)
        assert [message.text for message in turn.messages] == [f"Answer {(topic + at) % TOPICS}"]
        tracker = turn.tracker


async def test_there_is_a_figure_for_each_size_and_for_whole_turns(tmp_path: Path) -> None:
    figures = await bench_engine(a_project(tmp_path / "bot"), sizes=(3, 20))
    assert set(figures.us_per_action) == {"3", "20"}
    assert all(cost > 0 for cost in figures.us_per_action.values())
    assert figures.turn_p99_ms >= figures.turn_p50_ms > 0
