"""Search over everything that was said and noted. The index follows the log; no message waits for it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from pydantic_core import from_json

from app.errors import Unavailable
from app.persistence.work import Cursor, Reader, Writer
from handoff import SiteId

log = structlog.get_logger(__name__)

AGAIN = timedelta(seconds=5)
MARGIN = timedelta(minutes=10)
"""How far back of the newest change one looks for others: clocks are set back now and then."""
BATCH = 200  # entries in one transaction, so that no message waits long behind it
_WORD = re.compile(r"\w+")
_WORDS = 8
_TEXTUAL = "'message', 'note', 'tag'"
"""The kinds of entries with something to find; the bot's bookkeeping, most of the bytes, is not even fetched."""
_FOUND = {
    "sqlite": "SELECT words.conversation_id, words.pos, snippet(words, 0, char(2), char(3), '…', 12) FROM words"
    " JOIN conversation c ON c.id = words.conversation_id WHERE words MATCH ?",
    "postgresql": "SELECT words.conversation_id, words.pos, ts_headline('simple', words.text, asked,"
    " 'MaxWords=12, MinWords=6, StartSel=' || chr(2) || ', StopSel=' || chr(3)) FROM to_tsquery('simple', ?) asked,"
    " words JOIN conversation c ON c.id = words.conversation_id WHERE words.found_by @@ asked",
}
_BEST = {"sqlite": "words.rank", "postgresql": "ts_rank(words.found_by, asked) DESC, c.updated_at DESC"}
_MATCH: dict[str, Callable[[list[str]], str]] = {
    "sqlite": lambda words: " ".join(f'"{word}"' for word in words) + "*",
    "postgresql": lambda words: " & ".join(f"'{word}'" for word in words) + ":*",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A message or note with the words."""

    conversation_id: str
    pos: int
    snippet: str
    """The words that were found stand between U+0002 and U+0003."""


class Search:
    """Full text over one store."""

    def __init__(self, writer: Writer, reader: Reader, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._writer = writer
        self._reader = reader
        self._sleep = sleep
        self._newest = 0

    async def run(self) -> None:
        """Read what is new, for ever."""
        while True:
            try:
                while await self.read() >= BATCH:
                    await self._sleep(0)
            except Unavailable:
                log.warning("search reads later")
            except Exception:
                log.exception("search cannot read")
            await self._sleep(AGAIN.total_seconds())

    async def read(self) -> int:
        """Put the next entries into the index; how many they were."""
        since = self._newest - MARGIN // timedelta(microseconds=1)

        def new(cursor: Cursor) -> tuple[int, list[tuple[str, int, int]]]:
            rows = cursor.execute(
                "SELECT c.id, COALESCE(r.pos, 0), c.pos, c.updated_at FROM site s"
                " JOIN conversation c ON c.site_id = s.id AND c.updated_at >= ?"
                " LEFT JOIN read_for_search r ON r.conversation_id = c.id ORDER BY c.updated_at",
                (since,),
            ).fetchall()
            behind = [(conversation, read, head) for conversation, read, head, _ in rows if read < head]
            return max((row[3] for row in rows), default=self._newest), behind

        newest, behind = await self._reader.run(new)
        if behind:
            read = await self._writer.run(lambda cursor: _read(cursor, behind))
        else:
            read = 0
        if read < BATCH:
            self._newest = max(self._newest, newest)
        return read

    async def find(self, words: str, site_ids: Sequence[SiteId], limit: int = 20) -> Sequence[Hit]:
        """Entries with all of these words, the last one perhaps unfinished; the best first."""
        asked = _WORD.findall(words)[:_WORDS]
        if not asked or not site_ids:
            return []
        await self.read()
        marks = ", ".join("?" * len(site_ids))

        def work(cursor: Cursor) -> Sequence[Hit]:
            match = _MATCH[cursor.dialect](asked)
            rows = cursor.execute(
                f"{_FOUND[cursor.dialect]} AND c.site_id IN ({marks}) ORDER BY {_BEST[cursor.dialect]} LIMIT ?",
                (match, *site_ids, limit),
            )
            return [Hit(*row) for row in rows]

        return await self._reader.run(work)


def _read(cursor: Cursor, behind: Sequence[tuple[str, int, int]]) -> int:
    left = BATCH
    for conversation, read, _ in behind:
        if cursor.for_update:
            read = _begin(cursor, conversation)
        rows = cursor.execute(
            f"SELECT pos, kind, CASE WHEN kind IN ({_TEXTUAL}) THEN data END FROM entry"  # noqa: S608
            " WHERE conversation_id = ? AND pos > ? ORDER BY pos LIMIT ?",
            (conversation, read, left),
        ).fetchall()
        if not rows or not _still_there(cursor, conversation, rows[-1][0]):
            continue
        for pos, kind, data in rows:
            if data is None:
                continue
            told = from_json(data)
            text = told["tag"] if kind == "tag" else told["text"]
            if kind == "tag" and not told["on"]:
                cursor.execute("DELETE FROM words WHERE conversation_id = ? AND text = ?", (conversation, text))
            elif text:
                cursor.execute(
                    "INSERT INTO words (text, conversation_id, pos) VALUES (?, ?, ?)", (text, conversation, pos)
                )
        cursor.execute(
            "INSERT INTO read_for_search (conversation_id, pos) VALUES (?, ?)"
            " ON CONFLICT (conversation_id) DO UPDATE SET pos = excluded.pos",
            (conversation, rows[-1][0]),
        )
        left -= len(rows)
        if left <= 0:
            break
    return BATCH - left


def _begin(cursor: Cursor, conversation: str) -> int:
    """Up to where it is read by now. Another process may read the same: who comes second waits, and goes on from there.

    Nobody who writes to the conversation waits: a batch holds many conversations at once.
    """
    cursor.execute(
        "INSERT INTO read_for_search (conversation_id, pos) VALUES (?, 0) ON CONFLICT DO NOTHING", (conversation,)
    )
    known = cursor.execute(
        f"SELECT pos FROM read_for_search WHERE conversation_id = ?{cursor.for_update}",  # noqa: S608
        (conversation,),
    )
    return int((known.fetchone() or (0,))[0])


def _still_there(cursor: Cursor, conversation: str, pos: int) -> bool:
    """Whether nobody erased it meanwhile; who wants to, waits until its words can be erased with it."""
    if not cursor.for_update:
        return True
    last = "SELECT 1 FROM entry WHERE conversation_id = ? AND pos = ? FOR KEY SHARE"
    return cursor.execute(last, (conversation, pos)).fetchone() is not None
